"""A server sees only its own feeds and the catalogue's, whatever ids it comes by."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.e2e.conftest import MAIN, OWN, Home, Stage, open_stage
from tests.e2e.site import recap_of


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage of the test's own, with a feed that a server will have for itself."""
    async with open_stage(tmp_path, MAIN, OWN) as own:
        await own.site.feed(OWN).taken_in()
        yield own


async def test_nothing_of_another_servers_own_feed_can_be_looked_up(stage: Stage, home: Home, show: str) -> None:
    owner = stage.home()
    await owner.subscribe("every")
    await stage.bot.stop()
    stage.bot.give(OWN, owner.guild.id)
    await stage.bot.start()
    stage.site.feed(OWN).publish(recap_of(show, 1))
    await owner.cards()
    (theirs,) = [it for it in await owner.member.suggest(owner.general, "recap", "show", show) if it.name == show]
    seen = await owner.member.run(owner.general, "recap", show=theirs.value)
    offered = await home.member.suggest(home.general, "recap", "show", show)
    typed = await home.member.run(home.general, "recap", show=show)
    forged = await home.member.run(home.general, "recap", show=theirs.value)
    latest = await home.member.run(home.general, "latest")
    subscribed = await home.admin.run(home.recaps, "subscribe", show=theirs.value)
    assert seen.message
    shared = next(it["custom_id"] for it in seen.message.buttons if it.get("label") == "Share to channel")
    pressed = await home.press(shared)

    assert f"### {show} S1E1\n" in seen.text
    assert show not in [it.name for it in offered]
    assert show not in f"{forged.text} {latest.text} {subscribed.text} {pressed.text}"
    assert f"### {show}" not in typed.text
