"""Feeds: where they are, what their next conditional request needs, and how they are."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, String, bindparam, case, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import FeedHints, FeedId, GuildId, UserId
from bot.store.among import among, as_set
from bot.store.schema import AnyRow, feeds, guild_feeds, stored_time
from bot.texts import Text

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

    #: The times of its latest entries, in seconds since 1970.
    published: tuple[int, ...] = ()
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
    in_catalogue: bool = False
    #: Where permanent redirects have been leading, and since when.
    moved_to: str | None = None
    moved_since: datetime | None = None
    failing_since: datetime | None = None
    #: Whether those who added it have heard that it fails.
    told_failing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll leaves behind in its feed's row."""

    feed: FeedId
    next_poll_at: datetime
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    moved_to: str | None = None
    moved_since: datetime | None = None
    #: What those who added the feed should hear.
    notice: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPoll:
    """A poll that found nothing new at a feed that is well, which is what nearly every poll does."""

    feed: FeedId
    next_poll_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailure:
    """What a failed poll leaves behind."""

    feed: FeedId
    next_poll_at: datetime
    error: Text
    gone: bool = False
    #: What those who added the feed should hear.
    notice: Text | None = None


@dataclass(frozen=True, slots=True)
class Adder:
    """Who added a feed to a guild."""

    guild: GuildId
    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A feed as the server that sees it may know it."""

    feed: Feed
    #: Whether the server added it itself, so that it can remove it.
    own: bool
    succeeded_at: datetime | None
    next_poll_at: datetime
    #: Why it could not be read the last time: sentences for people.
    error: Text | None
    retired: bool


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
                # Whoever lists a feed that said it was gone wants it asked again.
                "retired_at": None,
            }
            row = upsert(feeds).values(url=feed.url, added_at=now, next_poll_at=now, **described)
            await self._connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=described))

    async def due(self, now: datetime, limit: int, *, besides: Iterable[FeedId] = ()) -> list[Feed]:
        """The feeds whose next poll has come, the longest overdue first, leaving out those in `besides`."""
        rows = await self._connection.execute(_DUE, {"now": now, "besides": as_set(besides), "most": limit})
        return [_feed(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """When the next feed is due; None where there is no feed to poll."""
        return await self._connection.scalar(_NEXT_DUE)

    async def mark_quiet(self, polls: Sequence[QuietPoll], now: datetime) -> None:
        """Nothing new at these feeds, and nothing else to remember."""
        if not polls:
            return
        times = {poll.feed: stored_time(poll.next_poll_at) for poll in polls}
        await self._connection.execute(_MARK_QUIET, {"now": now, "times": json.dumps(times)})

    async def mark_unchanged(self, polls: Sequence[PollResult], now: datetime) -> None:
        """Nothing new at these feeds."""
        await self._mark([_poll_columns(poll) for poll in polls], now, unchanged=feeds.c.unchanged + 1)

    async def mark_read(self, polls: Sequence[tuple[PollResult, Rhythm]], now: datetime) -> None:
        """These feeds were fetched and understood."""
        rows = [_poll_columns(poll) | {"when": _rhythm_columns(rhythm)} for poll, rhythm in polls]
        await self._mark(rows, now, unchanged=0, rhythm=bindparam("when", type_=feeds.c.rhythm.type))

    async def _mark(self, rows: Sequence[dict[str, Any]], now: datetime, **changes: Any) -> None:
        if not rows:
            return
        statement = (
            update(feeds)
            .where(feeds.c.id == bindparam("of"))
            .values(
                next_poll_at=bindparam("next"),
                etag=bindparam("tag"),
                last_modified=bindparam("modified"),
                body_hash=bindparam("hash"),
                moved_to=bindparam("to"),
                moved_since=bindparam("since"),
                polled_at=now,
                succeeded_at=now,
                first_success_at=func.coalesce(feeds.c.first_success_at, now),
                failures=0,
                error=None,
                failing_since=None,
                told_failing=False,
                **changes,
            )
        )
        await self._connection.execute(statement, rows)

    async def mark_failed(self, failures: Sequence[PollFailure], now: datetime) -> None:
        """These feeds could not be read; `error` says why, for people."""
        statement = (
            update(feeds)
            .where(feeds.c.id == bindparam("of"))
            .values(
                next_poll_at=bindparam("next"),
                polled_at=now,
                failures=feeds.c.failures + 1,
                error=bindparam("why"),
                failing_since=func.coalesce(feeds.c.failing_since, now),
                told_failing=or_(feeds.c.told_failing, bindparam("told", type_=Boolean)),
                retired_at=bindparam("retired"),
            )
        )
        rows = [
            {
                "of": failure.feed,
                "next": failure.next_poll_at,
                "why": failure.error,
                "told": failure.notice is not None,
                "retired": now if failure.gone else None,
            }
            for failure in failures
        ]
        if rows:
            await self._connection.execute(statement, rows)

    async def move(self, feed: FeedId, url: str) -> bool:
        """Poll a feed at another address from now on; False where another feed has it already."""
        taken = await self._connection.scalar(select(exists().where(feeds.c.url == url)))
        if not taken:
            moved = {"url": url, "moved_to": None, "moved_since": None}
            await self._connection.execute(update(feeds).where(feeds.c.id == feed).values(**moved))
        return not taken

    async def adders_of(self, feed: FeedId) -> list[Adder]:
        """The guilds that added a feed, and who did it there."""
        rows = await self._connection.execute(
            select(guild_feeds.c.guild_id, guild_feeds.c.added_by).where(guild_feeds.c.feed_id == feed)
        )
        return [Adder(GuildId(row.guild_id), UserId(row.added_by)) for row in rows]

    async def seen_by(self, viewer: Viewer) -> list[Feed]:
        """The feeds that a viewer has."""
        rows = await self._connection.execute(select(feeds).where(seen_by(viewer)).order_by(feeds.c.name))
        return [_feed(row) for row in rows]

    async def get(self, viewer: Viewer, feed: FeedId) -> Feed | None:
        """A feed, if the viewer has it."""
        row = (await self._connection.execute(select(feeds).where(feeds.c.id == feed, seen_by(viewer)))).first()
        return None if row is None else _feed(row)

    async def at(self, url: str) -> Feed | None:
        """The feed at this address, whoever has it."""
        row = (await self._connection.execute(select(feeds).where(feeds.c.url == url))).first()
        return None if row is None else _feed(row)

    async def count_own(self, guild: GuildId) -> int:
        """How many feeds a guild has added."""
        mine = select(func.count()).select_from(guild_feeds).where(guild_feeds.c.guild_id == guild)
        return await self._connection.scalar(mine) or 0

    async def ensure(self, url: str, name: str, now: datetime) -> FeedId:
        """The feed at this address, made if it is the first time we hear of it, and asked again if it had ended."""
        row = upsert(feeds).values(url=url, name=name, added_at=now, next_poll_at=now)
        next_poll = case((feeds.c.retired_at.is_(None), feeds.c.next_poll_at), else_=now)
        again = {"retired_at": None, "next_poll_at": next_poll}
        made = row.on_conflict_do_update(index_elements=["url"], set_=again).returning(feeds.c.id)
        return FeedId(await self._connection.scalar(made))

    async def health(self, guild: GuildId) -> list[FeedHealth]:
        """The feeds that a guild has, and how they are: its own first."""
        own = exists().where(guild_feeds.c.feed_id == feeds.c.id, guild_feeds.c.guild_id == guild)
        rows = await self._connection.execute(
            select(feeds, own.label("own")).where(seen_by(guild)).order_by(own.desc(), feeds.c.name, feeds.c.id)
        )
        return [
            FeedHealth(
                feed=_feed(row),
                own=row.own,
                succeeded_at=row.succeeded_at,
                next_poll_at=row.next_poll_at,
                error=row.error,
                retired=row.retired_at is not None,
            )
            for row in rows
        ]

    async def add_for_guild(self, guild: GuildId, feed: FeedId, added_by: int, now: datetime) -> None:
        """Let a guild see a feed that it added itself."""
        row = upsert(guild_feeds).values(guild_id=guild, feed_id=feed, added_by=added_by, added_at=now)
        await self._connection.execute(row.on_conflict_do_nothing())

    async def remove_from_guild(self, guild: GuildId, feed: FeedId) -> bool:
        """Take a feed from a guild that had added it; False where it had not. What it brought stays stored."""
        gone = await self._connection.execute(
            delete(guild_feeds).where(guild_feeds.c.guild_id == guild, guild_feeds.c.feed_id == feed)
        )
        return gone.rowcount > 0


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


#: What `_feed` reads.
_FEED: Final = [
    feeds.c[name]
    for name in (
        *("id", "url", "name", "language", "show", "excerpts", "in_catalogue"),
        *("etag", "last_modified", "body_hash", "rhythm", "unchanged", "failures", "first_success_at"),
        *("moved_to", "moved_since", "failing_since", "told_failing"),
    )
]

#: What every round of polling says is put together once.
_DUE: Final = (
    select(*_FEED)
    .where(
        feeds.c.next_poll_at <= bindparam("now"),
        _is_polled(),
        ~among(feeds.c.id, bindparam("besides", type_=String)),
    )
    .order_by(feeds.c.next_poll_at)
    .limit(bindparam("most"))
)
_NEXT_DUE: Final = select(feeds.c.next_poll_at).where(_is_polled()).order_by(feeds.c.next_poll_at).limit(1)
#: A poll is named by its feed in an object of JSON.
_POLLS: Final = func.json_each(bindparam("times", type_=String)).table_valued("key", "value")
_MARK_QUIET: Final = (
    update(feeds)
    .where(feeds.c.id == _POLLS.c.key)
    .values(
        next_poll_at=_POLLS.c.value,
        unchanged=feeds.c.unchanged + 1,
        polled_at=bindparam("now"),
        succeeded_at=bindparam("now"),
    )
)


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
        in_catalogue=row.in_catalogue,
        moved_to=row.moved_to,
        moved_since=row.moved_since,
        failing_since=row.failing_since,
        told_failing=row.told_failing,
    )


def _poll_columns(poll: PollResult) -> dict[str, Any]:
    return {
        "of": poll.feed,
        "next": poll.next_poll_at,
        "tag": poll.etag,
        "modified": poll.last_modified,
        "hash": poll.body_hash,
        "to": poll.moved_to,
        "since": poll.moved_since,
    }


def _rhythm_columns(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "published": rhythm.published,
        "ttl": rhythm.ttl and rhythm.ttl.total_seconds(),
        "skip_hours": sorted(rhythm.skip_hours),
    }


def _rhythm(columns: dict[str, Any]) -> Rhythm:
    ttl = columns.get("ttl")
    return Rhythm(
        published=tuple(columns.get("published", ())),
        ttl=None if ttl is None else timedelta(seconds=ttl),
        skip_hours=frozenset(columns.get("skip_hours", ())),
    )
