"""The feeds that servers add for themselves: found, checked, added, looked into, removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.feeds.outcomes import FetchFailed, Request, site_of
from bot.feeds.reader import FeedReader, Read
from bot.recaps.model import EntryId, FeedId, GuildId, Recap, RecapId, ShowId, UserId
from bot.recaps.spoilers import visible
from bot.saving import draft_of
from bot.store.feeds import Feed
from bot.store.store import Store
from bot.texts import N_, Text
from bot.understanding import Understanding, Understood

#: So many feeds a server may add.
MOST_FEEDS: Final = 25
LONGEST_ADDRESS: Final = 2048
#: So many of a feed's newest entries a preview shows.
PREVIEWED: Final = 10

FULL: Final = N_(
    "This server has {most} feeds of its own, which is as many as there can be. Remove one first.", most=MOST_FEEDS
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it was not done: a sentence for people."""

    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A feed that a server sees from now on."""

    feed: FeedId
    name: str
    #: How many feeds of its own the server has now.
    count: int


class OwnFeeds:
    """What admins can do about the feeds of their server."""

    def __init__(
        self, store: Store, reader: FeedReader, understanding: Understanding, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._reader = reader
        self._understanding = understanding
        self._clock = clock

    async def find(self, guild: GuildId, address: str) -> Sequence[str] | Refused:
        """The addresses of the feeds at a site, the most likely one first; at least one."""
        async with self._store.reading() as unit:
            if await unit.feeds.count_own(guild) >= MOST_FEEDS:
                return Refused(FULL)
        found = await self._reader.discover(address, now=self._clock())
        if isinstance(found, FetchFailed):
            return Refused(found.sentence)
        urls = [candidate.url for candidate in found if len(candidate.url) <= LONGEST_ADDRESS]
        return urls or Refused(N_("The address of this feed is too long to be kept."))

    async def add(self, guild: GuildId, url: str, added_by: UserId) -> Added | Refused:
        """Let a server see the feed at `url`, once it has been seen to be one."""
        read = await self._reader.read(Request(url=url), now=self._clock())
        if isinstance(read, FetchFailed):
            return Refused(read.sentence)
        site, now = str(site_of(url)), self._clock()
        async with self._store.transaction() as unit:
            await unit.guilds.join(guild, now)
            count = await unit.feeds.count_own(guild)
            known = await unit.feeds.at(url)
            if known is not None and known.in_catalogue:
                return Refused(
                    N_("{site} is among the feeds that every server sees, so there is nothing to add.", site=site)
                )
            if known is not None and await unit.feeds.get(guild, known.id) is not None:
                return Refused(N_("{site} has been added here before. `/feeds list` shows how it is.", site=site))
            if count >= MOST_FEEDS:
                return Refused(FULL)
            feed = await unit.feeds.ensure(url, site, now)
            await unit.feeds.add_for_guild(guild, feed, added_by, now)
        return Added(feed=feed, name=site, count=count + 1)

    async def preview(self, feed: Feed) -> Sequence[Understood] | Refused:
        """How the newest entries of a feed are understood. Nothing is stored."""
        read = await self._reader.read(Request(url=feed.url), now=self._clock())
        if not isinstance(read, Read):
            return Refused(read.sentence if isinstance(read, FetchFailed) else _not_right_now(feed))
        hints = replace(feed.hints, language=feed.hints.language or read.feed.language)
        return await self._understanding.read(read.feed.entries[:PREVIEWED], hints, now=self._clock())


def _not_right_now(feed: Feed) -> Text:
    return N_("{site} could not be read just now. Try again in a minute.", site=visible(feed.name, 60))


def previewed(understood: Understood, feed: Feed, now: datetime) -> Recap:
    """The recap that an entry would become. Its id is nobody's."""
    show = ShowId(0) if understood.reading.sure and understood.reading.show else None
    draft = draft_of(understood, feed=feed.id, entry=EntryId(0), show=show, now=now)
    return draft.as_recap(RecapId(0), show_title=understood.reading.show if show is not None else None, site=feed.name)
