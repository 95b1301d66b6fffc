"""Hostile feeds go through the whole bot: nothing breaks, nothing leaks, and whatever is wrong is a sentence."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.check import UnreadableFeedError, check
from bot.feeds.fetch import Limits
from bot.recaps.card import Card, CardOptions, LinkButton, SpoilerMode, make_answer, make_card
from bot.store.feeds import CatalogueFeed
from tests.feeds.site import open_raw, without_proxies
from tests.hostile.feeds import PLOT, XML, Feed, bombs, hostile_feeds, loops, odd_bytes, refused
from tests.newsroom import Item, Newsroom, fresh_store, open_newsroom
from tests.newsroom import rss as good_rss
from tests.recaps.discord_markdown import RAW_HAZARDS, formats, shown

FEEDS = hostile_feeds()
#: What is a mention, an invitation or a link in Discord.
LOUD = {"mention", "invite", "link", "bare link", "masked link", "custom emoji", "command"}
LIMITS = Limits(total=3.0, silence=1.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with fresh_store(tmp_path) as store, open_newsroom(store, limits=LIMITS) as opened:
        yield opened


async def take_in(newsroom: Newsroom, feeds: dict[str, Feed]) -> dict[str, str]:
    """Read each feed as an empty one first, so that what comes next is announced. The names of the feeds, by site."""
    paths = {f"/{number}": feed for number, feed in enumerate(feeds.values())}
    for path in paths:
        newsroom.site.serves(path, good_rss([]), headers=XML)
    await newsroom.reads(*paths)
    await newsroom.poll()
    for path, feed in paths.items():
        newsroom.site.serves(path, feed.body, headers=feed.headers)
    await newsroom.poll()
    return {path[1:]: name for path, name in zip(paths, feeds, strict=True)}


def assert_harmless(card: Card) -> None:
    """Nothing of it tells the plot, calls anybody, or leads anywhere that it should not."""
    texts = (card.line, *card.texts)
    labels = [button.label for button in (*card.buttons, *card.others)]
    for text in (*map(shown, texts), *labels, card.thread_title):
        assert PLOT.casefold() not in text.casefold()
        assert not re.search(r"@(everyone|here)\b|<@|evil\.example|discord\.gg/", text)
    assert not any(formats(text) & LOUD or RAW_HAZARDS.search(text) for text in texts)
    links = [button.url for button in card.buttons if isinstance(button, LinkButton)]
    for url in (*links, *card.gallery):
        assert re.fullmatch(r"https?://[^/@\s]+(/\S*)?", url)


async def test_hostile_feeds_leak_nothing_and_cost_a_good_one_nothing(newsroom: Newsroom) -> None:
    decent = Feed(good_rss([Item()]).encode())
    names = await take_in(newsroom, FEEDS | {"a decent feed": decent})

    health = {names[each.feed.name]: each for each in await newsroom.every_health()}
    for name, each in health.items():
        assert each.error is None or is_a_sentence(str(each.error)), name
        assert each.error is not None or not (name in FEEDS and FEEDS[name].refused), name
    recaps = await newsroom.recaps()
    for recap in recaps:
        for mode in SpoilerMode:
            assert_harmless(make_card(recap, CardOptions(spoilers=mode)))
        closed = make_answer(recap, open=False)
        assert PLOT not in "".join(shown(text) for text in closed.texts)
    assert "a decent feed" in {names[recap.site] for recap in recaps}
    # Most of them are readable, so that there was something to leak.
    assert len({recap.site for recap in recaps}) > len(FEEDS) / 2


def is_a_sentence(text: str) -> bool:
    """Whether this is said in our own words: no exception, no quotation of the feed."""
    return text.endswith(".") and "Error" not in text and PLOT not in text and "wrong in the bot" not in text


async def test_servers_that_hang_loop_or_drip_end_in_a_sentence(newsroom: Newsroom) -> None:
    newsroom.site.redirects("/loop", "/loop2")
    newsroom.site.redirects("/loop2", "/loop")

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"<!-- more -->" * 10_000)

    newsroom.site.handles("/endless", endless)
    start = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>"
    async with open_raw(hang=True) as silent, open_raw(start, hang=True) as stuck, open_raw(b"\xff" * 999) as noise:
        urls = [newsroom.site.url("/loop"), newsroom.site.url("/endless"), silent, stuck, noise]
        await newsroom.lists(*(CatalogueFeed(url=url, name="site") for url in urls))
        await newsroom.poll()

    health = await newsroom.every_health()
    assert len(health) == len(urls)
    for each in health:
        assert each.error
        assert is_a_sentence(str(each.error))


async def test_private_addresses_are_never_connected_to(tmp_path: Path) -> None:
    async with fresh_store(tmp_path) as store, open_newsroom(store, allow_private=False, limits=LIMITS) as newsroom:
        newsroom.publishes([Item()])
        port = newsroom.site.address.rpartition(":")[2]
        hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0177.0.0.1")
        await newsroom.lists(*(CatalogueFeed(url=f"http://{host}:{port}/feed", name="site") for host in hosts))

        await newsroom.poll()

        health = await newsroom.every_health()
        assert newsroom.site.asked == []
        assert len(health) == len(hosts)
        assert all(each.error and is_a_sentence(str(each.error)) for each in health)


@pytest.mark.parametrize("name", [name for name, _ in (*bombs(), *loops(), *refused(), *odd_bytes())])
async def test_checking_a_hostile_feed_ends_in_time(tmp_path: Path, name: str) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(FEEDS[name].body)
    checked, problem = [], None

    async with asyncio.timeout(10):
        try:
            checked = await check(str(file), allow_private=True)
        except UnreadableFeedError as error:
            problem = str(error)

    assert problem is None or is_a_sentence(problem)
    for each in checked:
        if each.card is not None:
            assert_harmless(each.card)
