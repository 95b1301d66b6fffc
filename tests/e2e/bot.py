"""The real bot, `python -m bot run`, as a process of its own."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

import psutil

from bot.sandbox.server import TOKEN, EmbeddedDiscord
from tests.e2e.site import Site

REPOSITORY: Final = Path(__file__).resolve().parents[2]
LOG: Final = "stderr.txt"
#: What the product promises, in seconds.
STOPS_WITHIN: Final = 10.0
STARTS_WITHIN: Final = 60.0


class Bot:
    """The bot on its own database; an async context manager that starts it and stops it.

    It can be stopped, killed and started again in between.
    """

    def __init__(self, folder: Path, discord: EmbeddedDiscord, site: Site, feeds: Sequence[str]) -> None:
        self._folder = folder
        self._discord = discord
        self._process: asyncio.subprocess.Process | None = None
        self.database = folder / "previously.db"
        self._told = folder / LOG
        self._told.touch()
        self._urls = {name: site.url(name) for name in feeds}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.is_running:
            await self.stop()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        """All that it has written to stderr, over all its lives."""
        return self._told.read_text("utf-8")

    async def start(self) -> None:
        """Start it, and wait until it is connected and its commands are registered."""
        identified, registered = self._discord.gateway.identified, self._discord.world.registrations
        self._write_catalogue()
        with self._told.open("ab") as stderr:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._environment(), cwd=self._folder, stderr=stderr
            )
        ended = asyncio.create_task(self._process.wait())
        connected = asyncio.create_task(
            self._discord.until(
                lambda world: self._discord.gateway.identified > identified and world.registrations > registered,
                STARTS_WITHIN,
            )
        )
        done, waiting = await asyncio.wait({ended, connected}, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        assert connected in done, f"the bot ended by itself:\n{self.log}"
        connected.result()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM), and wait until it has; its exit code.

        Raises:
            TimeoutError: it takes longer than promised; it is killed then.

        """
        assert self._process is not None
        self._process.terminate()
        try:
            return await asyncio.wait_for(self._process.wait(), STOPS_WITHIN)
        except TimeoutError:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End it without a word of warning (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    def children(self) -> list[int]:
        """The ids of the processes that it has started."""
        assert self._process is not None
        return [child.pid for child in psutil.Process(self._process.pid).children(recursive=True)]

    def grow_older(self, by: timedelta) -> None:
        """Let its posts be that much older. It must not be running."""
        assert not self.is_running
        columns = ("posted_at", "carded_at", "due_at", "queued_at", "claimed_at")
        older = f"-{by.total_seconds()} seconds"
        with closing(sqlite3.connect(self.database)) as database, database:
            for column in columns:
                database.execute(f"UPDATE posts SET {column} = strftime('%Y-%m-%d %H:%M:%f000', {column}, ?)", [older])

    def give(self, feed: str, guild: int) -> None:
        """Take a feed out of the catalogue, and let one server have added it. The bot must not be running."""
        assert not self.is_running
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute(
                "INSERT INTO guild_feeds SELECT ?, id, 1, added_at FROM feeds WHERE url = ?",
                [guild, self._urls.pop(feed)],
            )

    def _write_catalogue(self) -> None:
        tables = (f'[[feed]]\nname = "{name}"\nurl = "{url}"\n' for name, url in self._urls.items())
        (self._folder / "feeds.toml").write_text("".join(tables), "utf-8")

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(REPOSITORY),
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_BASE": self._discord.api_base,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "FEEDS_FILE": str(self._folder / "feeds.toml"),
            "ALLOW_PRIVATE_FEEDS": "1",
            "POLL_MIN_SECONDS": "1",
            "POLL_MAX_SECONDS": "1",
            "LOG_LEVEL": "DEBUG",
        }
