"""What the rest of the bot uses of the web of feeds: read a feed, read a page."""

from dataclasses import dataclass
from datetime import datetime

from bot.feeds.charset import text_of
from bot.feeds.fetch import PAGE_TYPES, Fetched, Fetcher, FetchFailed, Reason, Request, Unchanged, failed
from bot.feeds.parse import ParsedFeed, ParseFailed, parse_feed
from bot.feeds.workers import Death, WorkerFailed, Workers


@dataclass(frozen=True, slots=True)
class Read:
    """A feed that has changed, and what to remember of the answer."""

    feed: ParsedFeed
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Page:
    """A web page, as text."""

    url: str
    html: str


class FeedReader:
    """Reads feeds and pages: fetched with care, parsed in a worker."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher = fetcher
        self._workers = workers

    async def read(self, request: Request, *, now: datetime) -> Read | Unchanged | FetchFailed:
        """The feed at `request.url`, if it has changed."""
        outcome = await self._fetcher.fetch(request, now=now)
        if not isinstance(outcome, Fetched):
            return outcome
        parsed = await self.parse(outcome, now=now)
        return parsed if isinstance(parsed, FetchFailed) else Read(parsed, outcome)

    async def parse(self, fetched: Fetched, *, now: datetime) -> ParsedFeed | FetchFailed:
        """The feed in a body that has been fetched."""
        try:
            parsed = await self._workers.run(_parse, fetched.body, fetched.url, fetched.content_type, now)
        except WorkerFailed as failure:
            mine = failure.reason is Death.DIED and failure.detail
            return failed(Reason.OVERLOADED if mine else Reason.UNREADABLE, fetched.url)
        if isinstance(parsed, ParseFailed):
            return failed(Reason(parsed.problem.value), fetched.url)
        return parsed

    async def page(self, url: str, *, now: datetime) -> Page | FetchFailed:
        """The web page at `url`, which is a stranger's as much as a feed is."""
        outcome = await self._fetcher.fetch(Request(url=url, accept=PAGE_TYPES), now=now)
        match outcome:
            case Fetched():
                return Page(outcome.url, text_of(outcome.body, outcome.content_type))
            case Unchanged():
                raise AssertionError("a page is asked for without conditions")
            case FetchFailed():
                return outcome


def _parse(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed | ParseFailed:
    return parse_feed(body, url=url, content_type=content_type, now=now)
