"""A site's address is enough: where its pages say that its feeds are, and where feeds usually are. Pure."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.feeds.charset import text_of
from bot.feeds.fields import LONGEST_BODY, plain, web_link

#: Not plain JSON: that is what WordPress calls its API.
FEED_TYPES: Final = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
#: What feeds are often called by mistake.
XML_TYPES: Final = {"application/xml", "text/xml"}
#: From the page itself first, then from the root of the site.
USUAL_PATHS: Final = ("feed/", "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
#: A site with a feed for every show offers the first of them.
MOST_CANDIDATES: Final = 10
#: How the address of a feed looks that a page has a plain link to.
_LOOKS_LIKE_A_FEED: Final = re.compile(
    r"/(?:feed|rss|atom)s?/?$|[./](?:rss|atom)(?:\.xml)?$|/feed\.(?:xml|json)$", re.IGNORECASE
)
_MOST_TRIED: Final = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which there should be a feed."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of a page say about feeds."""

    #: What they call feeds, those of comments last.
    feeds: tuple[Candidate, ...] = ()
    #: Addresses that only look as if they were some.
    places: tuple[str, ...] = ()


def address_of(typed: str) -> str:
    """What somebody typed, as an address: a bare "example.com" gets its https://."""
    typed = typed.strip().strip("<>")
    return typed if "://" in typed else f"https://{typed}"


def linked_feeds(body: bytes, *, url: str, content_type: str | None) -> Links:
    """The feeds that a page links to, wherever in it. Runs in a worker."""
    page = LexborHTMLParser(text_of(body, content_type)[:LONGEST_BODY])
    base = page.css_first("base[href]")
    root = urljoin(url, (base.attributes.get("href") or "") if base else "")
    found: dict[str, Candidate] = {}
    places: dict[str, None] = {}
    for link in page.css("link[rel~=alternate i][href], link[rel~=feed i][href], a[href]"):
        kind = (link.attributes.get("type") or "").partition(";")[0].strip().lower()
        address = web_link(link.attributes.get("href") or "", root)
        if address is None:
            continue
        if kind in FEED_TYPES:
            found.setdefault(address, Candidate(address, plain(link.attributes.get("title") or "", 100)))
        elif (link.tag == "link" and kind in XML_TYPES) or _LOOKS_LIKE_A_FEED.search(urlsplit(address).path):
            places[address] = None
    feeds = sorted(found.values(), key=_is_for_comments)
    return Links(tuple(feeds[:MOST_CANDIDATES]), tuple(places)[:_MOST_TRIED])


def usual_places(url: str) -> tuple[str, ...]:
    """Where a site whose page is at `url` probably has its feed."""
    page = url.partition("#")[0].partition("?")[0]
    return tuple(dict.fromkeys(urljoin(page if page.endswith("/") else f"{page}/", path) for path in USUAL_PATHS))


def _is_for_comments(candidate: Candidate) -> bool:
    return "/comments/" in candidate.url or "comments" in candidate.title.lower()
