"""`/show`: facts without spoilers, and the way to a show's episodes."""

from datetime import timedelta

import pytest

from bot.recaps.model import EpisodeRef
from bot.recaps.show_facts import SafeFacts
from tests.cogs.club import HIDDEN, PLOT, Club, message


async def test_a_show_is_a_card_of_facts_and_ways_on(club: Club) -> None:
    feed, show = await club.feed(), await club.show()
    facts = SafeFacts(native_title="소금 항구", cast=("Ida Moor",), episodes=8)
    await club.recap(feed, show, EpisodeRef.of(1, 1), age=timedelta(days=7), facts=facts, streaming="Viki")
    await club.recap(feed, show, EpisodeRef.of(1, 2))

    reply = await club.member.run(club.here, "show", show="salt harbor")

    assert reply.ephemeral
    for fact in ("### Salt Harbour", "소금 항구", "Ida Moor", "8 episodes", "Viki", "2 recaps of 2 episodes", "S1E2"):
        assert fact in reply.text
    assert "/subscribe show:Salt Harbour" in reply.text
    assert PLOT not in reply.text


async def test_its_buttons_open_recaps_privately(club: Club) -> None:
    await club.season(3)
    card = message(await club.member.run(club.here, "show", show="Salt Harbour"))

    latest = await club.member.click(card, "Latest recap")
    chosen = await club.member.choose(card, "open-recap", "S1E1")

    assert latest.ephemeral
    assert "Salt Harbour S1E3" in latest.text
    assert "Salt Harbour S1E1" in chosen.text
    assert PLOT not in latest.text.replace(HIDDEN, "")


async def test_an_admin_subscribes_on_the_card_of_a_show(club: Club) -> None:
    await club.season(1)
    card = message(await club.admin.run(club.here, "show", show="Salt Harbour"))
    done = await club.admin.click(card, "Subscribe here")

    assert f"**Salt Harbour** will be posted in {club.here.mention}" in done.text
    assert "This is how the latest known recap would look" in done.text
    assert "Subscribe here" not in message(await club.member.run(club.here, "show", show="Salt Harbour")).labels
    assert (
        "Subscribe here"
        not in message(await club.admin.run(club.direct(club.admin), "show", show="Salt Harbour")).labels
    )


async def test_many_episodes_are_paged(club: Club) -> None:
    await club.season(27)
    card = message(await club.member.run(club.here, "show", show="Salt Harbour"))

    await club.member.click(card, "Older episodes")
    assert "Salt Harbour S1E2" in (await club.member.choose(card, "open-recap", "S1E2")).text
    await club.member.click(card, "Newest episodes")

    assert "Salt Harbour S1E27" in (await club.member.choose(card, "open-recap", "S1E27")).text


async def test_a_followed_show_says_so_before_its_first_recap(club: Club) -> None:
    await club.subscribe(await club.show("Night Tide"))

    here = await club.member.run(club.here, "show", show="Night Tide")
    elsewhere = await club.member.run(club.elsewhere, "show", show="Night Tide")

    assert "This server follows it" in here.text
    assert "No recaps of it are known here yet" in here.text
    assert "No recaps of “Night Tide” are known here yet" in elsewhere.text


@pytest.mark.parametrize("typed", ["Salt Harbour", "show:1", "소금 항구"])
async def test_a_show_of_another_servers_feed_is_unknown(club: Club, typed: str) -> None:
    feed, show = await club.feed("Private Notes", own=club.guild), await club.show()
    await club.recap(feed, show, EpisodeRef.of(1, 1))
    await club.alias(show, feed, "소금 항구")

    assert "### Salt Harbour" in (await club.member.run(club.here, "show", show=typed)).text
    for place in (club.elsewhere, club.direct(club.member)):
        reply = await club.member.run(place, "show", show=typed)
        assert "### " not in reply.text
        assert "known here yet" in reply.text
        assert await club.member.suggest(place, "show", "show", "salt") == []


async def test_what_another_servers_feed_says_of_a_show_stays_there(club: Club) -> None:
    public, private = await club.feed(), await club.feed("Private Notes", own=club.guild)
    show = await club.show()
    await club.recap(public, show, EpisodeRef.of(1, 1))
    secret = SafeFacts(native_title="소금 항구", cast=("Ida Moor",))
    await club.recap(private, show, EpisodeRef.of(1, 2), facts=secret)
    await club.alias(show, private, "The Secret Name")

    here = await club.member.run(club.here, "show", show="The Secret Name")
    elsewhere = await club.member.run(club.elsewhere, "show", show="Salt Harbour")

    for told in ("Ida Moor", "소금 항구", "The Secret Name", "Private Notes", "S1E2"):
        assert told in here.text
        assert told not in elsewhere.text
    assert "### " not in (await club.member.run(club.elsewhere, "show", show="The Secret Name")).text


async def test_a_card_of_another_servers_show_turns_no_page(club: Club) -> None:
    feed = await club.feed("Private Notes", own=club.guild)
    [secret] = await club.season(1, feed=feed)
    await club.season(1, title="Night Tide")
    card = message(await club.member.run(club.elsewhere, "show", show="Night Tide"))
    copied = f"show:{secret.show}:0"
    card.buttons[0]["custom_id"] = copied

    reply = await club.member.click(card, copied)

    assert "not known here any more" in reply.text
    assert "Salt Harbour" not in reply.text
