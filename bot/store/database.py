"""Opening the SQLite file: its lock, its migrations, and one engine to write with and one to read with."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite
import filelock
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.store.errors import DatabaseInUseError, DatabaseTooNewError, DatabaseUnusableError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
#: How long a statement waits for another process that has the file open, in seconds (a backup, a curious shell).
BUSY_SECONDS: Final = 10


def database_file(url: str) -> Path:
    """The file that `url` names.

    Raises:
        DatabaseUnusableError: it is not a URL of an SQLite file.

    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnusableError(url, "it is not a database URL") from None
    if parsed.drivername != "sqlite+aiosqlite" or parsed.database in {None, "", ":memory:"}:
        raise DatabaseUnusableError(url, "only sqlite+aiosqlite:///<file> is supported")
    return Path(str(parsed.database))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock beside the database: one process at a time delivers from it.

    Raises:
        DatabaseInUseError, DatabaseUnusableError

    """
    lock = filelock.FileLock(f"{path}.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise DatabaseInUseError(str(path)) from None
    except OSError as error:
        raise DatabaseUnusableError(str(path), error.strerror or "its folder is not writable") from None
    try:
        yield
    finally:
        lock.release()


def migrate(path: Path) -> None:
    """Bring the database to the newest schema. Synchronous: it runs before the loop starts.

    Raises:
        DatabaseTooNewError, DatabaseUnusableError

    """
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
    )
    try:
        with engine.connect() as connection:
            _upgrade(connection, path)
    except DatabaseError as error:
        raise DatabaseUnusableError(str(path), str(error.orig)) from None
    finally:
        engine.dispose()


def _upgrade(connection: Connection, path: Path) -> None:
    # WAL lets readers go on while one writes. A batch migration with foreign keys on would cascade child rows away.
    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.rollback()
    config = alembic_config(connection)
    try:
        _refuse_newer(connection, config, path)
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseUnusableError(str(path), str(error)) from None
    connection.commit()
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise DatabaseUnusableError(str(path), "rows refer to rows that do not exist")


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for the migrations that ship with the bot, on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection, config: Config, path: Path) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNewError(str(path))


def writing_engine(url: str) -> AsyncEngine:
    """One connection, whose transactions take the write lock at their start.

    `synchronous=FULL`: a post that is marked stays marked when the power fails. Parameters are hidden from errors,
    since plots are among them and errors are logged.
    """
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60, hide_parameters=True)
    _tune(engine, "PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(url: str) -> AsyncEngine:
    """A few connections that can only read, each transaction on one snapshot."""
    engine = create_async_engine(url, pool_size=2, max_overflow=2, pool_timeout=60, hide_parameters=True)
    _tune(engine, "PRAGMA query_only=ON")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _tune(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        # Python's sqlite3 would begin transactions by itself, and later than asked: leave that to "begin" above.
        connection.isolation_level = None
        driver = connection.driver_connection
        driver.cursor = lambda: _Cursor(driver)
        cursor = connection.cursor()
        for pragma in (f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}", *pragmas):
            cursor.execute(pragma)
        cursor.close()


class _Cursor:
    """A cursor of aiosqlite for SQLAlchemy, by half the trips to the thread of the connection.

    The trips cost more than most statements. A statement makes its own cursor on the way, and a cursor that has been
    read to its end, or has nothing to read, holds nothing that is to be closed.
    """

    def __init__(self, driver: aiosqlite.Connection) -> None:
        self._driver = driver
        self._cursor: aiosqlite.Cursor | None = None
        self._unread = False

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        self._cursor = await self._driver.execute(statement, parameters)
        self._unread = self._cursor.description is not None

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._cursor = await self._driver.executemany(statement, rows)

    async def fetchall(self) -> Iterable[Any]:
        assert self._cursor
        self._unread = False
        return await self._cursor.fetchall()

    async def close(self) -> None:
        if self._unread and self._cursor:
            await self._cursor.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)
