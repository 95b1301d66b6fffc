"""How fast one recap reaches many channels: `python -m tests.bench.fanout [channels]`.

The embedded Discord runs in a process of its own. Measured are: the share of the requests that `GLOBAL_RATE` allows,
and how many were refused, with Discord's limit of 50 a second enforced; then, without limits, finished cards a second
beside a bare discord.py loop that creates and edits the same messages, a round of each in turn.
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
from typing import Final

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import select

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
from bot.sandbox.server import EmbeddedDiscord
from bot.store.schema import posts
from bot.store.store import Store
from cogs.views import born_view, card_view
from tests.delivery.scene import Clock, Scene, opened, template_database

RATE: Final = 45
ROUNDS: Final = 3
AT_ONCE: Final = 128


class BenchClient(RecapClient):
    """The client with the announcer alone."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here."""

    async def setup_hook(self) -> None:
        self._connection.guild_ready_timeout = 0.2
        await self.load_extension("cogs.announcer")


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded Discord in another process."""

    base_url: str
    token: str
    guild: GuildId
    channels: list[ChannelId]
    pipe: Connection

    def refused(self) -> int:
        """How many requests were refused with a 429 so far."""
        self.pipe.send("refused?")
        return int(self.pipe.recv())


def _serve(pipe: Connection, count: int, *, limited: bool) -> None:
    async def serve() -> None:
        world, guild, channels = world_of_channels(count)
        limits = Limits() if limited else None
        async with EmbeddedDiscord(world, limits=limits) as server:
            pipe.send((server.base_url, server.token, guild.id, [channel.id for channel in channels]))
            while await asyncio.to_thread(pipe.recv) is not None:
                pipe.send(limits.refused if limits else 0)

    asyncio.run(serve())


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
    client = BenchClient(store, ShowDirectory(store, {}), utc_now)
    async with client:
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
    unfinished = select(posts.c.id).where(posts.c.state != "carded").limit(1)
    while True:
        await asyncio.sleep(0.1)
        async with store.reading() as unit:
            if await unit.posts._connection.scalar(unfinished) is None:
                break
    took = time.perf_counter() - began
    await outbox.stop()
    await running
    return took


async def bare_loop(client: BenchClient, server: Server, recap: Recap) -> float:
    """The same messages by discord.py alone: no store, no looking, nothing remembered."""
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


async def limited(folder: Path, count: int) -> None:
    with server(count, limited=True) as there:
        async with opened(template_database(folder)) as store, client_on(there, store) as client:
            await queued(Scene(store, Clock(utc_now())), there)
            assert client.sender is not None
            took = await delivered(store, Outbox(store, Courier(client.sender, Ledger(store), Pace(RATE))))
        requests, refused = 2 * count, there.refused()
    print(
        f"limited to {RATE}/s: {count} channels in {timedelta(seconds=round(took))}, {requests / took:.1f} requests/s"
    )
    print(f"  {requests / took / RATE:.1%} of what the rate allows, {refused} refused")


async def unlimited(folder: Path, count: int) -> tuple[float, float]:
    """Finished cards a second: the outbox's, and the bare loop's."""
    with server(count, limited=False) as there:
        async with opened(template_database(folder)) as store, client_on(there, store) as client:
            recap = await queued(Scene(store, Clock(utc_now())), there)
            assert client.sender is not None
            ours = await delivered(store, Outbox(store, Courier(client.sender, Ledger(store), Pace(None))))
            bare = await bare_loop(client, there, recap)
    return count / ours, count / bare


async def main(count: int) -> None:
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            rounds.append(await unlimited(Path(name), count))
    with tempfile.TemporaryDirectory() as name:
        for ours, bare in rounds:
            print(f"unlimited: {ours:.0f} cards/s, bare loop {bare:.0f}/s, ratio {ours / bare:.2f}")
        print(f"  median ratio {statistics.median(ours / bare for ours, bare in rounds):.2f}")
        await limited(Path(name), count)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
