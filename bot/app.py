"""Builds the parts, starts and stops them in order: the one place that wires."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Final

from bot.client import RecapClient
from bot.config import Settings
from bot.delivery.courier import Courier
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.pace import Pace
from bot.directory import ShowDirectory
from bot.feeds.reader import open_reader
from bot.feeds.workers import Workers
from bot.intervals import Bounds
from bot.languages import shipped_languages
from bot.own_feeds import OwnFeeds
from bot.polling import Poller
from bot.recaps.headline import HeadlineWords
from bot.shipped import tables
from bot.store.feeds import CatalogueFeed
from bot.store.store import Store, open_store
from bot.understanding import Understanding

log = logging.getLogger(__name__)

#: A loop looks again at least this often, whatever it believes to be due, in seconds.
LONGEST_SLEEP: Final = 60.0
AFTER_A_BAD_ROUND: Final = 5.0
BETWEEN_FORGETTING: Final = 24 * 60 * 60.0


def utc_now() -> datetime:
    return datetime.now(UTC)


def user_agent(contact: str) -> str:
    """How the bot introduces itself to the sites it reads."""
    return f"Previously/{version('previously')} ({contact})"


async def run(settings: Settings, token: str, catalogue: Sequence[CatalogueFeed]) -> None:
    """Run the bot until SIGINT or SIGTERM, on a database that is migrated and held.

    Raises:
        Trouble: what only the operator can mend.

    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_store(settings.database_url) as store, Workers() as workers:
        async with store.transaction() as unit:
            await unit.feeds.load_catalogue(catalogue, utc_now())
        directory = await load_directory(store)
        async with RecapClient(store, directory, utc_now, shipped_languages()) as client:
            if await _finished(client.log_in(token, settings.discord_api_base), before=stop):
                await _live(client, workers, settings, stop)
    log.info("stopped")


async def load_directory(store: Store) -> ShowDirectory:
    """The directory of all shows, read while the loop stays free for others."""
    # It makes many objects that all stay. The garbage collector would walk over them time and again, for 150 ms each
    # time, and find nothing: it waits, and then leaves them out for good.
    gc.disable()
    try:
        directory = await asyncio.to_thread(lambda: ShowDirectory(store, tables("shows.toml")))
        await directory.load()
    finally:
        gc.freeze()
        gc.enable()
    return directory


async def _live(client: RecapClient, workers: Workers, settings: Settings, stop: asyncio.Event) -> None:
    """Poll, deliver and answer until told to stop, or until one of these fails."""
    assert client.sender is not None, "the announcer has attached itself"
    assert client.application_id is not None
    store, directory = client.store, client.directory
    agent = user_agent(f"Discord bot; +https://discord.com/users/{client.application_id}")
    pace = Pace(settings.global_rate)
    outbox = Outbox(store, Courier(client.sender, Ledger(store), pace))
    async with open_reader(workers, user_agent=agent, allow_private=settings.allow_private_feeds) as reader:
        words = HeadlineWords.from_tables(tables("headlines.toml"))
        understanding = Understanding(words, directory, workers, reader)
        bounds = Bounds(
            minimum=timedelta(seconds=settings.poll_min_seconds), maximum=timedelta(seconds=settings.poll_max_seconds)
        )
        client.own_feeds = OwnFeeds(store, reader, understanding, utc_now)
        poller = Poller(store, reader, understanding, directory, bounds=bounds, clock=utc_now)
        # What is loaded by now stays as well.
        gc.collect()
        gc.freeze()
        async with background(client.stay_connected(), name="gateway") as gateway:
            async with (
                background(_polling(poller, store), name="polling") as polling,
                background(_delivering(client, outbox), name="delivery") as delivery,
                background(_forgetting(store), name="retention"),
                background(stop.wait(), name="stop") as stopping,
            ):
                ended, _ = await asyncio.wait(
                    {gateway, polling, delivery, stopping}, return_when=asyncio.FIRST_COMPLETED
                )
                log.info("stopping")
                await outbox.stop()
            for task in ended:
                task.result()


@asynccontextmanager
async def background(work: Coroutine[Any, Any, Any], *, name: str) -> AsyncIterator[asyncio.Task[Any]]:
    """Work that goes on beside the block, and ends with it."""
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def _delivering(client: RecapClient, outbox: Outbox) -> None:
    await client.wait_until_ready()
    await outbox.run()


async def _polling(poller: Poller, store: Store) -> None:
    async with poller:
        await forever(poller.poll_due, next_due=poller.next_due, wake=store.changed.next)


async def _forgetting(store: Store) -> None:
    """Once a day, forget what has been kept long enough."""
    while True:
        try:
            async with store.transaction(wakes=False) as unit:
                forgotten = await unit.retention.forget(utc_now())
            log.info("forgotten: %s", forgotten)
        except Exception:
            log.exception("nothing could be forgotten")
        await asyncio.sleep(BETWEEN_FORGETTING)


async def forever(
    step: Callable[[], Awaitable[None]],
    *,
    next_due: Callable[[], Awaitable[datetime | None]],
    wake: Callable[[], asyncio.Event],
) -> None:
    """Repeat `step`, sleeping until the next one is due or something wakes it. A bad round is logged, and no more."""
    while True:
        woken = wake()
        try:
            await step()
            due = await next_due()
            sleep = LONGEST_SLEEP if due is None else (due - utc_now()).total_seconds()
        except Exception:
            log.exception("a round failed")
            sleep = AFTER_A_BAD_ROUND
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), timeout=min(max(sleep, 0.0), LONGEST_SLEEP))


async def _finished(work: Coroutine[Any, Any, None], *, before: asyncio.Event) -> bool:
    """Whether `work` ends before the event; it is cancelled otherwise."""
    async with background(work, name="log in") as task, background(before.wait(), name="stop") as stopping:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            return False
        task.result()
        return True
