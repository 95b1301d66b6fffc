"""Fetching: one address in, and one of three outcomes out.

Servers are treated with consideration (conditional requests, one at a time, honest about who asks) and their answers
with suspicion (limits on size, time and redirects). What can be expected to go wrong is a `FetchFailed` with a sentence
for people; nothing of aiohttp gets out of here.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from bot.feeds.coding import ACCEPT_ENCODING, CutShort, PackedBadly, TooBig, unpacked
from bot.feeds.guard import Guard, GuardedResolver, PrivateAddress
from bot.feeds.hosts import Hosts

FEED_TYPES: Final = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_TYPES: Final = "text/html, application/xhtml+xml, */*;q=0.5"

#: A server may ask us to stay away for at most this long; after that we look whether it has changed its mind.
LONGEST_WAIT: Final = timedelta(days=1)
_PERMANENT: Final = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
_REDIRECTS: Final = _PERMANENT | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}


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


SENTENCES: Final[Mapping[Reason, str]] = {
    Reason.ADDRESS: "This address cannot be a feed: {detail}. Copy the feed's address from the site and add that.",
    Reason.PRIVATE: "{site} is not on the public internet, so it is not read. Use a feed that everybody can open.",
    Reason.NO_SUCH_HOST: "There is no site called {site} at the moment. Check how the address is spelled.",
    Reason.CONNECTION: "{site} could not be reached. It is tried again; if this lasts, check that the site works.",
    Reason.CERTIFICATE: "{site} has no valid security certificate. Tell the site, or look for another address.",
    Reason.TIMEOUT: "{site} took too long to answer. It is tried again; if this lasts, tell the site.",
    Reason.GONE: "{site} says that this feed is gone for good (410). Remove it, or add its new address.",
    Reason.NOT_FOUND: "{site} has no page at this address (404). Look for the feed's new address on the site.",
    Reason.FORBIDDEN: "{site} does not let this bot read the feed ({status}). Ask the site to allow feed readers.",
    Reason.THROTTLED: "{site} asks for fewer requests (429). It is tried again later; nothing needs to be done.",
    Reason.SERVER_ERROR: "{site} has a problem of its own ({status}). It is tried again; if this lasts, tell the site.",
    Reason.STATUS: "{site} answered in a way no feed does ({status}). Check the address of the feed.",
    Reason.REDIRECTS: "{site} sends us round in circles. Open the feed in a browser and add the address where it ends.",
    Reason.TOO_BIG: "What {site} sends is too big for a feed. Look for a feed of the newest articles only.",
    Reason.CUT: "The answer of {site} broke off half-way. It is tried again; if this lasts, tell the site.",
    Reason.PACKED_BADLY: "The answer of {site} is packed in a way that cannot be undone. Tell the site.",
    Reason.NOT_A_FEED: "What {site} has at this address is not a feed. Add the address of its RSS, Atom or JSON feed.",
    Reason.WEB_PAGE: "{site} shows a web page at this address, not a feed. Add the address of its feed.",
    Reason.ENTITIES: "The feed of {site} defines its own XML entities, which is not safe to read. Tell the site.",
    Reason.UNREADABLE: "The feed of {site} is so odd that it could not be read. Look for another feed of the site.",
    Reason.NO_FEED_FOUND: "No feed was found on {site}. Ask the site where its feed is, and add that address.",
    Reason.NO_WORKER: "The feed of {site} could not be read just now. It is tried again; nothing needs to be done.",
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
    sentence: str
    status: int | None = None
    retry_after: timedelta | None = None

    @property
    def gone(self) -> bool:
        """Whether the server says that the feed will never come back."""
        return self.reason is Reason.GONE


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of our time and memory one answer may have."""

    body: int = 5 * 2**20
    #: For one request as a whole, and between two of its bytes.
    total: float = 30.0
    silence: float = 10.0
    redirects: int = 5


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


def failed(
    reason: Reason, url: str, *, detail: str = "", status: int | None = None, retry_after: timedelta | None = None
) -> FetchFailed:
    """The failure to read `url` for `reason`, put into words."""
    sentence = SENTENCES[reason].format(site=site_of(url), status=status, detail=detail)
    return FetchFailed(reason=reason, sentence=sentence, status=status, retry_after=retry_after)


def site_of(url: str) -> str:
    """The host of `url` for people, or "the site" if it is not safe to show."""
    try:
        host = URL(url).host or ""
    except ValueError:
        host = ""
    host = host.removeprefix("www.")
    return host if re.fullmatch(r"[a-z0-9][a-z0-9.:-]{0,252}", host) else "the site"


def open_http(*, user_agent: str, guard: Guard, limits: Limits = DEFAULT_LIMITS) -> aiohttp.ClientSession:
    """A session that reaches only what `guard` allows, keeps no cookies and leaves bodies packed."""
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(guard),
        # `Hosts` sets the bounds. An idle TLS connection holds 300 kB, and the next poll is minutes away.
        limit=0,
        force_close=True,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=limits.total, sock_read=limits.silence, connect=limits.silence),
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


class Fetcher:
    """Fetches feeds and pages through one session."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        *,
        guard: Guard,
        hosts: Hosts,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._http = http
        self._guard = guard
        self._hosts = hosts
        self._limits = limits

    async def fetch(self, request: Request, *, now: datetime) -> Fetched | Unchanged | FetchFailed:
        """Ask for `request.url`, and wherever it leads."""
        url, moved_to, visited = request.url, None, {request.url}
        only_permanent = True
        for _ in range(self._limits.redirects + 1):
            if problem := self._guard.problem(url):
                detail = problem if url == request.url else f"it leads to another one, and {problem}"
                return failed(Reason.ADDRESS, url, detail=detail)
            outcome = await self._ask(URL(url), request, moved_to, now)
            if not isinstance(outcome, _Redirect):
                return outcome
            url = outcome.target
            if url in visited:
                break
            visited.add(url)
            only_permanent = only_permanent and outcome.permanent
            moved_to = url if only_permanent else moved_to
        return failed(Reason.REDIRECTS, request.url)

    async def _ask(
        self, url: URL, request: Request, moved_to: str | None, now: datetime
    ) -> Fetched | Unchanged | FetchFailed | _Redirect:
        headers = {"Accept": request.accept}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        try:
            async with (
                self._hosts.turn(url.host or ""),
                self._http.get(
                    url, headers=headers, allow_redirects=False, proxy=self._guard.proxy_for(url)
                ) as response,
            ):
                return await self._read(response, request, moved_to, now)
        except (aiohttp.ClientError, OSError) as error:
            return failed(_reason_of(error), str(url), detail="it cannot be read as a web address")

    async def _read(
        self, response: aiohttp.ClientResponse, request: Request, moved_to: str | None, now: datetime
    ) -> Fetched | Unchanged | FetchFailed | _Redirect:
        url = str(response.url)
        if response.status in _REDIRECTS and (location := response.headers.get("Location")):
            return _redirect(response, location)
        known = Validators(
            url=url,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            moved_to=moved_to,
            fresh_for=freshness(response.headers, now),
        )
        if response.status == HTTPStatus.NOT_MODIFIED and (request.etag or request.last_modified):
            return _unchanged(known, request)
        if response.status >= 300:
            return _refused(response, now)
        return await self._body(response, request, known)

    async def _body(
        self, response: aiohttp.ClientResponse, request: Request, known: Validators
    ) -> Fetched | Unchanged | FetchFailed:
        try:
            packed = await self._packed(response)
            body = unpacked(packed, response.headers.get("Content-Encoding", ""), limit=self._limits.body)
        except TooBig:
            return failed(Reason.TOO_BIG, known.url)
        except CutShort:
            return failed(Reason.CUT, known.url)
        except PackedBadly:
            return failed(Reason.PACKED_BADLY, known.url)
        if not body.strip():
            return failed(Reason.CUT, known.url)
        body_hash = hashlib.sha256(body).hexdigest()
        if body_hash == request.body_hash:
            return _unchanged(known, request)
        return Fetched(
            url=known.url,
            etag=known.etag,
            last_modified=known.last_modified,
            moved_to=known.moved_to,
            fresh_for=known.fresh_for,
            body_hash=body_hash,
            content_type=response.headers.get("Content-Type"),
            body=body,
        )

    async def _packed(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > self._limits.body:
            raise TooBig
        body = bytearray()
        async for chunk in response.content.iter_chunked(2**16):
            body += chunk
            if len(body) > self._limits.body:
                raise TooBig
        return bytes(body)


def _redirect(response: aiohttp.ClientResponse, location: str) -> _Redirect | FetchFailed:
    try:
        target = str(response.url.join(URL(location.strip())))
    except ValueError:
        return failed(Reason.ADDRESS, str(response.url), detail="it leads to one that cannot be read")
    return _Redirect(target, response.status in _PERMANENT)


def _unchanged(known: Validators, request: Request) -> Unchanged:
    """Nothing new. A 304 may leave out validators, which then stay as they were."""
    return Unchanged(
        url=known.url,
        etag=known.etag or request.etag,
        last_modified=known.last_modified or request.last_modified,
        moved_to=known.moved_to,
        fresh_for=known.fresh_for,
    )


def _refused(response: aiohttp.ClientResponse, now: datetime) -> FetchFailed:
    """The failure that an answer other than 2xx stands for."""
    status = response.status
    reasons: dict[int, Reason] = {
        HTTPStatus.GONE: Reason.GONE,
        HTTPStatus.NOT_FOUND: Reason.NOT_FOUND,
        HTTPStatus.UNAUTHORIZED: Reason.FORBIDDEN,
        HTTPStatus.FORBIDDEN: Reason.FORBIDDEN,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Reason.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS: Reason.THROTTLED,
    }
    reason = Reason.SERVER_ERROR if status >= 500 else reasons.get(status, Reason.STATUS)
    waits = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    retry_after = wait_asked(response.headers.get("Retry-After", ""), now) if waits else None
    return failed(reason, str(response.url), status=status, retry_after=retry_after)


def _reason_of(error: Exception) -> Reason:
    """What an exception of aiohttp, the socket or the address means."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, PrivateAddress):
        return Reason.PRIVATE
    # The order matters, since some of them are kinds of others.
    kinds: tuple[tuple[type[Exception], Reason], ...] = (
        (TimeoutError, Reason.TIMEOUT),
        (aiohttp.InvalidURL, Reason.ADDRESS),
        (aiohttp.ClientConnectorDNSError, Reason.NO_SUCH_HOST),
        (aiohttp.ClientSSLError, Reason.CERTIFICATE),
        (aiohttp.ClientPayloadError, Reason.CUT),
        (aiohttp.ClientError, Reason.CONNECTION),
        (OSError, Reason.CONNECTION),
    )
    return next(reason for kind, reason in kinds if isinstance(error, kind))


def wait_asked(retry_after: str, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks us to wait, in seconds or until a date; never longer than a day."""
    if (seconds := _seconds(retry_after)) is not None:
        return min(seconds, LONGEST_WAIT)
    until = _http_date(retry_after)
    return min(max(until - now, timedelta()), LONGEST_WAIT) if until else None


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long an answer stays fresh, by `Cache-Control` or `Expires`."""
    control = headers.get("Cache-Control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    if match := re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d+)", control):
        age = _seconds(headers.get("Age", "")) or timedelta()
        return max((_seconds(match[1]) or timedelta()) - age, timedelta()) or None
    expires = _http_date(headers.get("Expires", ""))
    return expires - now if expires and expires > now else None


def _seconds(text: str) -> timedelta | None:
    """A number of seconds, where numbers beyond sense are a year."""
    if not re.fullmatch(r"\s*[0-9]{1,400}\s*", text):
        return None
    return timedelta(seconds=min(int(text), 31_536_000))


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _header(response: aiohttp.ClientResponse, name: str) -> str | None:
    """A header that we would send back, unless it is too long or odd to be one."""
    value = response.headers.get(name, "")
    return value if value.isprintable() and 0 < len(value) <= 1000 else None
