"""Opening a database: locks, migrations, and what is said when it cannot be used."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from bot.recaps.model import EntryId, EpisodeRef, FeedId
from bot.store.database import database_file, held, migrate
from bot.store.errors import DatabaseInUseError, DatabaseTooNewError, DatabaseUnusableError
from bot.store.recaps import RecapDraft
from bot.store.schema import metadata
from bot.store.search import is_described
from bot.store.store import Store, open_store
from tests.store.worlds import NOW, PLOT, catalogue, recap


def test_the_migrations_give_the_tables_that_the_schema_describes(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    migrate(path)

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_described})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    migrate(path)
    before = path.read_bytes()

    migrate(path)

    assert path.read_bytes() == before


def test_a_database_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"

    with held(path), pytest.raises(DatabaseInUseError, match="Stop it first"), held(path):
        pass
    with held(path):
        pass


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    with pytest.raises(DatabaseTooNewError, match="Upgrade the bot"):
        migrate(path)


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    path.write_text("This is a diary, not a database, and it is long enough to be one.\n" * 100)

    with pytest.raises(DatabaseUnusableError, match="Check DATABASE_URL"):
        migrate(path)


def test_a_place_where_no_file_can_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    path = tmp_path / "a file" / "previously.db"

    with pytest.raises(DatabaseUnusableError, match="Check DATABASE_URL"), held(path):
        migrate(path)


@pytest.mark.parametrize("url", ["previously.db", "sqlite:///previously.db", "sqlite+aiosqlite:///:memory:", "?!"])
def test_only_a_file_of_sqlite_is_a_database(url: str) -> None:
    with pytest.raises(DatabaseUnusableError):
        database_file(url)


async def test_a_database_keeps_its_random_id(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    migrate(path)
    url = f"sqlite+aiosqlite:///{path}"
    async with open_store(url) as store:
        first = store.instance

    async with open_store(url) as store:
        assert store.instance == first


async def test_who_still_reads_may_finish_before_the_store_closes(tmp_path: Path) -> None:
    path = tmp_path / "previously.db"
    migrate(path)
    reading, closing, read = asyncio.Event(), asyncio.Event(), list[int]()

    async def read_on(store: Store) -> None:
        async with store.reading() as unit:
            reading.set()
            await closing.wait()
            read.append(len(await unit.feeds.due(NOW, 10)))

    async with open_store(f"sqlite+aiosqlite:///{path}") as store:
        reader = asyncio.create_task(read_on(store))
        await reading.wait()
        closing.set()

    await reader
    assert read == [0]


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    async def break_off() -> None:
        async with store.transaction() as unit:
            await unit.shows.ensure("The Lighthouse", NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await break_off()

    async with store.reading() as unit:
        assert [name async for name in unit.shows.names()] == []


async def test_an_error_of_the_database_quotes_no_plot(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    stored = await recap(store, feed, None, EpisodeRef())

    async def store_nonsense() -> None:
        async with store.transaction() as unit:
            draft = RecapDraft(
                feed=FeedId(999),
                entry=EntryId(999),
                kind=stored.kind,
                show=None,
                ref=stored.ref,
                finale=False,
                premiere=False,
                link=None,
                author=None,
                streaming=None,
                reading_minutes=None,
                summary=stored.summary,
                published=None,
                seen=NOW,
            )
            await unit.recaps.add(draft)

    with pytest.raises(IntegrityError) as error:
        await store_nonsense()

    assert PLOT not in str(error.value)


async def test_a_commit_wakes_whoever_waits_for_one(store: Store) -> None:
    bell = store.changed.next()
    async with store.transaction() as unit:
        await unit.shows.ensure("The Lighthouse", NOW)
        assert not bell.is_set()

    assert bell.is_set()
