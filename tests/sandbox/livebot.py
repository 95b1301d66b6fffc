"""A real discord.py bot with one command for every way to answer, and a plain HTTP client beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.server import EmbeddedDiscord


class Reveal(ui.DynamicItem[ui.Button[ui.View]], template=r"reveal:(?P<id>\d+)"):
    """A button that outlives the process."""

    def __init__(self, number: str) -> None:
        super().__init__(ui.Button(label="Reveal", custom_id=f"reveal:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any, /) -> "Reveal":
        return cls(match["id"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"hidden {self.number}", ephemeral=True)


class Filter(ui.Modal, title="Filter"):
    word = ui.Label[Any](text="Your word", component=ui.TextInput[Any](custom_id="word", max_length=20))
    mode = ui.Label[Any](
        text="Mode",
        component=ui.Select[Any](
            custom_id="mode",
            options=[discord.SelectOption(label="Loud", value="l"), discord.SelectOption(label="Soft")],
        ),
    )
    where = ui.Label[Any](
        text="Where",
        component=ui.ChannelSelect[Any](custom_id="where", required=False, channel_types=[discord.ChannelType.text]),
    )

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        parts: list[Any] = [label.component for label in (self.word, self.mode, self.where)]
        word, mode, where = parts
        places = " ".join(channel.name for channel in where.values)
        await interaction.response.send_message(f"{word.value} {mode.values[0]} {places}", ephemeral=True)


class Survey(ui.Modal, title="Survey"):
    one = ui.Label[Any](
        text="One",
        component=ui.RadioGroup[Any](
            custom_id="one", options=[discord.RadioGroupOption(label=name, value=name) for name in "ab"]
        ),
    )
    some = ui.Label[Any](
        text="Some",
        component=ui.CheckboxGroup[Any](
            custom_id="some", options=[discord.CheckboxGroupOption(label=name, value=name) for name in "xyz"]
        ),
    )
    sure = ui.Label[Any](text="Sure", component=ui.Checkbox[Any](custom_id="sure"))

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        parts: list[Any] = [label.component for label in (self.one, self.some, self.sure)]
        one, some, sure = parts
        await interaction.response.send_message(f"{one.value} {some.values} {sure.value}")


class Panel(ui.LayoutView):
    """One of each select menu, a button that updates, and one that defers."""

    row = ui.ActionRow[Any]()
    words = ui.ActionRow[Any]()
    users = ui.ActionRow[Any]()
    roles = ui.ActionRow[Any]()
    anyone = ui.ActionRow[Any]()
    channels = ui.ActionRow[Any]()

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @row.button(label="Next", custom_id="next")
    async def next_page(self, interaction: discord.Interaction, _button: Any) -> None:
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay("page 2"))
        await interaction.response.edit_message(view=view)

    @row.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, _button: Any) -> None:
        await interaction.response.defer()
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay("done later"))
        await interaction.edit_original_response(view=view)

    @row.button(label="Aside", custom_id="aside")
    async def aside(self, interaction: discord.Interaction, _button: Any) -> None:
        await interaction.response.defer()
        await interaction.followup.send("an aside", ephemeral=True)

    @row.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, _button: Any) -> None:
        raise AssertionError

    @words.select(custom_id="words", options=[discord.SelectOption(label="One", value="1")])
    async def pick_word(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"word {select.values[0]}")

    @users.select(cls=ui.UserSelect, custom_id="users")
    async def pick_user(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"user {select.values[0].name}")

    @roles.select(cls=ui.RoleSelect, custom_id="roles")
    async def pick_role(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"role {select.values[0].name}")

    @anyone.select(cls=ui.MentionableSelect, custom_id="anyone", max_values=2)
    async def pick_anyone(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message("anyone " + " ".join(sorted(it.name for it in select.values)))

    @channels.select(cls=ui.ChannelSelect, custom_id="channels")
    async def pick_channel(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"channel {select.values[0].name}")


class LiveBot(commands.AutoShardedBot):
    """discord.py as the production bot uses it; only its start-up pauses are shortened."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=0.01,
            **options,
        )
        self.heard: list[str] = []
        self.errors: list[BaseException] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Shards need not wait for each other here."""

    async def setup_hook(self) -> None:
        every: tuple[Any, ...] = (
            say,
            think,
            shout,
            modal,
            survey,
            silent,
            staff,
            feeds,
            panel,
            revealing,
            values,
            twice,
        )
        for command in every:
            self.tree.add_command(command)
        self.add_dynamic_items(Reveal)
        self.tree.on_error = self._failed  # type: ignore[method-assign]
        await self.tree.sync()

    async def _failed(self, _interaction: Any, error: BaseException) -> None:
        self.errors.append(error)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.heard.append(f"join {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.heard.append(f"remove {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.heard.append(f"unavailable {guild.name}")

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.heard.append(f"available {guild.name}")

    def place(self, name: str, guild: str = "K-drama Corner") -> Any:
        """The channel of that name, as discord.py knows it."""
        return discord.utils.get(discord.utils.get(self.guilds, name=guild).channels, name=name)  # type: ignore[union-attr]


@app_commands.command()
@app_commands.describe(text="what to say")
async def say(interaction: discord.Interaction, text: app_commands.Range[str, 1, 50], aloud: bool = False) -> None:
    """Answer at once."""
    await interaction.response.send_message(text, ephemeral=not aloud)


@say.autocomplete("text")
async def _suggest(_interaction: Any, current: str) -> list[app_commands.Choice[str]]:
    if current == "many":
        return [app_commands.Choice(name=str(number), value=str(number)) for number in range(26)]
    return [app_commands.Choice(name=current.title(), value=current)]


@app_commands.command()
async def think(interaction: discord.Interaction) -> None:
    """Answer after thinking, then follow up and tidy."""
    await interaction.response.defer(ephemeral=True)
    view = ui.LayoutView()
    view.add_item(ui.Container(ui.TextDisplay("thought about it")))
    await interaction.edit_original_response(view=view)
    extra = await interaction.followup.send("and one more", wait=True)
    await extra.edit(content="and one changed")
    gone = await interaction.followup.send("a slip", wait=True)
    await gone.delete()


@app_commands.command()
async def shout(interaction: discord.Interaction, role: discord.Role, channel: app_commands.AppCommandChannel) -> None:
    """Mention a role and a channel."""
    await interaction.response.send_message(f"{role.mention} {channel.mention} in {channel.name}")


@app_commands.command()
async def modal(interaction: discord.Interaction) -> None:
    """Open a form."""
    await interaction.response.send_modal(Filter())


@app_commands.command()
async def survey(interaction: discord.Interaction) -> None:
    """Open a form with boxes."""
    await interaction.response.send_modal(Survey())


@app_commands.command()
async def silent(_interaction: discord.Interaction) -> None:
    """Never answer."""


@app_commands.command()
@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
async def staff(interaction: discord.Interaction, forum: discord.ForumChannel) -> None:
    """For admins."""
    await interaction.response.send_message(f"forum {forum.name}", ephemeral=True)


feeds = app_commands.Group(name="feeds", description="Feeds.")


@feeds.command(name="add")
async def feeds_add(interaction: discord.Interaction, url: str) -> None:
    """Add a feed."""
    await interaction.response.send_message(f"added {url}")


@app_commands.command()
async def panel(interaction: discord.Interaction) -> None:
    """Show a panel."""
    await interaction.response.send_message(view=Panel())


@app_commands.command()
async def revealing(interaction: discord.Interaction) -> None:
    """Show a persistent button."""
    view = ui.View(timeout=None)
    view.add_item(Reveal("7"))
    await interaction.response.send_message("covered", view=view)


@app_commands.command()
@app_commands.choices(mode=[app_commands.Choice(name="Loud", value="l")])
async def values(
    interaction: discord.Interaction,
    number: app_commands.Range[int, 1, 9],
    half: float,
    who: discord.User,
    mode: str,
    member: discord.Member | None = None,
) -> None:
    """Take one of each kind."""
    told = f"{number} {half} {who.name} {mode} {member.joined_at is not None if member else None}"
    await interaction.response.send_message(told)


@app_commands.command()
async def twice(interaction: discord.Interaction) -> None:
    """Answer, and answer again behind discord.py's back."""
    await interaction.response.send_message("once")
    interaction.response._response_type = None
    await interaction.response.send_message("twice")


class Raw:
    """The HTTP API without a library in between."""

    def __init__(self, session: aiohttp.ClientSession, discord_server: EmbeddedDiscord) -> None:
        self.session = session
        self.server = discord_server

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **options: Any
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {token or self.server.token}"}
        url = self.server.api_base + path
        async with self.session.request(method, url, json=body, headers=headers, **options) as response:
            text = await response.text()
            return response.status, await response.json() if text else None

    async def refused(self, method: str, path: str, body: Any = None) -> int:
        """The code with which a request is refused."""
        status, answer = await self(method, path, body)
        assert status >= 400, answer
        return int(answer["code"])


@asynccontextmanager
async def logged_in(server: EmbeddedDiscord, monkeypatch: pytest.MonkeyPatch, **options: Any) -> AsyncIterator[LiveBot]:
    """A bot that is ready on the embedded Discord, and is closed afterwards."""
    monkeypatch.setattr(Route, "BASE", server.api_base)
    monkeypatch.setattr(
        DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.base_url.replace("http", "ws") + "/gateway")
    )
    live = LiveBot(**options)
    async with live:
        task = asyncio.create_task(live.start(server.token))
        await server.bot_ready()
        await live.wait_until_ready()
        while any(guild.unavailable for guild in live.guilds):
            await live.wait_for("guild_available", timeout=5)
        try:
            yield live
        finally:
            await live.close()
            await asyncio.gather(task, return_exceptions=True)
