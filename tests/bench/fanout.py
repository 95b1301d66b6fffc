"""How fast one recap reaches many channels: `python -m tests.bench.fanout [channels]`.

The embedded Discord runs in a process of its own. Measured are: the share of the requests that `GLOBAL_RATE` allows,
and how many were refused, with Discord's limit of 50 a second enforced; then, without limits, finished cards a second
beside a bare discord.py loop that creates and edits the same messages. Each has a client of its own, since discord.py
sets up two rate limits for each channel, and looks through all of them for every new one.

On the way somebody types: autocomplete's p99 during the fan-out is set beside its p99 before.
"""

import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import discord
import psutil
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import select, text

from bot.client import RecapClient
from bot.delivery.courier import Courier, utc_now
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.pace import Pace
from bot.directory import ShowDirectory
from bot.recaps.card import CardOptions, make_card
from bot.recaps.model import ChannelId, GuildId, PostId, Recap
from bot.sandbox.demo_world import world_of_channels
from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.server import EmbeddedDiscord
from bot.shipped import tables
from bot.store.schema import posts
from bot.store.store import Store
from cogs.views import born_view, card_view
from tests.delivery.scene import Clock, Scene, opened, template_database

RATE: Final = 45
ROUNDS: Final = 3
AT_ONCE: Final = 128
#: So often somebody types, this many seconds apart, before the fan-out and during it.
KEYSTROKES: Final = 300
BETWEEN_KEYSTROKES: Final = 0.03
TYPED: Final = ("h", "har", "harbor", "lights", "the", "cr", "squid gme", "queen of")
MEGABYTE: Final = 2**20

#: The literal condition of the index, so that looking costs nothing.
_UNFINISHED: Final = select(posts.c.id).where(text("state IN ('waiting', 'sending', 'posted')")).limit(1)


class BenchClient(RecapClient):
    """The client with what sends, and one command to type."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here."""

    async def setup_hook(self) -> None:
        self._connection.guild_ready_timeout = 0.2
        await self.load_extension("cogs.announcer")
        await self.load_extension("cogs.recaps")
        await self.tree.sync()


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded Discord in another process."""

    base_url: str
    token: str
    guild: GuildId
    channels: list[ChannelId]
    pipe: Connection

    async def ask(self, question: str) -> Any:
        """What the other process knows, asked in a thread."""
        self.pipe.send(question)
        return await asyncio.to_thread(self.pipe.recv)


def _serve(pipe: Connection, count: int, *, limited: bool) -> None:
    async def serve() -> None:
        world, guild, channels = world_of_channels(count)
        limits = Limits() if limited else None
        async with EmbeddedDiscord(world, limits=limits) as server:
            pipe.send((server.base_url, server.token, guild.id, [channel.id for channel in channels]))
            while (question := await asyncio.to_thread(pipe.recv)) is not None:
                if question == "typing":
                    pipe.send(await keystrokes(server.person(guild.owner_id), channels[0].id))
                else:
                    pipe.send(limits.refused if limits else 0)

    asyncio.run(serve())


async def keystrokes(person: Person, channel: int) -> list[float]:
    """How many seconds autocomplete takes, once for each keystroke."""
    took = []
    for number in range(KEYSTROKES):
        began = time.perf_counter()
        await person.suggest(channel, "recap", "show", TYPED[number % len(TYPED)])
        took.append(time.perf_counter() - began)
        await asyncio.sleep(BETWEEN_KEYSTROKES)
    return took


@contextmanager
def server(count: int, *, limited: bool) -> Iterator[Server]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, count), kwargs={"limited": limited}
    )
    process.start()
    try:
        base_url, token, guild, channels = ours.recv()
        yield Server(base_url, token, guild, channels, ours)
    finally:
        ours.send(None)
        process.join()


@asynccontextmanager
async def client_on(server: Server, store: Store) -> AsyncIterator[BenchClient]:
    Route.BASE = f"{server.base_url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.base_url.replace("http", "ws") + "/gateway")
    directory = ShowDirectory(store, tables("shows.toml"))
    await directory.load()
    async with BenchClient(store, directory, utc_now) as client:
        running = asyncio.create_task(client.start(server.token))
        await asyncio.wait({running, asyncio.create_task(_ready(client))}, return_when=asyncio.FIRST_COMPLETED)
        yield client
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


async def _ready(client: BenchClient) -> None:
    while client.loop is discord.utils.MISSING or not client.is_ready():  # noqa: ASYNC110  a bench may
        await asyncio.sleep(0.05)


async def queued(scene: Scene, server: Server) -> Recap:
    """One recap, due in every channel."""
    feed, show = await scene.feed(), await scene.show()
    for channel in server.channels:
        await scene.subscribe(channel, show, guild=server.guild)
    return await scene.recap(feed, show)


async def delivered(store: Store, outbox: Outbox) -> float:
    """How many seconds it takes until every post is a card."""
    began = time.perf_counter()
    running = asyncio.create_task(outbox.run())
    while True:
        await asyncio.sleep(0.1)
        async with store.reading() as unit:
            if await unit.posts._connection.scalar(_UNFINISHED) is None:
                break
    took = time.perf_counter() - began
    await outbox.stop()
    await running
    return took


async def outbox_alone(client: BenchClient, rate: float | None) -> float:
    assert client.sender is not None
    return await delivered(client.store, Outbox(client.store, Courier(client.sender, Ledger(client.store), Pace(rate))))


async def bare_loop(client: BenchClient, server: Server, recap: Recap) -> float:
    """The same messages by discord.py alone: no store, no looking, nothing remembered; how many seconds it takes."""
    began = time.perf_counter()
    card, hands = make_card(recap, CardOptions()), asyncio.Semaphore(AT_ONCE)

    async def post(number: int, channel: ChannelId) -> None:
        async with hands:
            place = client.get_partial_messageable(channel)
            message = await place.send(card.line, view=born_view(card, "bare", PostId(number)), suppress_embeds=True)
            view = card_view(card, "bare", PostId(number))
            await place.get_partial_message(message.id).edit(content=None, embeds=[], attachments=[], view=view)

    await asyncio.gather(*(post(number, channel) for number, channel in enumerate(server.channels)))
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds, and how much the memory grew in bytes."""

    seconds: float
    grew: int


async def unlimited(folder: Path, count: int, *, bare_first: bool) -> tuple[Round, Round]:
    """The outbox and the bare loop, on one server, each with a client that has sent nothing yet."""
    rounds = {}
    with server(count, limited=False) as there:
        async with opened(template_database(folder)) as store:
            recap = await queued(Scene(store, Clock(utc_now())), there)
            for bare in (bare_first, not bare_first):
                async with client_on(there, store) as client:
                    before = psutil.Process().memory_info().rss
                    took = await (bare_loop(client, there, recap) if bare else outbox_alone(client, None))
                    rounds[bare] = Round(took, psutil.Process().memory_info().rss - before)
    return rounds[False], rounds[True]


async def limited(folder: Path, count: int) -> None:
    with server(count, limited=True) as there:
        async with opened(template_database(folder)) as store:
            await queued(Scene(store, Clock(utc_now())), there)
            async with client_on(there, store) as client:
                idle = await there.ask("typing")
                typing = asyncio.create_task(there.ask("typing"))
                took = await outbox_alone(client, RATE)
                busy = await typing
                refused = await there.ask("refused")
    rate, idle_p99, busy_p99 = 2 * count / took, p99(idle), p99(busy)
    print(f"limited to {RATE}/s: {count} channels in {timedelta(seconds=round(took))}, {rate:.1f} requests/s")
    print(f"  {rate / RATE:.1%} of what the rate allows, {refused} refused")
    print(
        f"  autocomplete p99 {busy_p99 * 1000:.1f} ms during the fan-out, {idle_p99 * 1000:.1f} ms before:"
        f" {busy_p99 / idle_p99:.1f} times"
    )


def p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[-1]


async def main(count: int) -> None:
    ratios = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            ours, bare = await unlimited(Path(name), count, bare_first=number % 2 == 1)
        ratios.append(bare.seconds / ours.seconds)
        print(
            f"unlimited: {count / ours.seconds:.0f} cards/s, bare loop {count / bare.seconds:.0f}/s,"
            f" ratio {ratios[-1]:.2f}; memory grew {ours.grew / MEGABYTE:.0f} MB, bare {bare.grew / MEGABYTE:.0f} MB"
        )
    print(f"  median ratio {statistics.median(ratios):.2f}")
    with tempfile.TemporaryDirectory() as name:
        await limited(Path(name), count)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
