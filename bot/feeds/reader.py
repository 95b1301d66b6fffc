"""What the rest of the bot uses of the web of feeds: read a feed, find a site's feeds, read a page."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.feeds.charset import text_of
from bot.feeds.discover import Candidate, Links, address_of, linked_feeds, usual_places
from bot.feeds.fetch import DEFAULT_LIMITS, Fetcher, Limits, open_http
from bot.feeds.guard import Guard
from bot.feeds.hosts import Hosts
from bot.feeds.outcomes import PAGE_TYPES, Fetched, FetchFailed, Reason, Request, Unchanged, failed
from bot.feeds.parse import ParsedFeed, ParseFailed, parse_feed
from bot.feeds.workers import Death, WorkerFailed, Workers

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """A feed that has changed, and what to remember of the answer."""

    feed: ParsedFeed
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Page:
    """A web page, as text."""

    #: Where it came from, after all redirects.
    url: str
    html: str

    def __repr__(self) -> str:
        return f"Page(url={self.url!r}, {len(self.html)} characters)"


@asynccontextmanager
async def open_reader(
    workers: Workers,
    *,
    user_agent: str,
    allow_private: bool = False,
    hosts: Hosts | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> AsyncIterator["FeedReader"]:
    """A reader with a session of its own. `user_agent` says who asks, and where to complain."""
    guard = Guard(allow_private=allow_private)
    async with open_http(user_agent=user_agent, guard=guard, limits=limits) as http:
        yield FeedReader(Fetcher(http, guard=guard, hosts=hosts or Hosts(), limits=limits), workers)


class FeedReader:
    """Reads feeds and pages: fetched with care, parsed in a worker."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher = fetcher
        self._workers = workers
        #: What has been parsed is to be made use of before more is: workers take jobs in the order they come.
        self._parsing = asyncio.Lock()

    async def read(self, request: Request, *, now: datetime) -> Read | Unchanged | FetchFailed:
        """The feed at `request.url`, if it has changed."""
        async with self._fetcher.fetching(request, now=now) as outcome:
            if not isinstance(outcome, Fetched):
                return outcome
            parsed = await self.parse(outcome, now=now)
            return parsed if isinstance(parsed, FetchFailed) else Read(parsed, outcome)

    async def page(self, url: str, *, now: datetime) -> Page | FetchFailed:
        """The web page at `url`, which is a stranger's as much as a feed is."""
        outcome = await self._fetch_new(Request(url=url, accept=PAGE_TYPES), now)
        if isinstance(outcome, FetchFailed):
            return outcome
        return Page(outcome.url, text_of(outcome.body, outcome.content_type))

    async def discover(self, address: str, *, now: datetime) -> tuple[Candidate, ...] | FetchFailed:
        """The feeds of the site at `address`, best first; at least one, or why there is none.

        Feeds that the page links to are not read here; those that were guessed have been.
        """
        page = await self._fetch_new(Request(url=address_of(address)), now)
        if isinstance(page, FetchFailed):
            return page
        parsed = await self.parse(page, now=now)
        if isinstance(parsed, ParsedFeed):
            return (Candidate(page.url, parsed.title),)
        if parsed.reason not in {Reason.WEB_PAGE, Reason.NOT_A_FEED}:
            return parsed
        links = await self._links(page)
        return links.feeds or await self._guessed_feed(page.url, links.places, now)

    async def _links(self, page: Fetched) -> Links:
        try:
            return await self._workers.run(linked_feeds, page.body, url=page.url, content_type=page.content_type)
        except WorkerFailed:
            return Links()

    async def _guessed_feed(
        self, url: str, likely: Sequence[str], now: datetime
    ) -> tuple[Candidate, ...] | FetchFailed:
        for place in dict.fromkeys((*likely, *usual_places(url))):
            outcome = await self.read(Request(url=place), now=now)
            if isinstance(outcome, Read):
                return (Candidate(outcome.fetched.url, outcome.feed.title),)
        return failed(Reason.NO_FEED_FOUND, url)

    async def _fetch_new(self, request: Request, now: datetime) -> Fetched | FetchFailed:
        outcome = await self._fetcher.fetch(request, now=now)
        assert not isinstance(outcome, Unchanged), "it was asked for without conditions"
        return outcome

    async def parse(self, fetched: Fetched, *, now: datetime) -> ParsedFeed | FetchFailed:
        """The feed in a body that is here already."""
        try:
            async with self._parsing:
                parsed = await self._workers.run(
                    parse_feed, fetched.body, url=fetched.url, content_type=fetched.content_type, now=now
                )
        except WorkerFailed as failure:
            log.warning("Reading what %s sent failed: %s", fetched.url, failure)
            missing = failure.reason is Death.NO_WORKER
            return failed(Reason.NO_WORKER if missing else Reason.UNREADABLE, fetched.url)
        if isinstance(parsed, ParseFailed):
            return failed(Reason(parsed.problem.value), fetched.url)
        return parsed
