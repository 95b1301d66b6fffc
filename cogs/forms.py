"""Forms that outlive a restart, and an answer to whatever is sent in or pressed and nobody knows any more."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Self, cast

import discord
from discord import ui
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.spoilers import visible
from bot.texts import N_, _
from cogs.admin import say
from cogs.views import Interaction, answered, is_answered

UNKNOWN_PRESS: Final = N_("I do not know any more what this was about. Please run its command again.")
UNKNOWN_FORM: Final = N_("I do not know any more what this form was about. Please open it again.")
#: So much of what was typed is said again, for whoever wants to copy it.
REPEATED: Final = 1500


class Form(ui.Modal):
    """A form whose custom id says what it is about; `add_forms` makes its kind known.

    As with a `DynamicItem`, nothing of it is kept while it is open: it is made anew from its id when it is sent in,
    be it after a restart.
    """

    #: What the ids of this kind look like.
    template: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__()
        cls.template = re.compile(template)

    @classmethod
    def from_custom_id(cls, match: re.Match[str], /) -> Self:
        """The form that was opened with this id."""
        raise NotImplementedError

    async def open(self, interaction: Interaction) -> None:
        """Show it to whoever ran a command or pressed a button."""
        # What is stopped is not kept by discord.py, which would wait for it as long as it runs.
        self.stop()
        await interaction.response.send_modal(self)

    async def sent_in(self, interaction: Interaction, texts: Mapping[str, str]) -> None:
        """Answer what was typed, by the custom ids of its fields."""
        raise NotImplementedError


class Forms(commands.Cog):
    """Takes what is sent in, and speaks where nobody else does: Discord would say that we did not respond."""

    def __init__(self) -> None:
        self.kinds: list[type[Form]] = []

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        # discord.py has begun the tasks of buttons and menus by now, and they say so before they wait for anything.
        if is_answered(interaction):
            return
        if interaction.type is discord.InteractionType.modal_submit:
            await answered(interaction, self._take(interaction))
        elif interaction.type is discord.InteractionType.component:
            await answered(interaction, say(interaction, UNKNOWN_PRESS))

    async def _take(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        texts = dict(_typed(data["components"]))
        for kind in self.kinds:
            if match := kind.template.fullmatch(data["custom_id"]):
                await kind.from_custom_id(match).sent_in(interaction, texts)
                return
        await say(interaction, _lost(texts))


def add_forms(bot: RecapClient, *kinds: type[Form]) -> None:
    """Have forms of these kinds taken when they are sent in."""
    cast("Forms", bot.get_cog("Forms")).kinds.extend(kinds)


def _lost(texts: Mapping[str, str]) -> str:
    typed = visible(" · ".join(filter(None, texts.values())), REPEATED)
    repeated = _("You had typed: {text}", text=typed) if typed else ""
    return f"{UNKNOWN_FORM}\n{repeated}".strip()


def _typed(components: Any) -> Iterator[tuple[str, str]]:
    """The custom ids of text fields and what stands in them, wherever they are nested."""
    for part in components:
        if isinstance(part.get("value"), str):
            yield part["custom_id"], part["value"]
        yield from _typed([*part.get("components", ()), *filter(None, [part.get("component")])])


async def setup(bot: RecapClient) -> None:
    await bot.add_cog(Forms())
