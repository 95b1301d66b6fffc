"""What a server has set counts for what is waiting, and nothing that waits is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.recaps.model import ChannelId, EpisodeRef, PostId, Recap
from bot.store.announcements import Queued
from bot.store.guilds import GuildSettings, Siblings
from bot.store.posts import Order
from bot.store.store import Store
from bot.texts import N_
from tests.store.worlds import GENERAL, GUILD, NOW, OTHER_GUILD, RECAPS, catalogue, recap, show, subscribe

HOUR = timedelta(hours=1)
Change = Callable[[GuildSettings], GuildSettings]


async def change(store: Store, change_: Change, now: datetime = NOW) -> GuildSettings:
    async with store.transaction() as unit:
        return await unit.guilds.change(GUILD, change_, now)


async def queue(store: Store, what: Recap) -> Queued:
    async with store.transaction() as unit:
        return await unit.announcements.queue(what, what.seen)


async def claim(store: Store, now: datetime) -> list[Order]:
    async with store.transaction() as unit:
        await unit.guilds.roll_quiet_hours(now)
        return await unit.posts.claim_due(now, 10)


async def next_due(store: Store, after: datetime = NOW) -> datetime | None:
    async with store.reading() as unit:
        return await unit.posts.next_due(after)


async def queued_recap(store: Store, **subscription: timedelta | None) -> Recap:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse, **subscription)  # type: ignore[arg-type]
    what = await recap(store, feed, lighthouse, EpisodeRef.of(1, 2))
    await queue(store, what)
    return what


def quiet(start: int, end: int) -> Change:
    return lambda settings: replace(settings, quiet_start=time(start), quiet_end=time(end))


# -- settings ---------------------------------------------------------------------------------------------------------


async def test_settings_are_read_back_as_they_were_set(store: Store) -> None:
    wanted = GuildSettings(
        notice_channel=ChannelId(5),
        push=False,
        reviews=True,
        siblings=Siblings.NONE,
        delay=timedelta(minutes=90),
        quiet_start=time(22, 30),
        quiet_end=time(7),
        time_zone="Europe/Berlin",
        thread_minutes=1440,
        forum_tag="Recap",
        publish=True,
    )

    assert await change(store, lambda _: wanted) == wanted
    async with store.reading() as unit:
        assert await unit.guilds.settings(GUILD) == wanted
        assert await unit.guilds.settings(OTHER_GUILD) == GuildSettings()


async def test_a_change_leaves_what_others_changed_meanwhile(store: Store) -> None:
    await change(store, lambda settings: replace(settings, reviews=True))
    after = await change(store, lambda settings: replace(settings, push=False))

    assert (after.reviews, after.push) == (True, False)


# -- quiet hours ------------------------------------------------------------------------------------------------------


async def test_nothing_is_claimed_in_quiet_hours_and_all_of_it_afterwards(store: Store) -> None:
    await queued_recap(store)
    await change(store, quiet(10, 14))

    assert await claim(store, NOW) == []
    assert await next_due(store) == NOW + 2 * HOUR
    assert len(await claim(store, NOW + 2 * HOUR)) == 1


async def test_quiet_hours_come_again_every_day(store: Store) -> None:
    await change(store, quiet(10, 14))
    await claim(store, NOW + 3 * HOUR)
    await queued_recap(store)

    assert await claim(store, NOW + 24 * HOUR) == []
    assert len(await claim(store, NOW + 26 * HOUR)) == 1


async def test_quiet_hours_that_went_by_unseen_hold_nothing_back(store: Store) -> None:
    await change(store, quiet(10, 14))
    await queued_recap(store)

    assert len(await claim(store, NOW + timedelta(days=9, hours=3))) == 1


async def test_what_failed_before_is_not_tried_again_in_quiet_hours(store: Store) -> None:
    await queued_recap(store)
    [order] = await claim(store, NOW)
    async with store.transaction() as unit:
        await unit.posts.put_off(order, NOW + timedelta(minutes=5), N_("Discord failed."))
    await change(store, quiet(12, 14))

    assert await claim(store, NOW + HOUR) == []
    assert len(await claim(store, NOW + 2 * HOUR)) == 1


async def test_ending_quiet_hours_lets_go_of_what_waits(store: Store) -> None:
    await queued_recap(store)
    await change(store, quiet(10, 14))
    await change(store, lambda settings: replace(settings, quiet_start=None, quiet_end=None))

    assert len(await claim(store, NOW)) == 1


async def test_quiet_hours_are_those_of_the_servers_time_zone(store: Store) -> None:
    await queued_recap(store)
    await change(store, quiet(10, 14))
    await change(store, lambda settings: replace(settings, time_zone="Asia/Tokyo"))

    assert len(await claim(store, NOW)) == 1


async def test_quiet_hours_hold_back_no_other_server(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    await subscribe(store, to=lighthouse)
    await subscribe(store, to=lighthouse, guild=OTHER_GUILD, channel=GENERAL)
    await queue(store, await recap(store, feed, lighthouse, EpisodeRef.of(1, 2)))
    await change(store, quiet(10, 14))

    assert [order.guild for order in await claim(store, NOW)] == [OTHER_GUILD]


# -- delays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_server", "of_subscription", "due_after"),
    [(2, None, 2), (2, 5, 5), (2, 0, 0), (0, None, 0)],
)
async def test_a_delay_is_the_subscriptions_else_the_servers(
    store: Store, of_server: int, of_subscription: int | None, due_after: int
) -> None:
    await change(store, lambda settings: replace(settings, delay=of_server * HOUR))
    await queued_recap(store, delay=None if of_subscription is None else of_subscription * HOUR)

    assert await next_due(store, NOW - HOUR) == NOW + due_after * HOUR


@pytest.mark.parametrize(("hours", "due"), [(3, 3), (0, 1), (1, 1)])
async def test_a_delay_that_is_changed_counts_for_what_is_waiting(store: Store, hours: int, due: int) -> None:
    await change(store, lambda settings: replace(settings, delay=2 * HOUR))
    await queued_recap(store)
    await change(store, lambda settings: replace(settings, delay=hours * HOUR), now=NOW + HOUR)

    assert await next_due(store) == NOW + due * HOUR
    assert await claim(store, NOW + due * HOUR - timedelta(seconds=1)) == []
    assert len(await claim(store, NOW + due * HOUR)) == 1


async def test_a_subscriptions_new_delay_counts_for_what_is_waiting_and_its_end_as_well(store: Store) -> None:
    what = await queued_recap(store, delay=2 * HOUR)
    await subscribe(store, to=what.show, delay=4 * HOUR, at=NOW)
    assert await next_due(store) == NOW + 4 * HOUR

    await subscribe(store, at=NOW)
    async with store.transaction() as unit:
        [mine] = [each for each in await unit.subscriptions.of_guild(GUILD) if each.subscription.show is not None]
        await unit.subscriptions.remove(GUILD, mine.subscription.id, NOW)

    assert len(await claim(store, NOW)) == 1


async def test_a_change_of_delay_does_not_hurry_what_was_put_off(store: Store) -> None:
    await queued_recap(store)
    [order] = await claim(store, NOW)
    async with store.transaction() as unit:
        await unit.posts.put_off(order, NOW + timedelta(minutes=5), N_("Discord failed."))
    await change(store, lambda settings: replace(settings, delay=timedelta(minutes=1)), now=NOW + timedelta(minutes=2))

    assert await next_due(store) == NOW + timedelta(minutes=5)


async def test_a_delayed_post_waits_since_its_delay_has_passed(store: Store) -> None:
    """Seven days of delay are no seven days of waiting, after which it would be given up."""
    await queued_recap(store, delay=timedelta(days=7))
    [order] = await claim(store, NOW + timedelta(days=7))

    assert order.queued_at == NOW + timedelta(days=7)


# -- siblings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "becomes"),
    [(Siblings.JOIN, Queued(joined=1)), (Siblings.OWN, Queued(posts=1)), (Siblings.NONE, Queued(left_out=1))],
)
async def test_a_sibling_becomes_what_the_server_wants(store: Store, wanted: Siblings, becomes: Queued) -> None:
    what = await queued_recap(store)
    [other] = await catalogue(store, "Serial Notes")
    await change(store, lambda settings: replace(settings, siblings=wanted))
    sibling = await recap(store, other, what.show, EpisodeRef.of(1, 2))

    assert await queue(store, sibling) == becomes
    assert await queue(store, sibling) == Queued()


async def test_each_sibling_gets_its_own_post_and_later_ones_join_the_first(store: Store) -> None:
    what = await queued_recap(store)
    second, third, fourth = await catalogue(store, "Serial Notes", "Night Owl", "Late Pages")
    await change(store, lambda settings: replace(settings, siblings=Siblings.OWN))
    for feed in (second, third):
        assert await queue(store, await recap(store, feed, what.show, EpisodeRef.of(1, 2))) == Queued(posts=1)
    await change(store, lambda settings: replace(settings, siblings=Siblings.JOIN))
    joins = await recap(store, fourth, what.show, EpisodeRef.of(1, 2))
    assert await queue(store, joins) == Queued(joined=1)

    orders = []
    for post in range(1, 4):
        async with store.reading() as unit:
            orders.append(await unit.posts.get(GUILD, PostId(post), NOW))

    assert [order and order.siblings for order in orders] == [(joins,), (), ()]
    assert {order.channel for order in orders if order} == {RECAPS}
