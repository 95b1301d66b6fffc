"""Bytes to entries: whatever the format and encoding, and however broken."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.fields import LONGEST_BODY, LONGEST_TITLE
from bot.feeds.parse import MOST_ENTRIES, ParsedFeed, ParseFailed, ParseProblem, parse_feed
from bot.recaps.model import Entry
from tests.feeds.samples import NOW, item, rss

DATA = Path(__file__).parent / "data"
SEED = Path(__file__).parents[3] / "shared" / "seed" / "leisurebyte.xml"
URL = "https://feeds.example/all"


def parsed(body: bytes | str, content_type: str | None = None) -> ParsedFeed:
    raw = body.encode() if isinstance(body, str) else body
    feed = parse_feed(raw, url=URL, content_type=content_type, now=NOW)
    assert isinstance(feed, ParsedFeed), feed
    return feed


def problem(body: bytes | str) -> ParseProblem:
    raw = body.encode() if isinstance(body, str) else body
    outcome = parse_feed(raw, url=URL, content_type=None, now=NOW)
    assert isinstance(outcome, ParseFailed), outcome
    return outcome.problem


def only(body: str) -> Entry:
    (entry,) = parsed(body).entries
    return entry


def plainly(feed: ParsedFeed) -> dict[str, Any]:
    """A feed as its golden pair writes it."""
    entries = [asdict(entry) for entry in feed.entries]
    for entry in entries:
        del entry["identity"]
        entry["categories"], entry["pictures"] = list(entry["categories"]), list(entry["pictures"])
        for seldom in ("base", "pictures"):
            if not entry[seldom]:
                del entry[seldom]
        entry["published"] = entry["published"] and entry["published"].isoformat()
    return {
        "title": feed.title,
        "site": feed.site,
        "language": feed.language,
        "ttl": feed.ttl and feed.ttl / timedelta(minutes=1),
        "skip_hours": sorted(feed.skip_hours),
        "entries": entries,
    }


@pytest.mark.parametrize("expected", sorted(DATA.glob("*.expected.json")), ids=lambda path: path.name.partition(".")[0])
def test_a_feed_of_every_kind_is_read(expected: Path) -> None:
    name = expected.name.removesuffix(".expected.json")
    (source,) = set(DATA.glob(f"{name}.*")) - {expected}

    feed = parsed(source.read_bytes())

    assert plainly(feed) == json.loads(expected.read_text("utf-8"))
    assert len({entry.identity for entry in feed.entries}) == len(feed.entries)


PICTURES = {
    "media": '<media:content url="https://p.example/a.jpg" medium="image"/><media:content url="/b" type="video/mp4"/>',
    "group": '<media:group><media:content url="/a.jpg" type="image/jpeg"/></media:group>',
    "thumbnail": '<media:thumbnail url="//p.example/a.jpg"/>',
    "enclosure": '<enclosure url="a.jpg" type="image/jpeg" length="1"/>',
    "sound": '<enclosure url="a.mp3" type="audio/mpeg" length="1"/>',
    "script": '<media:thumbnail url="javascript:x()"/>',
}


@pytest.mark.parametrize(
    ("kind", "pictures"),
    [
        ("media", ("https://p.example/a.jpg",)),
        ("group", ("https://lantern.example/a.jpg",)),
        ("thumbnail", ("https://p.example/a.jpg",)),
        ("enclosure", ("https://lantern.example/a.jpg",)),
        ("sound", ()),
        ("script", ()),
    ],
)
def test_pictures_beside_the_body_are_kept(kind: str, pictures: tuple[str, ...]) -> None:
    feed = rss(item(more=PICTURES[kind])).replace("<rss ", '<rss xmlns:media="http://search.yahoo.com/mrss/" ', 1)

    assert only(feed).pictures == pictures


def test_a_json_feed_has_its_picture_too() -> None:
    items = [{"id": "1", "url": "https://lantern.example/1", "title": "One", "image": "/a.jpg"}]

    assert only(json.dumps({"title": "Lantern", "items": items})).pictures == ("https://lantern.example/a.jpg",)


def test_a_body_may_say_where_its_addresses_start() -> None:
    body = '<description xml:base="https://p.example/deep/">&lt;img src="a.jpg"&gt;</description>'

    assert only(rss(item(more=body))).base == "https://p.example/deep/"
    assert only(rss(item(more="<description>Rain.</description>"))).base is None


@pytest.mark.skipif(not SEED.exists(), reason="the seed feed is not part of the repository")
def test_a_real_feed_is_read() -> None:
    feed = parsed(SEED.read_bytes())

    assert (feed.title, feed.language) == ("Leisurebyte", "en")
    assert all(entry.title and entry.link and entry.published and entry.html for entry in feed.entries)
    assert feed.ttl is None, "WordPress says hourly in every feed"


@pytest.mark.parametrize(
    ("codec", "label", "word"),
    [
        ("utf-8", "utf-8", "Ночь"),
        ("utf-16", "utf-16", "Ночь"),
        ("utf-16-le", "utf-16", "Ночь"),
        ("utf-16-be", "utf-16", "Ночь"),
        ("cp1251", "windows-1251", "Ночь"),
        ("koi8-r", "KOI8-R", "Ночь"),
        ("cp1252", "ISO-8859-1", "It’s “été”"),
        ("cp1254", "iso-8859-9", "Gece ışığı"),
        ("cp1250", "windows-1250", "Noční"),
        ("shift_jis", "Shift_JIS", "夜の果樹園"),
        ("euc_jp", "EUC-JP", "夜の果樹園"),
        ("iso2022_jp", "ISO-2022-JP", "夜の果樹園"),
        ("euc_kr", "EUC-KR", "달의 과수원"),
        ("gb18030", "gb2312", "月亮果园"),
        ("big5", "Big5", "月亮果園"),
    ],
)
def test_text_is_read_in_every_encoding_of_the_web(codec: str, label: str, word: str) -> None:
    declared = rss(item(title=word)).replace("?>", f' encoding="{label}"?>').encode(codec)
    undeclared = rss(item(title=word)).encode(codec)

    assert parsed(declared).entries[0].title == word
    assert parsed(undeclared, f"text/xml; charset={label}").entries[0].title == word


@pytest.mark.parametrize("label", ["utf-16", "iso-8859-1", "punycode", "undefined", "unicode_escape", "idna", "zlib"])
def test_a_wrong_or_unknown_encoding_does_not_hide_utf8(label: str) -> None:
    body = rss(item(title="Café \\x41 S1E1")).replace("?>", f' encoding="{label}"?>')

    assert parsed(body, f"text/xml; charset={label}").entries[0].title == "Café \\x41 S1E1"


def test_undeclared_western_text_is_read() -> None:
    assert parsed(rss(item(title="Café – “S1E1”")).encode("cp1252")).entries[0].title == "Café – “S1E1”"


def test_one_broken_byte_does_not_garble_the_rest() -> None:
    body = rss(item(1, title="Café à l’été"), item(2, title="cut: X")).encode().replace(b"X", b"\xe2\x80")

    assert parsed(body).entries[0].title == "Café à l’été"


def test_text_that_was_encoded_twice_is_healed() -> None:
    twice = "Mira’s été".encode().decode("cp1252")

    assert only(rss(item(title=twice))).title == "Mira’s été"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", ParseProblem.NOT_A_FEED),
        ("hello", ParseProblem.NOT_A_FEED),
        ("<", ParseProblem.NOT_A_FEED),
        ("<!-- <rss>", ParseProblem.NOT_A_FEED),
        ("<opml><body/></opml>", ParseProblem.NOT_A_FEED),
        ("{}", ParseProblem.NOT_A_FEED),
        ('{"items": 5}', ParseProblem.NOT_A_FEED),
        ("[1, 2]", ParseProblem.NOT_A_FEED),
        ('{"items": [', ParseProblem.CUT),
        ("{" * 100_000 + "}", ParseProblem.NOT_A_FEED),
        ('{"items":' + "[" * 100_000 + "}", ParseProblem.NOT_A_FEED),
        ("<!DOCTYPE html><html><body>no</body></html>", ParseProblem.WEB_PAGE),
        ("\n<HTML><rss></rss></HTML>", ParseProblem.WEB_PAGE),
        (rss(item())[:-6], ParseProblem.CUT),
        (rss(item()).partition("</item>")[0], ParseProblem.CUT),
        (rss(item()).partition("<item>")[0], ParseProblem.CUT),
        (rss(item(), head='<image href="x"/>').partition("<item>")[0], ParseProblem.CUT),
        (rss(item()).replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss"), ParseProblem.ENTITIES),
        (rss(item()).replace("<rss", "<!doctype rss [<!entity % a SYSTEM 'file:///etc/passwd'>]><rss"), "entities"),
        (rss(item()).replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss").encode("utf-16"), "entities"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_name(body: str | bytes, why: ParseProblem) -> None:
    assert problem(body) == why


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 01 Mar 2026 10:00:00 GMT", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 20:00:00 +0000", datetime(2026, 3, 2, 20, tzinfo=UTC)),
        ("Wed, 04 Mar 2026 20:00:00 +0000", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("1762225200", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00Z", None),
        ("Sun, 01 Mar 2026 10:00:00 +9999", None),
        ("", None),
    ],
)
def test_a_date_is_taken_only_if_it_can_be_true(text: str, date: datetime | None) -> None:
    got = only(rss(item(more=f"<pubDate>{text}</pubDate>"))).published

    assert got == date or (date is None and got is not None and "9999" in text and got <= NOW)


def test_a_guid_is_no_date() -> None:
    assert only(rss("<title>Recap of May</title><guid>17</guid>")).published is None


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "discord://-/x", "\\\\h"]
)
def test_only_web_links_are_kept(link: str) -> None:
    link = only(rss(f"<title>A</title><link>{link}</link>")).link or "https://feeds.example/"

    assert link.startswith("https://feeds.example/")


def test_a_guid_that_is_an_address_is_the_link_where_there_is_none() -> None:
    guid = "https://lantern.example/9"

    assert only(rss(f'<title>A</title><guid isPermaLink="false">{guid}</guid>')).link == guid


def test_the_newest_entries_of_a_long_feed_are_kept_in_their_order() -> None:
    days = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(MOST_ENTRIES + 50)]
    items = [item(n, more=f"<pubDate>{day:%a, %d %b %Y} 00:00:00 GMT</pubDate>") for n, day in enumerate(days)]

    assert [entry.published for entry in parsed(rss(*items)).entries] == days[50:]


def test_nothing_is_longer_than_it_may_be() -> None:
    entry = only(
        rss(
            f"<title>{'t' * 9000}</title><link>https://a.example/{'l' * 9000}</link>"
            f"<description>{'d' * 900_000}</description>"
        )
    )

    assert len(entry.title) == LONGEST_TITLE
    assert entry.link is None
    assert len(entry.html) == LONGEST_BODY


def test_a_feed_that_repeats_an_entry_has_it_once() -> None:
    assert len(parsed(rss(item(1), item(2), item(1))).entries) == 2


def test_a_guid_that_is_the_same_everywhere_loses_no_entry() -> None:
    items = [f"<title>Recap {n}</title><link>https://a.example/{n}</link><guid>1</guid>" for n in range(5)]

    assert len(parsed(rss(*items)).entries) == 5


def test_a_link_that_is_the_same_everywhere_loses_no_entry() -> None:
    items = [f"<title>Recap {n}</title><link>https://a.example/</link>" for n in range(5)]

    assert len(parsed(rss(*items)).entries) == 5


def test_nothing_that_breaks_stores_or_screens_gets_through() -> None:
    dirt = "a&#0;b\x01\x7f\x85c&#xD800;d\ufffee"
    entry = only(rss(f"<title>{dirt}</title><dc:creator>{dirt}</dc:creator><description>{dirt}</description>"))

    for text in (entry.title, entry.author or "", entry.html):
        text.encode("utf-8")
        assert not set(text) & {"\0", "\x01", "\x7f", "\x85", "\ufffe"}


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: rss(f"<title>{text}").encode())))
def test_reading_never_raises(body: bytes) -> None:
    outcome = parse_feed(body, url=URL, content_type=None, now=NOW)

    assert isinstance(outcome, ParsedFeed | ParseFailed)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60).map(lambda text: json.dumps({"version": "1", "items": [{"id": text, "title": text}]})))
def test_every_title_can_be_stored_and_shown(text: str) -> None:
    (entry,) = parsed(text).entries

    entry.title.encode("utf-8")
    assert entry.title == " ".join(entry.title.split())
    assert entry.title.isprintable() or any(not char.isascii() for char in entry.title)
