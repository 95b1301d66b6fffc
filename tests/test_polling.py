"""From a site's feed to recaps in the store and posts in the queue, through the real poller."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import update

from bot.recaps.model import Kind
from bot.saving import News, Saving
from bot.store.feeds import CatalogueFeed
from bot.store.schema import posts
from bot.store.store import Store
from tests.feeds.site import without_proxies
from tests.newsroom import ADMIN, GUILD, NOW, STORY, Item, Newsroom, fresh_store, history, open_newsroom, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with fresh_store(tmp_path) as opened:
        yield opened


@pytest.fixture
async def newsroom(store: Store) -> AsyncIterator[Newsroom]:
    async with open_newsroom(store) as opened:
        yield opened


async def read_once(newsroom: Newsroom, items: list[Item]) -> None:
    """A feed that is subscribed to and has been read for the first time."""
    newsroom.publishes(items)
    await newsroom.reads("/feed")
    await newsroom.poll()
    assert await newsroom.posted() == []


async def test_the_first_poll_stores_everything_and_announces_nothing(newsroom: Newsroom) -> None:
    newsroom.publishes(history(3))
    await newsroom.reads("/feed")

    await newsroom.poll()

    assert [recap.key for recap in await newsroom.recaps()] == ["s2e3", "s2e2", "s2e1"]
    assert await newsroom.posted() == []


async def test_a_new_recap_is_announced_once(newsroom: Newsroom) -> None:
    await read_once(newsroom, history(2))
    newsroom.publishes([Item(episode=3), *history(2)])

    await newsroom.poll()
    await newsroom.poll()

    assert await newsroom.posted() == ["s2e3"]


@pytest.mark.parametrize(
    "meddled",
    [
        replace(Item(), link="http://www.lamplight.example/quarry-line-3?utm_source=rss&utm_medium=feed"),
        replace(Item(), guid="https://lamplight.example/?p=99"),
        replace(Item(), title="The Quarry Line Season 2 Episode 3 Recap: Something Better to Say"),
        replace(Item(), published=NOW + 2 * HOUR),
        replace(Item(), guid="changed", published=NOW - 2 * HOUR),
    ],
    ids=["moved to https and tracked", "new guid", "edited title", "bumped date", "new guid and date"],
)
async def test_what_a_site_does_to_an_old_recap_never_announces_it(newsroom: Newsroom, meddled: Item) -> None:
    await read_once(newsroom, history(3))
    newsroom.publishes([*history(3)[1:], meddled])

    await newsroom.poll()

    assert await newsroom.posted() == []
    assert await newsroom.entries() == 3


async def test_an_entry_that_vanishes_and_returns_is_not_new(newsroom: Newsroom) -> None:
    await read_once(newsroom, history(3))
    newsroom.publishes(history(3)[1:])
    await newsroom.poll()
    newsroom.publishes([replace(Item(), published=NOW + 5 * HOUR), *history(3)[1:]])

    await newsroom.poll()

    assert await newsroom.posted() == []


async def test_a_feed_that_suddenly_offers_its_whole_history_announces_only_what_is_news(newsroom: Newsroom) -> None:
    await read_once(newsroom, [])
    newsroom.publishes(history(30))

    await newsroom.poll()

    assert await newsroom.posted() == ["s2e30"]
    assert await newsroom.entries() == 30


async def test_a_feed_replaced_by_another_site_announces_nothing_old(newsroom: Newsroom) -> None:
    await read_once(newsroom, history(3))
    others = [
        Item(episode=number, guid=f"x{number}", link=f"https://new.example/{number}", published=NOW - number * 4 * DAY)
        for number in range(1, 9)
    ]
    newsroom.publishes(others)

    await newsroom.poll()

    assert await newsroom.posted() == []


async def test_of_undated_entries_the_five_newest_are_announced(newsroom: Newsroom) -> None:
    await read_once(newsroom, [])
    newsroom.publishes(history(8, newest=None))

    await newsroom.poll()

    assert sorted(await newsroom.posted()) == ["s2e4", "s2e5", "s2e6", "s2e7", "s2e8"]


async def test_an_entry_that_turns_into_a_recap_is_announced_then_and_once(newsroom: Newsroom) -> None:
    await read_once(newsroom, [])
    teaser = replace(Item(), title="What to watch on Sunday night")
    newsroom.publishes([teaser])
    await newsroom.poll()
    assert await newsroom.posted() == []

    newsroom.publishes([replace(teaser, title=Item().headline)])
    await newsroom.poll()
    newsroom.publishes([replace(Item(), title=f"{Item().headline}!")])
    await newsroom.poll()

    assert await newsroom.posted() == ["s2e3"]


async def test_who_subscribed_after_an_entry_was_first_seen_is_not_told_that_it_has_become_a_recap(
    newsroom: Newsroom,
) -> None:
    newsroom.publishes([])
    await newsroom.lists(CatalogueFeed(url=newsroom.site.url("/feed"), name="Lamplight"))
    async with newsroom.store.transaction() as unit:
        for activity in await unit.subscriptions.of_guild(GUILD):
            await unit.subscriptions.remove(GUILD, activity.subscription.id, NOW)
    await newsroom.poll()
    newsroom.publishes([replace(Item(), title="What to watch on Sunday night")])
    await newsroom.poll()
    newsroom.clock.now += HOUR
    await newsroom.subscribes()

    newsroom.publishes([Item()])
    await newsroom.poll()

    assert len(await newsroom.recaps()) == 1
    assert await newsroom.posted() == []


async def test_a_live_recap_gets_its_plot_later_and_its_post_a_new_card(newsroom: Newsroom) -> None:
    await read_once(newsroom, [])
    newsroom.publishes([replace(Item(), story=("We are watching. Come back after the episode.",))])
    await newsroom.poll()
    async with newsroom.store.transaction() as unit:
        shown = update(posts).values(state="carded", posted_at=newsroom.clock.now, shown_version=1, message_id=1)
        await unit.feeds._connection.execute(shown)

    newsroom.publishes([Item()])
    await newsroom.poll(after=timedelta(minutes=40))

    assert await newsroom.posted() == ["s2e3"]
    [recap] = await newsroom.recaps()
    assert "sluice" in recap.summary.full.text
    async with newsroom.store.reading() as unit:
        [post] = (await unit.feeds._connection.execute(posts.select())).all()
    assert (post.state, post.wanted_version) == ("posted", 2)


async def test_a_feed_that_answers_304_costs_no_reading(newsroom: Newsroom) -> None:
    body = rss(history(2))

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text=body, headers={"ETag": '"v1"'})

    newsroom.site.handles("/feed", answer)
    await newsroom.reads("/feed")
    await newsroom.poll()
    await newsroom.poll()
    await newsroom.poll()

    health = await newsroom.health()
    assert (health.feed.unchanged, health.feed.etag) == (2, '"v1"')
    assert health.succeeded_at == newsroom.clock.now


async def test_the_same_body_again_brings_nothing(newsroom: Newsroom) -> None:
    await read_once(newsroom, history(2))

    await newsroom.poll()

    assert (await newsroom.health()).feed.unchanged == 1


async def test_a_body_in_which_only_a_counter_changes_brings_nothing_either(newsroom: Newsroom) -> None:
    await read_once(newsroom, history(2))
    newsroom.site.serves("/feed", rss(history(2)) + "<!-- 17 visitors -->")

    await newsroom.poll()

    assert (await newsroom.health()).feed.unchanged == 1


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_failing_feed_is_asked_less_and_less_and_never_given_up(newsroom: Newsroom, status: int) -> None:
    newsroom.site.serves("/feed", status=status)
    await newsroom.reads("/feed")

    waits = []
    for _ in range(12):
        await newsroom.poll(after=2 * DAY)
        waits.append((await newsroom.health()).next_poll_at - newsroom.clock.now)

    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=10)
    assert DAY <= waits[-1] <= 2 * DAY
    assert str(status) in str((await newsroom.health()).error)


async def test_a_feed_that_says_it_is_gone_is_retired_until_it_is_listed_again(newsroom: Newsroom) -> None:
    newsroom.site.serves("/feed", status=410)
    await newsroom.reads("/feed")
    await newsroom.poll()
    await newsroom.poll(after=9 * DAY)
    assert len(newsroom.site.asked) == 1
    assert (await newsroom.health()).retired

    newsroom.publishes(history(1))
    await newsroom.reads("/feed")
    await newsroom.poll()

    assert len(await newsroom.recaps()) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_for_patience_gets_it(newsroom: Newsroom, status: int) -> None:
    newsroom.site.serves("/feed", status=status, headers={"Retry-After": "7200"})
    await newsroom.reads("/feed")
    await newsroom.poll()

    await newsroom.poll(after=timedelta(minutes=119))
    asked = len(newsroom.site.asked)
    await newsroom.poll(after=timedelta(minutes=2))

    assert asked == 1
    assert len(newsroom.site.asked) == 2


async def test_a_permanent_redirect_is_followed_for_good_once_it_has_held_for_a_day(newsroom: Newsroom) -> None:
    newsroom.publishes(history(1), path="/new")
    newsroom.site.redirects("/feed", "/new", status=301)
    await newsroom.adds()
    await newsroom.poll()
    await newsroom.poll()
    assert (await newsroom.health()).feed.moved_to == newsroom.site.url("/new")

    await newsroom.poll(after=DAY)
    await newsroom.poll()

    assert (await newsroom.health("/new")).feed.moved_to is None
    assert newsroom.site.paths[-1] == "/new"
    assert newsroom.site.paths.count("/feed") == 3


async def test_a_redirect_that_changes_its_mind_is_not_remembered(newsroom: Newsroom) -> None:
    newsroom.publishes(history(1), path="/new")
    newsroom.publishes(history(1), path="/newer")
    await newsroom.adds()
    for target in ("/new", "/newer", "/new"):
        newsroom.site.redirects("/feed", target, status=301)
        await newsroom.poll(after=DAY)

    assert (await newsroom.health()).feed.moved_since == newsroom.clock.now


async def test_a_feed_does_not_move_to_where_another_one_is(newsroom: Newsroom) -> None:
    newsroom.publishes(history(1), path="/new")
    newsroom.site.redirects("/feed", "/new", status=301)
    await newsroom.adds("/feed")
    await newsroom.adds("/new")

    for _ in range(4):
        await newsroom.poll(after=DAY)

    assert (await newsroom.health("/feed")).succeeded_at == newsroom.clock.now


async def test_the_address_of_a_catalogue_feed_is_the_operators_to_change(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.publishes(history(1), path="/new")
    newsroom.site.redirects("/feed", "/new", status=301)
    await newsroom.reads("/feed")

    for _ in range(3):
        await newsroom.poll(after=DAY)

    assert (await newsroom.health("/feed")).succeeded_at == newsroom.clock.now
    assert "has moved" in caplog.text


async def test_one_bad_feed_costs_only_itself(newsroom: Newsroom) -> None:
    newsroom.site.serves("/broken", "<rss><channel><item>")
    newsroom.site.serves("/missing", status=404)
    newsroom.publishes(history(1))
    await newsroom.reads("/broken", "/missing", "/feed")

    await newsroom.poll()

    assert len(await newsroom.recaps()) == 1
    assert (await newsroom.health("/broken")).error
    assert (await newsroom.health("/missing")).error
    assert (await newsroom.health("/feed")).error is None


async def test_a_slow_feed_holds_up_nobody(newsroom: Newsroom) -> None:
    answering = asyncio.Event()

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        await answering.wait()
        return web.Response(text=rss([]))

    # A host of its own: feeds of one host wait for each other.
    slow = newsroom.site.handles("/slow", answer).replace("127.0.0.1", "localhost")
    newsroom.publishes(history(1))
    await newsroom.lists(
        CatalogueFeed(url=slow, name="slow"), CatalogueFeed(url=newsroom.site.url("/feed"), name="feed")
    )

    newsroom.clock.now += HOUR
    async with asyncio.timeout(30):
        while (await newsroom.health("/feed")).succeeded_at is None:
            await newsroom.poller.poll_due()

    assert newsroom.poller.busy
    answering.set()
    await newsroom.poll()
    assert not newsroom.poller.busy


async def test_polls_in_hand_end_with_the_poller(store: Store) -> None:
    async with open_newsroom(store) as newsroom:
        never = asyncio.Event()

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            await never.wait()
            return web.Response()

        newsroom.site.handles("/feed", answer)
        await newsroom.reads("/feed")
        newsroom.clock.now += HOUR
        await newsroom.poller.poll_due()

    assert not newsroom.poller.busy
    assert (await newsroom.health()).error is None


async def test_what_cannot_be_saved_costs_only_its_own_feed(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.publishes([replace(Item(), title="This breaks the store")], path="/odd")
    newsroom.publishes(history(2))
    await newsroom.reads("/odd", "/feed")
    save = Saving.save

    async def fragile(saving: Saving, news: Sequence[News]) -> None:
        await save(saving, news)
        if any("breaks" in each.understood.entry.title for each in news):
            raise RuntimeError

    monkeypatch.setattr(Saving, "save", fragile)
    await newsroom.poll()

    assert len(await newsroom.recaps()) == await newsroom.entries() == 2
    assert "went wrong in the bot" in str((await newsroom.health("/odd")).error)
    assert "could not be saved" in caplog.text


async def test_only_pages_of_what_may_be_announced_are_fetched(newsroom: Newsroom) -> None:
    page = "<!doctype html><article>" + "".join(f"<p>{paragraph}</p>" for paragraph in STORY) + "</article>"
    items = [
        replace(item, link=newsroom.site.serves(f"/page-{item.episode}", page), story=("A teaser.",))
        for item in history(4)
    ]
    newsroom.publishes(items[1:])
    await newsroom.lists(CatalogueFeed(url=newsroom.site.url("/feed"), name="Lamplight", excerpts=True))
    await newsroom.poll()
    assert newsroom.site.paths == ["/feed"]

    newsroom.publishes(items)
    await newsroom.poll()

    assert newsroom.site.paths == ["/feed", "/feed", "/page-4"]
    [newest, *_] = await newsroom.recaps()
    assert "sluice" in newest.summary.full.text


async def test_a_feed_that_fails_for_a_day_is_told_of_once_and_once_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.publishes([])
    await newsroom.adds()
    await newsroom.poll()
    newsroom.site.serves("/feed", status=500)
    for _ in range(8):
        await newsroom.poll(after=5 * HOUR)
    [told] = await newsroom.notices()
    async with newsroom.store.reading() as unit:
        [notice] = await unit.notices.untold(10)

    newsroom.publishes([])
    await newsroom.poll(after=2 * DAY)
    newsroom.publishes(history(1))
    await newsroom.poll()

    assert "could not be read for a day" in told
    assert "500" in told
    assert notice.user == ADMIN, "who added it, as the server has no notice channel"
    assert len(await newsroom.notices()) == 2
    assert "can be read again" in (await newsroom.notices())[1]


async def test_a_feed_that_fails_is_asked_when_its_first_day_is_over(newsroom: Newsroom) -> None:
    newsroom.site.serves("/feed", status=500)
    await newsroom.adds()
    await newsroom.poll()
    first_failure = newsroom.clock.now
    while newsroom.clock.now < first_failure + DAY:
        due = (await newsroom.health()).next_poll_at
        await newsroom.poll(after=due - newsroom.clock.now)

    assert newsroom.clock.now == first_failure + DAY
    assert len(await newsroom.notices()) == 1


async def test_an_unexpected_failure_costs_one_poll_and_is_logged(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.publishes(history(1))
    await newsroom.reads("/feed")

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(newsroom.understanding, "read", broken)
        await newsroom.poll()
    failed = await newsroom.health()
    await newsroom.poll()

    assert "went wrong in the bot" in str(failed.error)
    assert "polling it failed" in caplog.text
    assert [recap.kind for recap in await newsroom.recaps()] == [Kind.RECAP]
