"""Guilds: which servers the bot is in, and their settings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, GuildId
from bot.store.schema import guilds


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """What a server has chosen; the defaults until it has."""

    notice_channel: ChannelId | None = None
    spoilers: SpoilerMode = SpoilerMode.TAGGED
    #: Whether a post is born with a line of text, so that push notifications say what it is.
    push: bool = True
    #: Whether reviews are announced too.
    reviews: bool = False


class Guilds:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def join(self, guild: GuildId, now: datetime) -> None:
        """The bot is in this server (again)."""
        row = upsert(guilds).values(id=guild, joined_at=now)
        await self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"left_at": None}))

    async def leave(self, guild: GuildId, now: datetime) -> None:
        """The bot was removed from this server."""
        await self._connection.execute(
            update(guilds).where(guilds.c.id == guild, guilds.c.left_at.is_(None)).values(left_at=now)
        )

    async def present(self) -> set[GuildId]:
        """The servers the bot was in when it last looked."""
        return {
            GuildId(id_)
            for id_ in await self._connection.scalars(select(guilds.c.id).where(guilds.c.left_at.is_(None)))
        }

    async def settings(self, guild: GuildId) -> GuildSettings:
        row = (await self._connection.execute(select(guilds).where(guilds.c.id == guild))).first()
        if row is None:
            return GuildSettings()
        return GuildSettings(
            notice_channel=None if row.notice_channel_id is None else ChannelId(row.notice_channel_id),
            spoilers=SpoilerMode(row.spoilers),
            push=row.push,
            reviews=row.reviews,
        )
