"""Fetching: one address in, and one of three outcomes out.

Servers are treated with consideration (conditional requests, one at a time, honest about who asks) and their answers
with suspicion (limits on size, time and redirects). What can be expected to go wrong is a `FetchFailed` with a sentence
for people; nothing of aiohttp gets out of here.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from bot.feeds.coding import ACCEPT_ENCODING, CutShort, PackedBadly, TooBig, unpacked
from bot.feeds.guard import Guard, GuardedResolver, PrivateAddress
from bot.feeds.headers import freshness, validator, wait_asked
from bot.feeds.hosts import Hosts
from bot.feeds.outcomes import Fetched, FetchFailed, Reason, Request, Unchanged, Validators, failed
from bot.texts import N_, Text

#: Whoever fetches needs the outcomes too.
__all__ = [
    "DEFAULT_LIMITS",
    "FetchFailed",
    "Fetched",
    "Fetcher",
    "Limits",
    "Reason",
    "Request",
    "Unchanged",
    "Validators",
    "open_http",
]

_PERMANENT: Final = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
_REDIRECTS: Final = _PERMANENT | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}


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
        """What comes of asking for `request.url`, and wherever it leads."""
        async with self.fetching(request, now=now) as outcome:
            return outcome

    @asynccontextmanager
    async def fetching(self, request: Request, *, now: datetime) -> AsyncIterator[Fetched | Unchanged | FetchFailed]:
        """The same, where the turn to ask lasts as long as the block: bodies that wait there are few."""
        target, moved_to, visited = request.url, None, {request.url}
        only_permanent = True
        for _ in range(self._limits.redirects + 1):
            url = self._guard.checked(target)
            if isinstance(url, Text):
                detail = url if target == request.url else N_("it leads to another one, and {problem}", problem=url)
                yield failed(Reason.ADDRESS, target, detail=detail)
                return
            async with self._hosts.turn(url.host or ""):
                outcome = await self._ask(url, request, moved_to, now)
                if not isinstance(outcome, _Redirect):
                    yield outcome
                    return
            target = outcome.target
            if target in visited:
                break
            visited.add(target)
            only_permanent = only_permanent and outcome.permanent
            moved_to = target if only_permanent else moved_to
        yield failed(Reason.REDIRECTS, request.url)

    async def _ask(
        self, url: URL, request: Request, moved_to: str | None, now: datetime
    ) -> Fetched | Unchanged | FetchFailed | _Redirect:
        headers = {"Accept": request.accept}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        try:
            async with self._http.get(
                url, headers=headers, allow_redirects=False, proxy=self._guard.proxy_for(url)
            ) as response:
                return await self._read(response, request, moved_to, now)
        except (aiohttp.ClientError, OSError) as error:
            return failed(_reason_of(error), str(url), detail=N_("it cannot be read as a web address"))

    async def _read(
        self, response: aiohttp.ClientResponse, request: Request, moved_to: str | None, now: datetime
    ) -> Fetched | Unchanged | FetchFailed | _Redirect:
        url = str(response.url)
        if response.status in _REDIRECTS and (location := response.headers.get("Location")):
            return _redirect(response, location)
        known = Validators(
            url=url,
            etag=validator(response.headers, "ETag"),
            last_modified=validator(response.headers, "Last-Modified"),
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
        return failed(Reason.ADDRESS, str(response.url), detail=N_("it leads to one that cannot be read"))
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
