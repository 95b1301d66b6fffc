"""How fast commands and suggestions are: `python -m tests.bench.commands [shows] [recaps]`.

The real client answers in an embedded Discord in the same process, from a store of 20,000 shows and 200,000 recaps.
Every time is what a person waits for, and stands beside that of a bare discord.py command that says its option back.
"""

import asyncio
import contextlib
import gc
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import discord
import yarl
from discord import app_commands
from discord.app_commands import Command
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import background, load_directory
from bot.client import RecapClient
from bot.own_feeds import MOST_FEEDS
from bot.recaps.shows import normal_form, shipped_shows
from bot.sandbox.demo_world import demo_world
from bot.sandbox.server import EmbeddedDiscord
from bot.shipped import tables
from bot.store.store import Store
from tests.bench.shows import padding, slip
from tests.cogs.club import Club
from tests.cogs.house import XML, reading_sites
from tests.delivery.scene import Clock, opened, template_database
from tests.feeds.site import Site
from tests.newsroom import history, rss

SHOWS: Final = 20_000
RECAPS: Final = 200_000
FEEDS: Final = 40
ROUNDS: Final = 200
#: Subscriptions of the server.
MANY: Final = 100
NOW: Final = datetime.now(UTC)
WORDS: Final = [
    f"{start}{end}" for start in "bdfgklmnprstvw" for end in ("arrow", "inder", "ostle", "umber", "etting", "ale")
]
Options = Callable[[int], Mapping[str, Any]]
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


def no_options(_: int) -> Mapping[str, Any]:
    """The options of a command that has none."""
    return {}


@dataclass(frozen=True, slots=True)
class Times:
    name: str
    milliseconds: list[float]

    def percentile(self, share: float) -> float:
        return sorted(self.milliseconds)[round(share * (len(self.milliseconds) - 1))]

    def __str__(self) -> str:
        p50, p99 = self.percentile(0.5), self.percentile(0.99)
        return f"{self.name:44} p50 {p50:7.1f}   p99 {p99:7.1f}   worst {max(self.milliseconds):7.1f} ms"


async def timed(
    name: str,
    act: Callable[[int], Awaitable[object]],
    rounds: int = ROUNDS,
    before: Callable[[int], Awaitable[object]] | None = None,
) -> Times:
    milliseconds = []
    for number in range(rounds):
        if before is not None:
            await before(number)
        began = time.perf_counter()
        await act(number)
        milliseconds.append(1000 * (time.perf_counter() - began))
    times = Times(name, milliseconds)
    print(times, flush=True)
    return times


@contextlib.asynccontextmanager
async def interrupting() -> AsyncIterator[list[tuple[float, float]]]:
    """Somebody who wants a turn of the loop every millisecond: how long each took, and for how much work, in s."""
    pauses: list[tuple[float, float]] = []

    async def ask() -> None:
        while True:
            before, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            pauses.append((time.perf_counter() - before - 0.001, time.thread_time() - cpu))

    async with background(ask(), name="interrupting"):
        yield pauses


@contextlib.asynccontextmanager
async def answering(store: Store, server: EmbeddedDiscord) -> AsyncIterator[BenchClient]:
    Route.BASE = server.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.base_url.replace("http", "ws") + "/gateway")
    began = time.perf_counter()
    async with interrupting() as pauses:
        directory = await load_directory(store)
    longest, worked = (1000 * max(each) for each in zip(*pauses, strict=True))
    print(
        f"the directory was read in {time.perf_counter() - began:.1f} s: "
        f"longest stall of the loop {longest:.0f} ms; most work of its own at a stretch {worked:.0f} ms"
    )
    async with BenchClient(store, directory, lambda: datetime.now(UTC)) as client:
        running = asyncio.create_task(client.start(server.token))
        await server.bot_ready()
        await client.wait_until_ready()
        # As the bot does, once everything is loaded.
        gc.collect()
        gc.freeze()
        yield client
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


class Bench:
    """A member and an admin in one channel, and the times of what they do."""

    def __init__(self, server: EmbeddedDiscord, store: Store, titles: list[str]) -> None:
        dice = random.Random(2)
        people = server.world.people
        self._admin, self._member = (server.person(user.id) for user in people[:2])
        self._here = next(iter(server.world.guilds.values())).channel("recaps")
        self._store = store
        #: What is looked for in each round, and what somebody typed for it.
        self.titles = [dice.choice(titles) for _ in range(ROUNDS)]
        self.typed = [slip(title[: dice.randint(4, max(4, len(title)))].ljust(3, "e"), dice) for title in self.titles]
        self.words = [" ".join(dice.sample(WORDS, 2)) for _ in range(ROUNDS)]
        self.measured: set[str] = set()
        #: The times of the bare command. It takes turns with the suggestions, so that a busy machine slows down both.
        self.bare: list[float] = []

    async def run(
        self, command: str, options: Options = no_options, note: str = "", *, admin: bool = False, rounds: int = ROUNDS
    ) -> Times:
        """The times of a command with the options of each round."""
        person = self._admin if admin else self._member
        self.measured.add(command)

        async def act(number: int) -> None:
            reply = await person.run(self._here, command, **options(number))
            assert reply.message is not None
            assert "Something went wrong" not in reply.text, command

        return await timed(f"/{command}{note}", act, rounds)

    async def suggest(
        self, command: str, option: str, typed: Callable[[int], str], note: str = "", *, admin: bool = False,
        others: Options = no_options, after_a_commit: bool = False,
    ) -> Times:  # fmt: skip
        """The times of the suggestions for an option."""
        person = self._admin if admin else self._member

        async def act(number: int) -> None:
            await person.suggest(self._here, command, option, typed(number), **others(number))

        async def before(number: int) -> None:
            began = time.perf_counter()
            await self._member.run(self._here, "echo", text=self.titles[number])
            self.bare.append(1000 * (time.perf_counter() - began))
            if after_a_commit:
                async with self._store.transaction():
                    """It wakes everybody."""

        return await timed(f"/{command} {option}:{note}", act, before=before)


async def measure_suggestions(bench: Bench) -> list[Times]:
    def typed(number: int) -> str:
        return bench.typed[number]

    def untyped(_: int) -> str:
        return ""

    def of_show(number: int) -> dict[str, Any]:
        return {"show": bench.titles[number]}

    return [
        await bench.suggest("recap", "show", typed),
        await bench.suggest("recap", "show", untyped, " untyped"),
        await bench.suggest("recap", "show", typed, " each after a commit", after_a_commit=True),
        await bench.suggest("recap", "episode", untyped, others=of_show),
        await bench.suggest("subscribe", "show", typed, admin=True),
        await bench.suggest("subscribe", "feed", untyped, admin=True),
        await bench.suggest("unsubscribe", "subscription", untyped, admin=True),
        await bench.suggest("feeds preview", "feed", untyped, admin=True),
    ]


async def measure_commands(bench: Bench, site: Site) -> None:
    def of_show(number: int) -> dict[str, Any]:
        return {"show": bench.titles[number]}

    await bench.run("help")
    await bench.run("recap", of_show)
    await bench.run("recap", lambda n: {"show": bench.titles[n], "episode": "S1E3"}, " of an episode")
    await bench.run("show", of_show)
    await bench.run("latest")
    await bench.run("latest", of_show, " of a show")
    await bench.run("search", lambda _: {"query": RARE}, " with 20 hits")
    await bench.run("search", lambda _: {"query": COMMON}, " with hits in every tenth recap")
    await bench.run("search", lambda n: {"query": bench.words[n]}, " for two common words")
    await bench.run("search", lambda _: {"query": "zzyzx"}, " without a hit")
    await bench.run("watched", lambda n: {"show": bench.titles[n], "episode": "3"})
    await bench.run("watching")
    await bench.run("settings", admin=True)
    await bench.run("subscribe", lambda n: {"show": bench.titles[n], "delay": n}, admin=True, rounds=MANY)
    await bench.run("subscriptions", note=f", {MANY} of them", admin=True)
    await bench.run("unsubscribe", lambda n: {"subscription": f"sub:{n + 1}"}, admin=True, rounds=MANY)
    body = rss(history(10))
    urls = [site.serves(f"/{number}", body, headers=XML) for number in range(MOST_FEEDS)]
    await bench.run("feeds add", lambda n: {"url": urls[n]}, ", read at once", admin=True, rounds=MOST_FEEDS)
    await bench.run("feeds list", admin=True)
    await bench.run("feeds preview", lambda n: {"feed": f"feed:{FEEDS + n + 1}"}, admin=True, rounds=MOST_FEEDS)
    await bench.run("feeds remove", lambda n: {"feed": f"feed:{FEEDS + n + 1}"}, ", asking", admin=True)


async def measure(store: Store, server: EmbeddedDiscord, client: BenchClient, titles: list[str]) -> None:
    bench = Bench(server, store, titles)
    await bench.run("echo", lambda n: {"text": bench.titles[n]}, ", warming up")
    await bench.suggest("echo", "text", lambda number: bench.titles[number])
    suggestions = await measure_suggestions(bench)
    bare = Times("/echo (bare discord.py), in turns with these", bench.bare)
    print(bare)
    async with reading_sites(Club(server, client, Clock(NOW))) as site:
        await measure_commands(bench, site)
    left = {it.qualified_name for it in client.tree.walk_commands() if isinstance(it, Command)} - bench.measured
    assert not left, f"not measured: {left}"
    goal, worst = 3 * bare.percentile(0.99) + 25, max(times.percentile(0.99) for times in suggestions)
    print(f"goal for suggestions: p99 {worst:.1f} ms of {goal:.1f} ms: {'met' if worst <= goal else 'MISSED'}")


async def main(shows: int, recaps: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = template_database(Path(name))
        began = time.perf_counter()
        titles = await asyncio.to_thread(fill, path, shows, recaps)
        print(
            f"{shows} shows, {recaps} recaps: {path.stat().st_size / 1e6:.0f} MB, {time.perf_counter() - began:.0f} s"
        )
        async with opened(path) as store, EmbeddedDiscord(demo_world()) as server, answering(store, server) as client:
            await measure(store, server, client, titles)


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (SHOWS, RECAPS)))
