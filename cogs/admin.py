"""What all commands for admins have in common."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import discord

from bot.client import ONLY_ADMINS
from bot.recaps.model import GuildId
from bot.recaps.spoilers import Markup
from bot.store.store import Store
from bot.texts import N_, Text
from cogs.views import Interaction, answered

NEVER_EVERYONE: Final = N_("Recaps never mention @everyone. Choose another role, or none.")
#: So many notices stand on top of a reply; more would push the reply itself out of sight.
MOST_NOTICES: Final = 3


def guild_of(interaction: Interaction) -> GuildId:
    """The server of a command that is for servers only."""
    assert interaction.guild_id is not None
    return GuildId(interaction.guild_id)


class ForAdmins:
    """A button or menu that only admins may use.

    The one rule: Discord decides who runs a command, which are the members who may manage the server, unless its
    integration settings say otherwise. Nobody but us decides who presses what stands below the answer, and it outlives
    the right to have it: that is for those who may manage the server at that moment.
    """

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        if may_manage(interaction):
            return True
        await answered(interaction, say(interaction, ONLY_ADMINS))
        return False


def may_manage(interaction: Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_guild


async def is_admin(interaction: Interaction) -> bool:
    """Whether this person may change things here, by the rule of `ForAdmins`; else they are told."""
    if may_manage(interaction):
        return True
    await say(interaction, ONLY_ADMINS)
    return False


async def say(interaction: Interaction, sentence: Text | str) -> None:
    """Answer with a private sentence."""
    await interaction.response.send_message(str(sentence), ephemeral=True)


async def unheard(store: Store, clock: Callable[[], datetime], guild: GuildId) -> list[Markup]:
    """What the admins could not be told otherwise; it is said with this reply."""
    async with store.reading() as unit:
        unsaid = await unit.notices.unsaid(guild)
    if unsaid:
        async with store.transaction(wakes=False) as unit:
            await unit.notices.mark_said([notice.id for notice in unsaid], clock())
    return [Markup(f"⚠️ {notice.text}") for notice in unsaid[-MOST_NOTICES:]]
