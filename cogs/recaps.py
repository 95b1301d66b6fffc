"""Looking recaps up: `/recap`, `/latest`, and the buttons of cards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.delivery.marks import PostMark
from bot.recaps.card import Action, Card, CardOptions, links_to, make_answer, make_card, reference
from bot.recaps.episodes import Unreadable, Wanted, read_episode
from bot.recaps.model import EpisodeRef, Recap, RecapId, ShowId
from bot.recaps.progress import Mark, furthest, last_watched, raised, short_of
from bot.recaps.shows import Hit
from bot.recaps.spoilers import Markup, visible
from bot.store.feeds import Viewer
from bot.store.guilds import GuildSettings
from bot.store.store import Unit
from bot.texts import N_, _, short, spoken, spoken_in
from cogs.finding import Found, recap_of, surroundings
from cogs.listing import EPOCH, PAGE, OpenRecap, lines, recap_options
from cogs.options import (
    UnclearShow,
    UnknownShow,
    not_understood,
    suggest_episode,
    suggest_show,
    understand_show,
    unreadable,
    user_of,
    viewer_of,
)
from cogs.views import Interaction, PostReveal, RecapPress, answer_view, answered, heading, link_rows, text_view

GONE: Final = N_("This recap is not available here any more. `/latest` shows what is.")
MUTED: Final = N_("You may not write in this channel, so nothing was shared. Share it from one where you may.")


class Recaps(commands.Cog):
    """What members use."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._clock = bot.clock

    @app_commands.command(description=locale_str("Look up the recap of an episode; only you see the answer"))
    @app_commands.describe(
        show=locale_str("The show"),
        episode=locale_str("S1E2, 2, finale or latest; without it, the last one you watched, else the latest"),
    )
    @app_commands.autocomplete(show=suggest_show, episode=suggest_episode)
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

    @app_commands.command(description=locale_str("The newest recaps, without any plot"))
    @app_commands.describe(show=locale_str("Only this show"))
    @app_commands.autocomplete(show=suggest_show)
    async def latest(self, interaction: Interaction, show: app_commands.Range[str, 1, 100] | None = None) -> None:
        hit = None if show is None else await understand_show(interaction, show)
        if isinstance(hit, UnclearShow | UnknownShow):
            await interaction.response.send_message(not_understood(hit), ephemeral=True)
            return
        view = await self._page(viewer_of(interaction), None if hit is None else hit.key, None)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def reveal_post(self, interaction: Interaction, mark: PostMark) -> None:
        """Show what a post hides, to whoever asked."""
        guild, order, behind = viewer_of(interaction), None, None
        if guild is not None and mark.instance == self._store.instance:
            async with self._store.reading() as unit:
                order = await unit.posts.get(guild, mark.post, self._clock())
                behind = None if order is None else await _short_of(unit, interaction, order.recap)
        if order is None:
            await interaction.response.send_message(GONE, ephemeral=True)
        elif behind is not None:
            await interaction.response.send_message(view=_question(order.recap, behind), ephemeral=True)
        else:
            card = make_answer(order.recap, open=True, siblings=order.siblings)
            await interaction.response.send_message(view=answer_view(card), ephemeral=True)

    async def press(self, interaction: Interaction, action: Action, recap: RecapId) -> None:
        """Answer a button about one recap."""
        found = await self._found(viewer_of(interaction), recap)
        if found is None:
            await interaction.response.send_message(GONE, ephemeral=True)
        elif action in {Action.PREVIOUS, Action.NEXT}:
            await _turn_to(interaction, found.answer)
        elif action is Action.REVEAL:
            await self._reveal(interaction, found)
        elif action is Action.OPEN:
            await interaction.response.send_message(view=answer_view(found.answer), ephemeral=True)
        elif action is Action.ANYWAY:
            await _turn_to(interaction, found.opened)
        elif action is Action.WATCHED:
            await self._watched(interaction, found.recap)
        elif action is Action.OTHERS:
            await interaction.response.send_message(view=_others_view(found), ephemeral=True)
        else:
            await self._share(interaction, found)

    async def turn_page(self, interaction: Interaction, show: ShowId | None, before: "Cursor | None") -> None:
        """Another page of `/latest`, in place."""
        view = await self._page(viewer_of(interaction), show, before)
        await interaction.response.edit_message(view=view)

    async def open(self, interaction: Interaction, recap: RecapId) -> None:
        """A recap that was picked from a list."""
        found = await self._found(viewer_of(interaction), recap)
        if found is None:
            await interaction.response.send_message(GONE, ephemeral=True)
        else:
            await interaction.response.send_message(view=answer_view(found.answer), ephemeral=True)

    async def _found(self, viewer: Viewer, recap: RecapId) -> Found | None:
        async with self._store.reading() as unit:
            known = await unit.recaps.get(viewer, recap)
            return None if known is None else await surroundings(unit, viewer, known)

    async def _reveal(self, interaction: Interaction, found: Found) -> None:
        async with self._store.reading() as unit:
            behind = await _short_of(unit, interaction, found.recap)
        view = answer_view(found.opened) if behind is None else _question(found.recap, behind)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _watched(self, interaction: Interaction, recap: Recap) -> None:
        """Note that an episode was watched. It never takes back what was noted before."""
        if recap.show is None:
            await interaction.response.send_message(GONE, ephemeral=True)
            return
        user = user_of(interaction)
        async with self._store.transaction(wakes=False) as unit:
            marks = await unit.progress.of(user, recap.show)
            mark = raised(marks, recap.ref)
            if mark is not None:
                await unit.progress.keep(user, recap.show, mark, self._clock())
        title, before = visible(recap.show_title or "", 80), ", ".join(map(str, furthest(marks)))
        if mark is not None:
            sentence = N_("Noted: up to {episode} of **{show}**. `/watching` lists it.", episode=str(mark), show=title)
        else:
            sentence = N_(
                "Noted before: up to {episodes} of **{show}**. `/watching` lists it.", episodes=before, show=title
            )
        await interaction.response.send_message(sentence, ephemeral=True)

    async def _share(self, interaction: Interaction, found: Found) -> None:
        """Post a card where everybody sees it, as the server wants its cards."""
        viewer = viewer_of(interaction)
        if viewer is not None and not _may_write(interaction):
            await interaction.response.send_message(MUTED, ephemeral=True)
            return
        async with self._store.reading() as unit:
            settings = GuildSettings() if viewer is None else await unit.guilds.settings(viewer)
        with spoken_in(spoken() if viewer is None else interaction.client.language_of(viewer)):
            card = make_card(found.recap, CardOptions(spoilers=settings.spoilers), siblings=found.siblings)
            await interaction.response.send_message(view=answer_view(card))

    async def _look_up(self, interaction: Interaction, show: str, episode: str | None) -> Found | str:
        hit = await understand_show(interaction, show)
        if not isinstance(hit, Hit):
            return not_understood(hit)
        wanted = None if episode is None else read_episode(episode)
        if isinstance(wanted, Unreadable):
            return unreadable(wanted)
        viewer = viewer_of(interaction)
        async with self._store.reading() as unit:
            if wanted is None:
                wanted = await _last_watched(unit, interaction, hit.key) or Wanted.LATEST
            recap = await recap_of(unit, viewer, hit.key, wanted)
            if recap is None:
                return _not_recapped(hit, wanted, await unit.recaps.latest(viewer, show=hit.key, limit=1))
            return await surroundings(unit, viewer, recap)

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
    template=r"latest:(?P<show>[0-9]{1,18}):(?P<dated>[0-9]{1,16}):(?P<recap>[0-9]{1,18})",
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
        cog = interaction.client.get_cog("Recaps")
        assert isinstance(cog, Recaps)
        await answered(interaction, cog.turn_page(interaction, self.show, self.before))


async def _short_of(unit: Unit, interaction: Interaction, recap: Recap) -> Mark | None:
    if recap.show is None:
        return None
    return short_of(await unit.progress.of(user_of(interaction), recap.show), recap.ref)


async def _last_watched(unit: Unit, interaction: Interaction, show: ShowId) -> EpisodeRef | None:
    marks = await unit.progress.of(user_of(interaction), show)
    if not marks:
        return None
    return last_watched(marks, [known.ref for known in await unit.recaps.episodes(viewer_of(interaction), show)])


def _not_recapped(hit: Hit[ShowId], wanted: EpisodeRef | Wanted, latest: Sequence[Recap]) -> str:
    title = visible(hit.title, 80)
    if not latest:
        return _("No recaps of **{show}** are known here yet.", show=title)
    episode = _("the finale of **{show}**", show=title) if wanted is Wanted.FINALE else f"**{title}** {wanted}"
    return _(
        "No recap of {episode} is known here. The latest is {latest}. "
        "Pick an episode from the suggestions, or type `latest`.",
        episode=episode,
        latest=reference(latest[0]),
    )


def _question(recap: Recap, mark: Mark) -> ui.LayoutView:
    """Whether somebody who has not watched this far wants to read on."""
    title = visible(recap.show_title or "", 80)
    if str(recap.ref):
        asks = _(
            "You have watched **{show}** up to {mark}; this is {episode}. Show it all the same?",
            show=title,
            mark=str(mark),
            episode=str(recap.ref),
        )
    else:
        asks = _(
            "You have watched **{show}** up to {mark}; this may be further on. Show it all the same?",
            show=title,
            mark=str(mark),
        )
    anyway = RecapPress(Action.ANYWAY, recap.id, short("Show it all the same"))
    return text_view(Markup(asks), rows=[ui.ActionRow(anyway)])


async def _turn_to(interaction: Interaction, card: Card) -> None:
    """Show a card in place of the private message that was clicked; never in place of what others see."""
    message = interaction.message
    if message is not None and message.flags.ephemeral:
        await interaction.response.edit_message(view=answer_view(card))
    else:
        await interaction.response.send_message(view=answer_view(card), ephemeral=True)


def _may_write(interaction: Interaction) -> bool:
    """Whether whoever clicked could say something here themselves."""
    if isinstance(interaction.channel, discord.Thread):
        return interaction.permissions.send_messages_in_threads
    return interaction.permissions.send_messages


def _others_view(found: Found) -> ui.LayoutView:
    links = links_to(found.siblings, besides=found.recap)[:25]
    if not links:
        return text_view(Markup(_("No other recaps of {recap} are known here.", recap=reference(found.recap))))
    return text_view(Markup(_("Other recaps of {recap}", recap=reference(found.recap))), rows=link_rows(links))


def _latest_view(recaps: list[Recap], show: ShowId | None, *, is_first: bool, has_more: bool) -> ui.LayoutView:
    if not recaps:
        return text_view(Markup(_("No recaps are known here yet. They arrive as the feeds publish them.")))
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(OpenRecap(recap_options(recaps)))]
    buttons: list[TurnPage] = []
    if not is_first:
        buttons.append(TurnPage(short("Newest"), show, None))
    if has_more:
        buttons.append(TurnPage(short("Older"), show, Cursor(recaps[-1].date, recaps[-1].id)))
    if buttons:
        rows.append(ui.ActionRow(*buttons))
    return text_view(heading(_("Latest recaps")), lines(recaps), rows=rows)


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(PostReveal, RecapPress, TurnPage, OpenRecap)
    await bot.add_cog(Recaps(bot))
