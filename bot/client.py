"""The Discord client: loads the cogs by name, keeps the list of servers right, and answers what goes wrong."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config import DISCORD_API
from bot.delivery.sender import Sender
from bot.directory import ShowDirectory
from bot.own_feeds import OwnFeeds
from bot.recaps.model import GuildId
from bot.store.store import Store
from bot.texts import ENGLISH, N_, ONLY_ENGLISH, Language, Languages, Text, speak
from bot.trouble import Trouble

log = logging.getLogger(__name__)

# This bot has no voice, and needs no warning that it has none.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

EXTENSIONS: Final = (
    "cogs.announcer",
    "cogs.forms",
    "cogs.recaps",
    "cogs.shows",
    "cogs.search",
    "cogs.progress",
    "cogs.help",
    "cogs.subscriptions",
    "cogs.settings",
    "cogs.feeds",
)
BAD_TOKEN_CLOSE: Final = 4004
#: Longer waits for a rate limit are raised, so that one route does not hold up the rest; in seconds.
LONGEST_RATE_LIMIT_WAIT: Final = 30.0
#: Discord's own limit for what a command or option does.
LONGEST_DESCRIPTION: Final = 100
_DESCRIPTIONS: Final = {
    app_commands.TranslationContextLocation.command_description,
    app_commands.TranslationContextLocation.group_description,
    app_commands.TranslationContextLocation.parameter_description,
    app_commands.TranslationContextLocation.choice_name,
}
ONLY_ADMINS: Final = N_("Only members who may manage this server can do that.")


class TokenRefusedError(Trouble):
    def __init__(self) -> None:
        super().__init__("Discord refused the token. Put the bot's current token into DISCORD_TOKEN.")


class DiscordUnreachableError(Trouble):
    def __init__(self, api: str) -> None:
        super().__init__(f"Discord cannot be reached at {api}. Check the network, and DISCORD_API_BASE.")


class _Translator(app_commands.Translator):
    """Tells Discord how commands and options are described in other languages; their names stay."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        if context.location not in _DESCRIPTIONS:
            return None
        translated = self._languages.of(locale.value).gettext(string.message)
        return translated if translated != string.message and len(translated) <= LONGEST_DESCRIPTION else None


class _Tree(app_commands.CommandTree["RecapClient"]):
    """Commands answered in the reader's language, whose mistakes end in a sentence and not in silence."""

    async def interaction_check(self, interaction: discord.Interaction["RecapClient"], /) -> bool:
        interaction.client.speak_to(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction["RecapClient"], error: app_commands.AppCommandError, /
    ) -> None:
        await interaction.client.apologise(interaction, error)


class RecapClient(commands.AutoShardedBot):
    """The bot as Discord sees it. It needs no privileged intent, and keeps no members or messages in memory."""

    def __init__(
        self,
        store: Store,
        directory: ShowDirectory,
        clock: Callable[[], datetime],
        languages: Languages = ONLY_ENGLISH,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=LONGEST_RATE_LIMIT_WAIT,
            tree_cls=_Tree,
        )
        self.store: Final = store
        self.directory: Final = directory
        self.clock: Final = clock
        self.languages: Final = languages
        #: What delivers through this client; the announcer sets it when it is loaded.
        self.sender: Sender | None = None
        #: What reads the feeds that servers add; None until the bot is running.
        self.own_feeds: OwnFeeds | None = None

    async def setup_hook(self) -> None:
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        if self.languages:
            await self.tree.set_translator(_Translator(self.languages))
        await self.tree.sync()

    def speak_to(self, interaction: discord.Interaction[Any]) -> None:
        """Use the language of whoever reads the answer, for the rest of this task."""
        speak(self.languages.of(interaction.locale.value))

    def language_of(self, guild: GuildId) -> Language:
        """The language in which everybody in a server is spoken to."""
        known = self.get_guild(guild)
        return ENGLISH if known is None else self.languages.of(known.preferred_locale.value)

    async def log_in(self, token: str, api: str) -> None:
        """Log in at the Discord-compatible server whose REST base is `api`.

        Raises:
            TokenRefusedError, DiscordUnreachableError

        """
        try:
            if api != DISCORD_API:
                await _use(api)
            await self.login(token)
        except discord.LoginFailure:
            raise TokenRefusedError from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise DiscordUnreachableError(api) from None
        except discord.HTTPException as error:
            if error.status < 500:
                raise
            raise DiscordUnreachableError(api) from None

    async def stay_connected(self) -> None:
        """Hear what happens, over as many connections as it takes.

        Raises:
            TokenRefusedError: the token has become invalid.

        """
        try:
            await self.connect()
        except discord.ConnectionClosed as error:
            if error.code == BAD_TOKEN_CLOSE:
                raise TokenRefusedError from None
            raise

    async def on_ready(self) -> None:
        """Make the store's list of servers the true one: nobody tells about removals while we were away."""
        here = {GuildId(guild.id) for guild in self.guilds}
        now = self.clock()
        async with self.store.transaction() as unit:
            for gone in await unit.guilds.present() - here:
                await unit.guilds.leave(gone, now)
                await unit.posts.end_guild(gone, N_("I was removed from the server."), now)
            for guild in here:
                await unit.guilds.join(guild, now)
        log.info("ready: %d servers, %d shards", len(here), len(self.shards))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        async with self.store.transaction() as unit:
            await unit.guilds.join(GuildId(guild.id), self.clock())

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        async with self.store.transaction() as unit:
            await unit.guilds.leave(GuildId(guild.id), self.clock())

    async def apologise(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Tell somebody that their command or click failed, with a reference that is in the log."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, app_commands.MissingPermissions):
            await _reply(interaction, ONLY_ADMINS)
            return
        reference = secrets.token_hex(3)
        name = interaction.command.qualified_name if interaction.command else "a component"
        # The traceback of a command may quote what was typed or posted, never an article.
        log.error("%s failed, reference %s", name, reference, exc_info=cause)
        went_wrong = N_(
            "Something went wrong here, and nothing was changed. If it happens again, tell the bot's operator: "
            "{reference}.",
            reference=reference,
        )
        await _reply(interaction, went_wrong)


async def _reply(interaction: discord.Interaction[Any], sentence: Text) -> None:
    try:
        if interaction.response.is_done():
            await interaction.followup.send(str(sentence), ephemeral=True)
        else:
            await interaction.response.send_message(str(sentence), ephemeral=True)
    except discord.HTTPException as error:
        log.warning("a reply could not be given: %s", error.code)


async def _use(api: str) -> None:
    """Speak with another server than Discord's own. Sharded clients identify again at the default gateway, so that
    is set as well.
    """  # noqa: D205
    Route.BASE = api.rstrip("/")
    async with aiohttp.ClientSession() as http, http.get(f"{Route.BASE}/gateway") as response:
        response.raise_for_status()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await response.json(content_type=None))["url"])
