"""`/settings`: one panel that changes itself."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.model import ChannelId, RoleId
from bot.recaps.quiet import find_zone
from bot.recaps.spoilers import Markup, visible
from bot.store.guilds import GuildSettings
from bot.texts import N_, Text, _, all_of, bold
from cogs.admin import NEVER_EVERYONE, guild_of, is_admin, say, unheard
from cogs.destinations import READ_HISTORY, as_destination, missing_permissions
from cogs.forms import add_forms
from cogs.setting_fields import Menu, Switch
from cogs.setting_views import (
    LONGEST_TAG,
    ZONE,
    MentionRole,
    NoticeChannel,
    SettingForm,
    SettingMenu,
    SettingSwitch,
    SettingText,
    panel,
)
from cogs.subscription_texts import no_ping, pings
from cogs.views import Interaction

MEANWHILE: Final = N_("Somebody else has changed that meanwhile, so I left it as it is now. Press again to change it.")

DELETED: Final = N_(
    "⚠️ The channel for notices was deleted, so they go to whoever subscribed, in a direct message. Choose another one."
)

Change = Callable[[GuildSettings], GuildSettings]


class Settings(commands.Cog):
    """What a server has chosen. Every press changes only what it is about, and shows everything as it is then."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._clock = bot.clock

    @app_commands.command(description=locale_str("How recaps are posted in this server"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(self, interaction: Interaction) -> None:
        guild = guild_of(interaction)
        async with self._store.reading() as unit:
            settings = await unit.guilds.settings(guild)
        notices = await unheard(self._store, self._clock, guild)
        await interaction.response.send_message(view=_panel(settings, interaction.guild, notices), ephemeral=True)

    async def choose(self, interaction: Interaction, menu: Menu[GuildSettings], value: str) -> None:
        settings = await self._changed(interaction, lambda settings: menu.write(settings, value))
        await self._show(interaction, settings, None if menu.read(settings) == value else menu.refused)

    async def switch(self, interaction: Interaction, switch: Switch, *, on: bool) -> None:
        await self._change(interaction, lambda settings: switch.write(settings, on))

    async def notices_to(self, interaction: Interaction, channel: ChannelId | None) -> None:
        """Say from now on in this channel what goes wrong."""
        await self._change(interaction, lambda settings: replace(settings, notice_channel=channel))

    async def mention(self, interaction: Interaction, role: RoleId | None) -> None:
        """Mention this role from now on; never everyone."""
        known = interaction.guild and interaction.guild.get_role(role or 0)
        if known and known.is_default():
            await self._change(interaction, lambda settings: settings, NEVER_EVERYONE)
            return
        await self._change(interaction, lambda settings: replace(settings, role=role))

    async def ask(self, interaction: Interaction, what: str) -> None:
        """Open the form for a text."""
        async with self._store.reading() as unit:
            settings = await unit.guilds.settings(guild_of(interaction))
        await SettingForm(what, _text(settings, what)).open(interaction)

    async def answer(self, interaction: Interaction, what: str, *, shown: str, typed: str) -> None:
        """Take the text of a form, unless what it showed is no longer true."""
        if not await is_admin(interaction):
            return
        text = find_zone(typed) if what == ZONE else typed.strip()
        if text is None:
            await say(
                interaction,
                _(
                    "I know no time zone called “{typed}”. Try a big city, a name such as Europe/Berlin, or UTC+1.",
                    typed=visible(typed, 40),
                ),
            )
            return

        def change(settings: GuildSettings) -> GuildSettings:
            if _text(settings, what) != shown:
                return settings
            return replace(settings, time_zone=text) if what == ZONE else replace(settings, forum_tag=text or None)

        settings = await self._changed(interaction, change)
        await self._show(interaction, settings, None if _text(settings, what) == text else MEANWHILE)

    async def _change(self, interaction: Interaction, change: Change, note: Text | None = None) -> None:
        await self._show(interaction, await self._changed(interaction, change), note)

    async def _changed(self, interaction: Interaction, change: Change) -> GuildSettings:
        async with self._store.transaction() as unit:
            return await unit.guilds.change(guild_of(interaction), change, self._clock())

    async def _show(self, interaction: Interaction, settings: GuildSettings, note: Text | None) -> None:
        notes = [Markup(str(note))] if note else []
        await interaction.response.edit_message(view=_panel(settings, interaction.guild, notes))


def _text(settings: GuildSettings, what: str) -> str:
    return settings.time_zone if what == ZONE else settings.forum_tag or ""


def _panel(settings: GuildSettings, guild: discord.Guild | None, notes: Sequence[Markup]) -> ui.LayoutView:
    """The panel, with what has been set but does not work as the server is now."""
    if guild is None or guild.unavailable:
        return panel(settings, notes)
    doubts = filter(None, (_no_notices(settings, guild), _no_tag(settings, guild), _no_ping(settings, guild)))
    if settings.notice_channel and guild.get_channel(settings.notice_channel) is None:
        settings = replace(settings, notice_channel=None)
    return panel(settings, [*notes, *(Markup(str(doubt)) for doubt in doubts)])


def _no_notices(settings: GuildSettings, guild: discord.Guild) -> Text | None:
    if settings.notice_channel is None:
        return None
    channel = as_destination(guild.get_channel(settings.notice_channel))
    if channel is None:
        return DELETED
    missing = [name for name in missing_permissions(channel) if name != READ_HISTORY]
    if not missing:
        return None
    return N_(
        "⚠️ Notices cannot be said there yet: in {channel} I still need {permissions}.",
        channel=channel.mention,
        permissions=all_of(list(map(bold, missing))),
    )


def _no_tag(settings: GuildSettings, guild: discord.Guild) -> Text | None:
    wanted = settings.forum_tag
    known = {tag.name.casefold() for forum in guild.forums for tag in forum.available_tags}
    if wanted is None or wanted.casefold() in known:
        return None
    return N_(
        "⚠️ No forum of this server has a tag called **{tag}**, so posts do without it. "
        "Add it in a forum's settings, or name another one.",
        tag=visible(wanted, LONGEST_TAG),
    )


def _no_ping(settings: GuildSettings, guild: discord.Guild) -> Text | None:
    role = guild.get_role(settings.role or 0)
    return None if role is None or pings(role) else no_ping(role)


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(SettingMenu, SettingSwitch, NoticeChannel, MentionRole, SettingText)
    add_forms(bot, SettingForm)
    await bot.add_cog(Settings(bot))
