"""Progress belongs to one user and one show, and goes when it is cleared."""

from datetime import timedelta

from bot.recaps.model import UserId
from bot.recaps.progress import Mark
from bot.store.store import Store
from tests.store.worlds import NOW, show

READER, OTHER = UserId(1), UserId(2)


async def test_marks_come_back_the_latest_first(store: Store) -> None:
    lighthouse = await show(store)
    async with store.transaction() as unit:
        await unit.progress.keep(READER, lighthouse, Mark(1, 4), NOW)
        await unit.progress.keep(READER, lighthouse, Mark(None, 2), NOW + timedelta(hours=1))
        await unit.progress.keep(READER, lighthouse, Mark(1, 5), NOW + timedelta(hours=2))
        await unit.progress.keep(READER, lighthouse, Mark(0, 1), NOW - timedelta(hours=1))

        assert await unit.progress.of(READER, lighthouse) == (Mark(1, 5), Mark(None, 2), Mark(0, 1))
        assert await unit.progress.of(OTHER, lighthouse) == ()


async def test_clearing_counts_the_shows_and_leaves_other_users_alone(store: Store) -> None:
    lighthouse, ferry = await show(store), await show(store, "The Long Ferry")
    async with store.transaction() as unit:
        for reader in (READER, OTHER):
            for season in (1, 2):
                await unit.progress.keep(reader, lighthouse, Mark(season, 1), NOW)
            await unit.progress.keep(reader, ferry, Mark(1, 1), NOW + timedelta(hours=1))

        assert [each.title for each in await unit.progress.shows(READER, limit=5)] == [
            "The Long Ferry",
            "The Lighthouse",
        ]
        assert await unit.progress.clear(READER, ferry) == 1
        assert await unit.progress.clear(READER) == 1
        assert await unit.progress.clear(READER) == 0
        assert await unit.progress.shows(READER, limit=5) == []
        assert len(await unit.progress.shows(OTHER, limit=5)) == 2
