"""`previously demo`: a page where a card arrives by itself, and nothing of it left when it ends."""

import asyncio
import json
import re
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import psutil
import pytest

from bot.sandbox.model import ComponentType, parts, texts
from tests.command import PATIENCE, begun, ended, files_in

STOPS_WITHIN: Final = 10.0
NEWEST: Final = "### Paper Lighthouse E5"
ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:\d+")


@asynccontextmanager
async def demo(folder: Path, *options: str) -> AsyncIterator[tuple[Process, str]]:
    """The running demo, and where its page is."""
    process = await begun(folder, "demo", *options, TMPDIR=str(folder))
    try:
        yield process, await asyncio.wait_for(_address(process), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _address(process: Process) -> str:
    assert process.stdout
    async for line in process.stdout:
        if found := ADDRESS.search(line):
            return found[0].decode()
    raise AssertionError("the demo ended without an address")


async def test_a_card_arrives_by_itself_on_the_page(tmp_path: Path) -> None:
    async with demo(tmp_path) as (process, address), aiohttp.ClientSession() as browser:
        async with browser.get(address) as page:
            assert page.content_type == "text/html"
        card = await asyncio.wait_for(_newest_card(browser, address), PATIENCE)
        process.send_signal(signal.SIGINT)
        told = await ended(process, within=STOPS_WITHIN)

    (title, summary, *_) = texts(card["components"])
    assert title.startswith(NEWEST)
    assert re.fullmatch(r"\|\|[^|]+\|\|", summary)
    galleries = [part for part in parts(card["components"]) if part["type"] == ComponentType.MEDIA_GALLERY]
    assert [item["spoiler"] for gallery in galleries for item in gallery["items"]] != []
    assert all(item["spoiler"] for gallery in galleries for item in gallery["items"])
    assert told.code == 0
    assert "Traceback" not in told.err


async def _newest_card(browser: aiohttp.ClientSession, address: str) -> Any:
    """The card of the newest episode, as the page is told of it."""
    async with browser.get(f"{address}/people/state") as response:
        somebody = (await response.json())["users"][0]
    timeout = aiohttp.ClientTimeout(total=None)
    async with browser.get(f"{address}/people/events", params={"user": somebody["id"]}, timeout=timeout) as events:
        async for line in events.content:
            if line.startswith(b"data: ") and NEWEST.encode() in line:
                told = json.loads(line.removeprefix(b"data: "))
                return told.get("message", told)
    raise AssertionError("the stream of events ended")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_nothing_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    async with demo(tmp_path) as (process, _):
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        told = await ended(process, within=STOPS_WITHIN)

    assert told.code == 0
    assert children
    assert not any(child.is_running() for child in children)
    assert files_in(tmp_path) == set()


async def test_the_database_is_kept_when_asked_to(tmp_path: Path) -> None:
    async with demo(tmp_path, "--keep") as (process, _):
        process.terminate()
        told = await ended(process, within=STOPS_WITHIN)

    (kept,) = files_in(tmp_path)
    assert "kept in" in told.out
    assert kept in told.out
    assert "feeds.toml" in files_in(tmp_path / kept)
