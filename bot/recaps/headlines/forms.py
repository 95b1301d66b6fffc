"""How headlines name shows, and which of these forms are trusted."""

from enum import StrEnum
from typing import Final, NamedTuple

from bot.recaps.headlines.parts import Span


class Form(StrEnum):
    """The forms in which headlines name shows."""

    KNOWN = "a title or alias of a show that is known"
    FILED = "a category of the entry"
    QUOTED = "alone in quotation marks, beside the core"
    CITED = "in quotation marks, but it may be a title or what happens"
    NUMBERED = "before a season, an episode or a finale"
    PLAIN = "before a word of kind"
    BEHIND = "behind a word of kind"
    PREFIX = "a known title with other words beside it"
    LOOSE = "among words that may be anything"


#: The forms that are right so often that the name may be visible.
SURE_FORMS: Final = frozenset({Form.KNOWN, Form.FILED, Form.QUOTED})


class Name(NamedTuple):
    """A name as the headline has it, what its number says, and what stood beside it."""

    text: str
    form: Form = Form.LOOSE
    #: Whether nothing but fillers stands between the name and the core.
    tight: bool = True
    season: int | None = None
    episode: int | None = None
    #: Words before the name, which may be plot.
    before: Span = (0, 0)
    #: A title in quotation marks behind the name.
    title: Span = (0, 0)
    #: Other words behind the name.
    behind: Span = (0, 0)

    @property
    def known(self) -> bool:
        return self.form is Form.KNOWN

    @property
    def sure(self) -> bool:
        """Whether the form is one that is always right."""
        return self.form in SURE_FORMS

    @property
    def clean(self) -> bool:
        """Whether it looks like a name and like nothing else."""
        return self.form is not Form.LOOSE


#: Several shows are named, and so none.
SEVERAL: Final = Name("")


def is_known(name: Name | None) -> bool:
    """Whether the name holds that of a known show."""
    return name is not None and (name.known or name.form is Form.PREFIX)
