"""Orders: a post with all that sending or editing it needs, its options read at this moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, GuildId, MessageId, PostId, Recap, RoleId
from bot.store.options import subscribed
from bot.store.recaps import from_row, recap_rows
from bot.store.schema import AnyRow, announcements, guilds, pauses, posts, recaps

#: One ping per show and channel in this time.
BETWEEN_PINGS: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All that is needed to create a post's message, to look for it, or to edit it; options as they are now."""

    post: PostId
    guild: GuildId
    channel: ChannelId
    recap: Recap
    siblings: tuple[Recap, ...] = ()
    spoilers: SpoilerMode = SpoilerMode.TAGGED
    #: Whether it is born with a line of text, so that push notifications say what it is.
    push: bool = True
    #: Whom its creation pings.
    roles: tuple[RoleId, ...] = ()
    #: What the server wants done once it shows its card.
    publish: bool = False
    thread_minutes: int | None = None
    #: The tag it gets where its destination is a forum, by name.
    forum_tag: str | None = None
    #: The version of the card that these recaps and options make.
    version: int = 1
    attempts: int = 0
    queued_at: datetime
    due_at: datetime
    #: When its sending began.
    claimed_at: datetime | None = None
    posted_at: datetime | None = None
    #: The version of the card that its message shows; 0: it is still the plain line.
    shown: int = 0
    message: MessageId | None = None
    #: The thread that holds the message, where the destination is a forum.
    thread: ChannelId | None = None
    #: Whether its destination is paused, and this order tries whether it still has to be.
    tries_pause: bool = False


async def orders_of(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> list[Order]:
    """The orders of these posts, in this order."""
    if not ids:
        return []
    rows = {row.id: row for row in await connection.execute(_order_rows(ids, now))}
    recaps_of = await _recaps_of(connection, ids)
    options = await subscribed(connection, posts.c.id.in_(ids))
    return [_order(rows[id_], recaps_of[id_], options[id_]) for id_ in ids if id_ in rows]


async def _recaps_of(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, list[Recap]]:
    own = select(posts.c.id.label("post"), posts.c.recap_id).where(posts.c.id.in_(ids))
    joined = select(announcements.c.post_id, announcements.c.recap_id).where(announcements.c.post_id.in_(ids))
    pairs = (await connection.execute(own.union(joined))).all()
    # One recap may be in thousands of posts: it is read once.
    rows = await connection.execute(recap_rows().where(recaps.c.id.in_({pair.recap_id for pair in pairs})))
    known = {row.id: from_row(row) for row in rows}
    of_post: dict[int, list[Recap]] = defaultdict(list)
    for pair in pairs:
        of_post[pair.post].append(known[pair.recap_id])
    return of_post


def _order_rows(ids: Sequence[int], now: datetime) -> Select[Any]:
    earlier = posts.alias("earlier")
    pinged = exists().where(
        earlier.c.channel_id == posts.c.channel_id,
        earlier.c.show_key == posts.c.show_key,
        earlier.c.pinged,
        earlier.c.posted_at > now - BETWEEN_PINGS,
    )
    return (
        select(
            posts,
            guilds.c.spoilers,
            guilds.c.push,
            guilds.c.publish,
            guilds.c.thread_minutes,
            guilds.c.forum_tag,
            guilds.c.role_id,
            pinged.label("has_pinged"),
            pauses.c.channel_id.is_not(None).label("tries_pause"),
        )
        .join(guilds, guilds.c.id == posts.c.guild_id)
        .outerjoin(pauses, pauses.c.channel_id == posts.c.channel_id)
        .where(posts.c.id.in_(ids))
    )


def _order(row: AnyRow, recaps_of: Sequence[Recap], subscribed: Sequence[AnyRow]) -> Order:
    chosen = subscribed[0].spoilers if subscribed else None
    named = [each.role_id for each in subscribed if each.role_id is not None]
    roles = dict.fromkeys(map(RoleId, named or ([] if row.role_id is None else [row.role_id])))
    own = next(recap for recap in recaps_of if recap.id == row.recap_id)
    siblings = sorted((recap for recap in recaps_of if recap is not own), key=lambda recap: (recap.date, recap.id))
    return Order(
        post=PostId(row.id),
        guild=GuildId(row.guild_id),
        channel=ChannelId(row.channel_id),
        recap=own,
        siblings=tuple(siblings),
        spoilers=SpoilerMode(chosen or row.spoilers),
        push=row.push,
        roles=() if row.has_pinged else tuple(roles),
        publish=row.publish,
        thread_minutes=row.thread_minutes,
        forum_tag=row.forum_tag,
        version=row.wanted_version,
        attempts=row.attempts,
        queued_at=row.queued_at,
        due_at=row.due_at,
        claimed_at=row.claimed_at,
        posted_at=row.posted_at,
        shown=row.shown_version,
        message=None if row.message_id is None else MessageId(row.message_id),
        thread=None if row.thread_id is None else ChannelId(row.thread_id),
        tries_pause=row.tries_pause,
    )
