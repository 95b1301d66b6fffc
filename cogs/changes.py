"""What Discord tells about destinations: deleted ones end, mended ones go on, deleted roles are forgotten."""

from collections.abc import Iterable
from typing import Any

import discord
from discord.ext import commands

from bot.client import RecapClient
from bot.delivery import notice_texts
from bot.delivery.outcome import Meaning, rule_for
from bot.delivery.sender import Refusal
from bot.recaps.model import ChannelId, GuildId, RoleId
from bot.recaps.spoilers import visible
from bot.texts import N_
from cogs.discord_answers import answer


class Changes(commands.Cog):
    """Hears of changes in servers, and has the queue follow them."""

    def __init__(self, client: RecapClient) -> None:
        self._client = client
        self._store = client.store
        self._clock = client.clock

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._end(GuildId(channel.guild.id), ChannelId(channel.id), channel.name)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        name = None if event.thread is None else event.thread.name
        await self._end(GuildId(event.guild_id), ChannelId(event.thread_id), name)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        async with self._store.transaction(wakes=False) as unit:
            await unit.posts.end_guild(GuildId(guild.id), N_("I was removed from the server."), self._clock())

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self._forget(GuildId(role.guild.id), RoleId(role.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Make up for what happened while the bot was away: nobody tells about that."""
        async with self._store.reading() as unit:
            mentioned = await unit.guilds.mentioned_roles()
            places = await unit.subscriptions.places()
        await self._forget_deleted_roles(mentioned)
        await self._end_deleted_channels(places)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _before: Any, after: discord.abc.GuildChannel) -> None:
        await self._mended(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _before: Any, after: discord.Role) -> None:
        await self._mended(after.guild)

    @commands.Cog.listener()
    async def on_thread_update(self, _before: Any, after: discord.Thread) -> None:
        await self._mended(after.guild)

    @commands.Cog.listener()
    async def on_member_update(self, _before: Any, after: discord.Member) -> None:
        await self._mended(after.guild)

    async def _forget_deleted_roles(self, mentioned: Iterable[tuple[GuildId, RoleId]]) -> None:
        for guild, role in mentioned:
            here = self._client.get_guild(guild)
            if here is not None and not here.unavailable and here.get_role(role) is None:
                await self._forget(guild, role)

    async def _end_deleted_channels(self, places: Iterable[tuple[GuildId, ChannelId]]) -> None:
        for guild, channel in places:
            here = self._client.get_guild(guild)
            if here is None or here.unavailable or here.get_channel_or_thread(channel) is not None:
                continue
            # Archived threads are not known here either.
            found = await answer(self._client.http.get_channel(channel))
            if isinstance(found, Refusal) and rule_for(found).meaning is Meaning.CHANNEL_GONE:
                await self._end(guild, channel, None)

    async def _forget(self, guild: GuildId, role: RoleId) -> None:
        async with self._store.transaction() as unit:
            for channel in await unit.guilds.forget_role(guild, role):
                await unit.notices.raise_(guild, notice_texts.role_gone(channel), self._clock(), about=channel)

    async def _end(self, guild: GuildId, channel: ChannelId, name: str | None) -> None:
        now = self._clock()
        async with self._store.transaction() as unit:
            await unit.posts.end_channel(channel, N_("The channel was deleted."), now)
            subscribers = await unit.subscriptions.end_channel(guild, channel)
            if subscribers:
                text = notice_texts.channel_gone(name and visible(name, 100), len(subscribers))
                await unit.notices.raise_(guild, text, now, user=subscribers[-1])

    async def _mended(self, guild: discord.Guild) -> None:
        """Something changed that may have been what was missing: try what is paused there."""
        async with self._store.reading() as unit:
            paused = await unit.posts.is_paused(GuildId(guild.id), self._clock())
        if paused:
            async with self._store.transaction() as unit:
                await unit.posts.resume(GuildId(guild.id), self._clock())
