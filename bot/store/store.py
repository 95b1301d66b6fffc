"""The store: units of work over the aggregates, and a bell that rings when one has changed something."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.announcements import Announcements
from bot.store.database import database_file, reading_engine, writing_engine
from bot.store.entries import Entries
from bot.store.errands import Errands
from bot.store.errors import DatabaseUnusableError
from bot.store.feeds import Feeds
from bot.store.guilds import Guilds
from bot.store.notices import Notices
from bot.store.posts import Posts
from bot.store.progress import Progress
from bot.store.recaps import Recaps
from bot.store.retention import Retention
from bot.store.schema import meta
from bot.store.shows import Shows
from bot.store.subscriptions import Subscriptions

GRACE_SECONDS: Final = 5


class Bell:
    """Wakes whoever waits for a commit. Take `next` before looking at the store, so that nothing is missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    def next(self) -> asyncio.Event:
        """The event that the next ring sets."""
        return self._event


class Unit:
    """The aggregates, all on one connection: what they read is one snapshot, what they write is one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.feeds: Final = Feeds(connection)
        self.entries: Final = Entries(connection)
        self.shows: Final = Shows(connection)
        self.recaps: Final = Recaps(connection)
        self.guilds: Final = Guilds(connection)
        self.subscriptions: Final = Subscriptions(connection)
        self.announcements: Final = Announcements(connection)
        self.posts: Final = Posts(connection)
        self.errands: Final = Errands(connection)
        self.notices: Final = Notices(connection)
        self.progress: Final = Progress(connection)
        self.retention: Final = Retention(connection)


class Store:
    """Everything that is remembered.

    `changed` rings after every transaction that says it wakes somebody: new posts, new feeds.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, instance: str) -> None:
        self._writer = writer
        self._reader = reader
        self._writing = asyncio.Lock()
        self._units = 0
        self._unused = asyncio.Event()
        self._unused.set()
        #: The random id of this database; it is part of what the bot's own buttons carry.
        self.instance: Final = instance
        self.changed: Final = Bell()

    @asynccontextmanager
    async def transaction(self, *, wakes: bool = True) -> AsyncIterator[Unit]:
        """Write, all or nothing. The write lock is taken at the start; transactions queue behind each other."""
        with self._used():
            async with self._writing, self._writer.begin() as connection:
                yield Unit(connection)
        if wakes:
            self.changed.ring()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """Read one consistent snapshot; nothing can be written through it."""
        with self._used():
            async with self._reader.connect() as connection:
                yield Unit(connection)

    async def close(self) -> None:
        """Close the connections, once those who still read or write have finished (for at most `GRACE_SECONDS`).

        discord.py lets its listeners run on when a client is closed, and a connection that is closed under somebody's
        hands is lost to its pool.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._unused.wait()
        await self._reader.dispose()
        await self._writer.dispose()

    @contextmanager
    def _used(self) -> Iterator[None]:
        self._units += 1
        self._unused.clear()
        try:
            yield
        finally:
            self._units -= 1
            if not self._units:
                self._unused.set()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """The store in the migrated database at `url`.

    Raises:
        DatabaseUnusableError: it cannot be opened.

    """
    path = str(database_file(url))
    writer, reader = writing_engine(url), reading_engine(url)
    try:
        with _translated(path):
            instance = await _instance(writer)
    except BaseException:
        await writer.dispose()
        raise
    store = Store(writer, reader, instance)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise DatabaseUnusableError(path, str(error.orig)) from None


async def _instance(writer: AsyncEngine) -> str:
    async with writer.begin() as connection:
        known = await connection.scalar(select(meta.c.value).where(meta.c.key == "instance"))
        if known is not None:
            return str(known)
        fresh = secrets.token_hex(4)
        await connection.execute(insert(meta).values(key="instance", value=fresh))
        return fresh
