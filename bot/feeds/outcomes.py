"""What comes of asking for an address: a new body, nothing new, or a reason why not, in a sentence for people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from yarl import URL

from bot.texts import N_, Text, Value

FEED_TYPES: Final = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_TYPES: Final = "text/html, application/xhtml+xml, */*;q=0.5"


class Reason(StrEnum):
    """Why a feed could not be read. Each has a sentence, in which `{site}` is the host."""

    ADDRESS = "address"
    PRIVATE = "private"
    NO_SUCH_HOST = "no such host"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    GONE = "gone"
    NOT_FOUND = "not found"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    SERVER_ERROR = "server error"
    STATUS = "status"
    REDIRECTS = "redirects"
    TOO_BIG = "too big"
    CUT = "cut"
    PACKED_BADLY = "packed badly"
    NOT_A_FEED = "not a feed"
    WEB_PAGE = "web page"
    ENTITIES = "entities"
    UNREADABLE = "unreadable"
    NO_WORKER = "no worker"
    NO_FEED_FOUND = "no feed found"


SENTENCES: Final[Mapping[Reason, Text]] = {
    Reason.ADDRESS: N_("This address cannot be a feed: {detail}. Copy the feed's address from the site and add that."),
    Reason.PRIVATE: N_("{site} is not on the public internet, so it is not read. Use a feed that everybody can open."),
    Reason.NO_SUCH_HOST: N_("There is no site called {site} at the moment. Check how the address is spelled."),
    Reason.CONNECTION: N_("{site} could not be reached. It is tried again; if this lasts, check that the site works."),
    Reason.CERTIFICATE: N_("{site} has no valid security certificate. Tell the site, or look for another address."),
    Reason.TIMEOUT: N_("{site} took too long to answer. It is tried again; if this lasts, tell the site."),
    Reason.GONE: N_("{site} says that this feed is gone for good (410). Remove it, or add its new address."),
    Reason.NOT_FOUND: N_("{site} has no page at this address (404). Look for the feed's new address on the site."),
    Reason.FORBIDDEN: N_("{site} does not let this bot read the feed ({status}). Ask the site to allow feed readers."),
    Reason.THROTTLED: N_("{site} asks for fewer requests (429). It is tried again later; nothing needs to be done."),
    Reason.SERVER_ERROR: N_(
        "{site} has a problem of its own ({status}). It is tried again; if this lasts, tell the site."
    ),
    Reason.STATUS: N_("{site} answered in a way no feed does ({status}). Check the address of the feed."),
    Reason.REDIRECTS: N_(
        "{site} sends us round in circles. Open the feed in a browser and add the address where it ends."
    ),
    Reason.TOO_BIG: N_("What {site} sends is too big for a feed. Look for a feed of the newest articles only."),
    Reason.CUT: N_("The answer of {site} broke off half-way. It is tried again; if this lasts, tell the site."),
    Reason.PACKED_BADLY: N_("The answer of {site} is packed in a way that cannot be undone. Tell the site."),
    Reason.NOT_A_FEED: N_(
        "What {site} has at this address is not a feed. Add the address of its RSS, Atom or JSON feed."
    ),
    Reason.WEB_PAGE: N_("{site} shows a web page at this address, not a feed. Add the address of its feed."),
    Reason.ENTITIES: N_("The feed of {site} defines its own XML entities, which is not safe to read. Tell the site."),
    Reason.UNREADABLE: N_("The feed of {site} is so odd that it could not be read. Look for another feed of the site."),
    Reason.NO_FEED_FOUND: N_("No feed was found on {site}. Ask the site where its feed is, and add that address."),
    Reason.NO_WORKER: N_("The feed of {site} could not be read just now. It is tried again; nothing needs to be done."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask for, and what is remembered from the last good answer."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    accept: str = FEED_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a good answer says about itself, to be remembered for the next request."""

    #: Where the answer came from, after all redirects.
    url: str
    etag: str | None = None
    last_modified: str | None = None
    #: The new address, if every redirect up to it was a permanent one. Believe it once it has held for a while.
    moved_to: str | None = None
    #: For how long the server says nothing will change.
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Validators):
    """A body that we have not seen before."""

    body_hash: str
    content_type: str | None = None
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Fetched(url={self.url!r}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Validators):
    """Nothing new: the server says so, or the body is the same as last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """Why there is nothing to read, with a sentence for people that says what to do."""

    reason: Reason
    sentence: Text
    status: int | None = None
    retry_after: timedelta | None = None

    @property
    def gone(self) -> bool:
        """Whether the server says that the feed will never come back."""
        return self.reason is Reason.GONE


def failed(
    reason: Reason, url: str, *, detail: Value = "", status: int | None = None, retry_after: timedelta | None = None
) -> FetchFailed:
    """The failure to read `url` for `reason`, put into words."""
    sentence = SENTENCES[reason].filled(site=site_of(url), status=status or 0, detail=detail)
    return FetchFailed(reason=reason, sentence=sentence, status=status, retry_after=retry_after)


def site_of(url: str) -> Value:
    """The host of `url` for people, or "the site" if it is not safe to show."""
    try:
        host = URL(url).host or ""
    except ValueError:
        host = ""
    host = host.removeprefix("www.")
    return host if re.fullmatch(r"[a-z0-9][a-z0-9.:-]{0,252}", host) else N_("the site")
