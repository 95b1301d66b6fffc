from collections.abc import AsyncIterator

import pytest

from bot.feeds.fetch import Limits
from bot.feeds.hosts import Hosts
from bot.feeds.reader import FeedReader, open_reader
from bot.feeds.workers import Workers
from tests.feeds.site import Site, open_site, without_proxies


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as site:
        yield site


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(2) as workers:
        yield workers


@pytest.fixture
async def reader(workers: Workers) -> AsyncIterator[FeedReader]:
    """A reader that may go anywhere, and makes no pauses."""
    limits = Limits(body=200_000)
    hosts = Hosts(pause=0)
    async with open_reader(
        workers, user_agent="Previously/test", allow_private=True, hosts=hosts, limits=limits
    ) as reader:
        yield reader
