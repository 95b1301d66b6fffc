"""What is forgotten, and what is not."""

from datetime import timedelta

from bot.recaps.model import EpisodeRef
from bot.store.retention import FINISHED_POSTS, LEFT_SERVERS, RECAP_TEXT, Forgotten
from bot.store.store import Store
from bot.texts import N_
from tests.store.worlds import GENERAL, GUILD, NOW, OTHER_GUILD, PLOT, catalogue, recap, show, subscribe

NOTHING = Forgotten(recap_texts=0, posts=0, notices=0, servers=0)
A_MOMENT = timedelta(seconds=1)


async def test_the_text_of_a_recap_is_kept_for_two_years_and_its_facts_longer(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    stored = await recap(store, feed, await show(store), EpisodeRef.of(1, 2))

    async with store.transaction() as unit:
        assert await unit.retention.forget(NOW + RECAP_TEXT) == NOTHING
        forgotten = await unit.retention.forget(NOW + RECAP_TEXT + A_MOMENT)
        left = await unit.recaps.by_id(stored.id)
        assert await unit.retention.forget(NOW + RECAP_TEXT + A_MOMENT) == NOTHING

    assert forgotten.recap_texts == 1
    assert left.ref == EpisodeRef.of(1, 2)
    assert PLOT not in left.summary.full.text


async def test_posts_are_forgotten_only_once_they_have_ended(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await subscribe(store, to=lighthouse, guild=OTHER_GUILD, channel=GENERAL)
    what = await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))
    later = NOW + FINISHED_POSTS + A_MOMENT

    async with store.transaction() as unit:
        await unit.announcements.queue(what, NOW)
        await unit.posts.end_guild(OTHER_GUILD, N_("It is over."), NOW)
        assert await unit.retention.forget(NOW + FINISHED_POSTS) == NOTHING
        assert (await unit.retention.forget(later)).posts == 1

        assert [order.guild for order in await unit.posts.claim_due(later, 10)] == [GUILD]


async def test_a_server_that_was_left_is_forgotten_after_a_while(store: Store) -> None:
    await subscribe(store, to=await show(store))
    async with store.transaction() as unit:
        await unit.guilds.leave(GUILD, NOW)

        assert await unit.retention.forget(NOW + LEFT_SERVERS) == NOTHING
        assert (await unit.retention.forget(NOW + LEFT_SERVERS + A_MOMENT)).servers == 1
        assert await unit.subscriptions.of_guild(GUILD) == []


async def test_a_server_that_invites_the_bot_back_in_time_keeps_everything(store: Store) -> None:
    await subscribe(store, to=await show(store))
    async with store.transaction() as unit:
        await unit.guilds.leave(GUILD, NOW)
        await unit.guilds.join(GUILD, NOW + timedelta(days=3))

        assert await unit.retention.forget(NOW + LEFT_SERVERS * 10) == NOTHING
        assert len(await unit.subscriptions.of_guild(GUILD)) == 1
