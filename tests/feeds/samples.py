"""Feeds made to measure."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Lantern Street</title><link>https://lantern.example/</link>{head}{inside}</channel></rss>"
    )


def item(number: int = 1, *, title: str | None = None, more: str = "") -> str:
    return (
        f"<title>{title or f'Harbour Lights S1E{number} recap'}</title>"
        f"<link>https://lantern.example/{number}</link><guid>https://lantern.example/{number}</guid>{more}"
    )
