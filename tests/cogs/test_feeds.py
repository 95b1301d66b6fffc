"""`/feeds`: sites are found, added, looked into and removed, each by one server for itself."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from bot.own_feeds import MOST_FEEDS
from bot.recaps.model import ChannelId, FeedId, GuildId, UserId
from bot.sandbox.model import Message, parts
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.store.feeds import FeedHealth, PollFailure
from bot.store.subscriptions import MOST_SUBSCRIPTIONS, SubscriptionDraft
from bot.texts import N_
from tests.cogs.announcing import eventually
from tests.cogs.club import Club, message
from tests.cogs.house import XML, reading_sites
from tests.feeds.site import Site, without_proxies
from tests.newsroom import Item, history, rss


@pytest.fixture
async def site(club: Club, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    without_proxies(monkeypatch)
    async with reading_sites(club) as site:
        yield site


async def own(club: Club) -> list[FeedHealth]:
    async with club.store.reading() as unit:
        return [each for each in await unit.feeds.health(GuildId(club.guild.id)) if each.own]


async def test_an_added_feed_is_named_after_its_host_and_read_at_once(club: Club, site: Site) -> None:
    reply = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    [health] = await own(club)
    assert reply.ephemeral
    assert f"feed 1 of {MOST_FEEDS}" in reply.text
    assert health.feed.name == "127.0.0.1"
    assert "Lamplight" not in reply.text
    assert health.next_poll_at <= club.clock()


async def test_nobody_else_sees_a_server_s_own_feed(club: Club, site: Site) -> None:
    await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    async with club.store.reading() as unit:
        assert await unit.feeds.seen_by(None) == []
        assert await unit.feeds.health(GuildId(club.other_guild.id)) == []


async def test_the_recaps_of_an_added_feed_are_posted_where_it_was_added_for_the_asking(club: Club, site: Site) -> None:
    added = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    reply = await club.admin.click(message(added), "Post its recaps here")

    [health] = await own(club)
    async with club.store.reading() as unit:
        [active] = await unit.subscriptions.of_guild(GuildId(club.guild.id))
    assert f"<#{club.here.id}>" in reply.text
    assert (active.subscription.feed, active.subscription.show) == (health.feed.id, None)


async def test_a_feed_is_not_posted_where_there_is_no_room_for_a_subscription(club: Club, site: Site) -> None:
    added = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))
    guild, show = GuildId(club.guild.id), await club.show()
    async with club.store.transaction() as unit:
        for channel in map(ChannelId, range(1, MOST_SUBSCRIPTIONS + 1)):
            draft = SubscriptionDraft(guild=guild, channel=channel, show=show, created_by=UserId(1))
            await unit.subscriptions.save(draft, club.clock())

    reply = await club.admin.click(message(added), "Post its recaps here")

    async with club.store.reading() as unit:
        assert await unit.subscriptions.count(guild) == MOST_SUBSCRIPTIONS
    assert "not possible" in reply.text


@pytest.mark.parametrize(
    ("denied", "asks"),
    [
        (Permission.SEND_MESSAGES, "**Send Messages**. Allow it"),
        (
            Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
            "**Send Messages** and **Read Message History**. Allow them",
        ),
    ],
)
async def test_what_posts_need_here_is_said_at_once(club: Club, site: Site, denied: Permission, asks: str) -> None:
    added = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))
    club.discord.world.set_overwrite(club.here, club.guild.role("Previously"), deny=denied)
    here = club.client.get_channel(club.here.id)
    assert isinstance(here, discord.TextChannel)
    await eventually(lambda: not here.permissions_for(here.guild.me).send_messages)

    reply = await club.admin.click(message(added), "Post its recaps here")

    assert asks in reply.text


def offers(site: Site, *paths: str) -> None:
    """Have the site's front page link to these feeds."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="She dies" href="{path}">' for path in paths
    )
    site.serves("/", f"<!doctype html><html><title>x</title>{links}", headers={"Content-Type": "text/html"})


async def chosen(person: Person, question: Message, feed: str) -> str:
    """What the question for a feed turns into once it is answered."""
    reply = await person.choose(question, "add-feed", feed)
    assert message(reply) is question
    await eventually(lambda: "I am reading it" not in question.text)
    return question.text


async def test_of_a_site_with_several_feeds_one_is_chosen_by_its_address(club: Club, site: Site) -> None:
    offers(site, "/feed", "/tv")
    site.serves("/tv", rss([]), headers=XML)

    question = message(await club.admin.run(club.here, "feeds add", url=site.url("/")))
    [menu] = [part for part in parts(question.components) if part.get("custom_id") == "add-feed"]
    answer = await chosen(club.admin, question, "/tv")

    [health] = await own(club)
    assert [option["label"] for option in menu["options"]] == ["/feed", "/tv"]
    assert "She dies" not in str(menu)
    assert health.feed.url == site.url("/tv")
    assert "is read from now on" in answer
    assert question.labels == ["Post its recaps here"]


async def test_a_chosen_feed_that_cannot_be_read_is_said_to_be_none(club: Club, site: Site) -> None:
    offers(site, "/feed", "/gone")

    question = message(await club.admin.run(club.here, "feeds add", url=site.url("/")))

    assert "404" in await chosen(club.admin, question, "/gone")
    assert await own(club) == []


async def test_an_address_that_fits_no_menu_is_asked_for(club: Club, site: Site) -> None:
    long = f"/{'recaps-' * 20}feed"
    offers(site, "/feed", long)

    question = message(await club.admin.run(club.here, "feeds add", url=site.url("/")))

    assert "This site has a feed" in question.text
    assert "There is a feed whose address is too long for a menu" in question.text
    assert "is read from now on" in await chosen(club.admin, question, "/feed")


async def test_a_site_without_a_feed_is_said_to_have_none(club: Club, site: Site) -> None:
    site.serves("/", "<!doctype html><html><title>Nothing</title>", headers={"Content-Type": "text/html"})

    reply = await club.admin.run(club.here, "feeds add", url=site.url("/nothing"))

    assert "404" in reply.text
    assert await own(club) == []


async def test_what_is_no_address_is_said_to_name_no_site(club: Club, site: Site) -> None:
    reply = await club.admin.run(club.here, "feeds add", url="not a url")

    assert "it does not name a site, such as example.com. Copy the feed's address" in reply.text
    assert site.asked == []


async def test_a_feed_that_everybody_sees_or_that_is_here_already_is_not_added_again(club: Club, site: Site) -> None:
    await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    again = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    assert "has been added here before" in again.text
    assert len(await own(club)) == 1


async def test_a_full_server_hears_so_before_anything_is_read(club: Club, site: Site) -> None:
    for number in range(MOST_FEEDS):
        await club.feed(f"Site {number}", own=club.guild)

    reply = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    assert "Remove one first" in reply.text
    assert site.asked == []


async def test_the_list_says_how_every_feed_is(club: Club) -> None:
    listed = await club.feed("Recap Weekly")
    failing = await club.feed("Broken Notes", own=club.guild)
    async with club.store.transaction() as unit:
        why = N_("It has no page at this address (404).")
        failure = PollFailure(feed=failing, next_poll_at=club.clock(), error=why)
        await unit.feeds.mark_failed([failure], club.clock())

    reply = await club.admin.run(club.here, "feeds list")

    assert listed
    assert reply.ephemeral
    assert "1 of 25 of this server’s own, 1 that every server sees" in reply.text
    assert "**Recap Weekly** · not read yet · next <t:" in reply.text
    assert "**Broken Notes** · own" in reply.text
    assert "(404)" in reply.text


async def test_what_nobody_has_heard_stands_on_top_of_the_list_once(club: Club) -> None:
    await club.feed("Broken Notes", own=club.guild)
    async with club.store.transaction() as unit:
        await unit.notices.raise_(GuildId(club.guild.id), N_("The feed could not be read for a day."), club.clock())

    first, second = [await club.admin.run(club.here, "feeds list") for _ in range(2)]

    assert first.text.startswith("⚠️ The feed could not be read")
    assert "⚠️" not in second.text


async def test_a_long_list_has_pages(club: Club) -> None:
    for number in range(12):
        await club.feed(f"Site {number:02}", own=club.guild)

    reply = await club.admin.run(club.here, "feeds list")
    assert "Site 09" in reply.text
    assert "Site 10" not in reply.text
    turned = await club.admin.click(message(reply), "More")

    assert "Site 11" in message(turned).text


async def test_past_the_end_of_the_list_is_its_last_page(club: Club) -> None:
    feeds = [await club.feed(f"Site {number:02}", own=club.guild) for number in range(12)]
    reply = await club.admin.run(club.here, "feeds list")
    async with club.store.transaction() as unit:
        for feed in feeds[:3]:
            await unit.feeds.remove_from_guild(GuildId(club.guild.id), feed)

    turned = await club.admin.click(message(reply), "More")

    assert "Site 11" in message(turned).text
    assert "Before" not in message(turned).labels


async def test_removing_a_feed_says_first_what_goes_with_it(club: Club, site: Site) -> None:
    added = await club.admin.run(club.here, "feeds add", url=site.url("/feed"))
    await club.admin.click(message(added), "Post its recaps here")
    [health] = await own(club)

    asked = await club.admin.run(club.here, "feeds remove", feed=f"feed:{health.feed.id}")
    assert f"a subscription ends with it: <#{club.here.id}>" in asked.text
    assert len(await own(club)) == 1
    reply = await club.admin.click(message(asked), "Remove it")

    async with club.store.reading() as unit:
        assert await unit.subscriptions.of_guild(GuildId(club.guild.id)) == []
    assert await own(club) == []
    assert "not read for this server any more" in reply.text


async def test_a_feed_of_another_server_can_be_neither_removed_nor_looked_into(club: Club, site: Site) -> None:
    feed = await club.feed("Private Notes", own=club.other_guild)

    removed = await club.admin.run(club.here, "feeds remove", feed=f"feed:{feed}")
    looked = await club.admin.run(club.here, "feeds preview", feed=f"feed:{feed}")

    assert "no such feed" in removed.text
    assert "no such feed" in looked.text
    assert await club.admin.suggest(club.here, "feeds preview", "feed", "") == []


async def test_a_feed_of_the_catalogue_cannot_be_removed(club: Club) -> None:
    feed: FeedId = await club.feed("Recap Weekly")

    reply = await club.admin.run(club.here, "feeds remove", feed=f"feed:{feed}")

    assert "every server sees" in reply.text
    assert await club.admin.suggest(club.here, "feeds remove", "feed", "") == []


async def test_a_preview_shows_what_would_be_posted_with_the_plot_behind_bars(club: Club, site: Site) -> None:
    items = history(2, newest=club.clock() - timedelta(hours=1))
    news = replace(Item(), title="Ada is dead: the trailer for next season", guid="news", link="https://x.example/news")
    site.serves("/feed", rss([news, *items]), headers=XML)
    await club.admin.run(club.here, "feeds add", url=site.url("/feed"))

    reply = await club.admin.run(club.here, "feeds preview", feed="127.0.0.1")

    assert reply.ephemeral
    assert "not about an episode" in reply.text
    assert "**The Quarry Line** S2E2" in reply.text
    assert "dead" not in reply.text
    plot = reply.text.partition("||")
    assert "sluice" not in plot[0]
    assert "||" in plot[2]


async def test_before_the_bot_can_read_feeds_it_says_so(club: Club) -> None:
    reply = await club.admin.run(club.here, "feeds add", url="https://site.example")

    assert "still starting" in reply.text
