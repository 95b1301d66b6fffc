"""What polling costs: `python -m tests.bench.polling [--feeds 2000] [--stall-feeds 500] [--growth]`.

Feeds on loopback, each at an address of its own; 98 % answer 304, 2 % have one new item of ten, every other one of
which is a recap. The real poller and store ask them, and so does a bare aiohttp loop, in one run. Then feeds of a
hundred items, all of them changed, are read while the longest stall of the event loop is measured.

The site is a process of its own, and so does not count. What a worker takes once, to start and to load its vocabulary,
is no part of polling: every worker has read a recap before anything is measured, and its start is printed apart.
"""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import aiohttp
import psutil
from aiohttp import web
from sqlalchemy import insert, update

from bot.directory import ShowDirectory
from bot.feeds.parse import ParsedFeed, parse_feed
from bot.feeds.reader import open_reader
from bot.feeds.workers import Workers
from bot.intervals import Bounds
from bot.polling import Poller
from bot.recaps.headline import HeadlineWords
from bot.shipped import tables
from bot.store.database import migrate
from bot.store.schema import feeds
from bot.store.store import Store, open_store
from bot.study import Body, study
from bot.understanding import Understanding

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BOUNDS: Final = Bounds(minimum=timedelta(minutes=5), maximum=timedelta(hours=2))
CHANGED: Final = 50  # every fiftieth feed: 2 %
AT_ONCE: Final = 64
#: Polls that are a quarter of an hour apart.
ROUNDS: Final = 4
#: How many feeds the growth is measured between.
FEW: Final = 500
MANY: Final = 10_000
PARAGRAPH: Final = (
    "<p>Ada rows through the flooded gallery with a lamp between her knees, and finds that the old sluice stands open. "
    "Emlyn counts the votes in the chapel hall; two names are still missing when the candle burns down. "
    "In the morning she signs the survey, and forty men are dismissed before the strike is even called.</p>"
)


@dataclass(frozen=True)
class Cost:
    """What something took, per 1,000 feeds."""

    name: str
    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(other.name, self.cpu + other.cpu, self.wall + other.wall, self.memory + other.memory)

    def __str__(self) -> str:
        return f"{self.name:<28}{self.cpu:>10.3f} {self.wall:>10.2f} {self.memory:>10.1f}"


def feed_xml(number: int, items: int, version: int) -> str:
    """A feed of `items`, of which each version adds one at the top."""
    newest = items + version
    inside = "".join(_item(number, each) for each in range(newest, newest - items, -1))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site {number}</title>{inside}</channel></rss>'


def _item(feed: int, number: int) -> str:
    title = (
        f"Harbour {feed} Season 1 Episode {number} Recap: What the Water Took"
        if number % 50 in {2, 12, 14, 27, 37, 39}
        else "Ten Questions About the Harbour, and Who Might Answer Them"
    )
    published = format_datetime(START - timedelta(hours=8 * (200 - number)))
    body = (PARAGRAPH * 25).replace("<", "&lt;")
    return (
        f'<item><title>{title}</title><guid isPermaLink="false">{feed}-{number}</guid>'
        f"<link>https://site{feed}.example/{number}/</link><pubDate>{published}</pubDate>"
        f"<description>{body}</description></item>"
    )


async def serve() -> None:
    """The site: `/{feed}/{items}/{version}` has that version; who knows the ETag of the version is told 304."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        _, number, items, *rest = request.path.split("/")
        if number == "publish":
            versions[0] += 1
            return web.Response()
        version = versions[0] if rest == ["changes"] else 0
        etag = f'"{version}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(text=feed_xml(int(number), int(items), version), headers={"ETag": etag})

    versions = [0]
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    # Every address of 127.0.0.0/8 is this machine.
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=1024).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


@asynccontextmanager
async def a_site() -> AsyncIterator[int]:
    """The port of the site, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.polling", "--serve"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


def address(port: int, number: int, items: int, *, changes: bool) -> str:
    host = f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"
    return f"http://{host}:{port}/{number}/{items}" + ("/changes" if changes else "")


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Bench:
    """The parts under measurement."""

    port: int
    store: Store
    poller: Poller
    clock: Clock

    async def add(self, urls: list[str], *, read_before: bool) -> None:
        """Feeds in the catalogue; those that were read before have an ETag and a past, but no entries."""
        past = {"etag": '"0"', "first_success_at": START, "rhythm": _rhythm()} if read_before else {}
        rows = [
            {"url": url, "name": "site", "in_catalogue": True, "added_at": START, "next_poll_at": START} for url in urls
        ]
        async with self.store.transaction() as unit:
            await unit.feeds._connection.execute(insert(feeds).values(**past), rows)

    async def poll_all(self) -> None:
        self.clock.now += timedelta(minutes=15)
        async with self.store.transaction() as unit:
            await unit.feeds._connection.execute(update(feeds).values(next_poll_at=self.clock.now))
        await self.poll()

    async def poll(self) -> None:
        while (due := await self.poller.next_due()) and due <= self.clock.now:
            await self.poller.poll_due()

    async def publish(self) -> None:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{self.port}/publish/0"):
            pass


def _rhythm() -> dict[str, object]:
    return {"published": [int((START - timedelta(hours=8 * number)).timestamp()) for number in range(10)]}


@asynccontextmanager
async def a_bench(port: int, folder: Path) -> AsyncIterator[Bench]:
    path = folder / "previously.db"
    migrate(path)
    clock = Clock()
    async with (
        open_store(f"sqlite+aiosqlite:///{path}") as store,
        Workers() as workers,
        open_reader(workers, user_agent="Previously/bench", allow_private=True) as reader,
    ):
        directory = ShowDirectory(store, tables("shows.toml"))
        words = HeadlineWords.from_tables(tables("headlines.toml"))
        understanding = Understanding(words, directory, workers, reader)
        async with Poller(store, reader, understanding, directory, bounds=BOUNDS, clock=clock) as poller:
            # As the bot itself does once it is loaded.
            gc.collect()
            gc.freeze()
            yield Bench(port, store, poller, clock)


async def measured(name: str, work: Callable[[], Awaitable[object]], count: int) -> Cost:
    """The cost of `work`, workers included, the site not."""
    before, memory, began = _cpu(), _memory(), time.perf_counter()
    await work()
    share = 1000 / count / ROUNDS
    return Cost(
        name,
        (_cpu() - before) * share,
        (time.perf_counter() - began) * share,
        max(_memory() - memory, 0) / 2**20 * share,
    )


def _processes() -> list[psutil.Process]:
    """This one and its workers."""
    children = psutil.Process().children()
    return [psutil.Process(), *(child for child in children if "bot.feeds.worker" in child.cmdline())]


def _cpu() -> float:
    return sum(sum(process.cpu_times()[:2]) for process in _processes())


def _memory() -> int:
    return sum(process.memory_info().rss for process in _processes())


async def bare(urls: list[str]) -> None:
    """The floor: nothing but the same requests."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def ask(url: str) -> None:
        async with slots, http.get(url, headers={"If-None-Match": '"0"'}) as response:
            await response.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True)) as http:
        await asyncio.gather(*(ask(url) for url in urls))


async def worker_start() -> None:
    """What a worker takes until it has read its first feed and its first recap."""
    body = feed_xml(0, 2, 0).encode()
    before = _cpu_of_children()
    async with Workers() as workers:
        read = await workers.run(parse_feed, body, url="http://site.example", content_type=None, now=START)
        assert isinstance(read, ParsedFeed)
        await workers.run(study, [Body(read.entries[0].html)])
    print(f"a worker's start, once: {_cpu_of_children() - before:.2f} s of CPU")


def _cpu_of_children() -> float:
    """The time of those that have ended."""
    times = os.times()
    return times.children_user + times.children_system


async def growth(port: int) -> None:
    """How the cost of a feed grows with their number."""
    few, many = await poll_cost(port, FEW), await poll_cost(port, MANY)
    print(f"CPU of a feed among {MANY:,}: {many.cpu / few.cpu:.2f} times that of one among {FEW}")


async def poll_cost(port: int, count: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        async with a_bench(port, Path(folder)) as bench:
            steady = [address(port, number, 10, changes=False) for number in range(count) if number % CHANGED]
            changing = [address(port, number, 10, changes=True) for number in range(0, count, CHANGED)]
            await bench.add(changing, read_before=False)
            await bench.poll()
            await bench.add(steady, read_before=True)
            await bench.poll_all()
            urls = [*steady, *changing]
            floor = ours = Cost("")
            for _ in range(ROUNDS):
                await bench.publish()
                floor += await measured("bare aiohttp", lambda: bare(urls), count)
                ours += await measured("the poller", bench.poll_all, count)
    print(f"\n{count} feeds, per 1,000        CPU s     wall s        MiB\n{floor}\n{ours}")
    print(f"CPU: {ours.cpu / floor.cpu:.2f} times the bare loop")
    return ours


async def stall(port: int, count: int) -> None:
    """The longest time that the loop did nothing else, while feeds of 100 items are read."""
    longest = worked = 0.0

    async def watch() -> None:
        nonlocal longest, worked
        while True:
            before, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)
            worked = max(worked, time.thread_time() - cpu)

    with tempfile.TemporaryDirectory() as folder:
        async with a_bench(port, Path(folder)) as bench:
            await bench.add([address(port, number, 100, changes=True) for number in range(count)], read_before=False)
            watching = asyncio.create_task(watch())
            began = time.perf_counter()
            await bench.poll()
            watching.cancel()
    wall = time.perf_counter() - began
    print(f"\n{count} changed feeds of 100 items read in {wall:.1f} s")
    print(
        f"longest stall of the loop {longest * 1000:.0f} ms; most work of its own at a stretch {worked * 1000:.0f} ms"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--feeds", type=int, nargs="*", default=[2000], help="how many feeds; several, one after another"
    )
    parser.add_argument("--stall-feeds", type=int, default=500, help="how many changed feeds of 100 items; 0 for none")
    parser.add_argument("--growth", action="store_true", help=f"also measure how it grows from {FEW} to {MANY:,} feeds")
    options = parser.parse_args()
    if options.serve:
        await serve()
        return
    await worker_start()
    async with a_site() as port:
        for count in options.feeds:
            await poll_cost(port, count)
        if options.growth:
            await growth(port)
        if options.stall_feeds:
            await stall(port, options.stall_feeds)


if __name__ == "__main__":
    asyncio.run(main())
