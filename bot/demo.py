"""`previously demo`: the whole bot on this machine, against the embedded Discord, with no account."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rich.console import Console

from bot.app import background
from bot.sample import SampleSite
from bot.sandbox.demo_world import demo_world
from bot.sandbox.server import TOKEN, EmbeddedDiscord
from bot.trouble import Trouble

#: How long the newest sample episode is held back once everything is ready, in seconds.
HELD_BACK: Final = 6.0
#: How often the demo's feeds are polled, in seconds.
POLLED: Final = (3, 6)
#: A bot that takes longer to stop is killed, in seconds.
STOPS_WITHIN: Final = 9.0


class PortInUseError(Trouble):
    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is in use. Choose another with --port, or leave it out for a free one.")


class NoSuchFeedError(Trouble):
    def __init__(self, feed: str) -> None:
        super().__init__(f"There is no feed file {feed}. Check the path, or give a URL that begins with http.")


class BotEndedError(Trouble):
    def __init__(self) -> None:
        super().__init__("The bot ended by itself; what it said about that stands above.")


async def demo(feeds: Sequence[str], *, port: int, keep: bool, console: Console) -> None:
    """Run the demo until SIGINT or SIGTERM.

    Raises:
        Trouble: it cannot start, or its bot has ended.

    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    files, urls = _sorted_out(feeds)
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(_folder(console, keep=keep))
        discord = await stack.enter_async_context(_discord(port))
        site = await stack.enter_async_context(SampleSite(files))
        _write_catalogue(folder, site, files, urls)
        bot = await stack.enter_async_context(_bot(folder, discord))
        console.print(f"\n  Previously is at home: [bold]{discord.base_url}[/]   (Ctrl-C ends it)\n")
        async with (
            background(_show(discord, site), name="show"),
            background(bot.wait(), name="bot") as ended,
            background(stop.wait(), name="stop") as stopping,
        ):
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                raise BotEndedError


def _sorted_out(feeds: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The given feeds: files, and addresses."""
    urls = [feed for feed in feeds if feed.startswith(("http://", "https://"))]
    files = [Path(feed) for feed in feeds if feed not in urls]
    for file in files:
        if not file.is_file():
            raise NoSuchFeedError(str(file))
    return files, urls


@asynccontextmanager
async def _folder(console: Console, *, keep: bool) -> AsyncIterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="previously-demo-"))
    try:
        yield folder
    finally:
        if keep:
            console.print(f"The demo's database is kept in {folder}", soft_wrap=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _discord(port: int) -> AsyncIterator[EmbeddedDiscord]:
    discord = EmbeddedDiscord(demo_world(), port=port)
    try:
        await discord.__aenter__()
    except OSError:
        raise PortInUseError(port) from None
    try:
        yield discord
    finally:
        await discord.__aexit__(None, None, None)


def _write_catalogue(folder: Path, site: SampleSite, files: Sequence[Path], urls: Sequence[str]) -> None:
    feeds = [("Lamplight Recaps", site.feed_url)]
    feeds += [(file.stem[:60], url) for file, url in zip(files, site.file_urls, strict=True)]
    feeds += [((urlsplit(url).hostname or url)[:60], url) for url in urls]
    # JSON strings are TOML strings.
    tables = [f"[[feed]]\nname = {json.dumps(name)}\nurl = {json.dumps(url)}\n" for name, url in feeds]
    (folder / "feeds.toml").write_text("\n".join(tables), "utf-8")


@asynccontextmanager
async def _bot(folder: Path, discord: EmbeddedDiscord) -> AsyncIterator[asyncio.subprocess.Process]:
    """`previously run`, as anybody would run it."""
    shortest, longest = POLLED
    settings = {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_BASE": discord.api_base,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'previously.db'}",
        "FEEDS_FILE": str(folder / "feeds.toml"),
        "ALLOW_PRIVATE_FEEDS": "1",
        "POLL_MIN_SECONDS": str(shortest),
        "POLL_MAX_SECONDS": str(longest),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    # A group of its own: Ctrl-C comes to us, and we stop it in order.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=os.environ | settings, start_new_session=True
    )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPS_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _show(discord: EmbeddedDiscord, site: SampleSite) -> None:
    """Subscribe #recaps of each server to every show, and some seconds later let the newest episode come out."""
    await discord.bot_ready(timeout=60)
    await discord.commands_registered(timeout=60)
    for guild in discord.world.guilds.values():
        admin = discord.person(guild.owner_id)
        channel = next(channel for channel in guild.channels.values() if channel.name == "recaps")
        await admin.run(channel, "subscribe", show="every")
    await site.read.wait()
    await asyncio.sleep(HELD_BACK)
    site.publish_newest()
