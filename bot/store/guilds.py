"""Guilds: which servers the bot is in, and their settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, GuildId, RoleId
from bot.recaps.quiet import QuietHours
from bot.store.options import redate
from bot.store.schema import AnyRow, guilds, subscriptions


class Siblings(StrEnum):
    """What becomes of another site's recap of an episode that has a post already."""

    #: It joins the card.
    JOIN = "join"
    #: It gets a post of its own.
    OWN = "own"
    #: It is left out.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """What a server has chosen; the defaults until it has."""

    notice_channel: ChannelId | None = None
    spoilers: SpoilerMode = SpoilerMode.TAGGED
    #: Whether a post is born with a line of text, so that push notifications say what it is.
    push: bool = True
    #: Whether reviews are announced too.
    reviews: bool = False
    siblings: Siblings = Siblings.JOIN
    #: How long after its publication a recap is posted.
    delay: timedelta = timedelta()
    #: Quiet hours, as the clock on the wall shows them; both or neither.
    quiet_start: time | None = None
    quiet_end: time | None = None
    time_zone: str = "UTC"
    #: After how many minutes the thread below a card is archived; None: cards get no thread.
    thread_minutes: int | None = None
    #: The tag that forum posts get, by its name.
    forum_tag: str | None = None
    #: Whether posts in announcement channels are published to the servers that follow them.
    publish: bool = False
    #: Whom posts mention where their subscriptions name nobody.
    role: RoleId | None = None

    @property
    def quiet_hours(self) -> QuietHours | None:
        if self.quiet_start is None or self.quiet_end is None:
            return None
        return QuietHours(start=self.quiet_start, end=self.quiet_end, zone=self.time_zone)


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
        return GuildSettings() if row is None else _settings(row)

    async def change(
        self, guild: GuildId, change: Callable[[GuildSettings], GuildSettings], now: datetime
    ) -> GuildSettings:
        """Change the settings from what they are at this moment, so that nobody undoes what others did meanwhile.

        What is waiting goes by the new ones from now on.
        """
        await self.join(guild, now)
        before = await self.settings(guild)
        after = change(before)
        await self._connection.execute(update(guilds).where(guilds.c.id == guild).values(**_columns(after, now)))
        if after.delay != before.delay:
            await redate(self._connection, guild, now)
        return after

    async def mentioned_roles(self) -> set[tuple[GuildId, RoleId]]:
        """All roles that posts may mention, in servers the bot is in."""
        own = select(guilds.c.id, guilds.c.role_id).where(guilds.c.role_id.is_not(None), guilds.c.left_at.is_(None))
        theirs = (
            select(subscriptions.c.guild_id, subscriptions.c.role_id)
            .join(guilds, guilds.c.id == subscriptions.c.guild_id)
            .where(subscriptions.c.role_id.is_not(None), guilds.c.left_at.is_(None))
        )
        rows = await self._connection.execute(own.union(theirs))
        return {(GuildId(guild), RoleId(role)) for guild, role in rows}

    async def forget_role(self, guild: GuildId, role: RoleId) -> list[ChannelId | None]:
        """A role is no more: nothing mentions it from now on. Returns for which channels it was mentioned, once each.

        None stands for the settings of the server.
        """
        own = await self._connection.execute(
            update(guilds).where(guilds.c.id == guild, guilds.c.role_id == role).values(role_id=None)
        )
        channels = await self._connection.scalars(
            update(subscriptions)
            .where(subscriptions.c.guild_id == guild, subscriptions.c.role_id == role)
            .values(role_id=None)
            .returning(subscriptions.c.channel_id)
        )
        named: list[ChannelId | None] = [ChannelId(channel) for channel in dict.fromkeys(channels)]
        return [*named, None] if own.rowcount else named

    async def roll_quiet_hours(self, now: datetime) -> None:
        """Where quiet hours are over, note when the next ones are."""
        rows = (await self._connection.execute(select(guilds).where(guilds.c.quiet_until <= now))).all()
        if rows:
            windows = [{"of": row.id} | _quiet_columns(_settings(row).quiet_hours, now) for row in rows]
            await self._connection.execute(
                update(guilds)
                .where(guilds.c.id == bindparam("of"))
                .values(quiet_from=bindparam("quiet_from"), quiet_until=bindparam("quiet_until")),
                windows,
            )


def _settings(row: AnyRow) -> GuildSettings:
    return GuildSettings(
        notice_channel=None if row.notice_channel_id is None else ChannelId(row.notice_channel_id),
        spoilers=SpoilerMode(row.spoilers),
        push=row.push,
        reviews=row.reviews,
        siblings=Siblings(row.siblings),
        delay=timedelta(minutes=row.delay_minutes),
        quiet_start=row.quiet_start,
        quiet_end=row.quiet_end,
        time_zone=row.time_zone,
        thread_minutes=row.thread_minutes,
        forum_tag=row.forum_tag,
        publish=row.publish,
        role=None if row.role_id is None else RoleId(row.role_id),
    )


def _columns(settings: GuildSettings, now: datetime) -> dict[str, object]:
    return {
        "notice_channel_id": settings.notice_channel,
        "spoilers": settings.spoilers,
        "push": settings.push,
        "reviews": settings.reviews,
        "siblings": settings.siblings,
        "delay_minutes": int(settings.delay.total_seconds() // 60),
        "quiet_start": settings.quiet_start,
        "quiet_end": settings.quiet_end,
        "time_zone": settings.time_zone,
        "thread_minutes": settings.thread_minutes,
        "forum_tag": settings.forum_tag,
        "publish": settings.publish,
        "role_id": settings.role,
    } | _quiet_columns(settings.quiet_hours, now)


def _quiet_columns(quiet: QuietHours | None, now: datetime) -> dict[str, object]:
    window = None if quiet is None else quiet.window(now)
    return {
        "quiet_from": None if window is None else window.begins,
        "quiet_until": None if window is None else window.ends,
    }
