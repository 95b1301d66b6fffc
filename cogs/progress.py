"""One's own progress: `/watched` sets it, `/watching` lists it and lets it be cleared. Nobody else sees it."""

import re
from collections.abc import Collection, Sequence
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.episodes import Unreadable, Wanted, read_episode
from bot.recaps.model import EpisodeRef, ShowId
from bot.recaps.progress import Mark, furthest, mark_of, surpassed, with_season
from bot.recaps.shows import Hit
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.progress import WatchedShow
from bot.store.store import Unit
from bot.texts import N_, _, ngettext, one_of, short
from cogs.finding import recap_of
from cogs.listing import chosen, menu
from cogs.options import (
    not_understood,
    suggest_episode,
    suggest_show,
    understand_show,
    unreadable,
    user_of,
    viewer_of,
)
from cogs.views import Interaction, answered, heading, text_view

PAGE: Final = 10
NOTHING: Final = N_("You have noted nothing yet. `/watched` and *I've watched it* do.")
#: Somebody's own note on a show that this server's feeds do not carry.
ELSEWHERE: Final = N_("A show that is not known here")


class Progress(commands.Cog):
    """What members note for themselves."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._directory = bot.directory
        self._clock = bot.clock

    @app_commands.command(description=locale_str("Note how far you have watched, so that Reveal asks before it spoils"))
    @app_commands.describe(
        show=locale_str("The show"), episode=locale_str("The last one you watched: S1E2, 2, finale or latest")
    )
    @app_commands.autocomplete(show=suggest_show, episode=suggest_episode)
    async def watched(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, 100],
        episode: app_commands.Range[str, 1, 60],
    ) -> None:
        hit = await understand_show(interaction, show)
        wanted = read_episode(episode)
        if not isinstance(hit, Hit):
            sentence = not_understood(hit)
        elif isinstance(wanted, Unreadable):
            sentence = unreadable(wanted)
        else:
            sentence = await self._set(interaction, hit, wanted)
        await interaction.response.send_message(sentence, ephemeral=True)

    @app_commands.command(description=locale_str("How far you have watched; only you see it, and you can clear it"))
    async def watching(self, interaction: Interaction) -> None:
        await interaction.response.send_message(view=await self._list(interaction, 0), ephemeral=True)

    async def turn_page(self, interaction: Interaction, offset: int) -> None:
        """Another page of `/watching`, in place."""
        await interaction.response.edit_message(view=await self._list(interaction, offset))

    async def clear(self, interaction: Interaction, show: ShowId | None) -> None:
        """Forget the progress of whoever clicked, on one show or on all."""
        async with self._store.transaction(wakes=False) as unit:
            cleared = await unit.progress.clear(user_of(interaction), show)
        if show is None:
            sentence = ngettext(
                "Your progress on 1 show is forgotten.", "Your progress on {count} shows is forgotten.", cleared
            )
            view = text_view(Markup(sentence))
        else:
            view = await self._list(interaction, 0)
        await interaction.response.edit_message(view=view)

    async def _set(self, interaction: Interaction, hit: Hit[ShowId], wanted: EpisodeRef | Wanted) -> str:
        title, user = visible(hit.title, 80), user_of(interaction)
        async with self._store.transaction(wakes=False) as unit:
            possible = await _possible(unit, interaction, hit.key, wanted)
            mark = mark_of(possible[0]) if len(possible) == 1 else None
            if mark is not None:
                await unit.progress.clear(user, hit.key)
                await unit.progress.keep(user, hit.key, mark, self._clock())
                known = await unit.recaps.episodes(viewer_of(interaction), hit.key)
                return _noted(title, mark, surpassed(mark, [each.ref for each in known]))
        if possible:
            episodes = one_of([f"`{ref}`" for ref in possible[-5:]])
            return _("**{show}** has several: {episodes}? Name the season too.", show=title, episodes=episodes)
        if wanted is Wanted.FINALE:
            return _("No finale of **{show}** with a number is known here. Name the episode: `S1E2`.", show=title)
        return _("No episode of **{show}** with a number is known here. Name the episode: `S1E2`.", show=title)

    async def _list(self, interaction: Interaction, offset: int) -> ui.LayoutView:
        async with self._store.reading() as unit:
            shows = await unit.progress.shows(user_of(interaction), limit=PAGE + 1, offset=offset)
            if offset and not shows:
                # What stood on this page has been cleared since it was offered.
                offset = 0
                shows = await unit.progress.shows(user_of(interaction), limit=PAGE + 1)
        known = await self._directory.seen(viewer_of(interaction))
        return _watching_view(shows, known, offset)


def _noted(title: Markup, mark: Mark, furthest_known: Mark | None) -> str:
    noted = _(
        "Noted: you have watched **{show}** up to {episode}. `/watching` lists it.", show=title, episode=str(mark)
    )
    if furthest_known is None:
        return noted
    slip = _(
        "The furthest that is known here is {episode}. If this was a slip, run `/watched` again.",
        episode=str(furthest_known),
    )
    return f"{noted}\n{slip}"


async def _possible(
    unit: Unit, interaction: Interaction, show: ShowId, wanted: EpisodeRef | Wanted
) -> tuple[EpisodeRef, ...]:
    """The numbered episodes that somebody can mean."""
    viewer = viewer_of(interaction)
    if isinstance(wanted, Wanted):
        recap = await recap_of(unit, viewer, show, wanted)
        return (recap.ref,) if recap is not None and recap.ref.is_numbered else ()
    return with_season(wanted, [known.ref for known in await unit.recaps.episodes(viewer, show)])


class WatchingPage(ui.DynamicItem[ui.Button[Any]], template=r"watching:(?P<offset>[0-9]{1,6})"):
    """*Earlier* and *Latest* below `/watching`."""

    def __init__(self, label: str, offset: int) -> None:
        super().__init__(ui.Button(label=label, custom_id=f"watching:{offset}"))
        self.offset = offset

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls("…", int(match["offset"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).turn_page(interaction, self.offset))


class ClearShow(ui.DynamicItem[ui.Select[Any]], template=r"watching:clear"):
    """The menu below `/watching`."""

    def __init__(self, options: list[discord.SelectOption]) -> None:
        super().__init__(menu("watching:clear", short("Clear one …"), options))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).clear(interaction, ShowId(chosen(self.item))))


class ClearAll(ui.DynamicItem[ui.Button[Any]], template=r"watching:(?P<step>ask|all)"):
    """*Clear all* below `/watching`, which asks once."""

    def __init__(self, *, asks: bool) -> None:
        label, step = (short("Clear all"), "ask") if asks else (short("Yes, clear all"), "all")
        super().__init__(ui.Button(label=label, custom_id=f"watching:{step}", style=discord.ButtonStyle.danger))
        self.asks = asks

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(asks=match["step"] == "ask")

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        answer = _ask(interaction) if self.asks else _cog(interaction).clear(interaction, None)
        await answered(interaction, answer)


async def _ask(interaction: Interaction) -> None:
    row: ui.ActionRow[Any] = ui.ActionRow(ClearAll(asks=False), WatchingPage(short("Keep it"), 0))
    question = Markup(_("Forget how far you have watched, on every show? This cannot be undone."))
    await interaction.response.edit_message(view=text_view(question, rows=[row]))


def _watching_view(shows: Sequence[WatchedShow], known: Collection[ShowId], offset: int) -> ui.LayoutView:
    if not shows:
        return text_view(Markup(str(NOTHING)))
    page = shows[:PAGE]
    texts = [
        _("**{show}** up to {episodes}", show=visible(_title(each, known), 80), episodes=_up_to(each))
        + f" · <t:{int(each.at.timestamp())}:R>"
        for each in page
    ]
    options = [
        discord.SelectOption(
            label=plain(_title(each, known), 100) or "…", description=_up_to(each), value=str(each.show)
        )
        for each in page
    ]
    buttons: list[ui.Item[Any]] = []
    if offset > 0:
        buttons.append(WatchingPage(short("Latest"), 0))
    if len(shows) > PAGE:
        buttons.append(WatchingPage(short("Earlier"), offset + PAGE))
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(ClearShow(options)), ui.ActionRow(*buttons, ClearAll(asks=True))]
    return text_view(heading(_("What you have watched")), Markup("\n".join(texts)), rows=rows)


def _title(watched: WatchedShow, known: Collection[ShowId]) -> str:
    return watched.title if watched.show in known else str(ELSEWHERE)


def _up_to(watched: WatchedShow) -> str:
    return ", ".join(map(str, furthest(watched.marks)))


def _cog(interaction: Interaction) -> Progress:
    cog = interaction.client.get_cog("Progress")
    assert isinstance(cog, Progress)
    return cog


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(WatchingPage, ClearShow, ClearAll)
    await bot.add_cog(Progress(bot))
