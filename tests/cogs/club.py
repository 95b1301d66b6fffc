"""The whole bot in an embedded Discord with two servers, and a store that tests fill by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import insert

from bot.client import RecapClient
from bot.directory import ShowDirectory
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
from bot.sandbox.model import Channel, Guild, Message
from bot.sandbox.people import Person, Reply
from bot.sandbox.server import EmbeddedDiscord
from bot.store.recaps import RecapDraft
from bot.store.schema import feeds, guild_feeds
from bot.store.store import Store
from bot.store.subscriptions import SubscriptionDraft
from bot.texts import ONLY_ENGLISH, Languages
from tests.delivery.scene import Clock

#: What nobody may see before choosing to.
PLOT = "Ida sinks the ferry herself."
HIDDEN = f"||{PLOT}||"


def message(reply: Reply) -> Message:
    """The answer, where it is a message."""
    assert reply.message is not None
    return reply.message


class QuickClient(RecapClient):
    """The client without the pauses of a real start."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here."""

    async def setup_hook(self) -> None:
        self._connection.guild_ready_timeout = 0.05
        await super().setup_hook()


@asynccontextmanager
async def answering(
    discord: EmbeddedDiscord,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    languages: Languages = ONLY_ENGLISH,
) -> AsyncIterator[QuickClient]:
    """The bot, ready on the embedded Discord with all of its commands."""
    monkeypatch.setattr(Route, "BASE", discord.api_base)
    gateway = yarl.URL(discord.base_url.replace("http", "ws") + "/gateway")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    directory = ShowDirectory(store, {})
    await directory.load()
    async with QuickClient(store, directory, clock, languages) as client:
        running = asyncio.create_task(client.start(discord.token))
        ready = asyncio.create_task(discord.bot_ready())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            ready.cancel()
            running.result()
        await ready
        await client.wait_until_ready()
        try:
            yield client
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)


class Club:
    """Two servers with a member and an admin in each, and what their bot knows."""

    def __init__(self, discord: EmbeddedDiscord, client: RecapClient, clock: Clock) -> None:
        self.discord = discord
        self.client = client
        self.store = client.store
        self.clock = clock
        self.guild, self.other_guild = tuple(discord.world.guilds.values())[:2]
        self.admin, self.member = (discord.person(user.id) for user in discord.world.people[:2])

    @property
    def here(self) -> Channel:
        return self.guild.channel("recaps")

    @property
    def elsewhere(self) -> Channel:
        return self.other_guild.channel("recaps")

    def direct(self, person: Person) -> Channel:
        return self.discord.world.open_dm(person.user)

    async def feed(self, name: str = "Recap Weekly", *, own: Guild | None = None) -> FeedId:
        """A feed of the catalogue, or one that a server has added for itself."""
        now = self.clock()
        async with self.store.transaction() as unit:
            connection = unit.progress._connection
            url = f"https://{name.replace(' ', '-').lower()}.example/feed"
            row = insert(feeds).values(
                url=url, name=name, in_catalogue=own is None, added_at=now, next_poll_at=now + timedelta(days=9)
            )
            feed = FeedId(await connection.scalar(row.returning(feeds.c.id)))
            if own is not None:
                await unit.guilds.join(GuildId(own.id), now)
                await connection.execute(
                    insert(guild_feeds).values(guild_id=own.id, feed_id=feed, added_by=1, added_at=now)
                )
        return feed

    async def show(self, title: str = "Salt Harbour") -> ShowId:
        async with self.store.transaction() as unit:
            show = await unit.shows.ensure(title, self.clock())
        self.client.directory.learn(show, title)
        return show

    async def alias(self, show: ShowId, feed: FeedId, name: str) -> None:
        async with self.store.transaction() as unit:
            await unit.shows.add_aliases(show, feed, [name])
        await self.client.directory.load()

    async def subscribe(self, show: ShowId, *, guild: Guild | None = None) -> None:
        guild = guild or self.guild
        draft = SubscriptionDraft(
            guild=GuildId(guild.id), channel=ChannelId(guild.channel("recaps").id), show=show, created_by=UserId(1)
        )
        async with self.store.transaction() as unit:
            await unit.guilds.join(GuildId(guild.id), self.clock())
            await unit.subscriptions.save(draft, self.clock())

    async def recap(
        self,
        feed: FeedId,
        show: ShowId | None,
        ref: EpisodeRef,
        *,
        story: str = PLOT,
        age: timedelta = timedelta(),
        **more: object,
    ) -> Recap:
        """A recap that is stored, and announced to nobody."""
        recap = await keep_recap(self.store, feed, show, ref, story=story, at=self.clock() - age, **more)
        await self.client.directory.load()
        return recap

    async def season(self, episodes: int, *, title: str = "Salt Harbour", feed: FeedId | None = None) -> list[Recap]:
        """Recaps of one season's episodes, a week apart."""
        source = feed or await self.feed()
        show = await self.show(title)
        return [
            await self.recap(source, show, EpisodeRef.of(1, number), age=timedelta(days=7 * (episodes - number)))
            for number in range(1, episodes + 1)
        ]


async def keep_recap(
    store: Store,
    feed: FeedId,
    show: ShowId | None,
    ref: EpisodeRef,
    *,
    story: str = PLOT,
    at: datetime,
    **more: object,
) -> Recap:
    async with store.transaction() as unit:
        entry = await unit.entries.add(feed, kind=Kind.RECAP, content_hash="", published=at, fresh=False, now=at)
        draft = RecapDraft(
            feed=feed,
            entry=entry,
            kind=Kind.RECAP,
            show=show,
            ref=ref,
            finale=False,
            premiere=False,
            link=f"https://site.example/{entry}",
            author=None,
            streaming=None,
            reading_minutes=4,
            summary=Summary(Spoiler(story), Spoiler(story), Spoiler(story)),
            thoughts=(Spoiler(f"Thought: {story}"),),
            published=at,
            seen=at,
        )
        draft = replace(draft, **more)  # type: ignore[arg-type]
        recap = await unit.recaps.by_id(await unit.recaps.add(draft))
        if show is not None:
            await unit.shows.recapped(show, feed, at)
        return recap
