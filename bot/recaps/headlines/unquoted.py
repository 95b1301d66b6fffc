"""Names among words that stand in no quotation marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bot.recaps.headlines.forms import Form, Name, is_known
from bot.recaps.headlines.numbers import decoded
from bot.recaps.headlines.parts import Span
from bot.recaps.headlines.pieces import SIGNS, Pieces
from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.words import HeadlineWords, Mark
from bot.recaps.model import KnownShows

_GLUED: Final = re.compile(r"(?P<stem>.*(?:\s|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))(?P<digits>[1-9]\d{0,2})")
#: *DWTS18*, *BB16*: the initials of a known show.
_GLUED_INITIALS: Final = re.compile(r"(?P<stem>[A-Z]{2,6})(?P<digits>[1-9]\d?)")
_LOWER: Final = re.compile(r"\b[a-zà-ÿ]{4,}")
_MARK_WITHIN: Final = re.compile(" [yDaABFMUKdmni]")
_WORD_START: Final = re.compile(r"(?<![^ :,(|])[^ :,(|)]")
_WORD_END: Final = re.compile(r"[^ :,(|)](?=[ )|])")
_MOST_MARKS: Final = 3
#: So many words are left off a name to find a known one; so long must be what is left, and a single word, longer.
_MOST_WORDS: Final = 5
_SHORTEST: Final = 5
_LONG: Final = 8
#: *Known Show 28*, *Known Show XII*
_GLUED_SEASON: Final = (Mark.NUMBER, Mark.ROMAN)
_MOST_SEASONS: Final = 60
#: *Show: The 5* `Biggest Moments`
_COUNT: Final = re.compile("(?:h )?[nz]")


@dataclass(slots=True)
class UnquotedNames:
    """Finds the name among words, with what is known of names."""

    spelling: Spelling
    words: HeadlineWords
    known: KnownShows
    pieces: Pieces
    #: Whether a season is numbered.
    numbered: bool
    #: The form of a name that is clean.
    form: Form
    #: Whether a number, or words behind the core, tell which episode it is.
    is_told: bool
    asked: dict[str, str | None] = field(default_factory=dict)

    def title_of(self, name: str) -> str | None:
        """The title of a known show; each name is looked up once."""
        if name not in self.asked:
            self.asked[name] = self.known.canonical(name) if name else None
        return self.asked[name]

    def find(self, around: Span) -> Name | None:
        """The name among words: all of them, or the piece next to the core."""
        whole = self.pieces.trimmed(around, SIGNS.replace("g", ""))
        if title := self.title_of(self.spelling.cut(*whole)):
            return Name(title, Form.KNOWN)
        span = self.pieces.nearest(whole)
        if span[0] >= span[1]:
            return None
        apart = self.pieces.trimmed(whole, SIGNS)[0] < span[0]
        before = (whole[0], span[0]) if apart else (0, 0)
        titled = self.before_title(whole, span) if apart else None
        for stem in (self.without_filler(span), self.pieces.own(span), self.pieces.owner(span), *self.either(span)):
            if title := self.title_of(self.spelling.cut(*stem)):
                # Of two known names, the longer one is hardly a title.
                is_title = self.form is Form.PLAIN and titled is not None and len(titled.text) > len(title)
                return titled if is_title else Name(title, Form.KNOWN, before=before)
        if titled := titled or (self.before_dash(whole, span) if apart else None):
            return titled
        if marked := self.before_mark(span):
            return marked._replace(before=before)
        text = self.spelling.cut(*self.pieces.owner(span))
        form = Form.LOOSE if apart or not is_clean(text, self.words) else self.form
        behind = (span[1], whole[1]) if Mark.WORD in self.spelling.shape[span[1] : whole[1]] else (0, 0)
        name = self.behind_colon(span, Name(text, form, before=before, title=behind))
        if is_known(name):
            return name
        among = self.among(span)
        return among._replace(before=(whole[0], among.before[1]) if apart else among.before) if among else name

    def behind_colon(self, span: Span, name: Name) -> Name:
        """The name itself, or the one behind its colon if plot stands before that: *Something happens: Show* `S2E3`."""
        colon = self.spelling.shape.rfind(":", *span)
        if colon < 0 or self.title_of(name.text):
            return name
        last = self.pieces.trimmed((colon + 1, span[1]), SIGNS)
        text, front = self.spelling.cut(*last), self.spelling.cut(span[0], colon)
        if _COUNT.fullmatch(self.spelling.shape, *last):
            return name._replace(text=front)
        if self.pieces.kind_first and self.pieces.ends(span):
            # Nothing else tells which episode it is: *Recap: Show: Title*.
            known = self.title_of(front)
            among = None if known else self.among((span[0], colon))
            shorter = Name(known or front, Form.PREFIX if known else Form.LOOSE, before=name.before)
            return (among or shorter)._replace(title=last)
        numbered = self.numbered_name(Name(text, before=(span[0], colon)))
        known = self.title_of(front)
        if known and self.form is Form.PLAIN and not self.is_told:
            return Name(known, Form.PREFIX, title=last)  # Nothing else tells which episode it is.
        if numbered.known:
            if known:
                # *Known Show: Words* may be a show of its own, whatever else the words are called.
                return name._replace(form=Form.LOOSE)
            # *Name: Known Show* may be the title of an episode of a show that nobody knows.
            return numbered._replace(form=Form.PREFIX) if is_clean(front, self.words) else numbered
        if known and self.pieces.bracketed:
            return Name(known, Form.PREFIX, title=last)
        if text and known is None and not is_clean(front, self.words):
            return Name(text, before=(span[0], colon))
        if known and self.among(last):
            # The words behind it only hold another known name.
            return Name(known, Form.PREFIX, title=last)
        return name._replace(form=Form.LOOSE)

    def before_title(self, whole: Span, span: Span) -> Name | None:
        """The known show before a title that is set off by a dash: *Known Show - Title* `Review`."""
        dash = self.spelling.shape.find(" - ", *whole)
        title = self.title_of(self.spelling.cut(whole[0], dash)) if dash >= 0 else None
        return Name(title, Form.KNOWN, title=span) if title else None

    def before_dash(self, whole: Span, span: Span) -> Name | None:
        """The same of a show that nobody knows, if nothing else tells which episode it is: *Show - Title* `Review`."""
        dash = self.spelling.shape.find(" - ", *whole)
        front = self.spelling.cut(whole[0], max(dash, whole[0]))
        if self.form is not Form.PLAIN or not is_clean(front, self.words):
            return None
        return Name(front, title=span)

    def before_mark(self, span: Span) -> Name | None:
        """The known show in front of a year or a word that is no part of names: *Known Show 2014 Spoilers*."""
        for mark in islice(_MARK_WITHIN.finditer(self.spelling.shape, *span), _MOST_MARKS):
            if title := self.title_of(self.spelling.cut(span[0], mark.start())):
                at = mark.start() + 1
                season, episode = self.glued(at)
                more = Mark.WORD in self.spelling.shape[at : span[1]]
                form = Form.PREFIX if more else Form.KNOWN
                return Name(title, form, behind=(at, span[1]), season=season, episode=episode)
        return None

    def glued(self, at: int) -> tuple[int | None, int | None]:
        """The season and the episode of what stands right behind a known show: *41*, *XII*, *205*, *09*, *8.3*."""
        shape = self.spelling.shape
        if shape[at] not in _GLUED_SEASON:
            return None, None
        if shape.startswith("n.n", at):
            return self.spelling.value(at), self.spelling.value(at + 2)
        if self.spelling.cut(at, at + 1).startswith("0"):
            return None, self.spelling.value(at)
        return season_and_episode(self.spelling.value(at))

    def among(self, span: Span) -> Name | None:
        """The known show that other words begin or end with: *Somebody Dies on Known Show*, *Known Show Jane Doe*."""
        starts = [found.start() for found in _WORD_START.finditer(self.spelling.shape, *span)]
        for start in starts[1 : _MOST_WORDS + 1]:
            alone = self.is_plot_ending(span[0], start) or self.is_owner(span[0], start, span[1])
            if title := self.title_within((start, span[1]), alone=alone):
                return Name(title, Form.PREFIX, before=(span[0], start))
        ends = [found.end() for found in _WORD_END.finditer(self.spelling.shape, *span)]
        if self.form is Form.NUMBERED:
            # One more word before a number makes another show: *Known Show Somewhere* `S2E5`.
            ends = ends[:-1]
        for end in reversed(ends[-_MOST_WORDS:]):
            long = len(self.spelling.cut(span[0], end)) > _LONG
            title = self.title_within((span[0], end), alone=long and not self.spelling.shape.startswith(" O", end))
            if title and not self.words.editions.match(self.spelling.cut(end, span[1]).lower()):
                return Name(title, Form.PREFIX, behind=(end, span[1]))
        return None

    def is_plot_ending(self, start: int, end: int) -> bool:
        """Whether the words tell what happens, and where: *Somebody Dies on*, but not *The House of*."""
        return self.spelling.shape[: end - 1].endswith(Mark.OF) and not is_clean(
            self.spelling.cut(start, end), self.words
        )

    def is_owner(self, start: int, end: int, last: int) -> bool:
        """Whether the words say whose show it is: *Somebody's Long Title*."""
        owner = self.pieces.trimmed((start, end), SIGNS)
        return self.pieces.owner(owner) != owner and len(self.spelling.cut(end, last)) >= _LONG

    def title_within(self, span: Span, *, alone: bool) -> str | None:
        """The title of the known show that is called so; a single word is one only where it may stand `alone`."""
        name = self.spelling.cut(*span)
        several = " " in _without_article(name.lower(), self.words)
        return self.title_of(name) if len(name) >= _SHORTEST and (alone or several) else None

    def either(self, span: Span) -> Iterator[Span]:
        """The spans on both sides of a slash: *Show/Show in English*."""
        slash = self.spelling.shape.find("/", *span)
        if slash >= 0:
            yield span[0], slash
            yield slash + 1, span[1]

    def without_filler(self, span: Span) -> Span:
        """The span without fillers at its end: a known show may be *Live*."""
        return span[0], span[0] + len(self.spelling.shape[slice(*span)].rstrip(" f"))

    def numbered_name(self, name: Name) -> Name:
        """The name with the number glued to it understood: *Survivor 41* is a season, *Soundtrack 1* a name."""
        if is_known(name):
            return name
        if title := self.title_of(name.text):
            return name._replace(text=title, form=Form.KNOWN)
        initials = _GLUED_INITIALS.fullmatch(name.text)
        glued = initials or _GLUED.fullmatch(name.text)
        if glued is None or not (stem := glued["stem"].rstrip()) or (initials and not self.title_of(stem)):
            return name
        return _split(name, stem, int(glued["digits"]), self.title_of(stem), numbered=self.numbered)


def is_clean(text: str, words: HeadlineWords) -> bool:
    """Whether the words look like a name and like nothing that could happen."""
    if not text or len(text.split()) > 5 or len(text) > 45 or words.plot.search(_without_article(text.lower(), words)):
        return False
    return text[0].upper() == text[0] and has_capitals(text) and not any(sign in text for sign in "…;,()[]?")


def has_capitals(text: str) -> bool:
    """Whether all but the small words are written as in titles."""
    return _LOWER.search(text) is None


def _without_article(text: str, words: HeadlineWords) -> str:
    """The text behind its article: *Die Werft* is no death."""
    first, _, rest = text.partition(" ")
    meaning = words.single.get(first)
    return rest if meaning and meaning.mark == Mark.ARTICLE else text


def _split(name: Name, stem: str, number: int, title: str | None, *, numbered: bool) -> Name:
    if title is None and (numbered or number == 1):
        return name
    season, episode = season_and_episode(number)
    if season is None:
        return name
    return name._replace(text=title or stem, form=Form.KNOWN if title else name.form, season=season, episode=episode)


def season_and_episode(number: int) -> tuple[int | None, int | None]:
    """What a number glued to a name counts: 41 is a season, 205 the fifth episode of the second, 1015 is neither."""
    return decoded(number) or ((number, None) if number <= _MOST_SEASONS else (None, None))
