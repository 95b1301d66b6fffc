"""From a published item to the card that everybody sees, through the real bot."""

import pytest

from bot.sandbox.model import Thread
from tests.e2e.conftest import Home, Stage
from tests.e2e.site import SECRETS, recap_of, trailer_of
from tests.e2e.witness import barred, pictures, shown
from tests.sandbox.openapi import FILE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGES = "/channels/{channel_id}/messages"


async def test_a_published_recap_becomes_a_safe_line_and_then_a_card(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 3))
    (card,) = await home.cards()

    born = stage.witness.states(card)[0]
    assert born.content == f"**{show}** S1E3 · new recap"
    assert {"Read the recap", "Reveal"} <= set(born.labels)
    assert not born.is_v2
    assert shown(card)[0].startswith(f"### {show} S1E3\n")
    assert len(barred(card)) == 1
    assert [picture["spoiler"] for picture in pictures(card)] == [True, True]
    assert {"Read the recap", "Reveal"} <= set(card.labels)


async def test_a_forum_gets_a_post_of_its_own_under_a_safe_title(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show, channel=home.guild.channel("episodes"))
    stage.feed.publish(recap_of(show, 4))
    thread = await stage.discord.until(lambda _world: next(iter(home.guild.threads.values()), None))
    (card,) = await home.cards(channel=thread)

    assert isinstance(thread, Thread)
    assert thread.name == f"{show} S1E4 recap"
    assert len(barred(card)) == 1


async def test_reveal_shows_the_plot_to_whoever_asks_and_to_nobody_else(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 1))
    (card,) = await home.cards()
    reply = await home.member.click(card, "Reveal")
    stage.witness.asked_for(*reply.messages)

    assert reply.ephemeral
    assert SECRETS[0] in reply.text
    assert "||" not in reply.text
    assert reply.message
    assert reply.message not in home.admin.sees(home.recaps)


async def test_what_is_no_recap_is_not_announced(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe("every")
    stage.feed.publish(recap_of(show, 1), trailer_of(show))
    (card,) = await home.cards()

    assert shown(card)[0].startswith(f"### {show} S1E1\n")


async def test_a_role_is_pinged_where_it_was_asked_for_and_once(stage: Stage, home: Home, show: str) -> None:
    fans = home.guild.role("Fans")
    await home.subscribe(show, role=fans)
    await home.subscribe(show, channel=home.general)
    stage.feed.publish(recap_of(show, 1))
    (pinging,), (silent,) = await home.cards(), await home.cards(channel=home.general)

    states = stage.witness.states(pinging)
    assert [fans.mention in state.text for state in states] == [True] + [False] * (len(states) - 1)
    assert states[0].mention_roles == [fans.id]
    assert all(state.mention_roles == [] for state in stage.witness.states(silent))


async def test_every_channel_gets_each_episode_once(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe("every")
    await home.subscribe(show)
    await home.subscribe(show, channel=home.general)
    stage.feed.publish(recap_of(show, 2), recap_of(show, 1))

    assert len(await home.cards(2)) == 2
    assert len(await home.cards(2, home.general)) == 2


async def test_a_lost_reply_does_not_make_a_second_post(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    lost = stage.discord.faults.drop(
        "POST", MESSAGES, after_work=True, where=lambda call: call.path["channel_id"] == str(home.recaps.id)
    )
    stage.feed.publish(recap_of(show, 1))
    await home.cards()

    assert lost.met == 1
    assert len(home.posts()) == 1


async def test_a_failing_feed_is_read_again_when_it_has_recovered(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.fails_with = 503
    stage.feed.publish(recap_of(show, 1))
    await stage.feed.asked()
    stage.feed.fails_with = None
    (card,) = await home.cards()

    assert 503 in stage.feed.answers
    assert home.posts() == [card]


async def test_a_feed_that_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    await stage.feed.taken_in()
    await stage.feed.asked()

    assert stage.feed.answers[-1] == 304


@pytest.mark.skipif(not FILE.exists(), reason="Discord's OpenAPI file is not at hand")
async def test_requests_are_as_discord_describes_them(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 1))
    await home.cards()

    assert {("POST", MESSAGES), ("PATCH", MESSAGES + "/{message_id}")} <= stage.openapi.seen
    assert stage.openapi.problems == []
