"""Announcements: one recap due at one destination. Queueing them is what makes a recap arrive once, and only once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sqlalchemy import and_, bindparam, exists, func, insert, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import ChannelId, GuildId, Kind, PostId, Recap
from bot.store.errands import may_be_published
from bot.store.guilds import Siblings
from bot.store.options import covers
from bot.store.recaps import SAME_EPISODE_WITHIN, same_numbers
from bot.store.schema import AnyRow, announcements, feeds, guild_feeds, guilds, posts, recaps, subscriptions

REVIEWS_UNWANTED: Final = "The server does not want reviews."
SIBLINGS_UNWANTED: Final = "The server wants one recap of each episode."
#: Discord limits edits of messages older than an hour; what comes later is answered by *Other recaps*.
CARDS_JOIN_WITHIN: Final = timedelta(minutes=50)
#: What stands between a sibling's own id and its episode key where it has a post of its own: a channel has one post of
#: each key, and later siblings join the one without.
OWN_POST: Final = "~r"
#: At most one edit of a card in this time; what comes meanwhile is gathered.
BETWEEN_EDITS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """What became of a recap's announcements, in numbers of destinations."""

    posts: int = 0
    joined: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Destination:
    guild: GuildId
    channel: ChannelId
    wants: bool = True
    siblings: Siblings = Siblings.JOIN
    delay: timedelta = timedelta()


class _Fate(Enum):
    """What becomes of a recap at a destination."""

    #: It is the first of its episode, and gets a post.
    FIRST = auto()
    #: Its episode has a post; it joins that, gets its own, or is left out, as the server wants it.
    JOINS = auto()
    OWN = auto()
    SIBLING = auto()
    #: It is left out, being a review.
    REVIEW = auto()


class Announcements:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def queue(self, recap: Recap, now: datetime) -> Queued:
        """Announce a recap wherever it is subscribed to and was not announced before."""
        destinations = await self._destinations(recap)
        existing = await self._posts_of_episode(recap)
        plan: dict[_Fate, list[_Destination]] = {fate: [] for fate in _Fate}
        for destination in destinations:
            plan[_fate(destination, is_sibling=destination.channel in existing)].append(destination)
        await self._post(recap, plan[_Fate.FIRST], recap.key, now)
        await self._post(recap, plan[_Fate.OWN], f"{recap.key}{OWN_POST}{recap.id}", now)
        await self._join(recap, plan[_Fate.JOINS], existing, now)
        await self._record(recap, plan[_Fate.REVIEW], reason=REVIEWS_UNWANTED)
        await self._record(recap, plan[_Fate.SIBLING], reason=SIBLINGS_UNWANTED)
        count = {fate: len(at) for fate, at in plan.items()}
        return Queued(
            posts=count[_Fate.FIRST] + count[_Fate.OWN],
            joined=count[_Fate.JOINS],
            left_out=count[_Fate.REVIEW] + count[_Fate.SIBLING],
        )

    async def post_here(self, recap: Recap, guild: GuildId, channel: ChannelId, now: datetime) -> PostId | None:
        """Queue just this recap for one channel, because somebody asked; None where its episode is there already."""
        if channel in await self._posts_of_episode(recap):
            return None
        made = await self._post(recap, [_Destination(guild=guild, channel=channel)], recap.key, now)
        return made[channel]

    async def corrected(self, recap: Recap, now: datetime) -> None:
        """A recap has changed: the cards that show it, and are young enough to be edited, want a new version."""
        await self._want_new_cards(recap, now)

    async def _destinations(self, recap: Recap) -> list[_Destination]:
        seen = exists().where(guild_feeds.c.guild_id == subscriptions.c.guild_id, guild_feeds.c.feed_id == feeds.c.id)
        announced = exists().where(
            announcements.c.recap_id == recap.id, announcements.c.channel_id == subscriptions.c.channel_id
        )
        rows = await self._connection.execute(
            select(
                subscriptions,
                guilds.c.reviews,
                guilds.c.siblings,
                func.coalesce(subscriptions.c.delay_minutes, guilds.c.delay_minutes).label("delay"),
            )
            .join(guilds, guilds.c.id == subscriptions.c.guild_id)
            .join(feeds, feeds.c.id == recap.feed)
            .where(
                guilds.c.left_at.is_(None),
                or_(feeds.c.in_catalogue, seen),
                covers(literal(recap.show), literal(recap.feed)),
                subscriptions.c.created_at <= recap.seen,
                ~announced,
            )
        )
        return _one_per_channel(rows.all(), recap)

    async def _posts_of_episode(self, recap: Recap) -> dict[ChannelId, PostId]:
        same = posts.c.episode_key == recap.key
        if recap.key == recap.ref.key:
            near = recaps.c.dated_at.between(recap.date - SAME_EPISODE_WITHIN, recap.date + SAME_EPISODE_WITHIN)
            same = or_(same, and_(same_numbers(recap.ref), near))
        rows = await self._connection.execute(
            select(posts.c.channel_id, posts.c.id)
            .join(recaps, recaps.c.id == posts.c.recap_id)
            .where(posts.c.show_key == (recap.show or 0), same, posts.c.episode_key.not_like(f"%{OWN_POST}%"))
        )
        return {ChannelId(row.channel_id): PostId(row.id) for row in rows}

    async def _post(self, recap: Recap, at: Sequence[_Destination], key: str, now: datetime) -> dict[ChannelId, PostId]:
        if not at:
            return {}
        rows = [
            {
                "guild_id": destination.guild,
                "channel_id": destination.channel,
                "show_id": recap.show,
                "episode_key": key,
                "recap_id": recap.id,
                "state": "waiting",
                "due_at": (due_at := max(now, recap.date + destination.delay)),
                "queued_at": due_at,
            }
            for destination in at
        ]
        made = await self._connection.execute(insert(posts).returning(posts.c.channel_id, posts.c.id), rows)
        post_of = {ChannelId(row.channel_id): PostId(row.id) for row in made}
        await self._record(recap, at, post_of=post_of)
        return post_of

    async def _join(
        self, recap: Recap, at: Sequence[_Destination], existing: dict[ChannelId, PostId], now: datetime
    ) -> None:
        await self._record(recap, at, post_of=existing)
        if at:
            await self._want_new_cards(recap, now)

    async def _want_new_cards(self, recap: Recap, now: datetime) -> None:
        shown_in = select(announcements.c.post_id).where(announcements.c.recap_id == recap.id)
        # One that is being sent at this moment was made without what is new; it shows it with its first edit.
        await self._connection.execute(
            update(posts)
            .where(posts.c.id.in_(shown_in), posts.c.state == "sending")
            .values(wanted_version=posts.c.wanted_version + 1)
        )
        young = posts.c.posted_at > now - CARDS_JOIN_WITHIN
        rows = await self._connection.execute(
            select(posts.c.id, posts.c.carded_at).where(
                posts.c.id.in_(shown_in), posts.c.state.in_(("posted", "carded")), young, ~may_be_published()
            )
        )
        due = [{"of": row.id, "due": _edit_due(row.carded_at, now)} for row in rows]
        if due:
            await self._connection.execute(
                update(posts)
                .where(posts.c.id == bindparam("of"))
                .values(
                    state="posted",
                    wanted_version=posts.c.wanted_version + 1,
                    due_at=bindparam("due"),
                    attempts=0,
                ),
                due,
            )

    async def _record(
        self,
        recap: Recap,
        at: Iterable[_Destination],
        *,
        post_of: dict[ChannelId, PostId] | None = None,
        reason: str | None = None,
    ) -> None:
        rows = [
            {
                "recap_id": recap.id,
                "channel_id": destination.channel,
                "guild_id": destination.guild,
                "post_id": post_of and post_of[destination.channel],
                "left_out": reason,
            }
            for destination in at
        ]
        if rows:
            await self._connection.execute(upsert(announcements).on_conflict_do_nothing(), rows)


def _one_per_channel(rows: Sequence[AnyRow], recap: Recap) -> list[_Destination]:
    # The most specific subscription decides for its channel: one show before every show, one feed before every feed.
    decisive: dict[int, AnyRow] = {}
    for row in sorted(rows, key=lambda row: (row.show_key != 0, row.feed_key != 0)):
        decisive[row.channel_id] = row
    return [
        _Destination(
            guild=GuildId(row.guild_id),
            channel=ChannelId(row.channel_id),
            wants=recap.kind is Kind.RECAP or row.reviews,
            siblings=Siblings(row.siblings),
            delay=timedelta(minutes=row.delay),
        )
        for row in decisive.values()
    ]


def _fate(destination: _Destination, *, is_sibling: bool) -> _Fate:
    if not destination.wants:
        return _Fate.REVIEW
    if not is_sibling:
        return _Fate.FIRST
    return {Siblings.JOIN: _Fate.JOINS, Siblings.OWN: _Fate.OWN, Siblings.NONE: _Fate.SIBLING}[destination.siblings]


def _edit_due(carded_at: datetime | None, now: datetime) -> datetime:
    return now if carded_at is None else max(now, carded_at + BETWEEN_EDITS)
