"""Feeds: whose they are, when they are due, and how they have been."""

from datetime import timedelta

import pytest

from bot.recaps.model import FeedId, UserId
from bot.store.feeds import Adder, CatalogueFeed, FeedHealth, PollFailure, PollResult, Rhythm
from bot.store.store import Store
from bot.texts import N_
from tests.store.worlds import GUILD, NOW, OTHER_GUILD, catalogue, subscribe

HOUR = timedelta(hours=1)


async def add(store: Store, url: str = "https://own.example/feed") -> FeedId:
    await subscribe(store)
    async with store.transaction() as unit:
        feed = await unit.feeds.ensure(url, "own.example", NOW)
        await unit.feeds.add_for_guild(GUILD, feed, 7, NOW)
    return feed


async def health(store: Store, feed: FeedId) -> FeedHealth:
    async with store.reading() as unit:
        return next(each for each in await unit.feeds.health(GUILD) if each.feed.id == feed)


def result(feed: FeedId, **changes: object) -> PollResult:
    values = {"next_poll_at": NOW + HOUR, "etag": None, "last_modified": None, "body_hash": "x"} | changes
    return PollResult(feed=feed, **values)  # type: ignore[arg-type]


async def due(store: Store, at: timedelta = timedelta()) -> list[FeedId]:
    async with store.reading() as unit:
        return [feed.id for feed in await unit.feeds.due(NOW + at, 10)]


async def test_a_feed_that_leaves_the_catalogue_rests_unless_a_server_has_added_it(store: Store) -> None:
    one, other = await catalogue(store, "one", "other")
    async with store.transaction() as unit:
        await unit.guilds.join(GUILD, NOW)
        await unit.feeds.add_for_guild(GUILD, other, 7, NOW)

    await catalogue(store)

    assert await due(store) == [other]
    assert one != other


async def test_the_longest_overdue_are_due_first(store: Store) -> None:
    one, other, later = await catalogue(store, "one", "other", "later")
    async with store.transaction() as unit:
        results = [result(feed, next_poll_at=NOW + hours * HOUR) for feed, hours in ((one, 2), (other, 1), (later, 9))]
        await unit.feeds.mark_unchanged(results, NOW)

    assert await due(store, 3 * HOUR) == [other, one]
    async with store.reading() as unit:
        assert await unit.feeds.next_due() == NOW + HOUR


async def test_the_first_success_is_remembered_and_failures_are_forgotten_with_the_next(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    async with store.transaction() as unit:
        for hours in (0, 1):
            notice = N_("told") if hours else None
            failure = PollFailure(feed=feed, next_poll_at=NOW, error=N_("It is closed."), notice=notice)
            await unit.feeds.mark_failed([failure], NOW + hours * HOUR)
    failing = await health(store, feed)
    assert (failing.feed.failures, failing.feed.failing_since, failing.error) == (2, NOW, N_("It is closed."))
    assert failing.feed.told_failing

    async with store.transaction() as unit:
        await unit.feeds.mark_read([(result(feed), Rhythm(published=(1_772_366_400,), ttl=HOUR))], NOW + 2 * HOUR)
        await unit.feeds.mark_unchanged([result(feed)], NOW + 3 * HOUR)

    well = await health(store, feed)
    assert (well.feed.failures, well.feed.failing_since, well.error, well.feed.told_failing) == (0, None, None, False)
    assert well.feed.first_success_at == NOW + 2 * HOUR
    assert well.succeeded_at == NOW + 3 * HOUR
    assert well.feed.rhythm == Rhythm(published=(1_772_366_400,), ttl=HOUR)
    assert well.feed.unchanged == 1


@pytest.mark.parametrize("again", ["catalogue", "server"])
async def test_a_feed_that_has_ended_is_asked_again_when_somebody_lists_it_again(store: Store, again: str) -> None:
    [feed] = await catalogue(store, "one")
    async with store.transaction() as unit:
        failure = PollFailure(feed=feed, next_poll_at=NOW + HOUR, error=N_("Gone."), gone=True)
        await unit.feeds.mark_failed([failure], NOW)
    assert await due(store, 2 * HOUR) == []

    if again == "catalogue":
        await catalogue(store, "one")
    else:
        await add(store, "https://one.example/feed")

    assert await due(store, 2 * HOUR) == [feed]


async def test_a_server_sees_its_own_feeds_and_nobody_else_s(store: Store) -> None:
    [listed] = await catalogue(store, "one")
    feed = await add(store)

    async with store.reading() as unit:
        assert {each.feed.id: each.own for each in await unit.feeds.health(GUILD)} == {feed: True, listed: False}
        assert await unit.feeds.get(OTHER_GUILD, feed) is None
        assert await unit.feeds.get(None, feed) is None
        assert await unit.feeds.count_own(GUILD) == 1
        assert await unit.feeds.adders_of(feed) == [Adder(GUILD, UserId(7))]


async def test_a_removed_feed_is_read_for_nobody(store: Store) -> None:
    feed = await add(store)

    async with store.transaction() as unit:
        assert not await unit.feeds.remove_from_guild(OTHER_GUILD, feed)
        assert await unit.feeds.remove_from_guild(GUILD, feed)
        assert not await unit.feeds.remove_from_guild(GUILD, feed)

    assert await due(store) == []


async def test_a_feed_moves_only_where_no_other_is(store: Store) -> None:
    feed, other = await add(store), await add(store, "https://other.example/feed")

    async with store.transaction() as unit:
        assert not await unit.feeds.move(feed, "https://other.example/feed")
        assert await unit.feeds.move(feed, "https://new.example/feed")
        at_new, at_old = (
            await unit.feeds.at("https://new.example/feed"),
            await unit.feeds.at("https://own.example/feed"),
        )

    assert at_new is not None
    assert at_new.id == feed != other
    assert at_old is None


async def test_the_catalogue_may_rename_its_feeds(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    async with store.transaction() as unit:
        renamed = CatalogueFeed(url="https://one.example/feed", name="The One", language="en", excerpts=True)
        await unit.feeds.load_catalogue([renamed], NOW)
        [known] = await unit.feeds.seen_by(None)

    assert (known.id, known.name, known.hints.language, known.hints.excerpts) == (feed, "The One", "en", True)
