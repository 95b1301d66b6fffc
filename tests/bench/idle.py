"""What the bot costs while nothing happens: `python -m tests.bench.idle [--seconds N]`.

`previously run` and a bare discord.py bot that does nothing stand side by side on the embedded Discord, in two servers
each, and are measured over the same seconds. The bot polls three feeds that do not change, as often as its defaults
say; its children are counted in. PSS shares what several processes use; it is known on Linux only.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bot.sandbox.demo_world import demo_world
from bot.sandbox.server import TOKEN, EmbeddedDiscord
from tests.command import environment
from tests.e2e.site import Site, library

SECONDS: Final = 60.0
#: What happens at the start is over by then, in seconds.
SETTLES_IN: Final = 10.0
FEEDS: Final = ("One", "Two", "Three")
MEGABYTE: Final = 1024 * 1024

BARE: Final = """
import os, discord, yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_BASE"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY"])
bot = commands.AutoShardedBot(command_prefix=commands.when_mentioned, intents=discord.Intents(guilds=True))
bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process and its children: memory in bytes (PSS may be unknown), and each thread's seconds of processor."""

    rss: int
    pss: int | None
    processes: int
    cpu: dict[str, float]


@asynccontextmanager
async def running(
    folder: Path, discord: EmbeddedDiscord, *arguments: str, **more: str
) -> AsyncIterator[psutil.Process]:
    """A bot that is connected."""
    settings = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": discord.api_base, "LOG_LEVEL": "WARNING"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment(settings | more), cwd=folder
    )
    try:
        await discord.bot_ready(60)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


def cost(process: psutil.Process) -> Cost:
    """What a process and its children have cost so far."""
    family = [process, *process.children(recursive=True)]
    memory = [each.memory_full_info() for each in family]
    shares = [getattr(each, "pss", None) for each in memory]
    return Cost(
        rss=sum(each.rss for each in memory),
        pss=None if None in shares else sum(share for share in shares if share),
        processes=len(family),
        cpu={name: seconds for each in family for name, seconds in processor_seconds(each).items()},
    )


def processor_seconds(process: psutil.Process) -> dict[str, float]:
    """How long each thread of a process has had a processor. Linux knows it by the nanosecond; others know the whole
    process by the tick, which is longer than what an idle bot takes.
    """
    threads = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    known = {str(thread): int(thread.read_text("ascii").split()[0]) / 1e9 for thread in threads}
    times = process.cpu_times()
    return known or {str(process.pid): float(times.user + times.system)}


async def measure(seconds: float) -> str:
    """What the bot and the bare bot cost over some seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with EmbeddedDiscord(demo_world()) as ours, EmbeddedDiscord(demo_world()) as theirs, Site() as site:
            (folder / "feeds.toml").write_text(catalogue(site), "utf-8")
            bot = running(folder, ours, "-m", "bot", "run", FEEDS_FILE="feeds.toml", ALLOW_PRIVATE_FEEDS="1")
            gateway = theirs.base_url.replace("http", "ws", 1) + "/gateway"
            async with bot as previously, running(folder, theirs, "-c", BARE, GATEWAY=gateway) as bare:
                await asyncio.sleep(SETTLES_IN)
                before, began = (cost(previously), cost(bare)), time.monotonic()
                await asyncio.sleep(seconds)
                after, took = (cost(previously), cost(bare)), time.monotonic() - began
    busy, bare_busy = (spent(*pair) / took for pair in zip(before, after, strict=True))
    return report(*after, busy=busy, bare_busy=bare_busy, seconds=took)


def catalogue(site: Site) -> str:
    for name in FEEDS:
        site.feed(name).publish(*library())
    return "".join(f'[[feed]]\nname = "{name}"\nurl = "{site.url(name)}"\n' for name in FEEDS)


def spent(before: Cost, after: Cost) -> float:
    """Seconds of processor between two moments. What a thread that has ended took of them is not known any more."""
    return sum(seconds - before.cpu.get(thread, 0.0) for thread, seconds in after.cpu.items())


def report(previously: Cost, bare: Cost, *, busy: float, bare_busy: float, seconds: float) -> str:
    """Both side by side, as a table; `busy` is a share of one processor."""
    lines = [f"Idle for {seconds:.0f} s", f"{'':18}{'previously':>12}{'bare':>12}{'ratio':>8}"]
    rows = [
        ("RSS, MB", previously.rss / MEGABYTE, bare.rss / MEGABYTE),
        ("processes", float(previously.processes), float(bare.processes)),
        ("CPU, ms a minute", busy * 60_000, bare_busy * 60_000),
    ]
    if previously.pss is not None and bare.pss is not None:
        rows.insert(1, ("PSS, MB", previously.pss / MEGABYTE, bare.pss / MEGABYTE))
    for name, one, other in rows:
        ratio = f"{one / other:8.2f}" if other else f"{'–':>8}"
        lines.append(f"{name:18}{one:12.2f}{other:12.2f}{ratio}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="What the bot costs while nothing happens.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to watch (default: %(default)s)")
    with suppress(KeyboardInterrupt):
        print(asyncio.run(measure(parser.parse_args(arguments).seconds)))


if __name__ == "__main__":
    main()
