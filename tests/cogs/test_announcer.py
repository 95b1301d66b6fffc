"""The announcer against an embedded Discord: what is sent, what is found again, and what every trouble means."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.demo_world import demo_world
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from tests.cogs.announcing import EDIT, FORUM_POST, SEND, Stage, announcing
from tests.delivery.scene import Clock, Scene, fresh_database, opened, template_database


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template_database(tmp_path_factory.mktemp("template"))


@pytest.fixture
async def stage(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    # The embedded Discord has the real time, and history is searched by it.
    from datetime import UTC, datetime

    clock = Clock(datetime.now(UTC))
    async with (
        opened(fresh_database(template, tmp_path)) as store,
        EmbeddedDiscord(demo_world()) as discord,
        announcing(discord, store, clock, monkeypatch) as client,
    ):
        yield Stage(discord, client, Scene(store, clock))


@pytest.mark.parametrize("place", ["recaps", "news", "episodes"])
async def test_a_post_is_born_and_becomes_its_card(stage: Stage, place: str) -> None:
    await stage.subscribe(place)
    await stage.publish()
    await stage.deliver()

    (message,) = stage.messages(place)
    assert message.is_v2
    assert "Harbour Lights" in message.text
    assert "||card||" in message.text
    assert "Reveal" in message.labels
    assert await stage.scene.states() == ["carded"]
