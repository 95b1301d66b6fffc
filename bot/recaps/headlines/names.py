"""The name of the show, out of the words that stand where a name is."""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.recaps.headlines.parts import Parts, Span
from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.words import HeadlineWords
from bot.recaps.model import KnownShows

_PIECES: Final = re.compile(r" - |[|!?]|\. (?=[wq])")
_LEADING: Final = re.compile(r"[ \-:|,.&/)\]fO]*")
_TRAILING: Final = re.compile(r"[ \-:|,(\[.&/fOEH]*$")
_TRAILING_YEAR: Final = re.compile(r"[ ]?\(?y\)?[ ]?[f ]*$")
_TRAILING_NUMBER: Final = re.compile(r"(?<=[\w)’'.!]) n$")
_AROUND_QUOTE: Final = re.compile(r"[ fny:,\-|()h]*")
_QUOTE_NUMBER: Final = re.compile(r" #?n[ :,\-|f]*")
_POSSESSIVE: Final = re.compile(r"(?:[fw] )?[fw]['’`]w |[w] ")
_LOWER: Final = re.compile(r"\b[a-zà-ÿ]{4,}")
_QUOTES: Final = "\"“”„‟″'‘’‚‛`´「」『』《》〈〉«»"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the headline has it, what its number says, and what stood before it."""

    text: str
    sure: bool = False
    known: bool = False
    season: int | None = None
    episode: int | None = None
    #: Words before the name, which may be plot.
    before: Span = (0, 0)


def find_name(
    spelling: Spelling, parts: Parts, words: HeadlineWords, known: KnownShows, *, numbered: bool
) -> Name | None:
    """The name in its place. `numbered` says whether an explicit season or a code stands beside it."""
    start, end = parts.name
    if start >= end:
        return None
    quote = _quote(spelling, start, end)
    name = _quoted(spelling, parts.name, quote) if quote else _unquoted(spelling, parts, words, known)
    return _with_number(name, known, numbered=numbered) if name else None


def _quote(spelling: Spelling, start: int, end: int) -> Span | None:
    """The quotation that is the name: the last one, if it stands at one of the ends."""
    inside = [quote for quote in spelling.quotes if start <= quote[0] and quote[1] <= end]
    return inside[-1] if inside else None


def _quoted(spelling: Spelling, around: Span, quote: Span) -> Name | None:
    start, end = around
    text = spelling.cut(*quote).strip(_QUOTES + " ,")
    before, after = spelling.shape[start : quote[0]], spelling.shape[quote[1] : end]
    tight = bool(_AROUND_QUOTE.fullmatch(after))
    opened = bool(_AROUND_QUOTE.fullmatch(before) or _POSSESSIVE.fullmatch(before))
    number = _QUOTE_NUMBER.fullmatch(after)
    season = spelling.value(quote[1] + after.index("n")) if number else None
    name = Name(text, sure=tight and opened, season=season, before=(0, 0) if opened else (start, quote[0]))
    return name if text else None


def _unquoted(spelling: Spelling, parts: Parts, words: HeadlineWords, known: KnownShows) -> Name | None:
    whole = _trim(spelling, parts.name)
    if title := known.canonical(spelling.cut(*whole)):
        return Name(title, sure=True, known=True)
    span = _last_piece(spelling, whole, first=parts.kind_first)
    text = _trimmed_text(spelling, span)
    if not text:
        return None
    before = (whole[0], span[0]) if span[0] > whole[0] else (0, 0)
    name = Name(text, sure=span == whole and _is_clean(text, words), before=before)
    return _after_colon(spelling, span, name, known)


def _after_colon(spelling: Spelling, span: Span, name: Name, known: KnownShows) -> Name:
    """The name itself, or the known show behind its colon: *Something happens: Known Show* `S2E3`."""
    colon = spelling.shape.rfind(":", *span)
    if colon < 0 or known.canonical(name.text):
        return name
    last = _trim(spelling, (colon + 1, span[1]))
    if title := known.canonical(spelling.cut(*last)):
        return Name(title, sure=True, known=True, before=(span[0], colon))
    if colon - span[0] > 9:
        return Name(_trimmed_text(spelling, last) or name.text, before=(span[0], colon))
    return replace(name, sure=False)


def _last_piece(spelling: Spelling, span: Span, *, first: bool) -> Span:
    """The piece next to the core, between dashes, bars and ends of sentences."""
    pieces, start = [], span[0]
    for gap in _PIECES.finditer(spelling.shape, *span):
        pieces.append((start, gap.start()))
        start = gap.end()
    pieces.append((start, span[1]))
    named = [piece for piece in pieces if spelling.cut(*_trim(spelling, piece))]
    return span if len(named) < 2 else _trim(spelling, named[0] if first else named[-1])


def _trim(spelling: Spelling, span: Span) -> Span:
    """The span without fillers and punctuation around it."""
    shape = spelling.shape[: span[1]]
    trailing = _TRAILING.search(shape, span[0])
    end = trailing.start() if trailing else span[1]
    leading = _LEADING.match(shape, span[0], end)
    start = leading.end() if leading else span[0]
    return (start, end) if start < end else (span[1], span[1])


def _trimmed_text(spelling: Spelling, span: Span) -> str:
    start, end = _trim(spelling, span)
    year = _TRAILING_YEAR.search(spelling.shape[:end], start)
    if year and year.start() > start:
        start, end = _trim(spelling, (start, year.start()))
    return spelling.cut(start, end).strip()


def _is_clean(text: str, words: HeadlineWords) -> bool:
    """Whether the words look like a name and like nothing that could happen."""
    if len(text.split()) > 5 or len(text) > 45 or words.plot.search(text.lower()):
        return False
    return text[0].upper() == text[0] and not _LOWER.search(text) and not any(sign in text for sign in "…;,")


def _with_number(name: Name, known: KnownShows, *, numbered: bool) -> Name:
    """The name with the number glued to it understood: *Survivor 41* is a season, *Soundtrack 1* a name."""
    if name.known:
        return name
    if title := known.canonical(name.text):
        return replace(name, text=title, sure=True, known=True)
    stem, _, digits = name.text.rpartition(" ")
    if not (stem and digits.isdigit() and len(digits) < 4) or digits.startswith("0"):
        return name
    return _split(name, stem, int(digits), known.canonical(stem), numbered=numbered)


def _split(name: Name, stem: str, number: int, title: str | None, *, numbered: bool) -> Name:
    found = replace(name, text=title or stem, known=title is not None, sure=name.sure or title is not None)
    if title is None and (numbered or number == 1):
        return name
    if 101 <= number <= 1999 and 1 <= number % 100 <= 26:
        return replace(found, season=number // 100, episode=number % 100)
    return replace(found, season=number) if number <= 60 else name
