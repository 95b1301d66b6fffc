"""The name of the show, out of the words that stand where a name is."""

import re
from typing import Final

from bot.recaps.headlines.forms import SEVERAL, Form, Name
from bot.recaps.headlines.numbers import TAKEN, Numbers
from bot.recaps.headlines.parts import Parts, Span
from bot.recaps.headlines.pieces import SIGNS, Pieces, has_words
from bot.recaps.headlines.quoted import QUOTES, QuotedNames
from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.unquoted import UnquotedNames
from bot.recaps.headlines.words import HeadlineWords, Mark
from bot.recaps.model import KnownShows

_BETWEEN_QUOTES: Final = re.compile(r"[ ,:]{0,2}| - ")
#: What is left of *August 17 – 23*.
_COUNTER: Final = re.compile(r"\d{1,2}")
_ABBREVIATION: Final = re.compile("[A-Z]{2,4}")
#: *Known Show, Another* `&` *One More*
_LISTED: Final = re.compile(" ?(?:, &|[,&]) ")
_ANNOUNCED: Final = re.compile(r"(?P<sign> - | ?[|:]) ?(?P<name>[^|:!?,(]{1,80}?)(?= - |[|:!?,(]|$)")


def find_name(
    spelling: Spelling, numbers: Numbers, parts: Parts, words: HeadlineWords, known: KnownShows
) -> Name | None:
    """The name in its place."""
    form = _form(numbers, parts)
    pieces = Pieces(
        spelling,
        parts.kind_first,
        bracketed=spelling.shape[: parts.core[0]].endswith("("),
        numbered=numbers.shape.startswith(TAKEN, parts.core[0]),
    )
    numbered = numbers.first(Mark.SEASON) is not None
    names = UnquotedNames(
        spelling, words, known, pieces, numbered, form, is_told=bool(numbers.found) or has_words(spelling, parts.tail)
    )
    if parts.name[0] >= parts.name[1]:
        return _announced(names, numbers, parts)
    if _names_several(names, parts.name):
        return SEVERAL
    name = _in_place(names, parts.name)
    return _unless_later(names, name, parts) if name else None


def _names_several(names: UnquotedNames, span: Span) -> bool:
    """Whether a list holds more than one known show: *Known Show, Another and One More* `Recap`."""
    gaps = [found.span() for found in _LISTED.finditer(names.spelling.shape, *span)]
    if not gaps or names.title_of(names.spelling.cut(*names.pieces.trimmed(span, SIGNS))):
        return False
    starts, ends = [span[0], *(end for _, end in gaps)], [*(start for start, _ in gaps), span[1]]
    pieces = [names.pieces.trimmed(piece, SIGNS) for piece in zip(starts, ends, strict=True)]
    return len({names.title_of(names.spelling.cut(*piece).strip(QUOTES)) for piece in pieces} - {None}) > 1


def _in_place(names: UnquotedNames, span: Span) -> Name | None:
    quotes = [quote for quote in names.spelling.quotes if span[0] <= quote[0] and quote[1] <= span[1]]
    if len(quotes) > 1 and _BETWEEN_QUOTES.fullmatch(names.spelling.shape, quotes[-2][1], quotes[-1][0]):
        # *'Show' 'Title'* `Recap`
        first = QuotedNames(names).find((span[0], quotes[-2][1]), quotes[-2])
        name = first and first._replace(title=quotes[-1])
    else:
        name = QuotedNames(names).find(span, quotes[-1]) if quotes else names.find(span)
    if name is None or not name.text or (name.form is Form.LOOSE and _COUNTER.fullmatch(name.text)):
        return None
    return names.numbered_name(name)


def _form(numbers: Numbers, parts: Parts) -> Form:
    if parts.kind_first:
        return Form.BEHIND
    first = numbers.shape[parts.core[0] : parts.core[0] + 1]
    return Form.NUMBERED if first in {TAKEN, Mark.FINALE, Mark.PREMIERE} else Form.PLAIN


def _announced(names: UnquotedNames, numbers: Numbers, parts: Parts) -> Name | None:
    """The name behind a core with a number: *Episode 5 Recap | Show*. Behind a colon, plot is likelier."""
    if not parts.kind_first or TAKEN not in numbers.shape[slice(*parts.core)]:
        return None
    behind = _ANNOUNCED.match(numbers.shape, parts.core[1])
    if behind is None:
        return None
    name = _in_place(names, behind.span("name"))
    if name is None or not (name.known or (name.clean and name.form is not Form.QUOTED and ":" not in behind["sign"])):
        return None
    return name if name.known else name._replace(form=Form.BEHIND)


def _unless_later(names: UnquotedNames, name: Name, parts: Parts) -> Name:
    """The name, unless what it is taken from is a title: *“Title” Recap: Show* `S2E5`."""
    if name.known or parts.later == (0, 0):
        return name
    if title := names.title_of(names.spelling.cut(*parts.later).strip(QUOTES)):
        return Name(title, Form.KNOWN, before=parts.name)
    if _ABBREVIATION.fullmatch(name.text):
        return _in_place(names, parts.later) or name  # *UK TV Review: Show* `S2E5`
    return name._replace(form=Form.CITED) if name.form is Form.QUOTED else name
