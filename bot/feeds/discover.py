"""A site's address is enough: where its pages say that its feeds are, and where feeds usually are. Pure."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from bot.feeds.charset import text_of
from bot.feeds.fields import LONGEST_BODY, plain, web_link

#: Not plain JSON: that is what WordPress calls its API.
FEED_TYPES: Final = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
#: From the page itself first, then from the root of the site.
USUAL_PATHS: Final = ("feed/", "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
#: A site with a feed for every show offers the first of them.
MOST_CANDIDATES: Final = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which there should be a feed."""

    url: str
    title: str


def address_of(typed: str) -> str:
    """What somebody typed, as an address: a bare "example.com" gets its https://."""
    typed = typed.strip().strip("<>")
    return typed if "://" in typed else f"https://{typed}"


def linked_feeds(body: bytes, *, url: str, content_type: str | None) -> tuple[Candidate, ...]:
    """The feeds that a page links to, those of comments last. Runs in a worker."""
    page = LexborHTMLParser(text_of(body, content_type)[:LONGEST_BODY])
    base = page.css_first("base[href]")
    root = urljoin(url, (base.attributes.get("href") or "") if base else "")
    found: dict[str, Candidate] = {}
    for link in page.css("link[rel~=alternate i][href]"):
        kind = (link.attributes.get("type") or "").partition(";")[0].strip().lower()
        address = web_link(link.attributes.get("href") or "", root)
        if kind in FEED_TYPES and address:
            found.setdefault(address, Candidate(address, plain(link.attributes.get("title") or "", 100)))
    return tuple(sorted(found.values(), key=_is_for_comments))[:MOST_CANDIDATES]


def usual_places(url: str) -> tuple[str, ...]:
    """Where a site whose page is at `url` probably has its feed."""
    page = url.partition("#")[0].partition("?")[0]
    return tuple(dict.fromkeys(urljoin(page if page.endswith("/") else f"{page}/", path) for path in USUAL_PATHS))


def _is_for_comments(candidate: Candidate) -> bool:
    return "/comments/" in candidate.url or "comments" in candidate.title.lower()
