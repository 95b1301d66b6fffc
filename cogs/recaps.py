"""Looking recaps up: `/recap`, `/latest`, and the buttons of cards."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import RecapClient
from bot.delivery.marks import PostMark
from bot.recaps.card import Action, Card, CardOptions, links_to, make_answer, make_card, reference
from bot.recaps.episodes import Unreadable, Wanted, read_episode
from bot.recaps.lookup import around, best_of
from bot.recaps.model import EpisodeRef, Recap, RecapId, ShowId
from bot.recaps.shows import Hit
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.feeds import Viewer
from bot.store.guilds import GuildSettings
from bot.store.store import Unit
from cogs.options import (
    Choice,
    UnclearShow,
    UnknownShow,
    choices,
    suggest_show,
    titles,
    understand_show,
    viewer_of,
)
from cogs.views import Interaction, PostReveal, RecapPress, answer_view, answered, link_rows, text_view

PAGE: Final = 10
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
GONE: Final = "This recap is not available here any more. `/latest` shows what is."


@dataclass(frozen=True, slots=True)
class Found:
    """A recap, and what lies around it."""

    recap: Recap
    siblings: list[Recap]
    before: Recap | None
    after: Recap | None

    @property
    def answer(self) -> Card:
        return make_answer(self.recap, open=False, siblings=self.siblings, before=self.before, after=self.after)


class Recaps(commands.Cog):
    """What members use."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._clock = bot.clock

    @app_commands.command(description="Look up the recap of an episode; only you see the answer")
    @app_commands.describe(show="The show", episode="S1E2, 2, finale or latest; without it, the latest")
    async def recap(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, 100],
        episode: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        found = await self._look_up(interaction, show, episode)
        if isinstance(found, str):
            await interaction.response.send_message(found, ephemeral=True)
        else:
            await interaction.response.send_message(view=answer_view(found.answer), ephemeral=True)

    @app_commands.command(description="The newest recaps, without any plot")
    @app_commands.describe(show="Only this show")
    async def latest(self, interaction: Interaction, show: app_commands.Range[str, 1, 100] | None = None) -> None:
        hit = None if show is None else await understand_show(interaction, show)
        if isinstance(hit, UnclearShow | UnknownShow):
            await interaction.response.send_message(not_understood(hit), ephemeral=True)
            return
        view = await self._page(viewer_of(interaction), None if hit is None else hit.key, None)
        await interaction.response.send_message(view=view, ephemeral=True)

    @recap.autocomplete("show")
    @latest.autocomplete("show")
    async def _suggest_show(self, interaction: Interaction, typed: str) -> list[Choice]:
        return await suggest_show(interaction, typed)

    @recap.autocomplete("episode")
    async def _suggest_episode(self, interaction: Interaction, typed: str) -> list[Choice]:
        hit = await understand_show(interaction, getattr(interaction.namespace, "show", None) or "")
        if not isinstance(hit, Hit):
            return []
        async with self._store.reading() as unit:
            episodes = await unit.recaps.episodes(viewer_of(interaction), hit.key)
        known = [str(episode.ref) for episode in episodes if episode.ref.is_numbered]
        wanted = typed.strip().casefold()
        return choices((name, name) for name in ("latest", *known) if wanted in name.casefold())

    async def reveal_post(self, interaction: Interaction, mark: PostMark) -> None:
        """Show what a post hides, to whoever asked."""
        guild = viewer_of(interaction)
        if guild is None or mark.instance != self._store.instance:
            await interaction.response.send_message(GONE, ephemeral=True)
            return
        async with self._store.reading() as unit:
            order = await unit.posts.get(guild, mark.post, self._clock())
        if order is None:
            await interaction.response.send_message(GONE, ephemeral=True)
            return
        card = make_answer(order.recap, open=True, siblings=order.siblings)
        await interaction.response.send_message(view=answer_view(card), ephemeral=True)

    async def press(self, interaction: Interaction, action: Action, recap: RecapId) -> None:
        """Answer a button about one recap."""
        viewer = viewer_of(interaction)
        async with self._store.reading() as unit:
            known = await unit.recaps.get(viewer, recap)
            found = None if known is None else await _with_surroundings(unit, viewer, known)
            settings = GuildSettings() if viewer is None else await unit.guilds.settings(viewer)
        if found is None:
            await interaction.response.send_message(GONE, ephemeral=True)
        elif action in {Action.PREVIOUS, Action.NEXT}:
            await _turn_to(interaction, found.answer)
        elif action is Action.REVEAL:
            card = make_answer(found.recap, open=True, siblings=found.siblings)
            await interaction.response.send_message(view=answer_view(card), ephemeral=True)
        elif action is Action.OTHERS:
            await interaction.response.send_message(view=_others_view(found), ephemeral=True)
        else:
            card = make_card(found.recap, CardOptions(spoilers=settings.spoilers), siblings=found.siblings)
            await interaction.response.send_message(view=answer_view(card))

    async def turn_page(self, interaction: Interaction, show: ShowId | None, before: "Cursor | None") -> None:
        """Another page of `/latest`, in place."""
        view = await self._page(viewer_of(interaction), show, before)
        await interaction.response.edit_message(view=view)

    async def open(self, interaction: Interaction, recap: RecapId) -> None:
        """A recap that was picked from a list."""
        viewer = viewer_of(interaction)
        async with self._store.reading() as unit:
            known = await unit.recaps.get(viewer, recap)
            found = None if known is None else await _with_surroundings(unit, viewer, known)
        if found is None:
            await interaction.response.send_message(GONE, ephemeral=True)
        else:
            await interaction.response.send_message(view=answer_view(found.answer), ephemeral=True)

    async def _look_up(self, interaction: Interaction, show: str, episode: str | None) -> Found | str:
        hit = await understand_show(interaction, show)
        if not isinstance(hit, Hit):
            return not_understood(hit)
        wanted = Wanted.LATEST if episode is None else read_episode(episode)
        if isinstance(wanted, Unreadable):
            typed = visible(wanted.typed, 60)
            return f"I cannot read “{typed}” as an episode. Try `S1E2`, `2`, `finale` or `latest`."
        viewer = viewer_of(interaction)
        async with self._store.reading() as unit:
            recap = await _wanted_recap(unit, viewer, hit.key, wanted)
            if recap is None:
                return _not_recapped(hit, wanted, await unit.recaps.latest(viewer, show=hit.key, limit=1))
            return await _with_surroundings(unit, viewer, recap)

    async def _page(self, viewer: Viewer, show: ShowId | None, before: "Cursor | None") -> ui.LayoutView:
        cursor = None if before is None else (before.dated, before.recap)
        async with self._store.reading() as unit:
            recaps = await unit.recaps.latest(viewer, show=show, before=cursor, limit=PAGE + 1)
        return _latest_view(recaps[:PAGE], show, is_first=before is None, has_more=len(recaps) > PAGE)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of `/latest` ended."""

    dated: datetime
    recap: RecapId


class TurnPage(
    ui.DynamicItem[ui.Button[Any]],
    template=r"latest:(?P<show>\d{1,18}):(?P<dated>\d{1,16}):(?P<recap>\d{1,18})",
):
    """*Older* and *Newest* below `/latest`. Where the page ended is in its id, so that it works after a restart."""

    def __init__(self, label: str, show: ShowId | None, before: Cursor | None) -> None:
        micros = 0 if before is None else (before.dated - EPOCH) // timedelta(microseconds=1)
        number = 0 if before is None else before.recap
        super().__init__(ui.Button(label=label, custom_id=f"latest:{show or 0}:{micros}:{number}"))
        self.show = show
        self.before = before

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        show = ShowId(int(match["show"])) or None
        dated = EPOCH + timedelta(microseconds=int(match["dated"]))
        return cls("…", show, Cursor(dated, RecapId(int(match["recap"]))) if int(match["recap"]) else None)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).turn_page(interaction, self.show, self.before))


class OpenRecap(ui.DynamicItem[ui.Select[Any]], template=r"open-recap"):
    """The menu below `/latest`."""

    def __init__(self, recaps: list[Recap]) -> None:
        options = [
            discord.SelectOption(
                label=make_answer(recap, open=False).thread_title,
                description=plain(recap.site, 100),
                value=str(recap.id),
            )
            for recap in recaps
        ]
        super().__init__(
            ui.Select(
                custom_id="open-recap",
                placeholder="Open one privately …",
                options=options or [discord.SelectOption(label="…", value="0")],
                required=True,
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        recap = RecapId(int(self.item.values[0]))
        await answered(interaction, _cog(interaction).open(interaction, recap))


def not_understood(problem: UnclearShow | UnknownShow) -> str:
    """What to say when it is not clear which show is meant."""
    typed = visible(problem.typed, 60)
    if isinstance(problem, UnclearShow):
        return f"“{typed}” could be {titles(problem.candidates)}. Pick one from the suggestions."
    if problem.nearest:
        return f"I know no show called “{typed}”. Did you mean {titles(problem.nearest)}?"
    return f"No recaps of “{typed}” are known here yet. `/latest` shows what is."


def _not_recapped(hit: Hit[ShowId], wanted: EpisodeRef | Wanted, latest: list[Recap]) -> str:
    title = visible(hit.title, 80)
    if not latest:
        return f"No recaps of **{title}** are known here yet."
    return f"No recap of **{title}** {wanted} is known here. The latest is {reference(latest[0])}."


async def _wanted_recap(unit: Unit, viewer: Viewer, show: ShowId, wanted: EpisodeRef | Wanted) -> Recap | None:
    if wanted is Wanted.LATEST:
        return next(iter(await unit.recaps.latest(viewer, show=show, limit=1)), None)
    if wanted is Wanted.FINALE:
        return best_of(await unit.recaps.finales(viewer, show))
    assert isinstance(wanted, EpisodeRef)
    return best_of(await unit.recaps.of_episode(viewer, show, wanted))


async def _with_surroundings(unit: Unit, viewer: Viewer, recap: Recap) -> Found:
    if recap.show is None:
        return Found(recap, [], None, None)
    known = await unit.recaps.episodes(viewer, recap.show)
    before, after = around((episode.ref for episode in known), recap.ref)
    return Found(
        recap,
        await unit.recaps.siblings(viewer, recap),
        None if before is None else best_of(await unit.recaps.of_episode(viewer, recap.show, before)),
        None if after is None else best_of(await unit.recaps.of_episode(viewer, recap.show, after)),
    )


async def _turn_to(interaction: Interaction, card: Card) -> None:
    message = interaction.message
    if message is not None and message.flags.ephemeral:
        await interaction.response.edit_message(view=answer_view(card))
    else:
        await interaction.response.send_message(view=answer_view(card), ephemeral=True)


def _others_view(found: Found) -> ui.LayoutView:
    links = links_to(found.siblings, besides=found.recap)[:25]
    if not links:
        return text_view(Markup(f"No other recaps of {reference(found.recap)} are known here."))
    return text_view(Markup(f"Other recaps of {reference(found.recap)}"), rows=link_rows(links))


def _latest_view(recaps: list[Recap], show: ShowId | None, *, is_first: bool, has_more: bool) -> ui.LayoutView:
    if not recaps:
        return text_view(Markup("No recaps are known here yet. They arrive as the feeds publish them."))
    lines = [f"{_listed(recap)} · <t:{int(recap.date.timestamp())}:R>" for recap in recaps]
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(OpenRecap(recaps))]
    buttons: list[TurnPage] = []
    if not is_first:
        buttons.append(TurnPage("Newest", show, None))
    if has_more:
        buttons.append(TurnPage("Older", show, Cursor(recaps[-1].date, recaps[-1].id)))
    if buttons:
        rows.append(ui.ActionRow(*buttons))
    return text_view(Markup("### Latest recaps"), Markup("\n".join(lines)), rows=rows)


def _listed(recap: Recap) -> str:
    # Where the show is not known, the reference names the site already.
    return reference(recap) if recap.show_title is None else f"{reference(recap)} · {visible(recap.site, 60)}"


def _cog(interaction: Interaction) -> Recaps:
    cog = interaction.client.get_cog("Recaps")
    assert isinstance(cog, Recaps)
    return cog


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(PostReveal, RecapPress, TurnPage, OpenRecap)
    await bot.add_cog(Recaps(bot))
