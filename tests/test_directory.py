"""The directory: who may look up which shows, kept right without reading them anew."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.app import load_directory
from bot.directory import ShowDirectory
from bot.recaps.model import FeedId, ShowId
from bot.recaps.shows import Certainty
from bot.store.database import migrate
from bot.store.schema import feeds
from bot.store.shows import Sighting
from bot.store.store import Store, Unit, open_store
from tests.store.worlds import GUILD, NOW, OTHER_GUILD, catalogue, show, subscribe


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    migrate(tmp_path / "previously.db")
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'previously.db'}") as opened:
        yield opened


async def own_feed(store: Store) -> FeedId:
    """A feed that one server has added for itself."""
    async with store.transaction() as unit:
        row = insert(feeds).values(url="https://own.example", name="Own", added_at=NOW, next_poll_at=NOW)
        feed = FeedId(await unit.shows._connection.scalar(row.returning(feeds.c.id)))
        await unit.guilds.join(GUILD, NOW)
        await unit.feeds.add_for_guild(GUILD, feed, 7, NOW)
    return feed


async def loaded(store: Store) -> ShowDirectory:
    directory = ShowDirectory(store, {})
    await directory.load()
    return directory


async def names(directory: ShowDirectory, typed: str = "", *, viewer: object = None) -> list[str]:
    return [hit.title for hit in await directory.suggest(viewer, typed)]  # type: ignore[arg-type]


async def test_what_is_met_is_known_to_whoever_has_the_feed(store: Store) -> None:
    [public] = await catalogue(store, "Recap Weekly")
    private = await own_feed(store)
    directory = await loaded(store)

    directory.meet(Sighting(public, ShowId(1), NOW), "The Lighthouse")
    directory.meet(Sighting(private, ShowId(2), NOW), "Night Tide")

    assert await names(directory, viewer=None) == ["The Lighthouse"]
    assert await names(directory, viewer=OTHER_GUILD) == ["The Lighthouse"]
    assert set(await names(directory, viewer=GUILD)) == {"The Lighthouse", "Night Tide"}
    assert "Night Tide" not in await names(directory, "night", viewer=OTHER_GUILD)


async def test_what_was_met_before_a_restart_is_known_after_it(store: Store) -> None:
    [public] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    async with store.transaction() as unit:
        await unit.shows.recapped(lighthouse, public, NOW)

    assert await names(await loaded(store)) == ["The Lighthouse"]


async def test_a_name_of_ones_own_feed_finds_the_show_for_oneself_alone(store: Store) -> None:
    [public] = await catalogue(store, "Recap Weekly")
    private = await own_feed(store)
    directory = await loaded(store)
    directory.meet(Sighting(public, ShowId(1), NOW), "The Lighthouse", ["El Faro"])
    directory.meet(Sighting(private, ShowId(1), NOW), "The Lighthouse", ["Der Leuchtturm"])

    for viewer in (GUILD, OTHER_GUILD, None):
        assert (await directory.resolve(viewer, "el faro")).certainty is Certainty.EXACT
    own = await directory.resolve(GUILD, "der leuchtturm")
    assert own.show is not None
    assert own.show.title == "The Lighthouse"
    assert await names(directory, "leuchturm", viewer=GUILD) == ["The Lighthouse"]
    for stranger in (OTHER_GUILD, None):
        assert (await directory.resolve(stranger, "der leuchtturm")).show is None


async def test_a_subscription_is_noticed_at_once(store: Store) -> None:
    lighthouse = await show(store)
    directory = await loaded(store)
    assert await names(directory, viewer=GUILD) == []

    await subscribe(store, to=lighthouse)

    assert await names(directory, viewer=GUILD) == ["The Lighthouse"]
    assert await directory.followed(GUILD) == {lighthouse}
    assert await names(directory, viewer=OTHER_GUILD) == []


async def test_a_feed_that_is_taken_away_takes_its_shows_along(store: Store) -> None:
    private = await own_feed(store)
    directory = await loaded(store)
    directory.meet(Sighting(private, ShowId(1), NOW), "Night Tide")
    assert await names(directory, viewer=GUILD) == ["Night Tide"]

    async with store.transaction() as unit:
        await unit.feeds.remove_from_guild(GUILD, private)

    assert await names(directory, viewer=GUILD) == []


async def test_of_equally_good_hits_the_latest_recapped_comes_first(store: Store) -> None:
    [public] = await catalogue(store, "Recap Weekly")
    directory = await loaded(store)
    for number, title in enumerate(("Ferry Lights", "Ferry Nights", "Ferry Rights"), 1):
        directory.meet(Sighting(public, ShowId(number), NOW + timedelta(days=30 * number)), title)

    assert await names(directory, "ferry") == ["Ferry Rights", "Ferry Nights", "Ferry Lights"]
    assert await names(directory) == ["Ferry Rights", "Ferry Nights", "Ferry Lights"]


async def test_what_another_servers_feed_recaps_changes_no_order(store: Store) -> None:
    [public] = await catalogue(store, "Recap Weekly")
    private = await own_feed(store)
    directory = await loaded(store)
    for number, title in enumerate(("Ferry Lights", "Ferry Nights"), 1):
        directory.meet(Sighting(public, ShowId(number), NOW + timedelta(days=30 * number)), title)

    directory.meet(Sighting(private, ShowId(1), NOW + timedelta(days=300)), "Ferry Lights")

    assert await names(directory, "ferry", viewer=OTHER_GUILD) == ["Ferry Nights", "Ferry Lights"]


async def test_others_have_their_turn_while_it_is_loaded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        await show(store, f"Ferry {number}")
    monkeypatch.setattr("bot.directory.LONGEST_TURN", 0)
    # Whatever the store does comes before the first name.
    directory, turns = ShowDirectory(store, {}), 0
    loading = asyncio.create_task(directory.load())
    while not loading.done():
        await asyncio.sleep(0)
        turns += directory.title(ShowId(1)) is not None

    assert turns >= 29
    assert directory.title(ShowId(30)) == "Ferry 29"


async def test_garbage_collection_leaves_out_what_is_loaded_and_goes_on(store: Store) -> None:
    await show(store)
    before = gc.get_freeze_count()

    directory = await load_directory(store)

    left_out = gc.get_freeze_count()
    gc.unfreeze()
    assert directory.title(ShowId(1)) == "The Lighthouse"
    assert left_out > before
    assert gc.isenabled()


class CountingStore:
    """A store that counts how often it is read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.changed = store.changed
        self.readings = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        self.readings += 1
        async with self._store.reading() as unit:
            yield unit


async def test_between_commits_nothing_is_read(store: Store) -> None:
    counting = CountingStore(store)
    directory = ShowDirectory(counting, {})  # type: ignore[arg-type]
    await directory.load()

    for viewer in (GUILD, None, GUILD, None):
        await names(directory, "ferry", viewer=viewer)
    assert counting.readings == 2

    await show(store)
    await names(directory, "ferry", viewer=GUILD)
    await names(directory, "ferry", viewer=None)
    assert counting.readings == 3
