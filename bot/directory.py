"""The directory of shows: every name in memory, so that reading headlines and autocomplete never wait for SQL."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.recaps.model import ShowId
from bot.recaps.shows import Hit, Match, ShowIndex
from bot.store.feeds import Viewer
from bot.store.shows import SeenShow
from bot.store.store import Store

#: So many viewers' visible shows are remembered between commits.
REMEMBERED_VIEWERS: Final = 256


@dataclass(frozen=True, slots=True)
class _View:
    """What a viewer may see, until the next commit that could change it."""

    until: asyncio.Event
    shows: Mapping[ShowId, SeenShow]


class ShowDirectory:
    """The shows of the store for look-ups, and the shipped ones for reading headlines and for subscribing early.

    It is the `KnownShows` of headlines: an exact name of either kind is known.
    """

    def __init__(self, store: Store, tables: Mapping[str, Any]) -> None:
        self._store = store
        self._shipped = ShowIndex.from_tables(tables)
        self._stored: ShowIndex[ShowId] = ShowIndex()
        self._views: dict[Viewer, _View] = {}

    async def load(self) -> None:
        """Read all names from the store."""
        async with self._store.reading() as unit:
            names = await unit.shows.names()
        for name in names:
            if name.feed is None:
                self.learn(name.show, name.name)
            else:
                self._stored.add_alias(name.show, name.name)

    def learn(self, show: ShowId, title: str, aliases: Iterable[str] = ()) -> None:
        """Know a show of the store by its title, its shipped aliases and these."""
        if show not in self._stored:
            self._stored.add(show, title)
            self._stored.adopt(show, self._shipped, title)
        for alias in aliases:
            self._stored.add_alias(show, alias)

    def canonical(self, name: str) -> str | None:
        """The title of the show that has exactly this name, give or take case and punctuation."""
        return self._shipped.canonical(name) or self._stored.canonical(name)

    def title(self, show: ShowId) -> str | None:
        return self._stored.title(show)

    async def seen(self, viewer: Viewer) -> Mapping[ShowId, SeenShow]:
        """The shows that a viewer may look up."""
        view = self._views.get(viewer)
        if view is None or view.until.is_set():
            view = await self._look(viewer)
        return view.shows

    async def _look(self, viewer: Viewer) -> _View:
        until = self._store.changed.next()
        async with self._store.reading() as unit:
            seen = await unit.shows.seen_by(viewer)
        if len(self._views) >= REMEMBERED_VIEWERS:
            self._views.pop(next(iter(self._views)))
        view = _View(until, {show.show: show for show in seen})
        self._views[viewer] = view
        return view

    async def suggest(self, viewer: Viewer, typed: str, limit: int = 25) -> list[Hit[ShowId]]:
        """The shows most like what was typed, among those the viewer may look up; untyped, the latest recapped."""
        seen = await self.seen(viewer)
        if typed.strip():
            return self._stored.search(typed, limit, among=seen)
        latest = sorted(seen.values(), key=_most_likely, reverse=True)[:limit]
        return [Hit(show.show, self._stored.title(show.show) or "", 0.0, "") for show in latest]

    def suggest_shipped(self, typed: str, limit: int = 25) -> list[str]:
        """Titles of well-known shows, whether or not anybody has recapped them yet."""
        return [hit.title for hit in self._shipped.search(typed, limit)] if typed.strip() else []

    async def resolve(self, viewer: Viewer, typed: str) -> Match[ShowId]:
        """The show that free text means, among those the viewer may look up."""
        return self._stored.resolve(typed, among=await self.seen(viewer))

    def resolve_shipped(self, typed: str) -> Match[str]:
        """The well-known show that free text means."""
        return self._shipped.resolve(typed)


def _most_likely(show: SeenShow) -> tuple[bool, float]:
    latest: datetime | None = show.latest_at
    return show.followed, latest.timestamp() if latest else 0.0
