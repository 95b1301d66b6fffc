"""What Discord tells about destinations: deleted ones end quietly, mended ones go on, deleted roles are forgotten."""

from typing import Any

import discord
from discord.ext import commands

from bot.client import RecapClient
from bot.delivery import notice_texts
from bot.recaps.model import ChannelId, GuildId, RoleId
from bot.texts import N_


class Changes(commands.Cog):
    """Hears of changes in servers, and has the queue follow them."""

    def __init__(self, client: RecapClient) -> None:
        self._client = client
        self._store = client.store
        self._clock = client.clock

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._end(ChannelId(channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        await self._end(ChannelId(event.thread_id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        async with self._store.transaction(wakes=False) as unit:
            await unit.posts.end_guild(GuildId(guild.id), N_("I was removed from the server."), self._clock())

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self._forget(GuildId(role.guild.id), RoleId(role.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Forget the roles that were deleted while the bot was away: nobody tells about those."""
        async with self._store.reading() as unit:
            mentioned = await unit.guilds.mentioned_roles()
        for guild, role in mentioned:
            here = self._client.get_guild(guild)
            if here is not None and not here.unavailable and here.get_role(role) is None:
                await self._forget(guild, role)

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

    async def _forget(self, guild: GuildId, role: RoleId) -> None:
        async with self._store.transaction() as unit:
            for channel in await unit.guilds.forget_role(guild, role):
                await unit.notices.raise_(guild, notice_texts.role_gone(channel), self._clock(), about=channel)

    async def _end(self, channel: ChannelId) -> None:
        async with self._store.transaction(wakes=False) as unit:
            await unit.posts.end_channel(channel, N_("The channel was deleted."), self._clock())

    async def _mended(self, guild: discord.Guild) -> None:
        """Something changed that may have been what was missing: try what is paused there."""
        async with self._store.reading() as unit:
            paused = await unit.posts.is_paused(GuildId(guild.id), self._clock())
        if paused:
            async with self._store.transaction() as unit:
                await unit.posts.resume(GuildId(guild.id), self._clock())
