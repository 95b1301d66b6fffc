"""Where a name is among the words that stand where a name may be: which piece of them, and without what around it."""

import re
from typing import Final, NamedTuple

from bot.recaps.headlines.parts import Span
from bot.recaps.headlines.spelling import Spelling

_GAPS: Final = re.compile(r" - |[|]|[!?]+ |(?<!\.)\. | \(")
_ABBREVIATION: Final = re.compile(r"\b\w{1,3}$")
_WORDS: Final = re.compile("[wnyoziDdKCPSTmFMUAa]")
#: Signs and fillers around a name; an *of* behind it; its year.
SIGNS: Final = " -:|,./)]([g"
#: *Netflix's* Show, *HBO:* Show
_NETWORK_BEFORE: Final = re.compile(r"N ?&?(?:['’]w?)?:?g? (?=[^ ])")
_ARTICLE: Final = re.compile("h (?=[^ ])")
_NETWORK_BEHIND: Final = re.compile(r" (?:O )?N ?&?$")
_BRACKET_BEHIND: Final = re.compile(r" ?\([^()]{1,40}\)?$")
_FILLERS_BEHIND: Final = re.compile(r"[ f]*f$")
_BEHIND: Final = SIGNS + "EH"
_TRAILING_YEAR: Final = re.compile(r" ?\(?y\)?[ fg]*$")
_TRAILING_DAY: Final = re.compile(r"(?<=[^hO]) (?:O )?(?:d|O)$")
#: *Show,* `the` *Recap*; *Show:* `A` *Recap*
_SMALL_BEHIND: Final = re.compile(r".(?: O|[,:|-] h)$")
_POSSESSIVE: Final = re.compile(r"['’](?:w)?$")


class Pieces(NamedTuple):
    """The words of a headline, to be cut where a name begins and ends."""

    spelling: Spelling
    #: Whether the name stands behind the word of kind.
    kind_first: bool
    #: Whether the core is in brackets: *Show - Title (2x05)*.
    bracketed: bool
    #: Whether the core begins with a number, in front of which fillers are part of a name.
    numbered: bool

    def nearest(self, span: Span) -> Span:
        """The piece next to the core, between dashes, bars and ends of sentences."""
        pieces, start, dashed = [], span[0], True
        for gap in _GAPS.finditer(self.spelling.shape, *span):
            if self._is_within_name(start, gap, span):
                continue
            pieces.append((start, gap.start()))
            dashed = dashed and gap[0] == " - "
            start = gap.end()
        bare = [self.bare(piece) for piece in [*pieces, (start, span[1])]]
        named = [cut for cut in bare if has_words(self.spelling, cut)] or [cut for cut in bare if cut[0] < cut[1]]
        if not named:
            return span
        return named[0] if self.kind_first or (self.bracketed and dashed) else named[-1]

    def _is_within_name(self, start: int, gap: re.Match[str], span: Span) -> bool:
        """Whether a sign that may end a piece belongs to the name: *Mr. Show*, *Show (2021)*."""
        if gap[0] == " (":
            return ")" in self.spelling.shape[gap.end() : span[1] + 2]
        return gap[0] == ". " and bool(_ABBREVIATION.search(self.spelling.cut(start, gap.start())))

    def bare(self, span: Span) -> Span:
        """The span without fillers, signs and a year around it, as long as words are left."""
        start, end = self.trimmed(span, SIGNS)
        year = _TRAILING_YEAR.search(self.spelling.shape[start:end])
        if year and year.start() and has_words(self.spelling, (start, start + year.start())):
            start, end = self.trimmed((start, start + year.start()), SIGNS)
        return self.own((start, end))

    def ends(self, span: Span) -> bool:
        """Whether nothing is behind the span, or only something in brackets."""
        behind = self.spelling.shape[span[1] :].strip()
        return not behind or behind.startswith("(")

    def own(self, span: Span) -> Span:
        """The span without the network before or behind it, and without a bracket or fillers behind it."""
        start, end = span
        if network := _NETWORK_BEFORE.match(self.spelling.shape, start, end):
            start, end = self.trimmed((network.end(), end), SIGNS)
        if (
            self.kind_first
            and _ARTICLE.match(self.spelling.shape, start, end)
            and self.spelling.cut(start, start + 1).islower()
        ):
            start += 2  # *Recap of the* Show
        for behind in (_BRACKET_BEHIND, _NETWORK_BEHIND, _FILLERS_BEHIND):
            found = behind.search(self.spelling.shape, start, end)
            if behind is _FILLERS_BEHIND and self.numbered:
                break
            if found and has_words(self.spelling, (start, found.start())):
                end = found.start()
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
        start = end - len(left)
        while _SMALL_BEHIND.search(left) and (left[-3] in SIGNS[1:] or self.spelling.cut(end - 1, end).islower()):
            left = left[:-2].rstrip(SIGNS)
            end = start + len(left)
        return start, end

    def owner(self, span: Span) -> Span:
        """The span without the ending that makes it a possessive: *Show's* `Season 2 Finale`."""
        ending = _POSSESSIVE.search(self.spelling.shape, *span)
        if ending is None or self.spelling.cut(ending.start() + 1, span[1]).lower() not in {"s", ""}:
            return span
        return span[0], ending.start()


def has_words(spelling: Spelling, span: Span) -> bool:
    """Whether a span holds a word that may be of a name."""
    return _WORDS.search(spelling.shape, *span) is not None
