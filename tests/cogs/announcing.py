"""The real client and announcer in an embedded Discord, with a store that has something to deliver."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yarl
from discord import Permissions
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import RecapClient
from bot.delivery.courier import Courier
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.pace import Pace
from bot.directory import ShowDirectory
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Channel, Guild, Message
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from bot.store.guilds import GuildSettings
from bot.store.store import Store
from tests.delivery.scene import Clock, Scene, deliver_all, opened

SEND = "/channels/{channel_id}/messages"
EDIT = "/channels/{channel_id}/messages/{message_id}"
FORUM_POST = "/channels/{channel_id}/threads"
CROSSPOST = "/channels/{channel_id}/messages/{message_id}/crosspost"
THREAD = "/channels/{channel_id}/messages/{message_id}/threads"


class AnnouncingClient(RecapClient):
    """The client with the announcer and few others, without the pauses of a real start."""

    more: tuple[str, ...] = ()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here."""

    async def setup_hook(self) -> None:
        self._connection.guild_ready_timeout = 0.05
        for extension in ("cogs.announcer", "cogs.forms", *self.more):
            await self.load_extension(extension)
        if self.more:
            await self.tree.sync()


@asynccontextmanager
async def announcing(
    discord: EmbeddedDiscord, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, *extensions: str
) -> AsyncIterator[AnnouncingClient]:
    """The bot, ready on the embedded Discord."""
    monkeypatch.setattr(Route, "BASE", discord.api_base)
    gateway = yarl.URL(discord.base_url.replace("http", "ws") + "/gateway")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    client = AnnouncingClient(store, ShowDirectory(store, {}), clock)
    client.more = extensions
    async with client:
        running = asyncio.create_task(client.start(discord.token))
        await discord.bot_ready()
        await client.wait_until_ready()
        try:
            yield client
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def open_stage(database: Path, monkeypatch: pytest.MonkeyPatch, *extensions: str) -> AsyncIterator["Stage"]:
    """The bot with these extensions in the demo's world, and what delivers for it."""
    # The embedded Discord keeps the real time, and a channel's history is searched by it.
    clock = Clock(datetime.now(UTC))
    async with (
        opened(database) as store,
        EmbeddedDiscord(demo_world()) as discord,
        announcing(discord, store, clock, monkeypatch, *extensions) as client,
    ):
        yield Stage(discord, client, Scene(store, clock))


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that an event on the way will bring about."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  it happens inside discord.py, which sets no event for it
            await asyncio.sleep(0)


class Stage:
    """One server of the embedded Discord, and an outbox that delivers to it."""

    def __init__(self, discord: EmbeddedDiscord, client: AnnouncingClient, scene: Scene) -> None:
        self.discord = discord
        self.client = client
        self.scene = scene
        self.guild: Guild = next(iter(discord.world.guilds.values()))
        self._feeds: dict[str, FeedId] = {}
        assert client.sender is not None
        courier = Courier(client.sender, Ledger(scene.store), Pace(None), clock=scene.clock, jitter=lambda: 1.0)
        self.outbox = Outbox(scene.store, courier, clock=scene.clock)

    def channel(self, name: str) -> Channel:
        return self.guild.channel(name)

    async def subscribe(self, name: str, **options: object) -> None:
        channel = ChannelId(self.channel(name).id)
        await self.scene.subscribe(channel, await self.scene.show(), guild=GuildId(self.guild.id), **options)  # type: ignore[arg-type]

    async def publish(self, episode: int = 1, *, site: str = "Recap Weekly") -> Recap:
        if site not in self._feeds:
            self._feeds[site] = await self.scene.feed(site)
        return await self.scene.recap(self._feeds[site], await self.scene.show(), episode)

    async def without_push(self) -> None:
        await self.set(push=False)

    async def notices_in(self, name: str) -> None:
        await self.set(notice_channel=ChannelId(self.channel(name).id))

    async def set(self, **values: Any) -> None:
        async with self.scene.store.transaction() as unit:
            guild = GuildId(self.guild.id)
            await unit.guilds.change(guild, lambda settings: replace(settings, **values), self.scene.clock())

    async def settings(self) -> GuildSettings:
        async with self.scene.store.reading() as unit:
            return await unit.guilds.settings(GuildId(self.guild.id))

    @property
    def admin(self) -> Person:
        return self.discord.person(self.discord.world.people[0].id)

    async def deny(self, channel: Channel, permission: Permission) -> None:
        """Take something away from the bot, and wait until it has heard."""
        self.discord.world.set_overwrite(channel, self.guild.role("Previously"), deny=permission)
        known = self.client.get_channel(channel.id)
        assert isinstance(known, GuildChannel)
        await eventually(lambda: not known.permissions_for(known.guild.me).is_superset(Permissions(permission.value)))

    async def until_mended(self) -> None:
        """Wait until a pause has ended."""

        async def ended(stage: Stage) -> bool:
            async with stage.scene.store.reading() as unit:
                return not await unit.posts.is_paused(GuildId(stage.guild.id), stage.scene.clock())

        await eventually_in(self, ended)

    async def outage_seen(self, *, unavailable: bool) -> None:
        known = self.client.get_guild(self.guild.id)
        assert known is not None
        await eventually(lambda: (self.client.get_guild(self.guild.id) or known).unavailable == unavailable)

    async def deliver(self) -> None:
        await deliver_all(self.scene.store, self.outbox, self.scene.clock)

    def messages(self, name: str) -> list[Message]:
        """What stands in a channel, or in the posts of a forum."""
        channel = self.channel(name)
        threads = [thread for thread in self.guild.threads.values() if thread.parent_id == channel.id]
        return [message for place in (channel, *threads) for message in place.messages.values()]

    def requests(self, method: str, route: str) -> int:
        return sum(1 for request in self.discord.requests if tuple(request)[:2] == (method, route))


async def eventually_in(stage: Stage, holds: Callable[[Stage], Awaitable[bool]]) -> None:
    """Wait until something holds in the store."""
    async with asyncio.timeout(10):
        while not await holds(stage):  # noqa: ASYNC110  the store sets no event for tests
            await asyncio.sleep(0)
