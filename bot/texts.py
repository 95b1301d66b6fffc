"""Every text that people read, in the language of whoever reads it.

Texts are written in English where they are needed, and are looked up in the language of the moment: `_("…")` says one
at once, `N_("…")` keeps one to be said later, maybe to other readers. Values stand in `{placeholders}`, and are texts
themselves where they can be translated. Who passes a value makes it safe to show, as everywhere. What is not
translated is said in English.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from gettext import NullTranslations
from typing import Any, Final, Self

Language = NullTranslations
ENGLISH: Final[Language] = NullTranslations()

#: What Discord takes on a button; menus take a little more.
SHORT_LIMIT: Final = 80
DAY_LIMIT: Final = 30

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_spoken: Final = ContextVar("spoken", default=ENGLISH)


class Languages:
    """The languages that there are besides English, by their locale as gettext writes it: `de`, `pt_BR`."""

    def __init__(self, known: Mapping[str, Language]) -> None:
        self._known = known

    def __bool__(self) -> bool:
        return bool(self._known)

    def of(self, locale: str) -> Language:
        """The language of somebody whose locale is this, as Discord writes it: `de`, `pt-BR`."""
        name = locale.replace("-", "_")
        return self._known.get(name) or self._known.get(name.partition("_")[0]) or ENGLISH


ONLY_ENGLISH: Final = Languages({})


def spoken() -> Language:
    """The language of the moment."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Use a language for the rest of this task."""
    _spoken.set(language)


@contextmanager
def spoken_in(language: Language) -> Iterator[None]:
    """Use a language within the block."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@dataclass(frozen=True, slots=True)
class Text:
    """Something to say: `str` says it in the language of the moment."""

    message: str
    values: tuple[tuple[str, "Value"], ...] = ()
    #: The message for other numbers than one. The number is the value `count`.
    plural: str | None = None

    def __str__(self) -> str:
        values = dict(self.values)
        if self.plural is not None:
            said = spoken().ngettext(self.message, self.plural, int(str(values["count"])))
        else:
            # Catalogues keep their header as the translation of nothing.
            said = spoken().gettext(self.message) if self.message else ""
        # What a translation or a stored row has in braces is never run as a format, which could fail or show too much.
        return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), said) if values else said

    def filled(self, **values: "Value") -> Self:
        """The message with values; those that it does not name are left aside."""
        return replace(
            self, values=tuple((name, value) for name, value in values.items() if f"{{{name}}}" in self.message)
        )

    def within(self, limit: int) -> str:
        """The text for a place that holds so many characters: in English where its translation is too long."""
        said = str(self)
        if len(said) <= limit:
            return said
        with spoken_in(ENGLISH):
            said = str(self)
        return said if len(said) <= limit else f"{said[: limit - 1]}…"

    def stored(self) -> str:
        """How it is kept in a database."""
        return json.dumps(_parts(self), ensure_ascii=False) if self.values else self.message

    @classmethod
    def from_stored(cls, stored: str) -> Self:
        """What `stored` gave; a plain sentence stands for itself."""
        try:
            return cls._of(json.loads(stored))
        except (ValueError, TypeError, LookupError, AttributeError):
            return cls(stored)

    @classmethod
    def _of(cls, parts: Any) -> Self:
        values = {name: cls._of(value) if isinstance(value, dict) else value for name, value in parts["values"].items()}
        return cls(parts["message"], tuple(values.items()), parts.get("plural"))


Value = str | int | Text


def lazy_gettext(message: str, /, **values: Value) -> Text:
    """A message to be said later; known as `N_`."""
    return Text(message, tuple(values.items()))


def lazy_ngettext(singular: str, plural: str, count: int, /, **values: Value) -> Text:
    """A message about a number of things, the value `{count}`, to be said later."""
    return Text(singular, (("count", count), *values.items()), plural)


def gettext(message: str, /, **values: Value) -> str:
    """A message in the language of the moment; known as `_`."""
    return str(lazy_gettext(message, **values))


def ngettext(singular: str, plural: str, count: int, /, **values: Value) -> str:
    """A message about a number of things, the value `{count}`, in the language of the moment."""
    return str(lazy_ngettext(singular, plural, count, **values))


N_ = lazy_gettext
_ = gettext


def short(message: str, /, **values: Value) -> str:
    """A message on a button, in a menu or in a description, none of which hold more than `SHORT_LIMIT`."""
    return lazy_gettext(message, **values).within(SHORT_LIMIT)


def bold(value: Value) -> Text:
    """A value in bold, to be said later."""
    return Text("**{value}**", (("value", value),))


def all_of(values: Sequence[Value]) -> Value:
    """`a`, `a and b`, or `a, b and c`."""
    match values:
        case [only]:
            return only
        case [first, last]:
            return N_("{first} and {last}", first=first, last=last)
        case [first, *rest]:
            return N_("{first}, {rest}", first=first, rest=all_of(rest))
        case _:
            return ""


def one_of(values: Sequence[Value]) -> Value:
    """`a`, `a or b`, or `a, b or c`."""
    match values:
        case [only]:
            return only
        case [first, last]:
            return N_("{first} or {last}", first=first, last=last)
        case [first, *rest]:
            return N_("{first}, {rest}", first=first, rest=one_of(rest))
        case _:
            return ""


def day(date_: date) -> str:
    """`31 Mar 2022`; short, wherever it stands."""
    return N_("{day} {month} {year}", day=date_.day, month=_MONTHS[date_.month - 1], year=date_.year).within(DAY_LIMIT)


_MONTHS: Final = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)


def _parts(text: Text) -> dict[str, Any]:
    values = {name: _parts(value) if isinstance(value, Text) else value for name, value in text.values}
    plural = {} if text.plural is None else {"plural": text.plural}
    return {"message": text.message, **plural, "values": values}
