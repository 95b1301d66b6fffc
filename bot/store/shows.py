"""Shows: one row each, whatever their titles and aliases are spelt like, and which feeds have recapped them."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, case, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import FeedId, GuildId, ShowId
from bot.recaps.shows import normal_form
from bot.store.among import among
from bot.store.schema import feed_shows, feeds, guild_feeds, show_aliases, shows, subscriptions

#: So many rows of a large table are read at once; to make values of them takes a few milliseconds.
SLICE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowName:
    """A name of a show, and the feed that uses it (None: the title itself)."""

    show: ShowId
    name: str
    feed: FeedId | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A feed has recapped a show: whoever sees the feed may look it up."""

    feed: FeedId
    show: ShowId
    latest_at: datetime


class Shows:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ensure(self, title: str, now: datetime) -> ShowId:
        """The show of this title, made if it is the first time we hear of it."""
        return (await self.ensure_all([title], now))[title]

    async def ensure_all(self, titles: Iterable[str], now: datetime) -> dict[str, ShowId]:
        """The shows of these titles, each made if it is the first time we hear of it."""
        forms = {title: normal_form(title) for title in titles}
        known = await self._of_forms(forms.values())
        new = {form: title for title, form in forms.items() if form not in known}
        if new:
            rows = [{"title": title, "normal_form": form, "added_at": now} for form, title in new.items()]
            await self._connection.execute(insert(shows), rows)
            known |= await self._of_forms(new)
        return {title: known[form] for title, form in forms.items()}

    async def _of_forms(self, forms: Iterable[str]) -> dict[str, ShowId]:
        rows = await self._connection.execute(
            select(shows.c.normal_form, shows.c.id).where(among(shows.c.normal_form, forms))
        )
        return {row.normal_form: ShowId(row.id) for row in rows}

    async def title(self, show: ShowId) -> str | None:
        return await self._connection.scalar(select(shows.c.title).where(shows.c.id == show))

    async def add_aliases(self, show: ShowId, feed: FeedId, names: Iterable[str]) -> None:
        """Know a show by these names too, for whoever sees the feed that uses them."""
        await self.alias_all([ShowName(show=show, name=name, feed=feed) for name in names])

    async def alias_all(self, names: Iterable[ShowName]) -> None:
        """Know shows by names that feeds use for them."""
        rows = [
            {"show_id": alias.show, "feed_id": alias.feed, "normal_form": form, "name": alias.name}
            for alias in names
            if (form := normal_form(alias.name))
        ]
        if rows:
            await self._connection.execute(upsert(show_aliases).on_conflict_do_nothing(), rows)

    async def recapped(self, show: ShowId, feed: FeedId, at: datetime) -> None:
        """A feed has recapped this show."""
        await self.see_all([Sighting(feed, show, at)])

    async def see_all(self, sightings: Iterable[Sighting]) -> None:
        """Feeds have recapped shows."""
        rows = [{"feed_id": each.feed, "show_id": each.show, "latest_at": each.latest_at} for each in sightings]
        if rows:
            row = upsert(feed_shows)
            latest = func.max(feed_shows.c.latest_at, row.excluded.latest_at)
            await self._connection.execute(
                row.on_conflict_do_update(index_elements=["feed_id", "show_id"], set_={"latest_at": latest}), rows
            )

    async def names(self) -> AsyncIterator[ShowName]:
        """Every name of every show: titles first, then aliases."""
        async for row in self._slices(select(shows.c.id, shows.c.title)):
            yield ShowName(show=ShowId(row.id), name=row.title, feed=None)
        async for row in self._slices(select(show_aliases.c.show_id, show_aliases.c.name, show_aliases.c.feed_id)):
            yield ShowName(show=ShowId(row.show_id), name=row.name, feed=FeedId(row.feed_id))

    async def sightings(self) -> AsyncIterator[Sighting]:
        """Which feeds have recapped which shows. One of the catalogue stands for all of it, as everybody sees them."""
        seen_by_all = case((feeds.c.in_catalogue, 0), else_=feeds.c.id)
        query = (
            select(
                func.min(feed_shows.c.feed_id).label("feed_id"),
                feed_shows.c.show_id,
                func.max(feed_shows.c.latest_at).label("latest_at"),
            )
            .join(feeds)
            .group_by(feed_shows.c.show_id, seen_by_all)
        )
        async for row in self._slices(query):
            yield Sighting(FeedId(row.feed_id), ShowId(row.show_id), row.latest_at)

    async def _slices(self, query: Select[Any]) -> AsyncIterator[Row[Any]]:
        """The rows of a query that has many: between slices of them, others have their turn."""
        rows = await self._connection.stream(query, execution_options={"yield_per": SLICE})
        async for some in rows.partitions():
            for row in some:
                yield row

    async def feeds_of(self, guild: GuildId) -> frozenset[FeedId]:
        """The feeds that a guild has added for itself."""
        ids = await self._connection.scalars(select(guild_feeds.c.feed_id).where(guild_feeds.c.guild_id == guild))
        return frozenset(map(FeedId, ids))

    async def followed_by(self, guild: GuildId) -> frozenset[ShowId]:
        """The shows that a guild subscribes to by name."""
        named = (subscriptions.c.guild_id == guild, subscriptions.c.show_id.is_not(None))
        ids = await self._connection.scalars(select(subscriptions.c.show_id).where(*named))
        return frozenset(map(ShowId, ids))
