"""`/recap`, `/latest` and the buttons of cards: for whom, where, and what goes wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from discord import ChannelType, ForumChannel, TextChannel

from bot.recaps.model import EpisodeRef
from bot.sandbox.demo_world import demo_world
from bot.sandbox.people import Person, Reply
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from tests.cogs.club import HIDDEN, PLOT, Club, answering, message
from tests.delivery.scene import Clock, opened


def visible(reply: Reply) -> str:
    return reply.text.replace(HIDDEN, "")


async def recap_of(club: Club, episode: str, person: Person | None = None) -> Reply:
    return await (person or club.member).run(club.here, "recap", show="Salt Harbour", episode=episode)


@pytest.mark.parametrize("typed", ["S1E2", "2", "s01e02", "ep 2", "1x02"])
async def test_an_episode_is_found_however_it_is_typed(club: Club, typed: str) -> None:
    await club.season(3)

    reply = await recap_of(club, typed)

    assert reply.ephemeral
    assert "### Salt Harbour S1E2" in reply.text
    assert HIDDEN in reply.text
    assert PLOT not in visible(reply)


async def test_finale_and_latest_are_episodes_too(club: Club) -> None:
    feed, show = await club.feed(), await club.show()
    await club.recap(feed, show, EpisodeRef.of(1, 8), finale=True, age=timedelta(days=90))
    await club.recap(feed, show, EpisodeRef.of(2, 1))

    assert "S1E8" in (await recap_of(club, "finale")).text
    assert "S2E1" in (await recap_of(club, "latest")).text


@pytest.mark.parametrize(
    ("show", "episode", "says"),
    [
        (
            "Salt Harbour",
            "S9E9",
            "No recap of **Salt Harbour** S9E9 is known here. The latest is **Salt Har",
        ),
        ("Salt Harbour", "S9E9", "Pick an episode from the suggestions, or type `latest`."),
        ("Salt Harbour", "the sad one", "I cannot read “the sad one” as an episode"),
        ("Zzyzx Qwerty", "S1E1", "No recaps of “Zzyzx Qwerty” are known here yet"),
        ("show:77", "S1E1", "No recaps of “that show”"),
        ("show:999999999999999999999", "S1E1", "No recaps of"),
    ],
)
async def test_what_is_not_found_is_said_with_what_to_do_next(club: Club, show: str, episode: str, says: str) -> None:
    await club.season(3)

    reply = await club.member.run(club.here, "recap", show=show, episode=episode)

    assert reply.ephemeral
    assert says in reply.text


async def test_a_text_that_could_be_several_shows_is_asked_about(club: Club) -> None:
    feed = await club.feed()
    for title in ("The Long Ferry Home", "The Long Ferry West"):
        await club.season(1, title=title, feed=feed)

    reply = await club.member.run(club.here, "recap", show="the long ferry")

    assert "**The Long Ferry Home**" in reply.text
    assert "Pick one" in reply.text


async def test_neighbours_are_a_click_away_and_replace_the_private_card(club: Club) -> None:
    await club.season(3)
    card = message(await recap_of(club, "2"))

    after = await club.member.click(card, "S1E3 →")
    assert "S1E3" in after.text
    assert message(after).id == card.id
    before = await club.member.click(message(after), "← S1E2")
    assert "S1E2" in before.text


async def test_a_shared_card_is_for_everybody_and_clicks_on_it_are_ones_own(club: Club) -> None:
    await club.season(2)
    shared = await club.admin.click(message(await recap_of(club, "2", club.admin)), "Share to channel")
    card, before = message(shared), shared.text

    revealed = await club.member.click(card, "Reveal")

    assert not shared.ephemeral
    assert PLOT not in visible(shared)
    assert revealed.ephemeral
    assert PLOT in revealed.text
    assert card.text == before
    assert message(revealed) not in club.admin.sees(club.here)


async def test_whoever_may_not_write_here_shares_nothing(club: Club) -> None:
    await club.season(1)
    club.discord.world.set_overwrite(club.here, club.guild.role("Member"), deny=Permission.SEND_MESSAGES)
    card = message(await recap_of(club, "1"))

    reply = await club.member.click(card, "Share to channel")

    assert reply.ephemeral
    assert "may not write" in reply.text


async def test_siblings_are_linked_and_listed(club: Club) -> None:
    [recap] = await club.season(1)
    for number in range(7):
        await club.recap(await club.feed(f"Site {number}"), recap.show, EpisodeRef.of(1, 1))
    card = message(await recap_of(club, "1"))

    others = await club.member.click(card, "Other recaps")

    assert others.ephemeral
    assert len(message(others).labels) == 7


async def test_latest_is_paged_and_opens_privately(club: Club) -> None:
    await club.season(23)
    first = message(await club.member.run(club.here, "latest"))

    assert first.text.count("Salt Harbour") == 10
    assert PLOT not in first.text
    await club.member.click(first, "Older")
    third = await club.member.click(first, "Older")
    assert third.text.count("Salt Harbour") == 3
    assert "Older" not in message(third).labels
    opened_one = await club.member.choose(first, "open-recap", "Salt Harbour S1E1 recap")
    assert "S1E1" in opened_one.text
    assert opened_one.ephemeral
    assert "S1E23" in (await club.member.click(first, "Newest")).text


async def test_latest_of_one_show_is_of_that_show_alone(club: Club) -> None:
    feed = await club.feed()
    await club.season(2, feed=feed)
    await club.season(2, title="Night Tide", feed=feed)

    reply = await club.member.run(club.here, "latest", show="night tide")
    nothing = await club.member.run(club.here, "latest", show="Zzyzx Qwerty")

    assert "Night Tide" in reply.text
    assert "Salt Harbour" not in reply.text
    assert "known here yet" in nothing.text


async def test_before_the_first_recap_latest_says_so(club: Club) -> None:
    assert "No recaps are known here yet" in (await club.member.run(club.here, "latest")).text


async def test_direct_messages_see_the_catalogue_alone(club: Club) -> None:
    await club.season(2, feed=await club.feed("Private Notes", own=club.guild))
    await club.season(2, title="Night Tide")
    direct = club.direct(club.member)

    assert "S1E2" in (await club.member.run(direct, "recap", show="Night Tide")).text
    shared = message(await club.member.run(direct, "recap", show="Night Tide", episode="1"))
    assert "Night Tide S1E1" in (await club.member.click(shared, "Share to channel")).text
    latest = await club.member.run(direct, "latest")
    assert "Night Tide" in latest.text
    assert "Salt Harbour" not in latest.text
    assert "known here yet" in (await club.member.run(direct, "recap", show="Salt Harbour")).text


async def test_forum_posts_and_threads_are_as_good_as_channels(club: Club) -> None:
    await club.season(2)
    text = club.client.get_channel(club.here.id)
    forum = club.client.get_channel(club.guild.channel("episodes").id)
    assert isinstance(text, TextChannel)
    assert isinstance(forum, ForumChannel)
    talk = await text.create_thread(name="Talk", type=ChannelType.public_thread)
    post, _ = await forum.create_thread(name="S1E2", content="Salt Harbour S1E2")
    threads = [club.discord.world.channels[thread.id] for thread in (talk, post)]

    for thread in threads:
        assert thread.is_thread
        card = message(await club.member.run(thread, "recap", show="Salt Harbour", episode="1"))
        shared = await club.member.click(card, "Share to channel")
        assert not shared.ephemeral
        assert "S1E1" in shared.text


async def test_episodes_are_suggested_the_newest_first_without_a_word_of_them(club: Club) -> None:
    await club.season(12)

    untyped = await club.member.suggest(club.here, "recap", "episode", "", show="Salt Harbour")
    typed = await club.member.suggest(club.here, "recap", "episode", "2", show="salt harbor")

    assert [choice.value for choice in untyped[:3]] == ["latest", "S1E12", "S1E11"]
    assert typed[0].value == "S1E2"
    assert await club.member.suggest(club.here, "recap", "episode", "", show="Zzyzx Qwerty") == []


async def test_shows_are_suggested_followed_ones_first_then_the_latest(club: Club) -> None:
    feed = await club.feed()
    shows = {title: await club.show(title) for title in ("Ferry Lights", "Ferry Nights", "Ferry Sights")}
    for age, show in enumerate(shows.values()):
        await club.recap(feed, show, EpisodeRef.of(1, 1), age=timedelta(days=age * 20))
    await club.subscribe(shows["Ferry Sights"])

    for typed in ("", "ferry"):
        here = await club.member.suggest(club.here, "recap", "show", typed)
        elsewhere = await club.member.suggest(club.elsewhere, "recap", "show", typed)
        assert [choice.name for choice in here] == ["Ferry Sights", "Ferry Lights", "Ferry Nights"]
        assert [choice.name for choice in elsewhere] == ["Ferry Lights", "Ferry Nights", "Ferry Sights"]


async def test_menus_and_pages_live_on_after_a_restart(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with opened(database) as store, EmbeddedDiscord(demo_world()) as discord:
        async with answering(discord, store, clock, monkeypatch) as client:
            club = Club(discord, client, clock)
            await club.season(12)
            listed = message(await club.member.run(club.here, "latest"))
            card = message(await recap_of(club, "2"))
        async with answering(discord, store, clock, monkeypatch):
            assert "S1E2" in (await club.member.click(listed, "Older")).text
            assert "S1E1" in (await club.member.choose(listed, "open-recap", "Salt Harbour S1E1 recap")).text
            assert "S1E3" in (await club.member.click(card, "S1E3 →")).text


async def test_a_menu_that_was_tampered_with_opens_nothing_of_another_server(club: Club) -> None:
    [secret] = await club.season(1, feed=await club.feed("Private Notes", own=club.guild))
    await club.season(1, title="Night Tide")
    listed = message(await club.member.run(club.elsewhere, "latest"))
    [menu] = [part for row in listed.components for part in row.get("components", ()) if part.get("options")]
    menu["options"][0]["value"] = str(secret.id)

    reply = await club.member.choose(listed, "open-recap", str(secret.id))

    assert "not available here" in reply.text
    assert "Salt Harbour" not in reply.text
