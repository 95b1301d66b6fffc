"""Notices: what an admin should hear, until it has been said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import ChannelId, GuildId, PostId, UserId
from bot.store.schema import guilds, notices, subscriptions
from bot.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that went wrong and that an admin can mend, in sentences that say how."""

    id: int
    guild: GuildId
    text: Text
    #: Where the server reads notices; None: it has chosen no channel.
    channel: ChannelId | None
    #: Who hears it in a direct message where there is no channel, or none that works.
    user: UserId | None
    #: The post that the notice offers to post again.
    post: PostId | None


class Notices:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def raise_(
        self,
        guild: GuildId,
        text: Text,
        now: datetime,
        *,
        user: UserId | None = None,
        about: ChannelId | None = None,
        post: PostId | None = None,
    ) -> None:
        """Something should be said to the admins.

        Where they have no notice channel, `user` hears it, or else the subscriber of the destination `about`.
        """
        subscriber = (
            select(subscriptions.c.created_by)
            .where(subscriptions.c.guild_id == guild, subscriptions.c.channel_id == about)
            .order_by(subscriptions.c.created_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        await self._connection.execute(
            insert(notices).values(guild_id=guild, user_id=user or subscriber, text=text, post_id=post, raised_at=now)
        )

    async def untold(self, limit: int) -> list[Notice]:
        """Notices that nobody has tried to say yet, the oldest first."""
        rows = await self._connection.execute(
            _rows().where(notices.c.said_at.is_(None), notices.c.tried_at.is_(None)).limit(limit)
        )
        return [_notice(row) for row in rows]

    async def unsaid(self, guild: GuildId) -> list[Notice]:
        """What a server's admins have not heard, the oldest first: shown on top of the next admin reply."""
        rows = await self._connection.execute(_rows().where(notices.c.guild_id == guild, notices.c.said_at.is_(None)))
        return [_notice(row) for row in rows]

    async def mark_said(self, said: Sequence[int], now: datetime) -> None:
        """These were heard."""
        await self._connection.execute(update(notices).where(notices.c.id.in_(said)).values(said_at=now))

    async def mark_tried(self, tried: Sequence[int], now: datetime) -> None:
        """Nobody could be reached with these; they wait for the next admin reply."""
        values = {"tried_at": func.coalesce(notices.c.tried_at, now)}
        await self._connection.execute(update(notices).where(notices.c.id.in_(tried)).values(**values))


def _rows() -> Select[Any]:
    return (
        select(notices, guilds.c.notice_channel_id)
        .join(guilds, guilds.c.id == notices.c.guild_id)
        .where(guilds.c.left_at.is_(None))
        .order_by(notices.c.id)
    )


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        guild=GuildId(row.guild_id),
        text=row.text,
        channel=None if row.notice_channel_id is None else ChannelId(row.notice_channel_id),
        user=None if row.user_id is None else UserId(row.user_id),
        post=None if row.post_id is None else PostId(row.post_id),
    )
