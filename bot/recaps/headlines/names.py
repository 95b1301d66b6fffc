"""The name of the show, out of the words that stand where a name is."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bot.recaps.headlines.parts import Parts, Span
from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.words import HeadlineWords
from bot.recaps.model import KnownShows

_PIECES: Final = re.compile(r" - |[|]|[!?]+ |(?<!\.)\. | \(")
_ABBREVIATION: Final = re.compile(r"\b\w{1,3}$")
_MORE_BEHIND: Final = re.compile(r"(?:[:|!?]| - ).*[wD]")
_WORDS: Final = re.compile("[wnyoziDdKCPSTmFMUAa]")
#: Signs and fillers around a name; an *of* behind it; its year.
_SIGNS: Final = " -:|,./)]([g"
_BEHIND: Final = _SIGNS + "EH"
_TRAILING_YEAR: Final = re.compile(r" ?\(?y\)?[ fg]*$")
_TRAILING_DAY: Final = re.compile(r"(?<=[^hO]) (?:O )?(?:d|O)$")
_AROUND_QUOTE: Final = re.compile(r"[ fgny:,\-|()h]*")
_QUOTE_NUMBER: Final = re.compile(r" #?n[ :,\-|fg]*")
_QUOTED_SEASON: Final = re.compile(r"[ ,]*[ST]\.? ?n$")
_GLUED: Final = re.compile(r"(?P<stem>.*(?:\s|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))(?P<digits>[1-9]\d{0,2})")
_NETWORK: Final = re.compile(r"(?:[fgw] )?[fgw]['’`]w |[w] ")
_LOWER: Final = re.compile(r"\b[a-zà-ÿ]{4,}")
_QUOTES: Final = "\"“”„‟″'‘’‚‛`´「」『』《》〈〉«»【】"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the headline has it, what its number says, and what stood beside it."""

    text: str
    sure: bool = False
    known: bool = False
    #: Whether nothing but fillers stands between the name and the core.
    tight: bool = True
    season: int | None = None
    episode: int | None = None
    #: Words before the name, which may be plot.
    before: Span = (0, 0)
    #: A title in quotation marks behind the name.
    title: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for a name in a headline, with what is known of names."""

    spelling: Spelling
    words: HeadlineWords
    known: KnownShows
    kind_first: bool
    numbered: bool
    asked: dict[str, str | None] = field(default_factory=dict)

    def title_of(self, name: str) -> str | None:
        """The title of a known show; each name is looked up once."""
        if name not in self.asked:
            self.asked[name] = self.known.canonical(name) if name else None
        return self.asked[name]

    def quoted(self, around: Span, quote: Span) -> Name | None:
        """The name in quotation marks, or the one that has a title in quotation marks behind it."""
        before, after = self.spelling.shape[around[0] : quote[0]], self.spelling.shape[quote[1] : around[1]]
        text = self.spelling.cut(*quote).strip(_QUOTES + " ,")
        title = self.title_of(text)
        if _MORE_BEHIND.search(after) and not self.kind_first:
            return self.unquoted((quote[1], around[1]))
        if title is None and _WORDS.search(before) and before.rstrip().endswith((":", ",", "-", "|")):
            name = self.unquoted((around[0], quote[0]))
            return name and replace(name, sure=name.known, title=quote)
        opened = bool(_AROUND_QUOTE.fullmatch(before) or _NETWORK.fullmatch(before))
        tight = bool(_AROUND_QUOTE.fullmatch(after))
        number = _QUOTE_NUMBER.fullmatch(after)
        name = Name(
            title or text,
            sure=(tight and opened) or title is not None,
            known=title is not None,
            tight=tight,
            season=self.spelling.value(quote[1] + after.index("n")) if number else None,
            before=(0, 0) if opened else (around[0], quote[0]),
        )
        return name if name.known else self.with_quoted_season(name, quote)

    def with_quoted_season(self, name: Name, quote: Span) -> Name:
        """The name without a season inside its quotation marks: *'Show Season 2' Episode 5*."""
        start, end = quote[0] + 1, quote[1] - 1
        marks = "".join(token.mark for token in self.spelling.tokens[start:end])
        season = _QUOTED_SEASON.search(marks)
        if season is None or not season.start():
            return name
        return replace(name, text=self.spelling.cut(start, start + season.start()), season=self.spelling.value(end - 1))

    def unquoted(self, around: Span) -> Name | None:
        """The name among words: all of them, or the piece next to the core."""
        whole = self.trimmed(around, _SIGNS.replace("g", ""))
        if title := self.title_of(self.spelling.cut(*whole)):
            return Name(title, sure=True, known=True)
        span = self.piece(whole)
        text = self.spelling.cut(*span)
        if not text:
            return None
        if (stem := self.without_filler(span)) and (title := self.title_of(stem)):
            return Name(title, sure=True, known=True)
        apart = self.trimmed(whole, _SIGNS)[0] < span[0]
        if apart and (titled := self.before_title(whole, span)):
            return titled
        name = Name(
            text,
            sure=not apart and is_clean(text, self.words),
            before=(whole[0], span[0]) if apart else (0, 0),
        )
        return self.behind_colon(span, name)

    def behind_colon(self, span: Span, name: Name) -> Name:
        """The name itself, or the known show behind its colon: *Something happens: Known Show* `S2E3`."""
        colon = self.spelling.shape.rfind(":", *span)
        if colon < 0 or self.title_of(name.text):
            return name
        last = self.trimmed((colon + 1, span[1]), _SIGNS)
        if title := self.title_of(self.spelling.cut(*last)):
            return Name(title, sure=True, known=True, before=(span[0], colon))
        if colon - span[0] > 9:
            return Name(self.spelling.cut(*last) or name.text, before=(span[0], colon))
        return replace(name, sure=False)

    def before_title(self, whole: Span, span: Span) -> Name | None:
        """The known show before a title that is set off by a dash: *Known Show - Title* `Review`."""
        dash = self.spelling.shape.find(" - ", *whole)
        title = self.title_of(self.spelling.cut(whole[0], dash)) if dash >= 0 else None
        if title is None or self.title_of(self.spelling.cut(*span)):
            return None
        return Name(title, sure=True, known=True, title=span)

    def without_filler(self, span: Span) -> str:
        """The words of a name without fillers at their end: a known show may be *Live*."""
        stem = self.spelling.shape[slice(*span)].rstrip(" f")
        return "" if len(stem) == span[1] - span[0] else self.spelling.cut(span[0], span[0] + len(stem))

    def piece(self, span: Span) -> Span:
        """The piece next to the core, between dashes, bars and ends of sentences."""
        pieces, start = [], span[0]
        for gap in _PIECES.finditer(self.spelling.shape, *span):
            if self.is_within_name(start, gap, span):
                continue
            pieces.append((start, gap.start()))
            start = gap.end()
        named = [cut for piece in [*pieces, (start, span[1])] if (cut := self.bare(piece))[0] < cut[1]]
        if not named:
            return span
        return named[0] if self.kind_first else named[-1]

    def is_within_name(self, start: int, gap: re.Match[str], span: Span) -> bool:
        """Whether a sign that may end a piece belongs to the name: *Mr. Show*, *Show (2021)*."""
        if gap[0] == " (":
            return ")" in self.spelling.shape[gap.end() : span[1] + 2]
        return gap[0] == ". " and bool(_ABBREVIATION.search(self.spelling.cut(start, gap.start())))

    def bare(self, span: Span) -> Span:
        """The span without fillers, signs and a year around it, as long as words are left."""
        start, end = self.trimmed(span, _SIGNS)
        year = _TRAILING_YEAR.search(self.spelling.shape[start:end])
        if year and year.start() and _WORDS.search(self.spelling.shape[start : start + year.start()]):
            start, end = self.trimmed((start, start + year.start()), _SIGNS)
        return start, end

    def trimmed(self, span: Span, signs: str) -> Span:
        """The span without these marks around it; of fillers and small words only if a real word is left."""
        shape = self.spelling.shape[slice(*span)]
        right = shape.rstrip(_BEHIND if "g" in signs else signs)
        if self.kind_first:
            right = _TRAILING_DAY.sub("", right)
        if not _WORDS.search(right):
            right = shape.rstrip(signs.replace("g", ""))
        left = right.lstrip(signs)
        if not left or (not _WORDS.search(left) and _WORDS.search(right)):
            left = right.lstrip(signs.replace("g", ""))
        end = span[0] + len(right)
        if right.endswith(" O") and self.spelling.cut(end - 1, end).islower():
            end, left = end - 2, left[:-2]
        return end - len(left), end

    def numbered_name(self, name: Name) -> Name:
        """The name with the number glued to it understood: *Survivor 41* is a season, *Soundtrack 1* a name."""
        if name.known:
            return name
        if title := self.title_of(name.text):
            return replace(name, text=title, sure=True, known=True)
        glued = _GLUED.fullmatch(name.text)
        if glued is None or not (stem := glued["stem"].rstrip()):
            return name
        return _split(name, stem, int(glued["digits"]), self.title_of(stem), numbered=self.numbered)


def find_name(
    spelling: Spelling, parts: Parts, words: HeadlineWords, known: KnownShows, *, numbered: bool
) -> Name | None:
    """The name in its place. `numbered` says whether an explicit season stands beside it."""
    start, end = parts.name
    if start >= end:
        return None
    finder = _Finder(spelling, words, known, parts.kind_first, numbered)
    quotes = [quote for quote in spelling.quotes if start <= quote[0] and quote[1] <= end]
    name = finder.quoted(parts.name, quotes[-1]) if quotes else finder.unquoted(parts.name)
    return finder.numbered_name(name) if name and name.text else None


def is_clean(text: str, words: HeadlineWords) -> bool:
    """Whether the words look like a name and like nothing that could happen."""
    if len(text.split()) > 5 or len(text) > 45 or words.plot.search(text.lower()):
        return False
    return text[0].upper() == text[0] and not _LOWER.search(text) and not any(sign in text for sign in "…;,()[]?")


def _split(name: Name, stem: str, number: int, title: str | None, *, numbered: bool) -> Name:
    if title is None and (numbered or number == 1):
        return name
    found = replace(name, text=title or stem, known=title is not None, sure=name.sure or title is not None)
    season, episode = divmod(number, 100)
    if season and 1 <= episode <= 26:
        return replace(found, season=season, episode=episode)
    return replace(found, season=number) if number <= 60 else name
