"""Which recaps are due where, and that each is due only once."""

from datetime import timedelta

from bot.recaps.model import EpisodeRef, Kind, Recap
from bot.store.announcements import Queued
from bot.store.store import Store
from tests.store.worlds import (
    GENERAL,
    GUILD,
    NOW,
    OTHER_GUILD,
    RECAPS,
    catalogue,
    recap,
    show,
    subscribe,
)


async def queue(store: Store, what: Recap) -> Queued:
    async with store.transaction() as unit:
        return await unit.announcements.queue(what, what.seen)


async def test_a_recap_is_due_wherever_its_show_or_every_show_is_subscribed_to(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse, harbour = await show(store), await show(store, "Harbour")
    await subscribe(store, to=lighthouse, channel=RECAPS)
    await subscribe(store, channel=GENERAL)
    await subscribe(store, to=harbour, guild=OTHER_GUILD)

    queued = await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2)))

    assert queued == Queued(posts=2)


async def test_a_recap_is_queued_once_however_often_it_is_announced(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    what = await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))

    first, again = await queue(store, what), await queue(store, what)

    assert first == Queued(posts=1)
    assert again == Queued()


async def test_two_subscriptions_of_one_channel_make_one_post(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await subscribe(store)

    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))) == Queued(posts=1)


async def test_the_most_specific_subscription_decides_for_its_channel(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, delay=timedelta(hours=5))
    await subscribe(store, to=lighthouse, delay=timedelta(hours=1))
    await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2)))

    async with store.reading() as unit:
        assert await unit.posts.next_due(NOW) == NOW + timedelta(hours=1)


async def test_what_was_seen_before_the_subscription_is_not_due(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse, at=NOW + timedelta(seconds=1))

    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))) == Queued()


async def test_another_sites_recap_of_the_episode_joins_the_post(store: Store) -> None:
    one, other = await catalogue(store, "Recap Weekly", "Serial Notes")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await queue(store, await recap(store, one, lighthouse, EpisodeRef.of(1, 2)))

    sibling = await recap(store, other, lighthouse, EpisodeRef.of(1, 2), at=NOW + timedelta(hours=3))

    assert await queue(store, sibling) == Queued(joined=1)


async def test_an_unknown_season_is_the_same_episode_within_ten_days_only(store: Store) -> None:
    one, other = await catalogue(store, "Recap Weekly", "Serial Notes")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await queue(store, await recap(store, one, lighthouse, EpisodeRef.of(2, 5)))

    near = await recap(store, other, lighthouse, EpisodeRef.of(None, 5), at=NOW + timedelta(days=9))
    far = await recap(store, other, lighthouse, EpisodeRef.of(None, 5), at=NOW + timedelta(days=30))

    assert await queue(store, near) == Queued(joined=1)
    assert await queue(store, far) == Queued(posts=1)


async def test_overlapping_ranges_stay_apart(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await queue(store, await recap(store, feed, lighthouse, EpisodeRef(1, 5, 6)))

    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef(1, 6, 7))) == Queued(posts=1)
    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 5))) == Queued(posts=1)


async def test_recaps_of_unknown_episodes_join_nobody(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store)

    for _ in range(2):
        assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef())) == Queued(posts=1)
        assert await queue(store, await recap(store, feed, None, EpisodeRef.of(1, 1))) == Queued(posts=1)


async def test_reviews_are_left_out_where_nobody_asked_for_them(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)

    review = await recap(store, feed, lighthouse, EpisodeRef.of(1, 2), kind=Kind.REVIEW)

    assert await queue(store, review) == Queued(left_out=1)


async def test_a_guilds_own_feed_reaches_nobody_else(store: Store) -> None:
    [feed] = await catalogue(store, "Private Notes")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await subscribe(store, to=lighthouse, guild=OTHER_GUILD, channel=GENERAL)
    await catalogue(store)
    async with store.transaction() as unit:
        await unit.feeds.add_for_guild(GUILD, feed, 7, NOW)

    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))) == Queued(posts=1)


async def test_a_server_that_the_bot_has_left_is_passed_over(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    async with store.transaction() as unit:
        await unit.guilds.leave(GUILD, NOW)

    assert await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))) == Queued()


async def test_post_it_here_queues_one_recap_for_one_channel_once(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse, at=NOW + timedelta(days=1))
    what = await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))

    async with store.transaction() as unit:
        first = await unit.announcements.post_here(what, GUILD, RECAPS, NOW)
        again = await unit.announcements.post_here(what, GUILD, RECAPS, NOW)

    assert first is not None
    assert again is None
