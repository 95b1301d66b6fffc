"""What store tests begin with: feeds, servers, subscriptions and recaps, made through the store itself."""

from datetime import UTC, datetime, timedelta

from bot.recaps.model import (
    ChannelId,
    EpisodeRef,
    FeedId,
    GuildId,
    Kind,
    Recap,
    ShowId,
    Spoiler,
    Summary,
    UserId,
)
from bot.store.feeds import CatalogueFeed
from bot.store.recaps import RecapDraft
from bot.store.store import Store
from bot.store.subscriptions import SubscriptionDraft

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD, OTHER_GUILD = GuildId(11), GuildId(12)
RECAPS, GENERAL = ChannelId(101), ChannelId(102)
ADMIN = UserId(7)
PLOT = "The keeper puts out the lamp himself."


async def catalogue(store: Store, *names: str) -> list[FeedId]:
    """Feeds that every server sees."""
    async with store.transaction() as unit:
        listed = [CatalogueFeed(url=f"https://{name}.example/feed", name=name) for name in names]
        await unit.feeds.load_catalogue(listed, NOW)
        ids = {feed.name: feed.id for feed in await unit.feeds.seen_by(None)}
    return [ids[name] for name in names]


async def show(store: Store, title: str = "The Lighthouse") -> ShowId:
    async with store.transaction() as unit:
        return await unit.shows.ensure(title, NOW)


async def subscribe(
    store: Store,
    *,
    to: ShowId | None = None,
    feed: FeedId | None = None,
    guild: GuildId = GUILD,
    channel: ChannelId = RECAPS,
    delay: timedelta | None = None,
    at: datetime = NOW - timedelta(days=30),
) -> None:
    async with store.transaction() as unit:
        await unit.guilds.join(guild, at)
        draft = SubscriptionDraft(guild=guild, channel=channel, show=to, feed=feed, delay=delay, created_by=ADMIN)
        await unit.subscriptions.save(draft, at)


async def recap(
    store: Store,
    feed: FeedId,
    show: ShowId | None,
    ref: EpisodeRef,
    *,
    kind: Kind = Kind.RECAP,
    at: datetime = NOW,
) -> Recap:
    """A recap that is stored and announced to nobody."""
    async with store.transaction() as unit:
        entry = await unit.entries.add(feed, kind=kind, content_hash="", published=at, fresh=True, now=at)
        draft = RecapDraft(
            feed=feed,
            entry=entry,
            kind=kind,
            show=show,
            ref=ref,
            finale=False,
            premiere=False,
            link="https://site.example/recap",
            author=None,
            streaming=None,
            reading_minutes=4,
            summary=Summary(Spoiler(PLOT), Spoiler(PLOT), Spoiler(PLOT)),
            published=at,
            seen=at,
        )
        added = await unit.recaps.by_id(await unit.recaps.add(draft))
        if show is not None:
            await unit.shows.recapped(show, feed, at)
        return added
