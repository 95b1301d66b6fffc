"""Headlines in the manner of many sites and languages, all of them made up, each with what a careful reader sees."""

import json
from functools import cache
from pathlib import Path

import pytest

from bot.recaps.headline import NOBODY_KNOWN
from bot.recaps.model import KnownShows
from tests.bench.headlines import RECAPS, Judged, Labelled, Read, by_previously, known_shows, same_show

ROWS = Path(__file__).with_name("data").joinpath("headlines.jsonl").read_text("utf-8").splitlines()
HEADLINES = [Labelled.of(json.loads(row)) for row in ROWS]


@cache
def shows() -> KnownShows:
    return known_shows()


@cache
def reader(*, knowing: bool) -> Read:
    return by_previously(shows() if knowing else NOBODY_KNOWN)


def judged(headline: Labelled, *, knowing: bool = True) -> Judged:
    read = reader(knowing=knowing)(headline)
    return Judged(headline, read, same_show(headline.show, read.show, shows()))


@pytest.mark.parametrize("headline", HEADLINES, ids=lambda headline: headline.title)
def test_a_headline_is_read_as_a_careful_reader_reads_it(headline: Labelled) -> None:
    one = judged(headline)

    assert one.read.kind is headline.kind
    if headline.kind in RECAPS:
        assert one.numbers_right
        assert one.same_show
        assert one.tail_found


def test_a_sure_name_is_the_shows_whether_shows_are_known_or_not() -> None:
    for knowing in (True, False):
        sure = [one for one in (judged(headline, knowing=knowing) for headline in HEADLINES) if one.read.sure]

        assert [one.labelled.title for one in sure if one.labelled.kind in RECAPS and not one.same_show] == []
