"""Lists of recaps, without any plot: their lines, their pages, and the menu that opens one privately."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Self

import discord
from discord import ui

from bot.recaps.card import make_answer, reference
from bot.recaps.model import Recap, RecapId
from bot.recaps.spoilers import Markup, plain, visible
from bot.texts import short
from cogs.views import Interaction, answered, presses

PAGE: Final = 10
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class OpenRecap(ui.DynamicItem[ui.Select[Any]], template=r"open-recap"):
    """The menu below a list of recaps or episodes."""

    def __init__(self, options: list[discord.SelectOption]) -> None:
        super().__init__(menu("open-recap", short("Open one privately …"), options))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, presses(interaction).open(interaction, RecapId(chosen(self.item))))


def recap_options(recaps: Sequence[Recap]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=make_answer(recap, open=False).thread_title,
            description=plain(recap.site, 100),
            value=str(recap.id),
        )
        for recap in recaps
    ]


def menu(custom_id: str, placeholder: str, options: list[discord.SelectOption]) -> ui.Select[Any]:
    """A menu of which one option is chosen. One that is rebuilt from its id alone has nothing to offer."""
    rebuilt = [discord.SelectOption(label="…", value="0")]
    return ui.Select(custom_id=custom_id, placeholder=placeholder, options=options or rebuilt, required=True)


def chosen(select: ui.Select[Any]) -> int:
    """The number that was chosen from a menu; 0, which is nobody's, for what never stood in it."""
    value = select.values[0] if select.values else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def listed(recap: Recap) -> Markup:
    """One line about a recap: what it retells, where, when."""
    # Where the show is not known, the reference names the site already.
    site = "" if recap.show_title is None else f" · {visible(recap.site, 60)}"
    return Markup(f"{reference(recap)}{site} · <t:{int(recap.date.timestamp())}:R>")


def lines(recaps: Sequence[Recap]) -> Markup:
    return Markup("\n".join(map(listed, recaps)))
