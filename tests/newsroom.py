"""A site on loopback that publishes, a store that remembers, and the real poller between them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from sqlalchemy import select

from bot.directory import ShowDirectory
from bot.feeds.fetch import DEFAULT_LIMITS, Limits
from bot.feeds.hosts import Hosts
from bot.feeds.reader import FeedReader, open_reader
from bot.feeds.workers import Workers
from bot.intervals import Bounds
from bot.polling import Poller
from bot.recaps.headline import HeadlineWords
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap, UserId
from bot.shipped import tables
from bot.store.database import migrate
from bot.store.feeds import CatalogueFeed, FeedHealth
from bot.store.schema import entries, posts
from bot.store.store import Store, open_store
from bot.store.subscriptions import SubscriptionDraft
from bot.understanding import Understanding
from tests.feeds.site import Site, open_site

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD, CHANNEL, ADMIN = GuildId(11), ChannelId(101), UserId(7)
BOUNDS = Bounds(minimum=timedelta(minutes=5), maximum=timedelta(hours=2))
STORY = (
    "Ada rows through the flooded gallery with a lamp between her knees and finds the old sluice standing open.",
    "Emlyn counts the votes in the chapel hall, and two names are still missing when the candle burns down.",
    "In the morning she signs the survey, and forty men are dismissed before the strike is even called.",
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item of a feed. Without anything else said, a recap of an episode of the week."""

    episode: int = 3
    title: str = ""
    guid: str = ""
    link: str = ""
    published: datetime | None = NOW
    story: tuple[str, ...] = STORY

    @property
    def headline(self) -> str:
        return self.title or f"The Quarry Line Season 2 Episode {self.episode} Recap: What the Water Took"

    @property
    def xml(self) -> str:
        guid = self.guid or f"quarry-{self.episode}"
        link = self.link or f"https://lamplight.example/quarry-line-{self.episode}/"
        date = f"<pubDate>{format_datetime(self.published)}</pubDate>" if self.published else ""
        body = escape("".join(f"<p>{paragraph}</p>" for paragraph in self.story))
        return (
            f'<item><title>{escape(self.headline)}</title><guid isPermaLink="false">{escape(guid)}</guid>'
            f"<link>{escape(link)}</link>{date}<description>{body}</description></item>"
        )


def rss(items: Iterable[Item], *, title: str = "Lamplight Recaps") -> str:
    inside = "".join(item.xml for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{inside}</channel></rss>'


def history(count: int, *, newest: datetime | None = NOW, apart: timedelta = timedelta(days=7)) -> list[Item]:
    """Recaps of these many episodes, the newest first."""
    published = [newest and newest - number * apart for number in range(count)]
    return [Item(episode=count - number, published=date) for number, date in enumerate(published)]


@dataclass
class Clock:
    """A clock that moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Newsroom:
    """Sets scenes: a site publishes, time passes, the bot polls."""

    store: Store
    site: Site
    reader: FeedReader
    understanding: Understanding
    directory: ShowDirectory
    poller: Poller
    clock: Clock = field(default_factory=Clock)

    def publishes(self, items: Iterable[Item], path: str = "/feed") -> str:
        return self.site.serves(path, rss(items), headers={"Content-Type": "application/rss+xml"})

    async def reads(self, *paths: str) -> None:
        """The operator lists these feeds of the site, and one server wants every show."""
        await self.lists(*(CatalogueFeed(url=self.site.url(path), name=path[1:]) for path in paths or ("/feed",)))

    async def lists(self, *feeds: CatalogueFeed) -> None:
        async with self.store.transaction() as unit:
            await unit.feeds.load_catalogue(feeds, self.clock())
        await self.subscribes()

    async def subscribes(self, channel: ChannelId = CHANNEL) -> None:
        draft = SubscriptionDraft(guild=GUILD, channel=channel, show=None, created_by=ADMIN)
        async with self.store.transaction() as unit:
            await unit.guilds.join(GUILD, self.clock())
            await unit.subscriptions.save(draft, self.clock())

    async def adds(self, path: str = "/feed") -> FeedId:
        """A server adds a feed of the site for itself."""
        async with self.store.transaction() as unit:
            await unit.guilds.join(GUILD, self.clock())
            feed = await unit.feeds.ensure(self.site.url(path), "site.example", self.clock())
            await unit.feeds.add_for_guild(GUILD, feed, ADMIN, self.clock())
        return feed

    async def poll(self, after: timedelta = timedelta(hours=3)) -> None:
        """Time passes, and everything that is due by then is polled."""
        self.clock.now += after
        await self.poller.poll_due()
        while self.poller.busy:
            await self.poller.poll_due()

    async def recaps(self) -> list[Recap]:
        async with self.store.reading() as unit:
            return await unit.recaps.latest(GUILD, limit=500)

    async def posted(self) -> list[str]:
        """The episode keys that were queued for posting, the oldest first."""
        async with self.store.reading() as unit:
            return list(await unit.feeds._connection.scalars(select(posts.c.episode_key).order_by(posts.c.id)))

    async def entries(self) -> int:
        async with self.store.reading() as unit:
            return len((await unit.feeds._connection.execute(select(entries.c.id))).all())

    async def every_health(self) -> list[FeedHealth]:
        async with self.store.reading() as unit:
            return await unit.feeds.health(GUILD)

    async def health(self, path: str = "/feed") -> FeedHealth:
        return next(each for each in await self.every_health() if each.feed.url == self.site.url(path))

    async def notices(self) -> list[str]:
        async with self.store.reading() as unit:
            return [str(notice.text) for notice in await unit.notices.unsaid(GUILD)]


@asynccontextmanager
async def fresh_store(folder: Path) -> AsyncIterator[Store]:
    path = folder / "previously.db"
    migrate(path)
    async with open_store(f"sqlite+aiosqlite:///{path}") as store:
        yield store


@asynccontextmanager
async def open_newsroom(
    store: Store, *, allow_private: bool = True, limits: Limits = DEFAULT_LIMITS
) -> AsyncIterator[Newsroom]:
    clock = Clock()
    directory = ShowDirectory(store, {"shows": {"uk": [{"title": "The Quarry Line"}]}})
    async with (
        open_site() as site,
        Workers() as workers,
        open_reader(
            workers, user_agent="Previously/test", allow_private=allow_private, hosts=Hosts(pause=0), limits=limits
        ) as reader,
    ):
        words = HeadlineWords.from_tables(tables("headlines.toml"))
        understanding = Understanding(words, directory, workers, reader)
        async with Poller(
            store, reader, understanding, directory, bounds=BOUNDS, clock=clock, jitter=lambda: 0.5
        ) as poller:
            yield Newsroom(store, site, reader, understanding, directory, poller, clock)


def edited(item: Item, **changes: object) -> Item:
    return replace(item, **changes)  # type: ignore[arg-type]
