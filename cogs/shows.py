"""Looking shows up: `/show`, a card of facts that cannot spoil, and the way to its episodes."""

import re
from collections.abc import Sequence
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.card import Action
from bot.recaps.model import ShowId
from bot.recaps.show_facts import ShowOverview, show_texts
from bot.recaps.shows import Hit
from bot.recaps.spoilers import Markup, plain
from bot.store.recaps import KnownEpisode
from bot.texts import N_, _, day, short
from cogs.admin import may_manage
from cogs.listing import OpenRecap
from cogs.options import not_understood, suggest_show, understand_show, viewer_of
from cogs.subscription_views import SubscribeHere
from cogs.views import Interaction, RecapPress, answered, small, text_view

#: As many as a menu holds.
PAGE: Final = 25
GONE: Final = N_("This show is not known here any more. `/latest` shows what is.")


class Shows(commands.Cog):
    """What is known of shows."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._directory = bot.directory

    @app_commands.command(description=locale_str("What is known of a show, without any plot; only you see the answer"))
    @app_commands.describe(show=locale_str("The show"))
    @app_commands.autocomplete(show=suggest_show)
    async def show(self, interaction: Interaction, show: app_commands.Range[str, 1, 100]) -> None:
        hit = await understand_show(interaction, show)
        if not isinstance(hit, Hit):
            await interaction.response.send_message(not_understood(hit), ephemeral=True)
            return
        await interaction.response.send_message(view=await self._card(interaction, hit.key, 0), ephemeral=True)

    async def open(self, interaction: Interaction, show: ShowId) -> None:
        """A show that was picked from what a search found."""
        await interaction.response.send_message(view=await self._card(interaction, show, 0), ephemeral=True)

    async def turn_page(self, interaction: Interaction, show: ShowId, offset: int) -> None:
        """Other episodes of the show, in place."""
        await interaction.response.edit_message(view=await self._card(interaction, show, offset))

    async def _card(self, interaction: Interaction, show: ShowId, offset: int) -> ui.LayoutView:
        viewer = viewer_of(interaction)
        if show not in await self._directory.seen(viewer):
            return text_view(Markup(str(GONE)))
        async with self._store.reading() as unit:
            overview = await unit.recaps.overview(viewer, show)
            episodes = await unit.recaps.episodes(viewer, show)
        if overview is None:
            return text_view(Markup(str(GONE)))
        is_followed = show in await self._directory.followed(viewer)
        invitation = _invitation(overview, in_server=viewer is not None, is_followed=is_followed)
        rows = _rows(show, episodes, offset)
        if may_manage(interaction):
            rows.append(ui.ActionRow(SubscribeHere(show)))
        return text_view(*show_texts(overview), invitation, rows=rows)


class ShowPage(ui.DynamicItem[ui.Button[Any]], template=r"show:(?P<show>[0-9]{1,18}):(?P<offset>[0-9]{1,6})"):
    """*Older episodes* and *Newest* on the card of a show."""

    def __init__(self, label: str, show: ShowId, offset: int) -> None:
        super().__init__(ui.Button(label=label, custom_id=f"show:{show}:{offset}"))
        self.show = show
        self.offset = offset

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls("…", ShowId(int(match["show"])), int(match["offset"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        cog = interaction.client.get_cog("Shows")
        assert isinstance(cog, Shows)
        await answered(interaction, cog.turn_page(interaction, self.show, self.offset))


def _invitation(show: ShowOverview, *, in_server: bool, is_followed: bool) -> Markup:
    if is_followed:
        return small(_("This server follows it."))
    # Inside of code no mark works, so that the title only must not end it.
    title = plain(show.title, 100).replace("`", "ˋ")
    if in_server:
        invitation = _("An admin can have its recaps posted here: {command}", command=f"`/subscribe show:{title}`")
    else:
        invitation = _(
            "In a server, an admin can have its recaps posted: {command}", command=f"`/subscribe show:{title}`"
        )
    return small(invitation)


def _rows(show: ShowId, episodes: Sequence[KnownEpisode], offset: int) -> list[ui.ActionRow[Any]]:
    if not episodes:
        return []
    rows: list[ui.ActionRow[Any]] = []
    options = _options(episodes[offset : offset + PAGE])
    if options:
        rows.append(ui.ActionRow(OpenRecap(options)))
    buttons: list[ui.Item[Any]] = [RecapPress(Action.OPEN, episodes[0].recap, short("Latest recap"))]
    if offset > 0:
        buttons.append(ShowPage(short("Newest episodes"), show, 0))
    if len(episodes) > offset + PAGE:
        buttons.append(ShowPage(short("Older episodes"), show, offset + PAGE))
    return [*rows, ui.ActionRow(*buttons)]


def _options(episodes: Sequence[KnownEpisode]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=str(episode.ref) or short("An episode without a number"),
            description=day(episode.latest_at),
            value=str(episode.recap),
        )
        for episode in episodes
    ]


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(ShowPage)
    await bot.add_cog(Shows(bot))
