"""The directory of shows: names and sightings in memory, so that reading headlines and autocomplete never wait for SQL.

Who may look a show up is asked often and changes seldom: what catalogue feeds have recapped is one table for all,
what a server's own feeds have recapped is added to it, and only which feeds and subscriptions a server has is read
anew, after the commits that could have changed it.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest
from typing import Any, Final, TypeVar

from bot.recaps.model import FeedId, ShowId
from bot.recaps.shows import Certainty, Hit, Match, ShowIndex
from bot.store.feeds import Viewer
from bot.store.shows import Sighting
from bot.store.store import Store

#: So many servers' feeds and subscriptions are remembered between commits.
REMEMBERED_VIEWERS: Final = 256
#: Hits that are no more than this much worse than the best come first where the server follows them.
FOLLOWED_LEAD: Final = 5.0

#: So long the loading may keep others waiting, in seconds.
LONGEST_TURN: Final = 0.005

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

Sightings = dict[ShowId, datetime]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Access:
    """Which feeds a viewer has beside the catalogue, and which shows it subscribes to, until the next commit."""

    until: asyncio.Event | None
    feeds: frozenset[FeedId] = frozenset()
    followed: frozenset[ShowId] = frozenset()


async def _in_turn(many: AsyncIterable[T]) -> AsyncIterator[T]:
    """All of these, with a turn for others every few milliseconds."""
    clock = asyncio.get_running_loop().time
    until = clock() + LONGEST_TURN
    async for one in many:
        if clock() > until:
            await asyncio.sleep(0)
            until = clock() + LONGEST_TURN
        yield one


class ShowDirectory:
    """The shows of the store for look-ups, and the shipped ones for reading headlines and for subscribing early.

    It is the `KnownShows` of headlines: an exact name of either kind is known.
    """

    def __init__(self, store: Store, tables: Mapping[str, Any]) -> None:
        self._store = store
        self._shipped = ShowIndex.from_tables(tables)
        self._stored: ShowIndex[ShowId] = ShowIndex()
        #: Names that only a feed outside of the catalogue uses, which nobody else may find a show by.
        self._own_names: dict[FeedId, ShowIndex[ShowId]] = {}
        self._catalogue: frozenset[FeedId] = frozenset()
        self._seen_by_all: Sightings = {}
        self._seen_in: dict[FeedId, Sightings] = {}
        self._latest_of_all: list[ShowId] | None = None
        self._access: dict[Viewer, _Access] = {}

    async def load(self) -> None:
        """Read all names and sightings from the store; whatever else is to be done goes on meanwhile."""
        async with self._store.reading() as unit:
            self._catalogue = frozenset(feed.id for feed in await unit.feeds.seen_by(None))
            async for name in _in_turn(unit.shows.names()):
                if name.feed is None:
                    self.learn(name.show, name.name)
                else:
                    self._learn_name(name.feed, name.show, name.name)
            async for sighting in _in_turn(unit.shows.sightings()):
                self._see(sighting)

    def learn(self, show: ShowId, title: str) -> None:
        """Know a show of the store by its title and its shipped aliases."""
        if show not in self._stored:
            self._stored.add(show, title)
            self._stored.adopt(show, self._shipped, title)

    def meet(self, sighting: Sighting, title: str, names: Iterable[str] = ()) -> None:
        """A feed has recapped a show, and calls it these names too. Say so once that is committed."""
        self.learn(sighting.show, title)
        for name in names:
            self._learn_name(sighting.feed, sighting.show, name)
        self._see(sighting)

    def _learn_name(self, feed: FeedId, show: ShowId, name: str) -> None:
        if feed in self._catalogue:
            self._stored.add_alias(show, name)
            return
        index = self._own_names.setdefault(feed, ShowIndex())
        if show not in index:
            index.add(show, self._stored.title(show) or name)
        index.add_alias(show, name)

    def _see(self, sighting: Sighting) -> None:
        show, at = sighting.show, sighting.latest_at
        for_all = sighting.feed in self._catalogue
        seen = self._seen_by_all if for_all else self._seen_in.setdefault(sighting.feed, {})
        if show in seen and seen[show] >= at:
            return
        seen[show] = at
        if for_all:
            self._latest_of_all = None
        # Of equally good hits, the latest recapped comes first; no server's own feeds change that for the others.
        if for_all or show not in self._seen_by_all:
            self._stored.set_weight(show, at.timestamp())

    def canonical(self, name: str) -> str | None:
        """The title of the show that has exactly this name, give or take case and punctuation."""
        return self._shipped.canonical(name) or self._stored.canonical(name)

    def title(self, show: ShowId) -> str | None:
        return self._stored.title(show)

    async def seen(self, viewer: Viewer) -> Mapping[ShowId, datetime]:
        """The shows that a viewer may look up, and when each was last recapped."""
        return self._visible(await self._look(viewer))

    async def followed(self, viewer: Viewer) -> frozenset[ShowId]:
        """The shows that a viewer subscribes to by name."""
        return (await self._look(viewer)).followed

    def _visible(self, access: _Access) -> Mapping[ShowId, datetime]:
        more = dict.fromkeys(access.followed - self._seen_by_all.keys(), _LONG_AGO)
        for feed in access.feeds:
            for show, at in self._seen_in.get(feed, {}).items():
                more[show] = max(at, more.get(show, _LONG_AGO), self._seen_by_all.get(show, _LONG_AGO))
        # Most servers see what all see; only the others pay for a table of their own.
        return {**self._seen_by_all, **more} if more else self._seen_by_all

    async def _look(self, viewer: Viewer) -> _Access:
        known = self._access.get(viewer)
        if known is not None and not (known.until and known.until.is_set()):
            return known
        access = _Access(None) if viewer is None else await self._read_access(viewer)
        if len(self._access) >= REMEMBERED_VIEWERS:
            self._access.pop(next(iter(self._access)))
        self._access[viewer] = access
        return access

    async def _read_access(self, viewer: Viewer) -> _Access:
        until = self._store.changed.next()
        assert viewer is not None
        async with self._store.reading() as unit:
            return _Access(until, await unit.shows.feeds_of(viewer), await unit.shows.followed_by(viewer))

    async def suggest(self, viewer: Viewer, typed: str, limit: int = 25) -> list[Hit[ShowId]]:
        """The shows most like what was typed, among those the viewer may look up; followed ones first where close.

        Untyped: those that are followed, then the latest recapped.
        """
        access = await self._look(viewer)
        visible = self._visible(access)
        if not typed.strip():
            likely = self._likely(access, visible, limit)
            return [Hit(show, self._stored.title(show) or "", 0.0, "") for show in likely]
        hits = self._search(access, visible, typed, limit)
        near = hits[0].score - FOLLOWED_LEAD if hits else 0.0
        return sorted(hits, key=lambda hit: not (hit.key in access.followed and hit.score >= near))

    def _likely(self, access: _Access, visible: Mapping[ShowId, datetime], limit: int) -> list[ShowId]:
        if visible is self._seen_by_all:
            if self._latest_of_all is None:
                self._latest_of_all = nlargest(limit, visible, key=visible.__getitem__)
            latest = self._latest_of_all
        else:
            latest = nlargest(limit, visible, key=visible.__getitem__)
        followed = sorted(access.followed, key=visible.__getitem__, reverse=True)
        return list(dict.fromkeys([*followed, *latest]))[:limit]

    def _search(self, access: _Access, visible: Mapping[ShowId, datetime], typed: str, limit: int) -> list[Hit[ShowId]]:
        hits = self._stored.search(typed, limit, among=visible)
        for index in self._names_of(access):
            best = {hit.key: hit for hit in hits}
            for hit in index.search(typed, limit):
                if hit.key not in best or hit.score > best[hit.key].score:
                    best[hit.key] = hit
            hits = sorted(best.values(), key=lambda hit: -hit.score)[:limit]
        return hits

    def _names_of(self, access: _Access) -> Iterator[ShowIndex[ShowId]]:
        return (self._own_names[feed] for feed in sorted(access.feeds) if feed in self._own_names)

    def suggest_shipped(self, typed: str, limit: int = 25) -> list[str]:
        """Titles of well-known shows, whether or not anybody has recapped them yet."""
        return [hit.title for hit in self._shipped.search(typed, limit)] if typed.strip() else []

    async def resolve(self, viewer: Viewer, typed: str) -> Match[ShowId]:
        """The show that free text means, among those the viewer may look up."""
        access = await self._look(viewer)
        match = self._stored.resolve(typed, among=self._visible(access))
        if match.certainty is Certainty.EXACT:
            return match
        own = (index.resolve(typed) for index in self._names_of(access))
        return next((each for each in own if each.certainty is Certainty.EXACT), match)

    def resolve_shipped(self, typed: str) -> Match[str]:
        """The well-known show that free text means."""
        return self._shipped.resolve(typed)
