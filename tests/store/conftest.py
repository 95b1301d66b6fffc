"""A store of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import migrate
from bot.store.store import Store, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "previously.db"
    migrate(path)
    async with open_store(f"sqlite+aiosqlite:///{path}") as opened:
        yield opened
