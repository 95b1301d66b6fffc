"""The loopback web site of the demo: the sample feed, whose newest item is held back, and files given as feeds."""

import asyncio
import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Self

from aiohttp import web

from bot.shipped import DATA

SAMPLE: Final = DATA / "sample"
HOST: Final = "127.0.0.1"
NEWEST: Final = "<!-- newest -->"
_AGO: Final = re.compile(r"\{\{minus (\d+)([hd])\}\}")
_ITEM: Final = re.compile(r"<item>.*?</item>", re.DOTALL)
_PAGE: Final = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<style>body{{max-width:40rem;margin:3rem auto;padding:0 1rem;font:1.05rem/1.6 system-ui,sans-serif}}
img{{max-width:100%;height:auto}}</style><h1>{title}</h1>{body}"""


def sample_feed(base: str, started: datetime, newest: datetime | None) -> str:
    """The sample feed as a site at `base` would serve it; `newest` is when its newest item came out, if it did."""
    feed = (SAMPLE / "feed.xml").read_text("utf-8")
    item = (SAMPLE / "newest.xml").read_text("utf-8").replace("{{now}}", format_datetime(newest or started))
    feed = feed.replace(NEWEST, item if newest else "")
    return _filled(feed, base, started)


def sample_pages(base: str, started: datetime) -> dict[str, str]:
    """The pages that the sample feed links to, by path."""
    feed = sample_feed(base, started, started)
    pages = {}
    for item in _ITEM.findall(feed):
        path = _between(item, "<link>", "</link>").removeprefix(base)
        body = _between(item, "<content:encoded><![CDATA[", "]]>") or _between(item, "<description><![CDATA[", "]]>")
        title = html.escape(html.unescape(_between(item, "<title>", "</title>")))
        pages[path] = _PAGE.format(title=title, body=body)
    return pages


def _filled(feed: str, base: str, now: datetime) -> str:
    units = {"h": timedelta(hours=1), "d": timedelta(days=1)}
    feed = feed.replace("{{base}}", base).replace("{{now}}", format_datetime(now))
    return _AGO.sub(lambda ago: format_datetime(now - int(ago[1]) * units[ago[2]]), feed)


def _between(text: str, before: str, after: str) -> str:
    _, found, rest = text.partition(before)
    return rest.partition(after)[0] if found else ""


class SampleSite:
    """Serves the sample feed, its pages and pictures, and files as feeds; an async context manager.

    Attributes:
        base: where it is, once it listens.
        read: set when the sample feed has been read for the first time.

    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._files = files
        self._started = datetime.now(UTC).replace(microsecond=0)
        self._newest: datetime | None = None
        self._runner: web.AppRunner | None = None
        self.base = ""
        self.read = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/feed.xml", self._serve_feed)
        app.router.add_get("/files/{number:[0-9]{1,3}}", self._serve_file)
        app.router.add_static("/pictures/", SAMPLE / "pictures")
        app.router.add_get("/{path:.*}", self._serve_page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.base = f"http://{HOST}:{self._runner.addresses[0][1]}"
        self._pages = sample_pages(self.base, self._started)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def feed_url(self) -> str:
        return f"{self.base}/feed.xml"

    @property
    def file_urls(self) -> list[str]:
        """Where the given files are served, in their order."""
        return [f"{self.base}/files/{number}" for number in range(len(self._files))]

    def publish_newest(self) -> None:
        """Let the newest item come out, now."""
        self._newest = datetime.now(UTC).replace(microsecond=0)

    async def _serve_feed(self, _request: web.Request) -> web.Response:
        self.read.set()
        feed = sample_feed(self.base, self._started, self._newest)
        return web.Response(text=feed, content_type="application/rss+xml", charset="utf-8")

    async def _serve_file(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number >= len(self._files):
            raise web.HTTPNotFound
        return web.Response(body=await asyncio.to_thread(self._files[number].read_bytes))

    async def _serve_page(self, request: web.Request) -> web.Response:
        page = self._pages.get(request.path)
        if page is None:
            raise web.HTTPNotFound
        return web.Response(text=page, content_type="text/html")
