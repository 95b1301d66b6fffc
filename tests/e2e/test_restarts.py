"""Whatever ends the bot, and whenever: nothing is posted twice, and nothing is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from tests.e2e.conftest import MAIN, Home, Stage, open_stage
from tests.e2e.site import recap_of
from tests.e2e.witness import shown

MESSAGES = "/channels/{channel_id}/messages"
EDITS = "/channels/{channel_id}/messages/{message_id}"


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage of the test's own, whose bot may be ended."""
    async with open_stage(tmp_path, MAIN) as own:
        await own.feed.taken_in()
        yield own


async def test_after_a_restart_nothing_is_posted_twice_and_nothing_is_lost(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 1))
    await home.cards()
    workers = stage.bot.children()
    code = await stage.bot.stop()
    stage.feed.publish(recap_of(show, 2))
    await stage.bot.start()
    first, second = await home.cards(2)
    reply = await home.member.click(first, "Reveal")
    stage.witness.asked_for(*reply.messages)

    assert code == 0
    assert not any(psutil.pid_exists(worker) for worker in workers)
    assert [shown(card)[0].splitlines()[0] for card in (first, second)] == [f"### {show} S1E1", f"### {show} S1E2"]
    assert reply.ephemeral


@pytest.mark.parametrize("after_work", [True, False])
async def test_a_bot_that_is_killed_while_it_posts_posts_once(
    stage: Stage, home: Home, show: str, *, after_work: bool
) -> None:
    await home.subscribe(show)
    held = stage.discord.faults.hold("POST", MESSAGES, after_work=after_work)
    stage.feed.publish(recap_of(show, 1))
    await held.has_arrived()
    await stage.bot.kill()
    held.release()
    stage.feed.publish(recap_of(show, 2))
    await stage.bot.start()
    first, second = await home.cards(2)

    assert home.posts() == [first, second]
    assert {shown(card)[0].splitlines()[0] for card in (first, second)} == {f"### {show} S1E1", f"### {show} S1E2"}


async def test_a_bot_that_is_killed_before_the_card_finishes_it(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    held = stage.discord.faults.hold("PATCH", EDITS)
    stage.feed.publish(recap_of(show, 1))
    await held.has_arrived()
    (born,) = home.posts()
    await stage.bot.kill()
    await stage.bot.start()

    assert await home.cards() == [born]


async def test_a_corrected_recap_edits_its_card_and_is_not_announced_again(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 1))
    (card,) = await home.cards()
    await stage.bot.stop()
    stage.bot.grow_older(timedelta(minutes=6))
    stage.feed.publish(recap_of(show, 1, story="Quillfeather was dead all along, and this changes the whole story."))
    await stage.bot.start()
    await stage.discord.until(lambda _world: "dead all along" in card.text, timeout=20)

    assert home.posts() == [card]
    assert len(stage.witness.states(card)) == 3


async def test_a_server_that_removed_the_bot_meanwhile_gets_nothing(stage: Stage, home: Home, show: str) -> None:
    left = stage.home()
    await left.subscribe(show)
    await home.subscribe(show)
    await stage.bot.stop()
    stage.world.remove_bot(left.guild)
    stage.feed.publish(recap_of(show, 1))
    await stage.bot.start()
    await home.cards()

    assert left.posts() == []
    assert 403 not in {request.status for request in stage.discord.requests}


async def test_the_first_poll_of_a_feed_announces_nothing(stage: Stage, home: Home, show: str) -> None:
    """Not even to who subscribed before it."""
    await stage.bot.stop()
    stage.bot.database.unlink()
    stage.feed.open.clear()
    await stage.bot.start()
    await home.subscribe("every")
    stage.feed.publish(recap_of(show, 1))
    stage.feed.open.set()
    await stage.feed.taken_in()
    stage.feed.publish(recap_of(show, 2))
    (card,) = await home.cards()

    assert shown(card)[0].startswith(f"### {show} S1E2\n")


async def test_a_request_that_hangs_does_not_keep_the_bot_from_ending(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    held = stage.discord.faults.hold("POST", MESSAGES)
    stage.feed.publish(recap_of(show, 1))
    await held.has_arrived()

    assert await stage.bot.stop() == 0
