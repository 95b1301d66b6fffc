"""A recap site on loopback: it publishes, corrects and removes items, answers conditionally, and fails when told to."""

import asyncio
import hashlib
import html
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final, Self

from aiohttp import web

HOST: Final = "127.0.0.1"
#: A feed that failed is asked again later and later; in seconds.
ASKS_WITHIN: Final = 20.0

#: Words of plots, headline tails and pictures. Nobody may see one of them who did not ask to.
SECRETS: Final = ("Tindlewick", "Marrowgate", "Ostrevane", "Quillfeather")

_STORY: Final = """
The hour opens on the harbour of Marrowgate, where the old keeper has not come home from the storm.
His daughter rows out alone with a lamp that nobody has lit for twenty years, and finds his boat empty.

In the village the council argues about the bell. Tindlewick wants it sold before the winter, because the
roof of the school has fallen in, and he says so to people who have just lost a friend.

She returns at dawn with the logbook of the Ostrevane, the ship that was never supposed to exist.
One page is missing, and the edge of it is still wet, so somebody on the island has been there before her.

At the end Tindlewick opens his desk and takes out that page. He holds it over the candle for a long time,
and then he puts it back, and we see that his own name is written on it.
"""


def moment() -> datetime:
    """Now, as feeds write it."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed."""

    guid: str
    title: str
    paragraphs: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: datetime = field(default_factory=moment)


def recap_of(
    show: str,
    episode: int,
    *,
    season: int = 1,
    tail: str = "Tindlewick Burns the Last Page",
    story: str = _STORY,
    age: timedelta = timedelta(),
) -> Item:
    """A recap as sites write them; whatever tells of the plot holds one of the secrets."""
    return Item(
        guid=f"{show}/{season}/{episode}",
        title=f"{show} Season {season} Episode {episode} Recap: {tail}",
        paragraphs=(
            f"{show} is a drama series. {show} season {season} episode {episode} has a runtime of around 50 minutes.",
            f"– {show} season {season} episode {episode} recap contains spoilers! –",
            *story.strip().split("\n\n"),
        ),
        pictures=("Ostrevane-sinks.png", "Quillfeather-returns.png"),
        categories=(show,),
        published=moment() - age,
    )


#: What the site has published when the bot meets it, shows by their number of episodes, a week apart.
LIBRARY: Final = {"Clockwork Orchard": 2, "Twelve Harbours": 12}


def library() -> list[Item]:
    """The old recaps of the site, the newest first."""
    return [
        recap_of(show, number, age=timedelta(days=7) * (count - number + 1))
        for show, count in LIBRARY.items()
        for number in range(count, 0, -1)
    ]


def trailer_of(show: str, *, age: timedelta = timedelta()) -> Item:
    """Something that is no recap."""
    return Item(
        guid=f"{show}/trailer",
        title=f"{show} Season 2 Trailer: Quillfeather Returns in the First Look",
        paragraphs=(f"The streaming service has released the trailer of {show} season 2.",),
        categories=(show,),
        published=moment() - age,
    )


class Feed:
    """One feed of the site, and what it is told to do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.items: dict[str, Item] = {}
        #: While set, every request is answered with this status.
        self.fails_with: int | None = None
        #: While set, this is the feed, and not what was published.
        self.body: bytes | None = None
        #: The statuses that were answered, in order.
        self.answers: list[int] = []
        #: While cleared, requests wait for their answer.
        self.open = asyncio.Event()
        self.open.set()
        self._asked = asyncio.Event()

    def publish(self, *items: Item) -> None:
        """Let items come out, the newest first; one whose guid is known takes its place, as corrections do."""
        given = {item.guid: item for item in items}
        self.items = given | {guid: item for guid, item in self.items.items() if guid not in given}

    def remove(self, item: Item) -> None:
        del self.items[item.guid]

    def answered(self, status: int) -> None:
        self.answers.append(status)
        self._asked.set()

    async def asked(self, times: int = 1) -> None:
        """Wait until the bot has asked that many times from now.

        Raises:
            TimeoutError: it does not ask.

        """
        wanted = len(self.answers) + times
        async with asyncio.timeout(ASKS_WITHIN):
            while len(self.answers) < wanted:
                self._asked.clear()
                await self._asked.wait()

    async def taken_in(self) -> None:
        """Wait until the bot has read what the feed holds now, and has saved what it made of it.

        It asks again only when it has saved what it was given, so the second request from now tells.

        Raises:
            TimeoutError: it does not ask.

        """
        await self.asked(2)


class Site:
    """Serves feeds and pages; an async context manager. The feeds stay when it is closed."""

    def __init__(self) -> None:
        self._feeds: dict[str, Feed] = {}
        self._runner: web.AppRunner | None = None
        self.base = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name}.xml", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.base = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def feed(self, name: str) -> Feed:
        """The feed of that name; it is there from now on."""
        return self._feeds.setdefault(name, Feed(name))

    def url(self, name: str) -> str:
        return f"{self.base}/{name}.xml"

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._feeds:
            raise web.HTTPNotFound
        feed = self._feeds[name]
        await feed.open.wait()
        response = self._answer(feed, request.headers.get("If-None-Match"))
        feed.answered(response.status)
        return response

    def _answer(self, feed: Feed, known: str | None) -> web.Response:
        if feed.fails_with is not None:
            return web.Response(status=feed.fails_with)
        body = feed.body or _as_rss(feed, self.base).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if known == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})


def _as_rss(feed: Feed, base: str) -> str:
    items = "\n".join(_as_xml(item, base) for item in feed.items.values())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{html.escape(feed.name)}</title><link>{base}</link>\n{items}\n</channel></rss>"
    )


def _as_xml(item: Item, base: str) -> str:
    paragraphs = [f"<p>{html.escape(paragraph)}</p>" for paragraph in item.paragraphs]
    pictures = [
        f'<figure><img src="{base}/pictures/{name}" width="640" height="360" alt="Quillfeather"/>'
        "<figcaption>Quillfeather at the window</figcaption></figure>"
        for name in item.pictures
    ]
    categories = "".join(f"<category>{html.escape(name)}</category>" for name in item.categories)
    body = "".join([*paragraphs[:3], *pictures, *paragraphs[3:]])
    return (
        f"<item><title>{html.escape(item.title)}</title><guid isPermaLink='false'>{html.escape(item.guid)}</guid>"
        f"<link>{base}/{hashlib.sha256(item.guid.encode()).hexdigest()[:12]}/</link>"
        f"<pubDate>{format_datetime(item.published)}</pubDate>{categories}"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
    )
