from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.demo_world import demo_world
from bot.sandbox.server import EmbeddedDiscord
from tests.cogs.announcing import Stage, open_stage
from tests.cogs.club import Club, answering
from tests.delivery.scene import Clock, fresh_database, opened, template_database


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template_database(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    return fresh_database(empty_database, tmp_path)


@pytest.fixture
async def stage(database: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with open_stage(database, monkeypatch, "cogs.subscriptions", "cogs.settings") as stage:
        yield stage


@pytest.fixture
async def club(database: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Club]:
    clock = Clock(datetime.now(UTC))
    async with (
        opened(database) as store,
        EmbeddedDiscord(demo_world()) as discord,
        answering(discord, store, clock, monkeypatch) as client,
    ):
        yield Club(discord, client, clock)
