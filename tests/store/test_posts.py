"""Posts in the store: what is claimed in which order, and what an order says at the moment it is read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.recaps.card import SpoilerMode
from bot.recaps.model import GuildId, MessageId, PostId, RoleId
from bot.store.posts import Carded, Order, Posted, Tally
from bot.store.store import Store
from bot.texts import N_
from tests.delivery.scene import GUILD, NOW, Clock, Scene, channels, fresh_database, opened, template_database


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template_database(tmp_path_factory.mktemp("template"))


@pytest.fixture
async def store(template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(fresh_database(template, tmp_path)) as store:
        yield store


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store, Clock())


async def claim(store: Store, limit: int = 10) -> list[Order]:
    async with store.transaction() as unit:
        return await unit.posts.claim_due(NOW, limit)


async def test_a_post_is_claimed_once(store: Store, scene: Scene) -> None:
    await scene.fan_out(3)

    first, second = await claim(store), await claim(store)

    assert [order.channel for order in first] == channels(3)
    assert second == []


async def test_a_channel_is_given_one_post_at_a_time(store: Store, scene: Scene) -> None:
    recaps = await scene.fan_out(1, episodes=2)

    (first,) = await claim(store)
    assert await claim(store) == []
    async with store.transaction() as unit:
        await unit.posts.mark_posted([Posted(first, MessageId(1), NOW)])
    (second,) = await claim(store)

    assert [first.recap, second.recap] == recaps


async def test_older_recaps_come_first(store: Store, scene: Scene) -> None:
    feed, show = await scene.feed(), await scene.show()
    await scene.subscribe(channels(1)[0], show)
    await scene.recap(feed, show, 1)
    older = await scene.recap(feed, show, 2, age=timedelta(days=1))

    (order,) = await claim(store)

    assert order.recap == older


async def test_a_popular_show_does_not_crowd_out_another(store: Store, scene: Scene) -> None:
    feed, popular, quiet = await scene.feed(), await scene.show(), await scene.show("Glass Valley")
    for channel in channels(20):
        await scene.subscribe(channel, popular)
    await scene.subscribe(channels(21)[20], quiet)
    await scene.recap(feed, popular, age=timedelta(days=1))
    await scene.recap(feed, quiet)

    orders = await claim(store, limit=4)

    assert quiet in {order.recap.show for order in orders}


async def test_the_most_specific_subscription_decides_and_roles_are_united(store: Store, scene: Scene) -> None:
    feed, show, here = await scene.feed(), await scene.show(), channels(1)[0]
    await scene.subscribe(here, None, role=RoleId(1), spoilers=SpoilerMode.TAGGED)
    await scene.subscribe(here, show, role=RoleId(2), spoilers=SpoilerMode.BUTTON)
    await scene.subscribe(here, await scene.show("Glass Valley"), role=RoleId(3))
    await scene.recap(feed, show)

    (order,) = await claim(store)

    assert order.spoilers is SpoilerMode.BUTTON
    assert set(order.roles) == {RoleId(1), RoleId(2)}


async def test_options_are_read_when_sending(store: Store, scene: Scene) -> None:
    await scene.fan_out(1)
    await scene.subscribe(channels(1)[0], await scene.show(), spoilers=SpoilerMode.BUTTON)

    (order,) = await claim(store)

    assert order.spoilers is SpoilerMode.BUTTON


async def test_a_newer_card_stays_due_when_an_older_one_was_shown(store: Store, scene: Scene) -> None:
    (recap,) = await scene.fan_out(1)
    (order,) = await claim(store)
    async with store.transaction() as unit:
        await unit.posts.mark_posted([Posted(order, MessageId(1), NOW)])
        (card,) = await unit.posts.cards_due(NOW, 10)
        await unit.announcements.corrected(recap, NOW)
        await unit.posts.mark_carded([Carded(card, NOW)])

        (again,) = await unit.posts.cards_due(NOW, 10)
        await unit.posts.mark_carded([Carded(again, NOW)])
        assert await unit.posts.cards_due(NOW, 10) == []

    assert (card.version, again.version) == (1, 2)


async def test_a_post_is_seen_by_its_own_server_only(store: Store, scene: Scene) -> None:
    await scene.fan_out(1)
    (order,) = await claim(store)

    async with store.reading() as unit:
        assert await unit.posts.get(GUILD, order.post, NOW) is not None
        assert await unit.posts.get(GuildId(2), order.post, NOW) is None
        assert await unit.posts.get(GUILD, PostId(99), NOW) is None


async def test_only_a_given_up_post_without_a_message_is_posted_again(store: Store, scene: Scene) -> None:
    await scene.fan_out(1)
    (order,) = await claim(store)

    async with store.transaction() as unit:
        assert not await unit.posts.post_again(order.post, NOW, guild=GUILD)
        await unit.posts.give_up(order, N_("Nobody could tell."), NOW)
        assert not await unit.posts.post_again(order.post, NOW, guild=GuildId(2))
        assert await unit.posts.post_again(order.post, NOW, guild=GUILD)

    assert len(await claim(store)) == 1


async def test_a_pause_is_news_once(store: Store, scene: Scene) -> None:
    await scene.fan_out(1)
    (order,) = await claim(store)
    later = NOW + timedelta(hours=1)

    async with store.transaction() as unit:
        assert await unit.posts.pause(order, later, N_("I lack something."), NOW)
        assert not await unit.posts.pause(order, later, N_("I lack something."), NOW)
        assert await unit.posts.pause(order, later, N_("I lack something else."), NOW)

    assert await claim(store) == []
    async with store.reading() as unit:
        assert await unit.posts.next_due(NOW) == later


async def test_a_recap_is_counted_when_all_its_posts_have_ended(store: Store, scene: Scene) -> None:
    (recap,) = await scene.fan_out(2)
    one, other = await claim(store)
    async with store.transaction() as unit:
        await unit.posts.give_up(one, N_("Because."), NOW)
        assert await unit.posts.tallies([recap.id]) == {}
        await unit.posts.mark_posted([Posted(other, MessageId(1), NOW, is_card=True)])
        assert await unit.posts.tallies([recap.id]) == {recap.id: Tally(carded=1, given_up=1)}


async def test_finished_posts_cost_nothing(store: Store, scene: Scene) -> None:
    """What is due is found through its index: the condition is literally the index's own."""
    await scene.fan_out(1)
    statements: list[str] = []

    async with store.reading() as unit:
        connection = unit.posts._connection
        await unit.posts.next_due(NOW)
        plan = await connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT min(posts.due_at) FROM posts "
                "WHERE posts.state IN ('waiting', 'sending', 'posted') AND posts.due_at > '2026'"
            )
        )
        statements += [str(row) for row in plan]

    assert any("ix_posts_due" in line for line in statements)


async def test_what_is_new_while_a_post_is_being_sent_is_shown_with_its_first_edit(store: Store, scene: Scene) -> None:
    (recap,) = await scene.fan_out(1)
    (order,) = await claim(store)

    async with store.transaction() as unit:
        await unit.announcements.corrected(recap, NOW)
        await unit.posts.mark_posted([Posted(order, MessageId(1), NOW, is_card=True)])
        (card,) = await unit.posts.cards_due(NOW, 10)

    assert (order.version, card.version) == (1, 2)
