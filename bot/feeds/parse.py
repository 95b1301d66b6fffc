"""Bytes to entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Runs in a worker, since the bytes are a stranger's.

What is broken but readable is read. Only four things are refused: what is no feed, what was cut short on its way, what
declares XML entities (no real feed does, and a few bytes of them fill the memory), and what breaks the parser itself.
"""

import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import feedparser

from bot.feeds import jsonfeed, sax
from bot.feeds.charset import text_of
from bot.feeds.fields import MOST_CATEGORIES, body_of, is_sound, language_of, plain, sensible_date, web_link, whole
from bot.feeds.identity import Marks, identities
from bot.feeds.items import RawFeed, RawItem
from bot.recaps.model import Entry

#: The newest items of a feed that are kept.
MOST_ENTRIES: Final = 200
#: The pictures beside an entry that are kept.
MOST_PICTURES: Final = 10

feedparser.api.PREFERRED_XML_PARSERS.insert(0, sax.__name__)

_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)
#: Not the controls above 0x7f: in text that was encoded twice they are parts of characters.
_NOT_XML: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_][\w.:-]{0,60}")
_ITEM: Final = re.compile(r"<(?:[\w-]{1,20}:)?(?:item|entry)[\s>]")
#: What web pages begin with; many of them leave out `<html>`.
_PAGE_ROOTS: Final = {"html", "head", "title", "meta", "link", "script", "style", "body", "main", "div", "p"}
_PAGE: Final = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_ROOTS: Final = {"rss", "rdf", "feed", "channel"}
#: WordPress says "hourly, once" in every feed unless told otherwise, so that means nothing.
_PERIODS: Final = {"daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}


class ParseProblem(StrEnum):
    """Why bytes could not be read as a feed."""

    NOT_A_FEED = "not a feed"
    WEB_PAGE = "web page"
    CUT = "cut"
    ENTITIES = "entities"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ParseFailed:
    problem: ParseProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed says about itself, and its entries in the order of the feed."""

    title: str = ""
    #: The site's home page.
    site: str | None = None
    #: ISO 639-1.
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    #: How long the feed asks to be left alone.
    ttl: timedelta | None = None
    #: The hours (UTC) in which the feed asks not to be polled.
    skip_hours: frozenset[int] = frozenset()


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime) -> ParsedFeed | ParseFailed:
    """The feed in `body`, which came from `url`."""
    text = _readable(text_of(body, content_type))
    if text.startswith("{"):
        cut = not text.endswith("}")
        raw = jsonfeed.read(text) or (ParseProblem.CUT if cut else ParseProblem.NOT_A_FEED)
    else:
        raw = _problem_of(text) or _read_xml(text)
    if isinstance(raw, ParseProblem):
        return ParseFailed(raw)
    return ParsedFeed(
        title=plain(raw.title),
        site=web_link(raw.site, url),
        language=language_of(raw.language),
        entries=_entries(raw.items, base=url, now=now),
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
    )


def _readable(text: str) -> str:
    """`text` without the characters, written out or as numbers, over which an XML parser stumbles."""
    text = _REFERENCE.sub(_character, text) if "&#" in text else text
    return (text if is_sound(text) else _NOT_XML.sub("", whole(text))).strip()


def _character(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)  # Two of them may still make one character.
    return reference[0] if 0x20 <= code <= 0x10FFFF or code in {9, 10, 13} else ""


def _problem_of(text: str) -> ParseProblem | None:
    """Why this text should not be given to an XML parser."""
    root = _root_of(text)
    if root is None or root.lower().rpartition(":")[2] not in _ROOTS:
        is_page = root is not None and (root.lower() in _PAGE_ROOTS or _PAGE.search(text, 0, 1000))
        return ParseProblem.WEB_PAGE if is_page else ParseProblem.NOT_A_FEED
    if _ENTITY.search(text):
        return ParseProblem.ENTITIES
    # A server or proxy that gives up half-way often leaves no other trace.
    end = re.search(rf"</{re.escape(root)}\s*>", text, re.IGNORECASE)
    return None if end else ParseProblem.CUT


def _root_of(text: str) -> str | None:
    """The name of the first element, behind declarations, comments and whatever else stands in front."""
    position = 0
    while (start := text.find("<", position)) >= 0:
        if name := _NAME.match(text, start + 1):
            return name[0]
        ending = "-->" if text.startswith("<!--", start) else ">"
        if (end := text.find(ending, start + 1)) < 0:
            return None
        position = end
    return None


def _entries(items: list[RawItem], *, base: str, now: datetime) -> tuple[Entry, ...]:
    dated = [(item, sensible_date(item.published, now)) for item in items]
    if len(dated) > MOST_ENTRIES:
        beginning = datetime.min.replace(tzinfo=UTC)
        newest = sorted(range(len(dated)), key=lambda index: dated[index][1] or beginning, reverse=True)
        dated = [dated[index] for index in sorted(newest[:MOST_ENTRIES])]
    marks = [
        Marks(
            title=plain(item.title),
            guid=item.guid.strip() or None,
            link=web_link(item.link, base) or _link_in(item.guid),
            published=published,
        )
        for item, published in dated
    ]
    entries: dict[str, Entry] = {}
    for (item, _), mark, identity in zip(dated, marks, identities(marks), strict=True):
        entries.setdefault(identity, _entry(item, mark, identity, base))
    return tuple(entries.values())


def _entry(item: RawItem, mark: Marks, identity: str, base: str) -> Entry:
    bodies = sorted((body for text in item.bodies if (body := body_of(text).strip())), key=len, reverse=True)
    excerpt = next((body for body in bodies[1:] if body != bodies[0]), "")
    names = (plain(name, 100) for name in item.categories[:MOST_CATEGORIES])
    own_base = web_link(item.base, mark.link or base)
    pictures = (web_link(picture, own_base or mark.link or base) for picture in item.pictures[:MOST_PICTURES])
    return Entry(
        identity=identity,
        title=mark.title,
        link=mark.link,
        published=mark.published,
        author=plain(item.author, 200) or None,
        categories=tuple(dict.fromkeys(name for name in names if name)),
        html=bodies[0] if bodies else "",
        excerpt=excerpt,
        base=own_base,
        pictures=tuple(dict.fromkeys(picture for picture in pictures if picture)),
    )


def _link_in(guid: str) -> str | None:
    """A guid that is an address is where the entry can be read, unless the feed says otherwise."""
    return web_link(guid, "") if guid.startswith(("http://", "https://")) else None


def _read_xml(text: str) -> RawFeed | ParseProblem:
    try:
        parsed = feedparser.parse(
            # Never a string: feedparser opens strings as files and addresses.
            io.BytesIO(text.encode("utf-8")),
            # It would join every address of the feed to where it came from; we do that with the few that are kept.
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise  # That is the worker's affair.
    except Exception:  # noqa: BLE001  it raises all sorts of things
        return ParseProblem.UNREADABLE
    feed = parsed["feed"]
    if not parsed["entries"] and not feed and not parsed.get("version"):
        return ParseProblem.NOT_A_FEED
    return RawFeed(
        title=_text(feed, "title"),
        site=_text(feed, "link"),
        language=_text(feed, "language"),
        items=[_item(entry) for entry in parsed["entries"]],
        ttl=_ttl(feed),
        skip_hours=_skip_hours(text),
    )


def _item(entry: Mapping[str, Any]) -> RawItem:
    return RawItem(
        title=_text(entry, "title"),
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        published=_date(entry),
        author=_text(entry, "author"),
        categories=[tag["term"] for tag in entry.get("tags") or () if isinstance(tag.get("term"), str)],
        bodies=list(_bodies(entry)),
        base=next((base for detail in _details(entry) if (base := _text(detail, "base"))), ""),
        pictures=list(_pictures(entry)),
    )


def _bodies(entry: Mapping[str, Any]) -> Iterator[str]:
    for detail in _details(entry):
        value = detail.get("value")
        if isinstance(value, str):
            yield html.escape(value, quote=False) if detail.get("type") == "text/plain" else value


def _details(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(entry.get("content") or ()), entry.get("summary_detail") or {}]


def _pictures(entry: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of what the entry lists as pictures: media, thumbnails and enclosures."""
    for media in (*(entry.get("media_content") or ()), *(entry.get("enclosures") or ())):
        if media.get("medium") == "image" or _text(media, "type").startswith("image/"):
            yield _text(media, "url") or _text(media, "href")
    for thumbnail in entry.get("media_thumbnail") or ():
        yield _text(thumbnail, "url")


def _date(entry: Mapping[str, Any]) -> datetime | None:
    # `in` first: asking for a date that is missing makes feedparser warn, and answer with another one.
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        if name in entry and (parts := entry[name]):
            with suppress(ValueError, TypeError, OverflowError):
                year, month, day, hour, minute, second = parts[:6]
                return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return None


def _text(source: Mapping[str, Any], name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else ""


def _ttl(feed: Mapping[str, Any]) -> timedelta | None:
    minutes = _text(feed, "ttl").strip()
    if re.fullmatch(r"[0-9]{1,6}", minutes):
        return timedelta(minutes=int(minutes)) or None
    hours = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower(), 0)
    times = _text(feed, "sy_updatefrequency").strip()
    frequency = int(times) if re.fullmatch(r"[0-9]{1,4}", times) else 1
    return timedelta(hours=hours) / max(frequency, 1) if hours else None


def _skip_hours(text: str) -> frozenset[int]:
    """The hours in `<skipHours>`, which feedparser does not read. It stands before the items."""
    first_item = _ITEM.search(text)
    head = text[: first_item.start() if first_item else 20_000][:20_000]
    _, _, inside = head.partition("<skipHours>")
    hours = re.findall(r"<hour>\s*([0-9]{1,2})\s*</hour>", inside.partition("</skipHours>")[0])
    return frozenset(int(hour) % 24 for hour in hours if int(hour) <= 24)
