"""Feeds of people who mean ill, or whose software does, made up when they are needed.

Every plot in them holds the word that nobody may see before choosing to: PLOT.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

PLOT = "Zebulon"
XML = {"Content-Type": "application/rss+xml"}
STORY = (
    f"<p>{PLOT} drowns in the flooded gallery while the lamp burns down.</p>"
    f"<p>Ada finds the body of {PLOT} in the morning and tells nobody.</p>"
    "<p>The union votes, and forty men walk down the hill without a word.</p>"
)
TITLE = "The Quarry Line Season 2 Episode 3 Recap"
LINK = "https://lamplight.example/recap"
DATE = format_datetime(datetime(2026, 3, 1, 12, tzinfo=UTC))
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE rss [{}]>'


@dataclass(frozen=True)
class Feed:
    """What a server answers."""

    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: XML)
    #: Whether it is bad enough to be refused as a whole.
    refused: bool = False


def item(
    *, title: str = TITLE, body: str = STORY, link: str = LINK, date: str = DATE, guid: str = "1", more: str = ""
) -> str:
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{guid}</guid>'
        f"<pubDate>{date}</pubDate>{more}<description>{escape(body)}</description></item>"
    )


def rss(*items: str, head: str = '<?xml version="1.0"?>') -> str:
    return f'{head}<rss version="2.0"><channel><title>{PLOT} dies</title>{"".join(items)}</channel></rss>'


def hostile_feeds() -> dict[str, Feed]:
    """All of them, by name."""
    texts = dict([*bombs(), *loops(), *encodings(), *dates(), *spoiler_tricks(), *link_tricks()])
    feeds = {name: Feed(text.encode("utf-8", "surrogatepass")) for name, text in texts.items()}
    return feeds | dict(refused()) | dict(packed()) | dict(odd_bytes())


def bombs() -> Iterator[tuple[str, str]]:
    yield "ten thousand items", rss(*(item(guid=str(number), title=f"{TITLE} {number}") for number in range(10_000)))
    yield "an endless title", rss(item(title="The " * 100_000 + TITLE))
    yield "an endless body", rss(item(body=STORY + f"<p>{PLOT} again.</p>" * 50_000))
    yield "a thousand categories", rss(item(more="<category>The Quarry Line</category>" * 1_000))


def loops() -> Iterator[tuple[str, str]]:
    """What keeps careless parsers and regular expressions busy."""
    yield "open tags", rss(item(body="<" * 60_000))
    yield "open comments", rss(item(body="<!--" * 20_000))
    yield "nested blocks", rss(item(body="<div>" * 20_000 + STORY))
    yield "endless attributes", rss(item(body="<p " + "a=1 " * 50_000 + ">x</p>"))
    yield "abbreviations", rss(item(body="<p>" + "Mr. " * 30_000 + "</p>"))
    yield "one long word", rss(item(body=f"<p>{'a' * 200_000}</p>"))
    yield "numbers in a title", rss(item(title="S1E1 " * 4_000))
    yield "blanks in a title", rss(item(title="The Quarry Line" + " " * 50_000 + "Recap"))
    yield "quotes in a title", rss(item(title="“" * 20_000 + TITLE))
    yield "brackets in a title", rss(item(title="(" * 20_000 + TITLE))
    yield "dashes in a title", rss(item(title="The Quarry Line " + "- " * 20_000 + "Recap"))
    yield "nested elements", rss(item(more="<a>" * 5_000 + "</a>" * 5_000))


def encodings() -> Iterator[tuple[str, str]]:
    for name in ("punycode", "undefined", "unicode_escape", "idna", "utf-7", "utf-16", "rot13", "no-such-thing"):
        yield f"declared as {name}", rss(item(), head=f'<?xml version="1.0" encoding="{name}"?>')
    yield "surrogates", rss(item(title=f"{TITLE} &#xD800;\ud800", body=STORY + "&#xDFFF;"))
    yield "controls", rss(item(title=f"{TITLE}\0\x01\x1b[2J", body="\0" * 1_000 + STORY))
    yield "text that runs backwards", rss(item(title=f"\u202e{TITLE}\u202d", body="\u202e" * 999 + STORY))
    yield "combining marks", rss(item(title=TITLE + "\u0301" * 5_000))


def dates() -> Iterator[tuple[str, str]]:
    for date in ("yesterday", "1762225200", "Mon, 01 Jan 0001 00:00:00 +9999", "99999-99-99", "", "17", "Sat, 32 Foo"):
        yield f"dated {date!r}", rss(item(date=date))
    yield "dated in the far future", rss(item(date="Fri, 31 Dec 9999 23:59:59 GMT"))


def spoiler_tricks() -> Iterator[tuple[str, str]]:
    """What tries to get out from behind the bars, or to be somebody's name."""
    for number, trick in enumerate(
        ("||", "\\||", "\\", "```", "`", "|| x ||", "|\u200b|", "||||", "https://x.example/a||", "<t:0:R>||", "\n# ||")
    ):
        body = f"<p>{trick} {PLOT} drowns {trick} in the gallery {trick}</p>{STORY}<p>{trick}</p>"
        yield f"bars {number}", rss(item(body=body, title=f"{TITLE}: {trick} {PLOT} Dies {trick}"))
    yield "a plot as title", rss(item(title=f"{TITLE}: {PLOT} Drowns in the Gallery"))
    yield "a plot as show", rss(item(title=f"{PLOT} Drowns in the Gallery Season 2 Episode 3 Recap?! He is dead"))
    yield "a plot as author", rss(item(more=f"<author>x@example.org ({PLOT} dies in the end)</author>"))
    yield "a plot in the link", rss(item(link=f"{LINK}/{PLOT.lower()}-drowns"))


def link_tricks() -> Iterator[tuple[str, str]]:
    for number, link in enumerate(
        (
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "discord://-/invite/x",
            "https://user:secret@evil.example/",
            "//evil.example/\\x",
            "https://evil.example/ @everyone",
            "https://evil.example/)[x](https://worse.example/",
            "http://169.254.169.254/latest/meta-data",
        )
    ):
        yield f"link {number}", rss(item(link=escape(link), body=f'{STORY}<img src="{escape(link)}">'))
    mentions = "@everyone @here &lt;@&amp;1&gt; &lt;@1&gt; &lt;#1&gt; [free](https://evil.example) discord.gg/evil"
    yield "mentions in a title", rss(item(title=f"{mentions} Season 2 Episode 3 Recap"))
    yield (
        "mentions all over",
        rss(
            item(
                title=f"{TITLE}: {mentions}",
                body=f"<p>{mentions}</p>{STORY}",
                more=f"<author>{mentions}</author><category>{mentions}</category>",
            )
        ),
    )


def refused() -> Iterator[tuple[str, Feed]]:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    yield "billion laughs", Feed(rss(item(title="&l9;"), head=DOCTYPE.format(lol)).encode(), refused=True)
    stolen = '<!ENTITY x SYSTEM "file:///etc/passwd">'
    yield "stolen file", Feed(rss(item(title="&x;"), head=DOCTYPE.format(stolen)).encode(), refused=True)
    yield "nothing", Feed(b"", refused=True)
    yield "half a feed", Feed(rss(item()).encode()[:-30], refused=True)
    yield "a web page", Feed(f"<!doctype html><html><p>{PLOT} dies</html>".encode(), refused=True)
    yield "nested lists", Feed(b"[" * 100_000, refused=True)
    yield "nested objects", Feed(b'{"version":' + b'{"a":' * 50_000 + b"}" * 50_001, refused=True)


def packed() -> Iterator[tuple[str, Feed]]:
    bomb = gzip.compress(b" " * 2**26)
    yield "a packed bomb", Feed(bomb, XML | {"Content-Encoding": "gzip"}, refused=True)
    whole = gzip.compress(rss(item()).encode())
    yield "cut packing", Feed(whole[:-20], XML | {"Content-Encoding": "gzip"}, refused=True)
    yield "wrong packing", Feed(rss(item()).encode(), XML | {"Content-Encoding": "gzip"}, refused=True)
    yield (
        "packed three times",
        Feed(gzip.compress(gzip.compress(whole)), XML | {"Content-Encoding": "gzip, gzip, gzip"}, refused=False),
    )


def odd_bytes() -> Iterator[tuple[str, Feed]]:
    yield "noise", Feed(bytes(range(256)) * 400, refused=True)
    yield "mixed encodings", Feed(rss(item(title=f"{TITLE} é")).encode("latin-1") + "é".encode())
    yield "utf-16 without saying so", Feed(rss(item()).encode("utf-16"))
    entry = {"id": "1", "url": LINK, "title": TITLE, "content_html": STORY, "date_published": "2026-03-01T12:00:00Z"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": PLOT, "items": [entry, 7, None, {"id": [1]}]}
    yield "odd JSON", Feed(json.dumps(feed).encode(), {"Content-Type": "application/feed+json"})
    huge = feed | {"items": [entry | {"date_published": 10**400, "tags": [1, {}]}]}
    yield (
        "huge numbers in JSON",
        Feed(
            json.dumps(huge).replace("1" + "0" * 400, "1" + "0" * 4_000).encode(),
            {"Content-Type": "application/feed+json"},
        ),
    )
