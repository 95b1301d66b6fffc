"""Headlines and bodies become readings, whatever the bodies do to those who read them."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from bot.feeds.outcomes import Reason, failed
from bot.feeds.reader import FeedReader, Page
from bot.feeds.workers import Death, WorkerFailed, Workers
from bot.recaps.headline import HeadlineWords
from bot.recaps.model import Entry, FeedHints, Kind
from bot.recaps.shows import ShowIndex
from bot.shipped import tables
from bot.study import Body, Study
from bot.understanding import BODIES_AT_ONCE, DEATHS, Understanding
from tests.newsroom import NOW, STORY

WORDS = HeadlineWords.from_tables(tables("headlines.toml"))
SHOWS = ShowIndex.from_tables({"shows": {"uk": [{"title": "The Quarry Line"}]}})
DEADLY = "<p>This kills its worker.</p>"
STORY_HTML = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)


class FakeWorkers:
    """Runs jobs in place, and dies of articles that are deadly."""

    def __init__(self, death: Death = Death.TOO_SLOW) -> None:
        self.death = death
        self.jobs: list[list[Body]] = []

    async def run(self, function: Callable[[list[Body]], list[Study]], bodies: list[Body]) -> list[Study]:
        self.jobs.append(bodies)
        if any(DEADLY in body.html for body in bodies):
            raise WorkerFailed(self.death)
        return function(bodies)


class FakeReader:
    """Has these pages, and no others."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def page(self, url: str, **_: Any) -> Any:
        self.asked.append(url)
        return Page(url, self.pages[url]) if url in self.pages else failed(Reason.NOT_FOUND, url)


def understanding(workers: FakeWorkers, reader: FakeReader | None = None) -> Understanding:
    return Understanding(WORDS, SHOWS, cast("Workers", workers), cast("FeedReader | None", reader))


def entry(number: int, *, html: str = STORY_HTML, title: str = "") -> Entry:
    return Entry(
        identity=str(number),
        title=title or f"The Quarry Line Season 2 Episode {number} Recap",
        link=f"https://site.example/{number}",
        published=NOW,
        html=html,
    )


async def test_what_no_headline_suggests_is_not_studied() -> None:
    workers = FakeWorkers()

    [understood] = await understanding(workers).read([entry(1, title="What to watch")], FeedHints(), now=NOW)

    assert understood.reading.kind is Kind.OTHER
    assert understood.study is None
    assert workers.jobs == []


async def test_an_article_that_kills_its_worker_costs_only_its_own_plot() -> None:
    entries = [entry(1), entry(2, html=DEADLY), entry(3)]

    first, deadly, last = await understanding(FakeWorkers()).read(entries, FeedHints(), now=NOW)

    assert deadly.reading.kind is Kind.RECAP
    assert deadly.study is None
    assert first.study is not None
    assert last.study is not None
    assert "sluice" in last.study.summary.full.text


async def test_a_feed_full_of_deadly_articles_is_given_up_after_a_few() -> None:
    workers = FakeWorkers()
    entries = [entry(number, html=DEADLY) for number in range(5 * BODIES_AT_ONCE)]

    understood = await understanding(workers).read(entries, FeedHints(), now=NOW)

    assert [each.study for each in understood] == [None] * len(entries)
    assert len(workers.jobs) == 1 + DEATHS


async def test_where_there_is_no_worker_at_all_nothing_is_called_understood() -> None:
    workers = FakeWorkers(Death.NO_WORKER)

    with pytest.raises(WorkerFailed):
        await understanding(workers).read([entry(1, html=DEADLY)], FeedHints(), now=NOW)


async def test_the_page_of_an_excerpt_is_read_where_it_was_asked_for() -> None:
    page = f"<html><article>{STORY_HTML}</article></html>"
    reader = FakeReader({"https://site.example/1": page, "https://site.example/2": page})
    entries = [entry(1, html="<p>A teaser.</p>"), entry(2, html="<p>A teaser.</p>")]

    asked, other = await understanding(FakeWorkers(), reader).read(
        entries, FeedHints(excerpts=True), now=NOW, pages_of={"1"}
    )

    assert reader.asked == ["https://site.example/1"]
    assert asked.study is not None
    assert "sluice" in asked.study.summary.full.text
    assert other.study is not None
    assert "sluice" not in other.study.summary.full.text


async def test_a_page_that_cannot_be_read_leaves_the_excerpt() -> None:
    entries = [entry(1)]

    [understood] = await understanding(FakeWorkers(), FakeReader({})).read(
        entries, FeedHints(excerpts=True), now=NOW, pages_of={"1"}
    )

    assert understood.study is not None
    assert "sluice" in understood.study.summary.full.text
