"""Subscriptions: what each server wants to hear about, and where."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, FeedId, GuildId, RoleId, ShowId, SubscriptionId, UserId
from bot.recaps.quiet import Window
from bot.store.options import covers, redate
from bot.store.schema import AnyRow, feeds, guilds, pauses, posts, recaps, shows, subscriptions
from bot.texts import N_, Text

#: Subscriptions of one server.
MOST_SUBSCRIPTIONS: Final = 200
UNSUBSCRIBED: Final = N_("The subscription was removed before it was posted.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDraft:
    """A subscription as an admin asks for it."""

    guild: GuildId
    channel: ChannelId
    #: None: every show.
    show: ShowId | None
    #: None: every feed that the guild sees.
    feed: FeedId | None = None
    role: RoleId | None = None
    #: None: as the server has set it.
    spoilers: SpoilerMode | None = None
    delay: timedelta | None = None
    created_by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(SubscriptionDraft):
    """A subscription, with the names that people know its parts by."""

    id: SubscriptionId
    created: datetime
    show_title: str | None
    feed_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionActivity:
    """A subscription and what has come of it."""

    subscription: Subscription
    last_post_at: datetime | None
    waiting: int
    #: When the first of what is waiting is due.
    next_due: datetime | None = None
    #: What is wrong with its channel, in sentences for people.
    pause: Text | None = None
    #: The quiet hours of the server, present or next.
    quiet: Window | None = None


class Subscriptions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, draft: SubscriptionDraft, now: datetime) -> tuple[SubscriptionId, bool]:
        """Subscribe, or give an existing subscription the options that are named; the others stay as they were.

        Returns its id, and whether it is new.
        """
        known = await self.find(draft)
        if known is not None:
            await self.change(draft.guild, known, lambda it: _with_options(it, draft), now)
            return known, False
        row = upsert(subscriptions).values(
            guild_id=draft.guild,
            channel_id=draft.channel,
            show_id=draft.show,
            feed_id=draft.feed,
            created_by=draft.created_by,
            created_at=now,
            **_options(draft),
        )
        added = await self._connection.scalar(row.returning(subscriptions.c.id))
        await redate(self._connection, draft.guild, now)
        return SubscriptionId(added), True

    async def find(self, draft: SubscriptionDraft) -> SubscriptionId | None:
        """The subscription of the same things in the same place, if there is one."""
        known = await self._connection.scalar(
            select(subscriptions.c.id).where(
                subscriptions.c.guild_id == draft.guild,
                subscriptions.c.channel_id == draft.channel,
                subscriptions.c.show_key == (draft.show or 0),
                subscriptions.c.feed_key == (draft.feed or 0),
            )
        )
        return None if known is None else SubscriptionId(known)

    async def count(self, guild: GuildId) -> int:
        """How many subscriptions a guild has."""
        mine = select(func.count()).select_from(subscriptions).where(subscriptions.c.guild_id == guild)
        return int(await self._connection.scalar(mine) or 0)

    async def has_room_for(self, draft: SubscriptionDraft) -> bool:
        """Whether a guild may have this one: below the limit, or because it has it already."""
        return await self.count(draft.guild) < MOST_SUBSCRIPTIONS or await self.find(draft) is not None

    async def change(
        self,
        guild: GuildId,
        subscription: SubscriptionId,
        change: Callable[[Subscription], Subscription],
        now: datetime,
    ) -> bool:
        """Change the options of a guild's subscription from what they are now. False where there is none."""
        before = await self.get(guild, subscription)
        if before is None:
            return False
        mine = update(subscriptions).where(subscriptions.c.id == subscription)
        await self._connection.execute(mine.values(**_options(change(before))))
        await redate(self._connection, guild, now)
        return True

    async def get(self, guild: GuildId, subscription: SubscriptionId) -> Subscription | None:
        """A subscription of this guild."""
        row = (
            await self._connection.execute(
                _rows().where(subscriptions.c.guild_id == guild, subscriptions.c.id == subscription)
            )
        ).first()
        return None if row is None else _subscription(row)

    async def exists_in(self, guild: GuildId, channel: ChannelId) -> bool:
        """Whether a guild has any subscription in this channel."""
        mine = (subscriptions.c.guild_id == guild, subscriptions.c.channel_id == channel)
        return bool(await self._connection.scalar(select(exists().where(*mine))))

    async def of_guild(self, guild: GuildId) -> list[SubscriptionActivity]:
        """All subscriptions of a guild, with what has come of them."""
        mine = posts.c.channel_id == subscriptions.c.channel_id
        about = or_(subscriptions.c.show_id.is_(None), subscriptions.c.show_id == posts.c.show_id)
        last = select(func.max(posts.c.posted_at)).where(mine, about).scalar_subquery()
        waiting = select(func.count()).where(mine, about, posts.c.state.in_(("waiting", "sending"))).scalar_subquery()
        due = select(func.min(posts.c.due_at)).where(mine, about, posts.c.state == "waiting").scalar_subquery()
        rows = await self._connection.execute(
            _rows()
            .join(guilds, guilds.c.id == subscriptions.c.guild_id)
            .outerjoin(pauses, pauses.c.channel_id == subscriptions.c.channel_id)
            .add_columns(last.label("last_post_at"), waiting.label("waiting"), due.label("next_due"))
            .add_columns(pauses.c.reason.label("pause"), guilds.c.quiet_from, guilds.c.quiet_until)
            .where(subscriptions.c.guild_id == guild)
            .order_by(subscriptions.c.channel_id, shows.c.title, subscriptions.c.id)
        )
        return [_activity(row) for row in rows]

    async def remove(self, guild: GuildId, subscription: SubscriptionId, now: datetime) -> bool:
        """Unsubscribe, and end what was waiting for this subscription alone. False where there is none."""
        gone = await self._connection.scalar(
            delete(subscriptions)
            .where(subscriptions.c.guild_id == guild, subscriptions.c.id == subscription)
            .returning(subscriptions.c.channel_id)
        )
        if gone is None:
            return False
        await self._end_unwanted(ChannelId(gone), now)
        await redate(self._connection, guild, now)
        return True

    async def places(self) -> set[tuple[GuildId, ChannelId]]:
        """Everywhere that anything is posted, in servers the bot is in."""
        rows = await self._connection.execute(
            select(subscriptions.c.guild_id, subscriptions.c.channel_id)
            .distinct()
            .join(guilds, guilds.c.id == subscriptions.c.guild_id)
            .where(guilds.c.left_at.is_(None))
        )
        return {(GuildId(guild), ChannelId(channel)) for guild, channel in rows}

    async def end_channel(self, guild: GuildId, channel: ChannelId) -> list[UserId]:
        """The channel is no more, nor are its subscriptions. Returns who had made each of them."""
        mine = delete(subscriptions).where(subscriptions.c.guild_id == guild, subscriptions.c.channel_id == channel)
        return [UserId(user) for user in await self._connection.scalars(mine.returning(subscriptions.c.created_by))]

    async def _end_unwanted(self, channel: ChannelId, now: datetime) -> None:
        wanted = exists().where(
            subscriptions.c.channel_id == posts.c.channel_id,
            recaps.c.id == posts.c.recap_id,
            covers(posts.c.show_id, recaps.c.feed_id),
        )
        await self._connection.execute(
            update(posts)
            .where(posts.c.channel_id == channel, posts.c.state == "waiting", ~wanted)
            .values(state="given up", reason=UNSUBSCRIBED, due_at=now)
        )


def _rows() -> Select[Any]:
    return (
        select(subscriptions, shows.c.title.label("show_title"), feeds.c.name.label("feed_name"))
        .outerjoin(shows, shows.c.id == subscriptions.c.show_id)
        .outerjoin(feeds, feeds.c.id == subscriptions.c.feed_id)
    )


def _options(draft: SubscriptionDraft) -> dict[str, object]:
    return {
        "role_id": draft.role,
        "spoilers": draft.spoilers,
        "delay_minutes": None if draft.delay is None else int(draft.delay.total_seconds() // 60),
    }


def _with_options(it: Subscription, draft: SubscriptionDraft) -> Subscription:
    return replace(
        it,
        role=it.role if draft.role is None else draft.role,
        spoilers=it.spoilers if draft.spoilers is None else draft.spoilers,
        delay=it.delay if draft.delay is None else draft.delay,
    )


def _activity(row: AnyRow) -> SubscriptionActivity:
    return SubscriptionActivity(
        subscription=_subscription(row),
        last_post_at=row.last_post_at,
        waiting=row.waiting,
        next_due=row.next_due,
        pause=row.pause,
        quiet=None if row.quiet_until is None else Window(row.quiet_from, row.quiet_until),
    )


def _subscription(row: AnyRow) -> Subscription:
    return Subscription(
        id=SubscriptionId(row.id),
        guild=GuildId(row.guild_id),
        channel=ChannelId(row.channel_id),
        show=None if row.show_id is None else ShowId(row.show_id),
        feed=None if row.feed_id is None else FeedId(row.feed_id),
        role=None if row.role_id is None else RoleId(row.role_id),
        spoilers=None if row.spoilers is None else SpoilerMode(row.spoilers),
        delay=None if row.delay_minutes is None else timedelta(minutes=row.delay_minutes),
        created_by=UserId(row.created_by),
        created=row.created_at,
        show_title=row.show_title,
        feed_name=row.feed_name,
    )
