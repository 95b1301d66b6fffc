"""What viewers may look up."""

from datetime import timedelta

from bot.recaps.model import EpisodeRef
from bot.store.store import Store
from tests.store.worlds import GUILD, NOW, OTHER_GUILD, PLOT, catalogue, recap, show, subscribe


async def test_a_recap_comes_back_as_it_was_stored(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    stored = await recap(store, feed, await show(store), EpisodeRef(2, 5, 6))

    async with store.reading() as unit:
        found = await unit.recaps.get(None, stored.id)

    assert found == stored
    assert found.show_title == "The Lighthouse"
    assert found.site == "Recap Weekly"
    assert found.summary.card.text == PLOT


async def test_a_recap_of_a_guilds_own_feed_is_seen_by_that_guild_alone(store: Store) -> None:
    [feed] = await catalogue(store, "Private Notes")
    lighthouse = await show(store)
    stored = await recap(store, feed, lighthouse, EpisodeRef.of(1, 1))
    await subscribe(store, guild=GUILD)
    await catalogue(store)
    async with store.transaction() as unit:
        await unit.feeds.add_for_guild(GUILD, feed, 7, NOW)

    async with store.reading() as unit:
        assert await unit.recaps.get(GUILD, stored.id) == stored
        assert await unit.recaps.latest(GUILD) == [stored]
        for stranger in (OTHER_GUILD, None):
            assert await unit.recaps.get(stranger, stored.id) is None
            assert await unit.recaps.latest(stranger) == []
            assert await unit.recaps.of_episode(stranger, lighthouse, stored.ref) == []
            assert await unit.recaps.episodes(stranger, lighthouse) == []


async def test_the_latest_are_paged_without_gaps(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    stored = [
        await recap(store, feed, lighthouse, EpisodeRef.of(1, episode), at=NOW + timedelta(hours=episode // 2))
        for episode in range(1, 8)
    ]

    async with store.reading() as unit:
        first = await unit.recaps.latest(None, limit=3)
        second = await unit.recaps.latest(None, before=(first[-1].date, first[-1].id), limit=3)
        third = await unit.recaps.latest(None, before=(second[-1].date, second[-1].id), limit=3)

    assert [*first, *second, *third] == stored[::-1]


async def test_siblings_are_the_other_recaps_of_the_episode(store: Store) -> None:
    one, other = await catalogue(store, "Recap Weekly", "Serial Notes")
    lighthouse = await show(store)
    stored = await recap(store, one, lighthouse, EpisodeRef.of(1, 1))
    sibling = await recap(store, other, lighthouse, EpisodeRef.of(None, 1))
    await recap(store, other, lighthouse, EpisodeRef.of(1, 2))
    await recap(store, other, lighthouse, EpisodeRef.of(None, 1), at=NOW + timedelta(days=300))

    async with store.reading() as unit:
        assert await unit.recaps.siblings(None, stored) == [sibling]


async def test_an_episode_is_found_with_and_without_its_season(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    stored = await recap(store, feed, lighthouse, EpisodeRef.of(2, 4))

    async with store.reading() as unit:
        assert await unit.recaps.of_episode(None, lighthouse, EpisodeRef.of(2, 4)) == [stored]
        assert await unit.recaps.of_episode(None, lighthouse, EpisodeRef.of(None, 4)) == [stored]
        assert await unit.recaps.of_episode(None, lighthouse, EpisodeRef.of(1, 4)) == []
