"""`/help`: what the bot does, in one screen."""

from typing import Final

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.spoilers import Markup
from bot.texts import N_
from cogs.views import Interaction, heading, small, text_view

WHAT: Final = N_(
    "I post recaps of television episodes as sites publish them, with everything that spoils hidden. "
    "Plot, pictures and episode titles stay behind a spoiler tag or *Reveal*."
)
MEMBERS: Final = N_(
    "**For everyone** (only you see the answers)\n"
    "`/recap` the recap of an episode; without one, the last you watched\n"
    "`/latest` the newest recaps · `/show` what is known of a show · `/search` by show, person, site or story\n"
    "`/watched` and *I've watched it* note how far you are, so that *Reveal* asks before it spoils; "
    "`/watching` lists that and clears it"
)
ADMINS: Final = N_(
    "**For those who manage the server**\n"
    "`/subscribe` posts a show, or every show, in a channel · `/subscriptions` lists and removes · "
    "`/settings` spoilers, quiet hours, threads and more · `/feeds` adds sites of your own"
)
DIRECT: Final = N_("In direct messages I know the recaps that every server can see.")


class Help(commands.Cog):
    @app_commands.command(description=locale_str("What I do, in one screen; only you see it"))
    async def help(self, interaction: Interaction) -> None:
        last = Markup(str(ADMINS)) if interaction.guild_id is not None else small(str(DIRECT))
        texts = (Markup(f"{heading('Previously')}\n{WHAT}"), Markup(str(MEMBERS)), last)
        await interaction.response.send_message(view=text_view(*texts), ephemeral=True)


async def setup(bot: RecapClient) -> None:
    await bot.add_cog(Help())
