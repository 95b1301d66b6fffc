"""How fast commands and suggestions are: `python -m tests.bench.commands [shows] [recaps]`.

The real client answers in an embedded Discord in the same process, from a store of 20,000 shows and 200,000 recaps.
Every time is what a person waits for, and stands beside that of a bare discord.py command that says its option back.
"""

import asyncio
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import RecapClient
from bot.directory import ShowDirectory
from bot.recaps.shows import normal_form, shipped_shows
from bot.sandbox.demo_world import demo_world
from bot.sandbox.people import Person
from bot.sandbox.server import EmbeddedDiscord
from bot.shipped import tables
from bot.store.store import Store
from tests.bench.shows import padding, slip
from tests.delivery.scene import opened, template_database

SHOWS: Final = 20_000
RECAPS: Final = 200_000
FEEDS: Final = 40
ROUNDS: Final = 200
NOW: Final = datetime.now(UTC)
WORDS: Final = [
    f"{start}{end}" for start in "bdfgklmnprstvw" for end in ("arrow", "inder", "ostle", "umber", "etting", "ale")
]
#: In every tenth story, and in twenty of all.
COMMON, RARE = "lantern", "quicksilver"


@app_commands.command()
async def echo(interaction: discord.Interaction, text: str) -> None:
    """Say it back."""
    await interaction.response.send_message(text, ephemeral=True)


@echo.autocomplete("text")
async def _echo_suggestion(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=typed or "…", value=typed or "…")]


class BenchClient(RecapClient):
    """The whole client, and a bare command beside its own."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here."""

    async def setup_hook(self) -> None:
        self._connection.guild_ready_timeout = 0.1
        self.tree.add_command(echo)
        await super().setup_hook()


def fill(path: Path, shows: int, recaps: int) -> list[str]:
    """Shows and their recaps, straight into the tables; returns the titles."""
    dice = random.Random(1)
    real = [row["title"] for row in shipped_shows(tables("shows.toml"))]
    titles = [*real, *islice((title for title in padding(real, dice) if len(title) > 5), shows - len(real))]
    at = NOW.replace(tzinfo=None)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO feeds (id, url, name, in_catalogue, added_at, next_poll_at) VALUES (?, ?, ?, 1, ?, ?)",
            [(n, f"https://site{n}.example/feed", f"Site {n}", str(at), str(at)) for n in range(1, FEEDS + 1)],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO shows (id, title, normal_form, added_at) VALUES (?, ?, ?, ?)",
            [(n, title, normal_form(title), str(at)) for n, title in enumerate(titles, 1)],
        )
        known = [row[0] for row in connection.execute("SELECT id FROM shows")]
        connection.executemany(
            "INSERT INTO entries (id, feed_id, kind, content_hash, first_seen_at, fresh) "
            "VALUES (?, ?, 'recap', '', ?, 0)",
            [(n, n % FEEDS + 1, str(at)) for n in range(1, recaps + 1)],
        )
        connection.executemany(
            "INSERT INTO recaps (id, entry_id, feed_id, kind, show_id, season, first, last, episode_key, finale, "
            "premiere, link, summary_short, summary_card, summary_full, extras, thoughts, pictures, seen_at, dated_at) "
            "VALUES (?, ?, ?, 'recap', ?, 1, ?, ?, ?, 0, 0, 'https://site.example/', ?, ?, ?, '[]', '[]', '[]', ?, ?)",
            _recaps(known, recaps, at, dice),
        )
        connection.execute(
            "INSERT INTO feed_shows SELECT feed_id, show_id, max(dated_at) FROM recaps GROUP BY feed_id, show_id"
        )
        connection.execute(
            "INSERT INTO recap_search (rowid, words) "
            "SELECT CAST(strftime('%s', dated_at) AS INTEGER) << 31 | recaps.id, shows.title || ' ' || summary_full "
            "FROM recaps JOIN shows ON shows.id = show_id ORDER BY 1"
        )
    return titles


def _recaps(shows: list[int], count: int, at: datetime, dice: random.Random) -> Iterator[tuple[Any, ...]]:
    for number in range(1, count + 1):
        episode = number // len(shows) + 1
        told = f"{' '.join(dice.choices(WORDS, k=120))}{f' {COMMON}' if number % 10 == 0 else ''}"
        story = f"{told} {RARE}" if number % (count // 20 or 1) == 0 else told
        dated = at - timedelta(minutes=3 * (count - number))
        yield (
            number, number, number % FEEDS + 1, shows[number % len(shows)], episode, episode, f"s1e{episode}",
            story[:300], story[:700], story, str(dated), dated.strftime("%Y-%m-%d %H:%M:%S.%f"),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    name: str
    milliseconds: list[float]

    def percentile(self, share: float) -> float:
        return sorted(self.milliseconds)[round(share * (len(self.milliseconds) - 1))]

    def __str__(self) -> str:
        p50, p99 = self.percentile(0.5), self.percentile(0.99)
        return f"{self.name:44} p50 {p50:7.1f}   p99 {p99:7.1f}   worst {max(self.milliseconds):7.1f} ms"


async def timed(name: str, act: Callable[[int], Awaitable[object]], rounds: int = ROUNDS) -> Times:
    milliseconds = []
    for number in range(rounds):
        began = time.perf_counter()
        await act(number)
        milliseconds.append(1000 * (time.perf_counter() - began))
    times = Times(name, milliseconds)
    print(times, flush=True)
    return times


@contextlib.asynccontextmanager
async def answering(store: Store, server: EmbeddedDiscord) -> AsyncIterator[BenchClient]:
    Route.BASE = server.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.base_url.replace("http", "ws") + "/gateway")
    directory = ShowDirectory(store, tables("shows.toml"))
    began = time.perf_counter()
    await directory.load()
    print(f"the directory was read in {time.perf_counter() - began:.1f} s")
    async with BenchClient(store, directory, lambda: datetime.now(UTC)) as client:
        running = asyncio.create_task(client.start(server.token))
        await server.bot_ready()
        await client.wait_until_ready()
        yield client
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


async def measure(store: Store, server: EmbeddedDiscord, titles: list[str]) -> None:
    dice = random.Random(2)
    member: Person = server.person(server.world.people[1].id)
    here = next(iter(server.world.guilds.values())).channel("recaps")
    chosen = [dice.choice(titles) for _ in range(ROUNDS)]
    typed = [slip(title[: dice.randint(4, max(4, len(title)))].ljust(3, "e"), dice) for title in chosen]

    async def run(command: str, **options: str) -> None:
        reply = await member.run(here, command, **options)
        assert reply.message is not None
        assert "Something went wrong" not in reply.text, command

    async def ring() -> None:
        async with store.transaction():
            """A commit that wakes everybody."""

    async def after_a_commit(number: int) -> None:
        await member.suggest(here, "recap", "show", typed[number])

    await timed("warm", lambda number: run("echo", text=chosen[number]), 50)
    bare = await timed("/echo (bare discord.py)", lambda number: run("echo", text=chosen[number]))
    await timed("/echo, suggesting", lambda number: member.suggest(here, "echo", "text", chosen[number]))
    shows = await timed("show, suggesting", lambda number: member.suggest(here, "recap", "show", typed[number]))
    await timed("show, suggesting, untyped", lambda _: member.suggest(here, "recap", "show", ""))
    ringing = []
    for number in range(ROUNDS):
        await ring()
        began = time.perf_counter()
        await after_a_commit(number)
        ringing.append(1000 * (time.perf_counter() - began))
    print(Times("show, suggesting, each after a commit", ringing))
    await timed("subscribe, suggesting", lambda n: _as_admin(server).suggest(here, "subscribe", "show", typed[n]))
    await timed("episode, suggesting", lambda n: member.suggest(here, "recap", "episode", "", show=chosen[n]))
    await timed("/recap", lambda number: run("recap", show=chosen[number]))
    await timed("/recap of an episode", lambda number: run("recap", show=chosen[number], episode="S1E3"))
    await timed("/show", lambda number: run("show", show=chosen[number]))
    await timed("/latest", lambda _: run("latest"))
    await timed("/latest of a show", lambda number: run("latest", show=chosen[number]))
    await timed("/search, 20 hits", lambda _: run("search", query=RARE))
    await timed("/search, hits in every tenth recap", lambda _: run("search", query=COMMON))
    await timed("/search, two common words", lambda n: run("search", query=" ".join(dice.sample(WORDS, 2))))
    await timed("/search, nothing", lambda _: run("search", query="zzyzx"))
    await timed("/watched", lambda number: run("watched", show=chosen[number], episode="3"))
    await timed("/watching", lambda _: run("watching"))
    await timed("/help", lambda _: run("help"))
    goal, is_ = 3 * bare.percentile(0.99) + 25, shows.percentile(0.99)
    print(f"goal for suggestions: p99 {is_:.1f} ms of {goal:.1f} ms: {'met' if is_ <= goal else 'MISSED'}")


def _as_admin(server: EmbeddedDiscord) -> Person:
    return server.person(server.world.people[0].id)


async def main(shows: int, recaps: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = template_database(Path(name))
        began = time.perf_counter()
        titles = await asyncio.to_thread(fill, path, shows, recaps)
        print(
            f"{shows} shows, {recaps} recaps: {path.stat().st_size / 1e6:.0f} MB, {time.perf_counter() - began:.0f} s"
        )
        async with opened(path) as store, EmbeddedDiscord(demo_world()) as server, answering(store, server):
            await measure(store, server, titles)


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (SHOWS, RECAPS)))
