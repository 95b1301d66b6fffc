"""Which subscriptions a post goes by, and what follows from their options for what is still waiting."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import GuildId
from bot.store.schema import AnyRow, guilds, posts, recaps, subscriptions


def covers(show: ColumnElement[Any], feed: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a row of `subscriptions` asks for this show from this feed."""
    return and_(
        or_(subscriptions.c.show_id.is_(None), subscriptions.c.show_id == show),
        or_(subscriptions.c.feed_id.is_(None), subscriptions.c.feed_id == feed),
    )


async def subscribed(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[int, list[AnyRow]]:
    """The options of the subscriptions that ask for these posts, by post; the most specific one comes first."""
    same_place = and_(subscriptions.c.guild_id == posts.c.guild_id, subscriptions.c.channel_id == posts.c.channel_id)
    rows = await connection.execute(
        select(posts.c.id, subscriptions.c.spoilers, subscriptions.c.role_id, subscriptions.c.delay_minutes)
        .join(recaps, recaps.c.id == posts.c.recap_id)
        .join(subscriptions, and_(same_place, covers(posts.c.show_id, recaps.c.feed_id)))
        .where(which)
        # One show before every show, then one feed before every feed.
        .order_by((subscriptions.c.show_key != 0).desc(), (subscriptions.c.feed_key != 0).desc())
    )
    of_post: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        of_post[row.id].append(row)
    return of_post


async def redate(connection: AsyncConnection, guild: GuildId, now: datetime) -> None:
    """Delays have changed: what is waiting in a server becomes due by those that hold now."""
    waiting = and_(posts.c.guild_id == guild, posts.c.state == "waiting")
    rows = await connection.execute(
        select(posts.c.id, posts.c.queued_at, recaps.c.dated_at, guilds.c.delay_minutes)
        .join(recaps, recaps.c.id == posts.c.recap_id)
        .join(guilds, guilds.c.id == posts.c.guild_id)
        .where(waiting)
    )
    options = await subscribed(connection, waiting)
    moves = [(row.id, _moved(row.queued_at, _wanted(row, options[row.id]), now)) for row in rows]
    moved = [{"of": post, "due": due} for post, due in moves if due is not None]
    if moved:
        due_at = bindparam("due", type_=posts.c.due_at.type)
        statement = update(posts).where(posts.c.id == bindparam("of")).values(due_at=due_at, queued_at=due_at)
        await connection.execute(statement, moved)


def _wanted(post: AnyRow, subscriptions_of: Sequence[AnyRow]) -> datetime:
    chosen = subscriptions_of[0].delay_minutes if subscriptions_of else None
    dated: datetime = post.dated_at
    return dated + timedelta(minutes=post.delay_minutes if chosen is None else chosen)


def _moved(queued_at: datetime, wanted: datetime, now: datetime) -> datetime | None:
    """When a waiting post is due instead; None where it may go on as it is, being due and perhaps put off already."""
    if wanted > now:
        return wanted
    return now if queued_at > now else None
