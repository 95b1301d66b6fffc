"""Errands: what is to be done with a post once it shows its card. They may be repeated, and hold up no post."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import ChannelId
from bot.store.orders import Order, orders_of
from bot.store.schema import AnyRow, errands, guilds, posts
from bot.texts import Text

# Literally the condition of the index on `due_at`.
_OPEN: Final = text("errands.ended_at IS NULL")


class ErrandKind(StrEnum):
    """What can be done with a post."""

    #: Send it on to the servers that follow its announcement channel.
    PUBLISH = "publish"
    #: Open a thread below it, for talk about the episode.
    THREAD = "thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to be done with a post."""

    kind: ErrandKind
    order: Order
    attempts: int = 0

    @property
    def is_wanted(self) -> bool:
        """Whether the server still wants it, by its settings as they are now."""
        return self.kind in wanted(self.order)


def wanted(order: Order) -> list[ErrandKind]:
    """What a server wants done with a post."""
    publish = [ErrandKind.PUBLISH] if order.publish else []
    return publish if order.thread_minutes is None else [*publish, ErrandKind.THREAD]


class Errands:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, order: Order, now: datetime) -> None:
        """Note what the server wants done with a post, as soon as that shows its card."""
        for kind in wanted(order):
            due_at = max(now, await self._put_off_until(order.channel, kind) or now)
            row = upsert(errands).values(post_id=order.post, kind=kind, due_at=due_at)
            await self._connection.execute(row.on_conflict_do_nothing())

    async def _put_off_until(self, channel: ChannelId, kind: ErrandKind) -> datetime | None:
        latest = (
            select(func.max(errands.c.due_at))
            .join(posts, posts.c.id == errands.c.post_id)
            .where(_OPEN, errands.c.kind == kind, posts.c.channel_id == channel)
        )
        at: datetime | None = await self._connection.scalar(latest)
        return at

    async def any_due(self, now: datetime, *, busy: Collection[ChannelId] = ()) -> bool:
        """Whether `claim_due` would find anything."""
        return (await self._connection.execute(_due(now, busy).limit(1))).first() is not None

    async def claim_due(self, now: datetime, limit: int, *, busy: Collection[ChannelId] = ()) -> list[Errand]:
        """Set about what is due: at most one errand per channel."""
        rows = (await self._connection.execute(_due(now, busy))).all()
        first: dict[int, AnyRow] = {}
        for row in rows:
            first.setdefault(row.channel_id, row)
        chosen = list(first.values())[:limit]
        orders = {each.post: each for each in await orders_of(self._connection, [row.post_id for row in chosen], now)}
        claimed = [
            Errand(kind=ErrandKind(row.kind), order=orders[row.post_id], attempts=row.attempts) for row in chosen
        ]
        await self._update(claimed, begun_at=now)
        return claimed

    async def next_due(self, after: datetime) -> datetime | None:
        """The earliest time after this one at which an errand becomes due."""
        soonest = select(func.min(errands.c.due_at)).where(_OPEN, errands.c.due_at > after)
        at: datetime | None = await self._connection.scalar(soonest)
        return at

    async def done(self, errand: Errand, now: datetime) -> None:
        """It was done."""
        await self._update([errand], ended_at=now)

    async def give_up(self, errand: Errand, reason: Text | None, now: datetime) -> bool:
        """It was not done, and never will be. Whether that is news: the channel's last one did not end so."""
        last = (
            select(errands.c.reason)
            .join(posts, posts.c.id == errands.c.post_id)
            .where(posts.c.channel_id == errand.order.channel, errands.c.kind == errand.kind)
            .where(errands.c.ended_at.is_not(None))
            .order_by(errands.c.ended_at.desc(), errands.c.post_id.desc())
            .limit(1)
        )
        known = await self._connection.scalar(last)
        await self._update([errand], ended_at=now, begun_at=None, reason=reason)
        return reason is not None and known != reason

    async def put_off(self, errand: Errand, due_at: datetime, *, certain: bool) -> None:
        """It is tried again at this time, and so are the others of its kind in the channel, which share its limit.

        `certain`: that it did not happen.
        """
        values = {"begun_at": None} if certain else {}
        await self._update([errand], attempts=errands.c.attempts + 1, **values)
        in_channel = select(posts.c.id).where(posts.c.channel_id == errand.order.channel)
        await self._connection.execute(
            update(errands)
            .where(_OPEN, errands.c.kind == errand.kind, errands.c.post_id.in_(in_channel), errands.c.due_at < due_at)
            .values(due_at=due_at)
        )

    async def _update(self, which: Sequence[Errand], **values: object) -> None:
        if which:
            keys = [(errand.order.post, errand.kind) for errand in which]
            mine = tuple_(errands.c.post_id, errands.c.kind).in_(keys)
            await self._connection.execute(update(errands).where(mine).values(**values))


def may_be_published() -> ColumnElement[bool]:
    """Whether a row of `posts` may have been published already."""
    publishing = and_(errands.c.kind == ErrandKind.PUBLISH, errands.c.begun_at.is_not(None))
    return posts.c.id.in_(select(errands.c.post_id).where(publishing))


def _due(now: datetime, busy: Collection[ChannelId]) -> Select[tuple[int, str, int, int]]:
    return (
        select(errands.c.post_id, errands.c.kind, errands.c.attempts, posts.c.channel_id)
        .join(posts, posts.c.id == errands.c.post_id)
        .join(guilds, guilds.c.id == posts.c.guild_id)
        .where(_OPEN, errands.c.due_at <= now, posts.c.state == "carded", posts.c.channel_id.not_in(busy))
        .where(guilds.c.left_at.is_(None))
        .order_by(errands.c.due_at, errands.c.post_id)
    )
