import re
import struct
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from bot.recaps.headline import HeadlineWords, read_headline
from bot.recaps.model import Kind
from bot.shipped import DATA, tables

SAMPLE = DATA / "sample"
BASE = "http://127.0.0.1:8765"
PLACEHOLDER = re.compile(r"\{\{(base|now|minus \d+[dh])\}\}")
NEWEST = "<!-- newest -->"

#: Title up to its colon: kind, show, season, first and last episode, finale.
GOLDEN = {
    "Paper Lighthouse Episode 5 Recap": (Kind.RECAP, "Paper Lighthouse", None, 5, 5, False),
    "The Quarry Line Season 2 Episode 3 Recap": (Kind.RECAP, "The Quarry Line", 2, 3, 3, False),
    "Northgate Rovers 3-2 Ashby Town": (Kind.OTHER, None, None, None, None, False),
    "Clockwork Courier Episode 7 Recap": (Kind.RECAP, "Clockwork Courier", None, 7, 7, False),
    "Clockwork Courier Episode 8": (Kind.OTHER, None, None, None, None, False),
    "Paper Lighthouse Episode 4 Recap": (Kind.RECAP, "Paper Lighthouse", None, 4, 4, False),
    "Saltmarsh Trailer": (Kind.OTHER, None, None, None, None, False),
    "Kiln Masters Season 4 Episode 6 Recap": (Kind.RECAP, "Kiln Masters", 4, 6, 6, False),
    "Isolde Varga Joins the Cast of The Quarry Line Season 3": (Kind.OTHER, None, None, None, None, False),
    "Moon Over Gyedong Episodes 7-8 Recap": (Kind.RECAP, "Moon Over Gyedong", None, 7, 8, False),
    "The Quarry Line Season 2 Episode 2 Review": (Kind.REVIEW, "The Quarry Line", 2, 2, 2, False),
    "Kiln Masters Season 3 Review": (Kind.OTHER, None, None, None, None, False),
    "Harbour of Glass Season 1 Finale Recap": (Kind.RECAP, "Harbour of Glass", 1, None, None, True),
    "Seven Kites for Ilse Review": (Kind.OTHER, None, None, None, None, False),
}


def filled(text: str) -> str:
    """The text as a server gives it: every placeholder filled."""
    return PLACEHOLDER.sub(lambda match: BASE if match[1] == "base" else "Thu, 01 Jan 2026 12:00:00 +0000", text)


def whole_feed() -> str:
    """The feed once its newest item is published."""
    feed, newest = ((SAMPLE / name).read_text("utf-8") for name in ("feed.xml", "newest.xml"))
    assert feed.count(NEWEST) == 1
    return filled(feed.replace(NEWEST, newest))


def entries() -> list[Any]:
    return list(feedparser.parse(BytesIO(whole_feed().encode()), sanitize_html=False).entries)


def words_of(html: str) -> int:
    return len(re.sub(r"<[^>]*>", " ", html).split())


def test_the_feed_is_well_formed_with_and_without_its_newest_item() -> None:
    before = ET.fromstring(filled((SAMPLE / "feed.xml").read_text("utf-8")).encode())
    after = ET.fromstring(whole_feed().encode())

    assert len(after.findall("channel/item")) == len(before.findall("channel/item")) + 1 == len(GOLDEN)
    assert after.find("channel/item") is not None


def test_no_placeholder_is_left_unfilled() -> None:
    assert "{{" not in whole_feed()
    assert "}}" not in whole_feed()


def test_every_item_has_what_a_blog_publishes() -> None:
    found = entries()

    assert len({entry.id for entry in found}) == len({entry.link for entry in found}) == len(GOLDEN)
    for entry in found:
        assert entry.link.startswith(f"{BASE}/")
        assert entry.author
        assert entry.published_parsed
        assert entry.tags
        assert "appeared first on" in entry.summary
        assert "appeared first on" in entry.content[0].value


def test_every_address_is_on_the_serving_site() -> None:
    for address in re.findall(r'(?:href|src)="([^"]*)"', whole_feed()):
        assert address == BASE or address.startswith(f"{BASE}/")


def test_links_between_articles_lead_to_articles() -> None:
    pages = {entry.link for entry in entries()}

    assert set(re.findall(rf'href="({BASE}/[^"]+/)"', whole_feed())) <= pages


def test_every_picture_exists_is_small_and_is_used() -> None:
    named = set(re.findall(rf'src="{BASE}/pictures/([^"]+)"', whole_feed()))

    assert named == {path.name for path in (SAMPLE / "pictures").iterdir()}
    for name in named:
        picture = (SAMPLE / "pictures" / name).read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", picture[16:24]) == (640, 360)
        assert len(picture) < 40_000


def test_at_least_four_stories_are_long() -> None:
    assert sum(words_of(entry.content[0].value) >= 600 for entry in entries()) >= 4


@pytest.mark.parametrize("opening", list(GOLDEN))
def test_a_headline_is_understood_as_it_is_meant(opening: str) -> None:
    (entry,) = (entry for entry in entries() if entry.title.split(": ")[0] == opening)
    words = HeadlineWords.from_tables(tables("headlines.toml"))
    headline = read_headline(entry.title, words, categories=[tag.term for tag in entry.tags])

    kind, *facts = GOLDEN[opening]
    assert headline.kind is kind
    if kind is not Kind.OTHER:
        ref = headline.ref
        assert [headline.show, ref.season, ref.first, ref.last, headline.finale] == facts
        assert headline.sure
