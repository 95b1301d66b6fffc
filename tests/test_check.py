"""`previously check`: how each entry of a feed is understood, for people and for machines."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from bot.shipped import DATA
from tests.command import REPOSITORY, previously
from tests.feeds.samples import item, rss
from tests.feeds.site import open_site

SEED: Final = REPOSITORY.parent / "shared" / "seed" / "leisurebyte.xml"
KEYS: Final = ["title", "kind", "show", "season", "episode_from", "episode_to", "announced", "visible", "hidden"]

with_seed = pytest.mark.skipif(not SEED.exists(), reason="the real feed is not at hand")


async def checked(folder: Path, feed: Path) -> list[dict[str, Any]]:
    told = await previously(folder, "check", str(feed), "--json")

    assert (told.code, told.err) == (0, "")
    return [json.loads(line) for line in told.out.splitlines()]


def assert_sound(entries: list[dict[str, Any]]) -> None:
    """What holds for every feed: the keys, cards for recaps only, and nothing of a headline's tail in the open."""
    for entry in entries:
        assert list(entry) == KEYS
        assert entry["kind"] in {"recap", "review", "other"}
        assert entry["announced"] == (entry["kind"] == "recap")
        assert bool(entry["visible"]) == entry["announced"]
        tail = entry["title"].partition(":")[2].strip().casefold()
        assert not tail or tail not in " ".join(entry["visible"]).casefold()


async def test_the_sample_feed_is_understood(tmp_path: Path) -> None:
    entries = await checked(tmp_path, DATA / "sample" / "feed.xml")

    assert_sound(entries)
    quarry = next(entry for entry in entries if entry["title"].startswith("The Quarry Line Season 2 Episode 3 Recap"))
    assert (quarry["show"], quarry["season"], quarry["episode_from"], quarry["episode_to"]) == (
        "The Quarry Line",
        2,
        3,
        3,
    )
    assert quarry["announced"]
    assert quarry["hidden"][0].startswith("||")
    assert {entry["kind"] for entry in entries} == {"recap", "review", "other"}


@with_seed
async def test_a_real_feed_is_understood(tmp_path: Path) -> None:
    entries = await checked(tmp_path, SEED)

    assert_sound(entries)
    by_title = {entry["title"]: entry for entry in entries}
    (soundtrack,) = [entry for title, entry in by_title.items() if "Soundtrack" in title and entry["announced"]]
    assert (soundtrack["episode_from"], soundtrack["episode_to"]) == (2, 2)
    assert not by_title["The Flight Attendant Season 2 Finale: When and Where Will It Release?"]["announced"]
    assert not any(
        entry["announced"] for title, entry in by_title.items() if "Review" in title and "Recap" not in title
    )


async def test_people_get_a_table_and_the_cards(tmp_path: Path) -> None:
    told = await previously(tmp_path, "check", str(DATA / "sample" / "feed.xml"))

    assert told.code == 0
    assert "How the entries are understood" in told.out
    assert "The Quarry Line S2E3" in told.out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"<!doctype html><title>No feed</title><p>Nothing to see here.",
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>',
        b'<?xml version="1.0"?>' + b"<a>" * 50_000,
    ],
    ids=["empty", "zeros", "a page", "entities", "depth"],
)
async def test_what_is_no_feed_ends_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "hostile.xml"
    file.write_bytes(content)
    told = await previously(tmp_path, "check", str(file), "--json")

    assert told.code == 2
    assert told.out == ""
    assert len(told.err.splitlines()) == 1, told.err
    assert told.err.rstrip().endswith(".")


async def test_a_feed_has_to_be_named(tmp_path: Path) -> None:
    told = await previously(tmp_path, "check")

    assert told.code == 2
    assert "Name a feed" in told.err
    assert "Traceback" not in told.err


async def test_every_feed_of_the_catalogue_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    async with open_site() as site:
        site.serves("/good", rss(item(1), item(2)))
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(
            f'[[feed]]\nurl = "{site.url("/good")}"\nname = "Lantern"\n'
            f'[[feed]]\nurl = "{site.url("/gone")}"\nname = "Harbour"\n'
        )
        told = await previously(tmp_path, "check", "--catalogue", FEEDS_FILE=str(feeds), ALLOW_PRIVATE_FEEDS="1")

    assert told.code == 1
    assert "Reading the catalogue" in told.out
    good, gone = (next(line for line in told.out.splitlines() if name in line) for name in ("Lantern", "Harbour"))
    assert "2" in good
    assert "404" in gone
