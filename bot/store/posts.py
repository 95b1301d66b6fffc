"""Posts: what is due where, how far each one is, and which card it should show.

A post goes `waiting` → `sending` → `posted` → `carded`, or is `given up`. One process holds the database, so a post
that is `sending` and in nobody's hands is in doubt: its message may be there or not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import ChannelId, GuildId, MessageId, PostId, RecapId
from bot.store.orders import Order, orders_of
from bot.store.schema import guilds, pauses, posts, recaps
from bot.texts import Text

__all__ = ["Carded", "Order", "Posted", "Posts", "State", "Tally"]

#: How long a reply may take before its post, being in nobody's hands, is looked for.
REPLY_TAKES: Final = timedelta(seconds=5)
#: A post that failed this often no longer holds back what comes after it in its channel.
PATIENT_ATTEMPTS: Final = 5

# Literally the condition of the index on `due_at`, so that finished posts cost nothing.
_UNFINISHED: Final = text("posts.state IN ('waiting', 'sending', 'posted')")
# Within a show, posts come by date, season and episode.
_RANK: Final = (recaps.c.dated_at, recaps.c.season, recaps.c.first, posts.c.id)


class State(StrEnum):
    """How far a post is."""

    #: Its message is still to be created.
    WAITING = "waiting"
    #: Its message is being created, or it is in doubt whether it was.
    SENDING = "sending"
    #: Its message is there, and its card is due or out of date.
    POSTED = "posted"
    #: It shows the card that it should.
    CARDED = "carded"
    #: Nothing more will come of it; the reason says why.
    GIVEN_UP = "given up"


_SHOWS: Final = case((posts.c.wanted_version == bindparam("version"), State.CARDED), else_=State.POSTED)


@dataclass(frozen=True, slots=True)
class Posted:
    """The message of an order is there."""

    order: Order
    message: MessageId
    at: datetime
    #: The thread that holds it, where the destination is a forum.
    thread: ChannelId | None = None
    #: Whether it was born as the finished card.
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class Carded:
    """A message shows the card of an order."""

    order: Order
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many posts of a recap ended how, once all have ended."""

    carded: int
    given_up: int


class Posts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim_due(self, now: datetime, limit: int) -> list[Order]:
        """Take posts that are due, to be sent at once: at most one per channel, the shows taking turns.

        Within a channel they come in order, so one that is put off holds back the next ones for its first few attempts.
        """
        first = _first_of_each_channel(now)
        turn = func.row_number().over(partition_by=first.c.show_key, order_by=(first.c.dated_at, first.c.id))
        due = select(first.c.id).where(first.c.place == 1, first.c.due_at <= now).order_by(turn, first.c.dated_at)
        claimed = list(await self._connection.scalars(due.limit(limit)))
        if not claimed:
            return []
        await self._connection.execute(
            update(posts)
            .where(posts.c.id.in_(claimed))
            .values(state=State.SENDING, claimed_at=now, due_at=now + REPLY_TAKES)
        )
        return await orders_of(self._connection, claimed, now)

    async def in_doubt(self, now: datetime, limit: int, *, in_hand: Collection[PostId] = ()) -> list[Order]:
        """Posts whose message may be there or not, and that nobody has in hand."""
        rows = await self._connection.scalars(
            select(posts.c.id)
            .join(guilds)
            .where(_UNFINISHED, posts.c.state == State.SENDING, posts.c.due_at <= now, posts.c.id.not_in(in_hand))
            .where(guilds.c.left_at.is_(None))
            .order_by(posts.c.due_at)
            .limit(limit)
        )
        return await orders_of(self._connection, list(rows), now)

    async def cards_due(self, now: datetime, limit: int, *, busy: Collection[ChannelId] = ()) -> list[Order]:
        """Messages that should become their card, or its newest version: at most one per channel, the oldest first."""
        place = func.row_number().over(partition_by=posts.c.channel_id, order_by=(posts.c.due_at, posts.c.id))
        due = (
            select(posts.c.id, posts.c.due_at, place.label("place"))
            .join(guilds)
            .where(_UNFINISHED, posts.c.state == State.POSTED, posts.c.due_at <= now, posts.c.channel_id.not_in(busy))
            .where(guilds.c.left_at.is_(None), ~_is_paused(now))
            .subquery()
        )
        rows = await self._connection.scalars(
            select(due.c.id).where(due.c.place == 1).order_by(due.c.due_at, due.c.id).limit(limit)
        )
        return await orders_of(self._connection, list(rows), now)

    async def next_due(self, after: datetime) -> datetime | None:
        """The earliest time after this one at which something may become due."""
        due = select(func.min(posts.c.due_at).label("at")).where(_UNFINISHED, posts.c.due_at > after)
        resumed = select(func.min(pauses.c.until).label("at")).where(pauses.c.until > after)
        woken = select(func.min(guilds.c.quiet_until).label("at")).where(_is_quiet(after))
        all_ = union_all(due, resumed, woken).subquery()
        at: datetime | None = await self._connection.scalar(select(func.min(all_.c.at)))
        return at

    async def get(self, guild: GuildId, post: PostId, now: datetime) -> Order | None:
        """A post of this guild, as it should look now."""
        known = await self._connection.scalar(select(posts.c.id).where(posts.c.id == post, posts.c.guild_id == guild))
        return None if known is None else (await orders_of(self._connection, [known], now))[0]

    async def mark_posted(self, posted: Sequence[Posted]) -> None:
        """These messages are there; their cards are due, unless they were born as such."""
        await self._mark_shown(
            [each.order for each in posted],
            [_posted_row(each) for each in posted],
            message_id=bindparam("message"),
            thread_id=bindparam("thread"),
            pinged=bindparam("pinged"),
            posted_at=bindparam("at"),
            carded_at=bindparam("shown_at"),
            due_at=bindparam("at"),
        )

    async def mark_carded(self, carded: Sequence[Carded]) -> None:
        """These messages show the cards of their orders; where a newer one is wanted by now, it stays due."""
        rows = [{"of": each.order.post, "version": each.order.version, "at": each.at} for each in carded]
        await self._mark_shown([each.order for each in carded], rows, carded_at=bindparam("at"))

    async def _mark_shown(self, orders: Sequence[Order], rows: Sequence[dict[str, Any]], **more: Any) -> None:
        """These messages show a version, which nothing stands in the way of any longer."""
        if not rows:
            return
        statement = (
            update(posts)
            .where(posts.c.id == bindparam("of"))
            .values(state=_SHOWS, shown_version=bindparam("version"), attempts=0, reason=None, **more)
        )
        await self._connection.execute(statement, rows)
        await self._end_pauses(orders)

    async def put_off(self, order: Order, due_at: datetime, reason: Text) -> None:
        """It certainly did not happen; it is tried again at this time."""
        state = case((posts.c.state == State.SENDING, State.WAITING), else_=posts.c.state)
        await self._put_off(order, due_at, reason, state=state)

    async def doubt(self, order: Order, look_at: datetime, reason: Text) -> None:
        """Nobody knows whether the message is there; it is looked for at this time."""
        await self._put_off(order, look_at, reason, state=posts.c.state)

    async def _put_off(self, order: Order, due_at: datetime, reason: Text, *, state: ColumnElement[Any]) -> None:
        await self._connection.execute(
            update(posts)
            .where(posts.c.id == order.post)
            .values(state=state, due_at=due_at, attempts=posts.c.attempts + 1, reason=reason)
        )

    async def release(self, order: Order) -> None:
        """It was claimed and nothing was tried."""
        await self._connection.execute(
            update(posts)
            .where(posts.c.id == order.post, posts.c.state == State.SENDING)
            .values(state=State.WAITING, due_at=order.queued_at, claimed_at=None)
        )

    async def give_up(self, order: Order, reason: Text, now: datetime) -> None:
        """Nothing more will come of it."""
        await self._end(posts.c.id == order.post, reason, now)

    async def post_again(self, post: PostId, now: datetime, *, guild: GuildId | None) -> bool:
        """Somebody looked, and wants a given up post to be sent after all. False where there is none.

        `guild`: where that was asked for; None in a direct message, which only whom it concerns can have got.
        """
        mine = true() if guild is None else posts.c.guild_id == guild
        again = await self._connection.execute(
            update(posts)
            .where(posts.c.id == post, mine, posts.c.state == State.GIVEN_UP, posts.c.message_id.is_(None))
            .values(state=State.WAITING, due_at=now, queued_at=now, claimed_at=None, attempts=0, reason=None)
        )
        return bool(again.rowcount)

    async def pause(self, order: Order, until: datetime, reason: Text, now: datetime) -> bool:
        """The destination takes nothing until an admin mends it. Whether that is news."""
        known = await self._connection.scalar(select(pauses.c.reason).where(pauses.c.channel_id == order.channel))
        row = upsert(pauses).values(
            channel_id=order.channel, guild_id=order.guild, since=now, until=until, reason=reason
        )
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel_id"], set_={"until": until, "reason": reason})
        )
        await self.release(order)
        return known != reason

    async def is_paused(self, guild: GuildId, now: datetime) -> bool:
        """Whether any destination of a server is."""
        paused = exists().where(pauses.c.guild_id == guild, pauses.c.until > now)
        return bool(await self._connection.scalar(select(paused)))

    async def resume(self, guild: GuildId, now: datetime) -> bool:
        """Something was changed in a server: what is paused there is tried at once. Whether anything is."""
        result = await self._connection.execute(
            update(pauses).where(pauses.c.guild_id == guild, pauses.c.until > now).values(until=now)
        )
        return bool(result.rowcount)

    async def give_up_stale(self, channel: ChannelId, queued_before: datetime, reason: Text, now: datetime) -> int:
        """Give up what has waited in a channel since before this time; returns how many posts that were."""
        stale = and_(posts.c.channel_id == channel, posts.c.state == State.WAITING, posts.c.queued_at < queued_before)
        ended = await self._end(stale, reason, now)
        waiting = exists().where(posts.c.channel_id == channel, _UNFINISHED)
        # Nothing is left to wait for: should it refuse again, that is news again.
        await self._connection.execute(delete(pauses).where(pauses.c.channel_id == channel, ~waiting))
        return ended

    async def end_channel(self, channel: ChannelId, reason: Text, now: datetime) -> None:
        """The channel is no more: whatever was to happen there ends."""
        await self._end(and_(posts.c.channel_id == channel, _UNFINISHED), reason, now)
        await self._connection.execute(delete(pauses).where(pauses.c.channel_id == channel))

    async def end_guild(self, guild: GuildId, reason: Text, now: datetime) -> None:
        """The bot is no longer in the server: whatever was to happen there ends."""
        await self._end(and_(posts.c.guild_id == guild, _UNFINISHED), reason, now)
        await self._connection.execute(delete(pauses).where(pauses.c.guild_id == guild))

    async def tallies(self, of: Iterable[RecapId]) -> dict[RecapId, Tally]:
        """The recaps among these of which every post has ended, and how."""
        rows = await self._connection.execute(
            select(posts.c.recap_id, posts.c.state, func.count().label("posts"))
            .where(posts.c.recap_id.in_(list(of)))
            .group_by(posts.c.recap_id, posts.c.state)
        )
        counts: dict[RecapId, dict[str, int]] = defaultdict(dict)
        for row in rows:
            counts[RecapId(row.recap_id)][row.state] = row.posts
        return {
            recap: Tally(carded=states.get(State.CARDED, 0), given_up=states.get(State.GIVEN_UP, 0))
            for recap, states in counts.items()
            if states.keys() <= {State.CARDED, State.GIVEN_UP}
        }

    async def _end(self, which: ColumnElement[bool], reason: Text, now: datetime) -> int:
        ended = await self._connection.execute(
            update(posts).where(which).values(state=State.GIVEN_UP, reason=reason, due_at=now)
        )
        return ended.rowcount

    async def _end_pauses(self, tried: Iterable[Order]) -> None:
        mended = [order.channel for order in tried if order.tries_pause]
        if mended:
            await self._connection.execute(delete(pauses).where(pauses.c.channel_id.in_(mended)))


def _posted_row(posted: Posted) -> dict[str, object]:
    return {
        "of": posted.order.post,
        "message": posted.message,
        "thread": posted.thread,
        "pinged": bool(posted.order.roles),
        "at": posted.at,
        "shown_at": posted.at if posted.is_card else None,
        "version": posted.order.version if posted.is_card else 0,
    }


def _first_of_each_channel(now: datetime) -> Subquery:
    # What was put off counts although it is not due: it keeps its place, and the channel waits for it.
    place = func.row_number().over(partition_by=posts.c.channel_id, order_by=_RANK)
    sending = select(posts.c.channel_id).where(_UNFINISHED, posts.c.state == State.SENDING)
    in_line = or_(posts.c.due_at <= now, posts.c.attempts.between(1, PATIENT_ATTEMPTS))
    return (
        select(posts.c.id, posts.c.show_key, posts.c.due_at, recaps.c.dated_at, place.label("place"))
        .join(recaps, recaps.c.id == posts.c.recap_id)
        .join(guilds, guilds.c.id == posts.c.guild_id)
        .where(_UNFINISHED, posts.c.state == State.WAITING, in_line, guilds.c.left_at.is_(None))
        .where(posts.c.channel_id.not_in(sending), ~_is_paused(now), ~_is_quiet(now))
        .subquery()
    )


def _is_paused(now: datetime) -> ColumnElement[bool]:
    return exists().where(pauses.c.channel_id == posts.c.channel_id, pauses.c.until > now)


def _is_quiet(now: datetime) -> ColumnElement[bool]:
    """Whether a row of `guilds` has quiet hours: nothing is begun in them, and nothing is lost by them."""
    return and_(guilds.c.quiet_until.is_not(None), guilds.c.quiet_from <= now, guilds.c.quiet_until > now)
