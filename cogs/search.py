"""`/search`: shows, people, sites and stories by their words. What is found never shows any plot."""

import re
from typing import Any, Final, Self

from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.model import ShowId
from bot.recaps.shows import Certainty, Hit, Match
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.recaps import SearchHit
from bot.store.search import END, query_words
from bot.texts import N_, _, short
from cogs.listing import PAGE, OpenRecap, lines, recap_options
from cogs.options import viewer_of
from cogs.shows import Shows
from cogs.views import Interaction, answered, heading, text_view

#: The query is part of the id of the buttons below its results, which holds a hundred characters.
LONGEST_QUERY: Final = 70
NO_WORDS: Final = N_("There is no word in that to look for. Try a show, a name, or what happens in an episode.")
#: So many shows are offered above the recaps.
SHOWS: Final = 3


class Search(commands.Cog):
    """Finding recaps by their words."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._directory = bot.directory

    @app_commands.command(description=locale_str("Find recaps by show, person, site or story; the plot stays hidden"))
    @app_commands.describe(query=locale_str("All of these words"))
    async def search(self, interaction: Interaction, query: app_commands.Range[str, 1, LONGEST_QUERY]) -> None:
        words = " ".join(query_words(query))
        if not words:
            await interaction.response.send_message(NO_WORDS, ephemeral=True)
            return
        view = await self._page(interaction, words, END)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def turn_page(self, interaction: Interaction, words: str, before: int) -> None:
        """Other results of the same search, in place."""
        await interaction.response.edit_message(view=await self._page(interaction, words, before))

    async def _page(self, interaction: Interaction, words: str, before: int) -> ui.LayoutView:
        viewer, is_first = viewer_of(interaction), before == END
        async with self._store.reading() as unit:
            hits = await unit.recaps.search(viewer, words.split(), before=before, limit=PAGE + 1)
        shows = _shows(await self._directory.resolve(viewer, words)) if is_first else []
        return _results_view(words, hits, shows, is_first=is_first)


class TurnSearch(ui.DynamicItem[ui.Button[Any]], template=r"search:(?P<before>[0-9]{1,19}):(?P<words>(?s:.{1,72}))"):
    """*Older* and *Newest* below a search. What was looked for is in the id, so that it works after a restart."""

    def __init__(self, label: str, words: str, before: int) -> None:
        super().__init__(ui.Button(label=label, custom_id=f"search:{before}:{words}"))
        self.words = words
        self.before = before

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls("…", match["words"], min(int(match["before"]), END))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        cog = interaction.client.get_cog("Search")
        assert isinstance(cog, Search)
        await answered(interaction, cog.turn_page(interaction, self.words, self.before))


def _shows(match: Match[ShowId]) -> list[Hit[ShowId]]:
    """The shows that the words may name."""
    if match.show is not None:
        return [match.show]
    return list(match.candidates[:SHOWS]) if match.certainty is Certainty.UNSURE else []


def _results_view(words: str, hits: list[SearchHit], shows: list[Hit[ShowId]], *, is_first: bool) -> ui.LayoutView:
    recaps = [hit.recap for hit in hits[:PAGE]]
    rows: list[ui.ActionRow[Any]] = []
    if shows:
        rows.append(ui.ActionRow(*(OpenShow(hit.title, hit.key) for hit in shows)))
    if recaps:
        rows.append(ui.ActionRow(OpenRecap(recap_options(recaps))))
    buttons: list[ui.Item[Any]] = [] if is_first else [TurnSearch(short("Newest"), words, END)]
    if len(hits) > PAGE:
        buttons.append(TurnSearch(short("Older"), words, hits[PAGE - 1].place))
    if buttons:
        rows.append(ui.ActionRow(*buttons))
    head = heading(_("Found for “{words}”", words=visible(words, 100)))
    nothing = Markup(_("No recap here has all of these words. Try fewer, or other ones."))
    return text_view(head, lines(recaps) or nothing, rows=rows)


class OpenShow(ui.DynamicItem[ui.Button[Any]], template=r"open-show:(?P<show>[0-9]{1,18})"):
    """A show that was found."""

    def __init__(self, title: str, show: ShowId) -> None:
        super().__init__(ui.Button(label=plain(title, 80) or short("Show"), custom_id=f"open-show:{show}"))
        self.show = show

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls("…", ShowId(int(match["show"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        cog = interaction.client.get_cog("Shows")
        assert isinstance(cog, Shows)
        await answered(interaction, cog.open(interaction, self.show))


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(TurnSearch, OpenShow)
    await bot.add_cog(Search(bot))
