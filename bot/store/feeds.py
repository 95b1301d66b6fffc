"""Feeds: where they are, what their next conditional request needs, and how they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, insert, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import FeedHints, FeedId, GuildId
from bot.store.schema import AnyRow, feeds, guild_feeds

#: Who looks: a guild, or nobody in particular (direct messages), who sees the catalogue.
Viewer = GuildId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFeed:
    """A feed as the operator's catalogue lists it."""

    url: str
    name: str
    language: str | None = None
    show: str | None = None
    excerpts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a feed publishes, as far as the next poll depends on it."""

    #: The times of its latest entries.
    published: tuple[datetime, ...] = ()
    #: How long the feed itself asks to be left alone.
    ttl: timedelta | None = None
    #: The hours (UTC) at which it asks not to be polled.
    skip_hours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, as the poller needs it."""

    id: FeedId
    url: str
    name: str
    hints: FeedHints
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    rhythm: Rhythm
    #: How many polls in a row brought nothing new, and how many failed.
    unchanged: int
    failures: int
    first_success_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll leaves behind in its feed's row."""

    feed: FeedId
    next_poll_at: datetime
    etag: str | None
    last_modified: str | None
    body_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailure:
    """What a failed poll leaves behind."""

    feed: FeedId
    next_poll_at: datetime
    error: str
    gone: bool = False


class Feeds:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load_catalogue(self, catalogue: Sequence[CatalogueFeed], now: datetime) -> None:
        """Make the catalogue's feeds the given ones. What leaves it stays where a guild has added it, else rests."""
        await self._connection.execute(update(feeds).values(in_catalogue=False))
        for feed in catalogue:
            described = {
                "name": feed.name,
                "language": feed.language,
                "show": feed.show,
                "excerpts": feed.excerpts,
                "in_catalogue": True,
            }
            row = upsert(feeds).values(url=feed.url, added_at=now, next_poll_at=now, **described)
            await self._connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=described))

    async def due(self, now: datetime, limit: int) -> list[Feed]:
        """The feeds whose next poll has come, the longest overdue first."""
        rows = await self._connection.execute(
            select(feeds).where(feeds.c.next_poll_at <= now, _is_polled()).order_by(feeds.c.next_poll_at).limit(limit)
        )
        return [_feed(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """When the next feed is due; None where there is no feed to poll."""
        due: datetime | None = await self._connection.scalar(select(func.min(feeds.c.next_poll_at)).where(_is_polled()))
        return due

    async def mark_unchanged(self, polls: Sequence[PollResult], now: datetime) -> None:
        """Nothing new at these feeds."""
        if polls:
            await self._mark(polls, now, unchanged=feeds.c.unchanged + 1)

    async def mark_read(self, poll: PollResult, rhythm: Rhythm, now: datetime) -> None:
        """A feed was fetched and understood."""
        await self._mark([poll], now, unchanged=0, rhythm=_rhythm_columns(rhythm))

    async def _mark(self, polls: Sequence[PollResult], now: datetime, **changes: Any) -> None:
        statement = (
            update(feeds)
            .where(feeds.c.id == bindparam("of"))
            .values(
                next_poll_at=bindparam("next"),
                etag=bindparam("tag"),
                last_modified=bindparam("modified"),
                body_hash=bindparam("hash"),
                polled_at=now,
                succeeded_at=now,
                first_success_at=func.coalesce(feeds.c.first_success_at, now),
                failures=0,
                error=None,
                **changes,
            )
        )
        rows = [
            {
                "of": poll.feed,
                "next": poll.next_poll_at,
                "tag": poll.etag,
                "modified": poll.last_modified,
                "hash": poll.body_hash,
            }
            for poll in polls
        ]
        await self._connection.execute(statement, rows)

    async def mark_failed(self, failure: PollFailure, now: datetime) -> None:
        """A feed could not be read; `error` says why, for people."""
        await self._connection.execute(
            update(feeds)
            .where(feeds.c.id == failure.feed)
            .values(
                next_poll_at=failure.next_poll_at,
                polled_at=now,
                failures=feeds.c.failures + 1,
                error=failure.error,
                retired_at=now if failure.gone else None,
            )
        )

    async def seen_by(self, viewer: Viewer) -> list[Feed]:
        """The feeds that a viewer has."""
        rows = await self._connection.execute(select(feeds).where(seen_by(viewer)).order_by(feeds.c.name))
        return [_feed(row) for row in rows]

    async def add_for_guild(self, guild: GuildId, feed: FeedId, added_by: int, now: datetime) -> None:
        """Let a guild see a feed that it added itself."""
        await self._connection.execute(
            insert(guild_feeds).values(guild_id=guild, feed_id=feed, added_by=added_by, added_at=now)
        )


def seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a row of `feeds` may be seen by `viewer`: the catalogue, and what its own admins added."""
    if viewer is None:
        return feeds.c.in_catalogue.is_(true())
    added = exists().where(guild_feeds.c.feed_id == feeds.c.id, guild_feeds.c.guild_id == viewer)
    return or_(feeds.c.in_catalogue, added)


def _is_polled() -> ColumnElement[bool]:
    # A feed that has left the catalogue and that no guild has added rests.
    added = exists().where(guild_feeds.c.feed_id == feeds.c.id)
    return feeds.c.retired_at.is_(None) & or_(feeds.c.in_catalogue, added)


def _feed(row: AnyRow) -> Feed:
    return Feed(
        id=FeedId(row.id),
        url=row.url,
        name=row.name,
        hints=FeedHints(language=row.language, show=row.show, site=row.name, excerpts=row.excerpts),
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        rhythm=_rhythm(row.rhythm),
        unchanged=row.unchanged,
        failures=row.failures,
        first_success_at=row.first_success_at,
    )


def _rhythm_columns(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "published": [int(time.timestamp()) for time in rhythm.published],
        "ttl": rhythm.ttl and rhythm.ttl.total_seconds(),
        "skip_hours": sorted(rhythm.skip_hours),
    }


def _rhythm(columns: dict[str, Any]) -> Rhythm:
    ttl = columns.get("ttl")
    return Rhythm(
        published=tuple(datetime.fromtimestamp(time, UTC) for time in columns.get("published", ())),
        ttl=None if ttl is None else timedelta(seconds=ttl),
        skip_hours=frozenset(columns.get("skip_hours", ())),
    )
