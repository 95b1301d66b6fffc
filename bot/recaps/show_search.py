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
from heapq import nsmallest
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

#: How English spells sounds, in this order; applied to Latin letters only. Vowels have none.
_SPELLINGS: Final = (
    ("tch", "J"), ("sch", "J"), ("sh", "J"), ("ch", "J"), ("dg", "J"), ("ge", "J"), ("gi", "J"), ("gy", "J"),
    ("ph", "f"), ("ght", "ft"), ("qu", "k"), ("ck", "k"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("th", "t"),
)  # fmt: skip
_LETTERS: Final = str.maketrans(
    {**dict.fromkeys("aeiouyh", ""), "j": "J", "v": "f", "w": "f", "q": "k", "c": "k", "x": "ks", "z": "s", "d": "t",
     "b": "p"}
)  # fmt: skip
#: The first letter is not heard.
_SILENT_STARTS: Final = ("kn", "gn", "wr")
_REPEATED: Final = re.compile(r"(.)\1+")
_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


@dataclass(frozen=True, slots=True)
class Form:
    """A name, prepared for comparing."""

    #: Without spaces: the normal form.
    key: str
    #: Without spaces, but with its article.
    full: str
    #: Roughly how it sounds.
    sound: str
    #: With spaces.
    words: str
    initials: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str) -> "Form":
        key = normal_form(name)
        parts = words(name)
        return cls(key, "".join(parts), _sound(key), " ".join(parts), frozenset(_initials(parts)))


class NameSearch:
    """Names by number, and the pieces they are made of."""

    def __init__(self) -> None:
        self._forms: dict[int, Form] = {}
        self._by_piece: dict[str, list[int]] = {}
        self._by_initials: dict[str, list[int]] = {}

    def add(self, number: int, form: Form) -> None:
        """File a name under a number that was never used before."""
        self._forms[number] = form
        for piece in _pieces(form):
            self._by_piece.setdefault(piece, []).append(number)
        for initials in form.initials:
            self._by_initials.setdefault(initials, []).append(number)

    def remove(self, number: int) -> None:
        """Forget a name. Its number stays filed under its pieces, where it finds nothing any more."""
        self._forms.pop(number, None)

    def likeness(self, query: Form, number: int) -> float:
        """How much a name is like the query, from 0 to 100."""
        return likeness(query, self._forms[number])

    def candidates(self, query: Form, worth: Callable[[int], float | None]) -> set[int]:
        """The few hundred names that share most with the query; `worth` has no figure for names that must not be found.

        Of several that share as much, those worth most; then the shortest, as the same share is more of them.
        """
        found = self._best_of(self._by_initials.get(query.key, ()), worth, _CANDIDATES // 2)
        by_count: dict[int, list[int]] = {}
        for number, count in self._shared_pieces(query).items():
            by_count.setdefault(count, []).append(number)
        for count in sorted(by_count, reverse=True):
            found += self._best_of(by_count[count], worth, _CANDIDATES - len(found))
            if len(found) >= _CANDIDATES:
                break
        return set(found)

    def _best_of(self, numbers: Iterable[int], worth: Callable[[int], float | None], most: int) -> list[int]:
        ranked = [
            (-weight, len(form.key), number)
            for number in numbers
            if (form := self._forms.get(number)) and (weight := worth(number)) is not None
        ]
        if len(ranked) > most:
            ranked = nsmallest(most, ranked)
        return [number for _, _, number in ranked]

    def _shared_pieces(self, query: Form) -> Counter[int]:
        lists = sorted((self._by_piece.get(piece, []) for piece in _pieces(query)), key=len)
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
        return 95.0
    size = len(query.key)
    whole = fuzz.ratio(query.key, name.key)
    beginning = 0.95 * fuzz.ratio(query.key, name.key[:size])
    if name.full != name.key:
        beginning = max(beginning, 0.95 * fuzz.ratio(query.full, name.full[: len(query.full)]))
    part = 0.8 * fuzz.partial_ratio(query.key, name.key) if 3 <= size <= len(name.key) else 0.0
    sound = 0.9 * fuzz.ratio(query.sound, name.sound) if len(query.sound) >= 3 else 0.0
    some_words = fuzz.token_set_ratio(query.words, name.words)
    some_words *= 0.9 if len(query.words) <= len(name.words) else 0.75
    return 0.95 * max(whole, beginning, part, sound, some_words) + 0.05 * whole


def _pieces(form: Form) -> Iterator[str]:
    """What a name is filed under: triples of its letters and of its sounds, and its first letters with the article."""
    yield from _triples(f"^^{form.key}")
    if form.full != form.key:
        yield from _triples(f"^^{form.full[:3]}")
    if form.sound != form.key:
        yield from _triples(f"~~{form.sound}")


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
    sound = key[1:] if key.startswith(_SILENT_STARTS) else key
    for spelling, heard in _SPELLINGS:
        sound = sound.replace(spelling, heard)
    sound = sound.translate(_LETTERS)
    return _REPEATED.sub(r"\1", key[:1] + sound if key[:1] in "aeiouyh" else sound)
