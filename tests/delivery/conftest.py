from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.store import Store
from tests.delivery.scene import Clock, Scene, fresh_database, opened, template_database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template_database(tmp_path_factory.mktemp("template"))


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    return fresh_database(template, tmp_path)


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    async with opened(database) as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scene(store: Store, clock: Clock) -> Scene:
    return Scene(store, clock)
