"""One's own progress: noted, listed, cleared, and minded by *Reveal* and `/recap`."""

from pathlib import Path

import pytest

from bot.recaps.model import EpisodeRef
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Message
from bot.sandbox.server import EmbeddedDiscord
from tests.cogs.club import HIDDEN, PLOT, Club, answering, message
from tests.delivery.scene import Clock, opened


async def shared(club: Club, episode: int) -> Message:
    """A card in the channel, whose plot is behind bars."""
    private = await club.admin.run(club.here, "recap", show="Salt Harbour", episode=f"S1E{episode}")
    return message(await club.admin.click(message(private), "Share to channel"))


async def test_watched_is_noted_privately(club: Club) -> None:
    await club.season(3)

    reply = await club.member.run(club.here, "watched", show="salt harbor", episode="2")

    assert reply.ephemeral
    assert "**Salt Harbour** up to S1E2" in reply.text


@pytest.mark.parametrize(("episode", "is_further"), [("S40E200", True), ("S1E3", False), ("S0E1", False)])
async def test_what_is_further_than_anything_known_is_noted_with_a_remark(
    club: Club, episode: str, *, is_further: bool
) -> None:
    await club.season(3)

    reply = await club.member.run(club.here, "watched", show="Salt Harbour", episode=episode)

    assert f"**Salt Harbour** up to {episode}" in reply.text
    assert ("The furthest that is known here is S1E3" in reply.text) is is_further


@pytest.mark.parametrize("place", ["here", "direct"])
async def test_what_one_watches_is_listed_for_oneself_alone(club: Club, place: str) -> None:
    await club.season(3)
    channel = club.here if place == "here" else club.direct(club.member)
    await club.member.run(channel, "watched", show="Salt Harbour", episode="S1E2")

    mine = await club.member.run(channel, "watching")
    others = await club.admin.run(club.here, "watching")

    assert "**Salt Harbour** up to S1E2" in mine.text
    assert "Salt Harbour" not in others.text
    assert mine.ephemeral or place == "direct"


@pytest.mark.parametrize(
    ("show", "episode", "says"),
    [
        ("Salt Harbour", "the one with the ferry", "cannot read"),
        ("Something Else Entirely", "S1E1", "No recaps of"),
        ("show:999", "S1E1", "No recaps of"),
        ("Salt Harbour", "finale", "Name the episode"),
    ],
)
async def test_what_cannot_be_noted_is_said_in_a_sentence(club: Club, show: str, episode: str, says: str) -> None:
    await club.season(1)

    reply = await club.member.run(club.here, "watched", show=show, episode=episode)

    assert says in reply.text
    assert "Salt Harbour" not in (await club.member.run(club.here, "watching")).text


async def test_an_episode_of_several_seasons_is_asked_about(club: Club) -> None:
    feed, show = await club.feed(), await club.show()
    for season in (1, 2):
        await club.recap(feed, show, EpisodeRef.of(season, 4))

    reply = await club.member.run(club.here, "watched", show="Salt Harbour", episode="4")

    assert "`S1E4` or `S2E4`" in reply.text


async def test_watched_sets_progress_and_the_button_only_raises_it(club: Club) -> None:
    await club.season(3)
    await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E2")

    lower = await club.member.click(await shared(club, 1), "I've watched it")
    higher = await club.member.click(await shared(club, 3), "I've watched it")

    assert lower.ephemeral
    assert "Noted before: up to S1E2" in lower.text
    assert "Noted: up to S1E3" in higher.text
    await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E1")
    assert "up to S1E1 " in (await club.member.run(club.here, "watching")).text


async def test_reveal_asks_whoever_is_behind_and_nobody_else(club: Club) -> None:
    await club.season(3)
    await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E1")
    card = await shared(club, 3)

    asked = await club.member.click(card, "Reveal")
    free = await club.admin.click(card, "Reveal")

    assert "up to S1E1; this is S1E3" in asked.text
    assert PLOT not in asked.text
    assert PLOT in free.text
    assert asked.ephemeral
    shown = await club.member.click(message(asked), "Show it all the same")
    assert PLOT in shown.text
    assert message(shown).id == message(asked).id
    assert PLOT not in card.text.replace(HIDDEN, "")


async def test_reveal_shows_what_was_watched_at_once(club: Club) -> None:
    await club.season(2)
    card = await shared(club, 2)
    await club.member.click(card, "I've watched it")

    assert PLOT in (await club.member.click(card, "Reveal")).text


async def test_recap_without_an_episode_is_previously_on(club: Club) -> None:
    await club.season(3)

    latest = await club.member.run(club.here, "recap", show="Salt Harbour")
    await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E2")
    previously = await club.member.run(club.here, "recap", show="Salt Harbour")

    assert "S1E3" in latest.text
    assert "Salt Harbour S1E2" in previously.text
    assert PLOT not in previously.text.replace(HIDDEN, "")


async def test_one_show_can_be_cleared_or_all(club: Club) -> None:
    feed = await club.feed()
    for title in ("Salt Harbour", "The Long Ferry", "Night Tide"):
        await club.season(1, title=title, feed=feed)
        await club.member.run(club.here, "watched", show=title, episode="S1E1")
    listed = message(await club.member.run(club.here, "watching"))

    await club.member.choose(listed, "watching:clear", "The Long Ferry")
    assert "The Long Ferry" not in listed.text
    assert "Night Tide" in listed.text

    asked = await club.member.click(listed, "Clear all")
    kept = await club.member.click(message(asked), "Keep it")
    assert "Night Tide" in kept.text
    asked = await club.member.click(message(kept), "Clear all")
    cleared = await club.member.click(message(asked), "Yes, clear all")
    assert "on 2 shows is forgotten" in cleared.text
    assert "noted nothing" in (await club.member.run(club.here, "watching")).text


async def watched(club: Club, count: int) -> None:
    """The member has watched the first episode of so many shows."""
    feed = await club.feed()
    for number in range(count):
        await club.season(1, title=f"Ferry Number {number}", feed=feed)
        club.clock.pass_(minutes=1)
        await club.member.run(club.here, "watched", show=f"Ferry Number {number}", episode="S1E1")


async def test_watching_is_paged(club: Club) -> None:
    await watched(club, 12)
    first = await club.member.run(club.here, "watching")
    assert "Ferry Number 11" in first.text
    second = await club.member.click(message(first), "Earlier")
    assert "Ferry Number 1*" in second.text
    assert "Ferry Number 0" in second.text
    assert "Ferry Number 11" not in second.text
    assert "Ferry Number 11" in (await club.member.click(message(second), "Latest")).text


async def test_past_the_end_of_the_list_it_begins_again(club: Club) -> None:
    await watched(club, 11)
    first = await club.member.run(club.here, "watching")
    cleared = await club.member.run(club.here, "watching")
    await club.member.choose(message(cleared), "watching:clear", "Ferry Number 10")

    turned = await club.member.click(message(first), "Earlier")

    assert "Ferry Number 9" in turned.text
    assert "noted nothing" not in turned.text


async def test_a_show_of_another_servers_feed_is_not_named_in_a_list(club: Club) -> None:
    feed = await club.feed("Private Notes", own=club.guild)
    await club.season(1, feed=feed)
    await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E1")

    elsewhere = await club.member.run(club.elsewhere, "watching")

    assert "Salt Harbour" not in elsewhere.text
    assert "not known here** up to S1E1" in elsewhere.text


@pytest.mark.parametrize("action", ["watched", "share", "reveal", "anyway", "others", "next"])
async def test_a_copied_button_of_another_servers_recap_does_nothing(club: Club, action: str) -> None:
    feed = await club.feed("Private Notes", own=club.guild)
    [secret] = await club.season(1, feed=feed)
    await club.season(1, title="Night Tide")
    card = message(await club.member.run(club.elsewhere, "recap", show="Night Tide"))
    copied = f"{action}:r{secret.id}"
    card.buttons[1]["custom_id"] = copied

    reply = await club.member.click(card, copied)

    assert "not available here" in reply.text
    assert "Salt Harbour" not in reply.text
    assert "noted nothing" in (await club.member.run(club.here, "watching")).text


async def test_buttons_live_on_after_a_restart(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with opened(database) as store, EmbeddedDiscord(demo_world()) as discord:
        async with answering(discord, store, clock, monkeypatch) as client:
            club = Club(discord, client, clock)
            await club.season(2)
            card = await shared(club, 2)
            await club.member.run(club.here, "watched", show="Salt Harbour", episode="S1E1")
            listed = message(await club.member.run(club.here, "watching"))
        async with answering(discord, store, clock, monkeypatch):
            asked = await club.member.click(card, "Reveal")
            assert "Show it all the same" in message(asked).labels
            await club.member.choose(listed, "watching:clear", "Salt Harbour")

    assert "noted nothing" in listed.text
