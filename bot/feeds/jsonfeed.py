"""JSON Feed 1.0 and 1.1 (jsonfeed.org), as far as recaps need it."""

import html
import json
from datetime import UTC, datetime
from typing import Any

from bot.feeds.items import RawFeed, RawItem


def read(text: str) -> RawFeed | None:
    """The feed in `text`, or None if it is some other JSON, or none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    items = [_item(item) for item in feed["items"] if isinstance(item, dict)]
    return RawFeed(
        title=_text(feed, "title"),
        site=_text(feed, "home_page_url"),
        language=_text(feed, "language"),
        items=items,
    )


def _item(item: dict[str, Any]) -> RawItem:
    tags = item.get("tags")
    return RawItem(
        title=_text(item, "title"),
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        published=_date(_text(item, "date_published") or _text(item, "date_modified")),
        author=_author(item),
        categories=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        bodies=[_text(item, "content_html"), _markup(_text(item, "content_text")), _markup(_text(item, "summary"))],
        pictures=[picture for name in ("image", "banner_image") if (picture := _text(item, name))],
    )


def _author(item: dict[str, Any]) -> str:
    """Version 1.1 has a list of authors, version 1 a single one."""
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    return ", ".join(name for author in listed if isinstance(author, dict) and (name := _text(author, "name")))


def _markup(text: str) -> str:
    """Plain text as HTML: a paragraph for each block."""
    blocks = (block.strip() for block in text.split("\n\n"))
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def _text(source: dict[str, Any], name: str) -> str:
    """A field as text. Identifiers are sometimes numbers, though they should not be."""
    value = source.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**100 else ""
    return value if isinstance(value, str) else ""


def _date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text.strip())
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
