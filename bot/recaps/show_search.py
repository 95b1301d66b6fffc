"""Finding names that were typed badly: typos, parts, initials, joined words, spelt by ear, in any script.

Scoring every name with RapidFuzz holds up the event loop for a fifth of a second at 100,000 names, so a few hundred
candidates are found first: the names that share most pieces (three neighbouring letters) with the query. Pieces are
taken from how a name is written and from how it sounds, the rarest first and within a budget, so that no query
is slow, whatever it is made of.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bot.recaps.show_names import normal_form, words

#: Nobody types more than this, and Discord takes no more.
LONGEST_QUERY: Final = 100

#: How many entries of the index one query may touch, and how many names it may compare letter by letter.
_BUDGET: Final = 40_000
_CANDIDATES: Final = 300

#: Words that people leave out of initials: *Game of Thrones* is GoT and GT.
# fmt: off
_SMALL_WORDS: Final = frozenset({
    "a", "an", "and", "at", "de", "del", "der", "die", "du", "el", "en", "for", "in", "la", "le", "los", "of", "on",
    "or", "the", "to", "y",
})
# fmt: on

#: How English spells sounds, longest first; applied to Latin letters only.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tch", "J"),
        (r"sch|sh|ch", "J"),
        (r"dg|j|g(?=[eiy])", "J"),
        (r"ph|gh(?=t)|v|w", "f"),
        (r"^kn|^gn", "n"),
        (r"^wr", "r"),
        (r"qu|ck|q|c(?![eiy])", "k"),
        (r"x", "ks"),
        (r"c|z", "s"),
        (r"th|d", "t"),
        (r"b", "p"),
        (r"[aeiouyh]", ""),
    )
)
_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


@dataclass(frozen=True, slots=True)
class Form:
    """A name, prepared for comparing."""

    #: Without spaces: the normal form.
    key: str
    #: Roughly how it sounds.
    sound: str
    words: tuple[str, ...]
    initials: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str) -> "Form":
        key = normal_form(name)
        parts = tuple(words(name))
        return cls(key, _sound(key), parts, frozenset(_initials(parts)))


class NameSearch:
    """Names by number, and the pieces they are made of."""

    def __init__(self) -> None:
        self._forms: dict[int, Form] = {}
        self._pieces: dict[str, list[int]] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._forms

    def add(self, number: int, name: str) -> None:
        """File a name under a number that was never used before."""
        form = Form.of(name)
        self._forms[number] = form
        for piece in _pieces(form):
            self._pieces.setdefault(piece, []).append(number)

    def remove(self, number: int) -> None:
        """Forget a name. Its number stays in the lists of pieces, where it finds nothing any more."""
        self._forms.pop(number, None)

    def candidates(self, query: Form, among: Callable[[int], bool]) -> list[int]:
        """The few hundred names for which `among` holds that share most with the query."""
        shared = self._shared_pieces(query)
        if not shared:
            return []
        by_count: dict[int, list[int]] = {}
        for number, count in shared.items():
            by_count.setdefault(count, []).append(number)
        found: list[int] = []
        for count in sorted(by_count, reverse=True):
            found += (number for number in by_count[count] if number in self._forms and among(number))
            if len(found) >= _CANDIDATES:
                break
        return found[:_CANDIDATES]

    def likeness(self, query: Form, number: int) -> float:
        """How much a name is like the query, from 0 to 100."""
        return likeness(query, self._forms[number])

    def _shared_pieces(self, query: Form) -> Counter[int]:
        lists = sorted((self._pieces.get(piece, []) for piece in _pieces(query)), key=len)
        shared: Counter[int] = Counter()
        budget = _BUDGET
        for numbers in lists:
            shared.update(numbers[:budget])
            budget -= len(numbers)
            if budget <= 0:
                break
        return shared


def likeness(query: Form, name: Form) -> float:
    """How much a name is like the query, from 0 to 100: 100 for the same, less for initials, beginnings and parts."""
    if query.key == name.key:
        return 100.0
    if query.key in name.initials:
        return 96.0
    whole = fuzz.ratio(query.key, name.key)
    beginning = 0.95 * fuzz.ratio(query.key, name.key[: len(query.key)])
    part = 0.88 * fuzz.partial_ratio(query.key, name.key) if 3 <= len(query.key) <= len(name.key) else 0.0
    sound = 0.9 * fuzz.ratio(query.sound, name.sound) if len(query.sound) >= 3 else 0.0
    some_words = 0.9 * fuzz.token_set_ratio(query.words, name.words) if len(query.words) > 1 else 0.0
    return max(whole, beginning, part, sound, some_words)


def _pieces(form: Form) -> Iterator[str]:
    """What a name is filed under: triples of its letters, of its sounds, and its initials."""
    yield from _triples(f"^^{form.key}")
    if form.sound != form.key:
        yield from _triples(f"~~{form.sound}")
    for initials in form.initials:
        yield f"={initials}"


def _triples(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(max(1, len(text) - 2))}


def _initials(parts: Iterable[str]) -> Iterator[str]:
    everything = list(parts)
    heavy = [word for word in everything if word not in _SMALL_WORDS]
    without_article = everything[1:] if everything[:1] == ["the"] else everything
    for choice in (everything, heavy, without_article):
        if len(choice) > 1:
            yield "".join(word if word.isdigit() else word[0] for word in choice)


def _sound(key: str) -> str:
    """Consonants by sound for Latin letters, jamo for Hangul, hiragana for katakana; other scripts as they are."""
    if not key.isascii():
        return unicodedata.normalize("NFD", key).translate(_KATAKANA)
    sound = key
    for pattern, replacement in _SOUNDS:
        sound = pattern.sub(replacement, sound)
    return re.sub(r"(.)\1+", r"\1", key[:1] + sound if key[:1] in "aeiouyh" else sound)
