"""Which show a name means: exactly, surely, perhaps, or not at all.

A `ShowIndex` holds the names of shows in memory. Reading feeds asks it for exact names only (`canonical`), because a
wrong show is worse than none; people who type get the best guesses (`search`), and a question where the best is
not clear (`resolve`).
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeAlias, TypeVar

from bot.recaps.show_names import Qualifiers, normal_form, spelling, split_qualifiers
from bot.recaps.show_search import LONGEST_QUERY, Form, NameSearch

__all__ = ["Certainty", "Hit", "Match", "ShowIndex", "normal_form", "same_show"]

KeyT = TypeVar("KeyT", bound=Hashable)
OtherT = TypeVar("OtherT", bound=Hashable)

#: The shows that a search may find, for quick look-up.
Visible: TypeAlias = AbstractSet[KeyT] | Mapping[KeyT, Any]

#: Longer text is no name of a show.
LONGEST_NAME: Final = 300

#: Below this, two names have nothing to do with each other.
_FAINTEST: Final = 45.0
#: From here on a single best hit is taken without asking, if the next show is this far behind.
_SURE: Final = 84.0
_CLEAR_LEAD: Final = 6.0
#: Shorter texts are never clear; Hangul counts by jamo.
_TELLING: Final = 4
#: From here on it is worth asking "did you mean".
_WORTH_ASKING: Final = 60.0
#: Up to so many shows, all are compared; beyond, candidates are found first.
_FEW: Final = 300


class Certainty(StrEnum):
    """How sure it is which show a person means."""

    #: A title or alias, give or take case and punctuation.
    EXACT = "exact"
    #: One show is like what was typed, and no other is nearly as like.
    SURE = "sure"
    #: Several shows could be meant: ask.
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hit(Generic[KeyT]):
    """A show that was found, how good the hit is (0 to 100), and by which of its names."""

    key: KeyT
    title: str
    score: float
    name: str


@dataclass(frozen=True, slots=True)
class Match(Generic[KeyT]):
    """What a person's text was taken for."""

    certainty: Certainty
    #: The show; None unless exact or sure.
    show: Hit[KeyT] | None = None
    #: The shows to ask about, the likeliest first; where nothing is known, the nearest there are.
    candidates: tuple[Hit[KeyT], ...] = ()


@dataclass(slots=True)
class _Known(Generic[KeyT]):
    """A show in the index."""

    key: KeyT
    title: str
    year: int | None
    country: str | None
    weight: float
    names: list[int]


@dataclass(frozen=True, slots=True)
class _Name(Generic[KeyT]):
    """One name of one show."""

    show: _Known[KeyT]
    text: str
    #: Initials are common words too ("GoT"), so feeds have to write them in capitals.
    is_initials: bool


class ShowIndex(Generic[KeyT]):
    """Shows by their names. Keys are whatever tells the caller's shows apart: ids of the store, or titles.

    Everything is in memory and synchronous; adding a show is cheap, and a search takes a few milliseconds.
    """

    def __init__(self) -> None:
        self._shows: dict[KeyT, _Known[KeyT]] = {}
        self._names: dict[int, _Name[KeyT]] = {}
        self._by_form: dict[str, list[int]] = {}
        self._search = NameSearch()
        self._next_number = 0
        self._never_merged: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._shows)

    def __contains__(self, key: object) -> bool:
        return key in self._shows

    @staticmethod
    def from_tables(tables: Mapping[str, Any]) -> "ShowIndex[str]":
        """The index of a shows file; its keys are the titles."""
        index: ShowIndex[str] = ShowIndex()
        for row in shipped_shows(tables):
            title = row["title"]
            index.add(title, title, year=row.get("year"), country=row["country"])
            for name in (*row.get("native", ()), *row.get("aliases", ())):
                index.add_alias(title, name)
            for name in row.get("initials", ()):
                index.add_alias(title, name, initials=True)
        for group in tables.get("never_merge", ()):
            index.never_merge(group)
        return index

    def add(
        self,
        key: KeyT,
        title: str,
        aliases: Iterable[str] = (),
        *,
        weight: float = 0,
        year: int | None = None,
        country: str | None = None,
    ) -> None:
        """Add a show, in place of what was known under its key. `weight` says how much it is followed."""
        self.remove(key)
        stated = split_qualifiers(title)[1]
        code = country.casefold() if country else stated.country
        self._shows[key] = _Known(key, title, year or stated.year, code, weight, [])
        for name in (title, *aliases):
            self.add_alias(key, name)

    def add_alias(self, key: KeyT, name: str, *, initials: bool = False) -> None:
        """Let a show that is known be found by one more name; nothing happens where it has that name already."""
        show = self._shows[key]
        if not name or any(self._names[number].text == name for number in show.names):
            return
        number = self._next_number
        self._next_number += 1
        self._names[number] = _Name(show, name, initials)
        show.names.append(number)
        form = Form.of(name)
        self._by_form.setdefault(form.key, []).append(number)
        self._search.add(number, form)

    def adopt(self, key: KeyT, other: "ShowIndex[OtherT]", other_key: OtherT) -> None:
        """Let a show have the names that another index knows it by, where they mean no second show there.

        Nothing happens where either index does not know the show.
        """
        show, twin = self._shows.get(key), other._shows.get(other_key)  # noqa: SLF001  another of our kind
        if show is None or twin is None:
            return
        show.year, show.country = show.year or twin.year, show.country or twin.country
        for number in twin.names:
            name = other._names[number]  # noqa: SLF001  another of our kind
            if other.find(name.text) == other_key:
                self.add_alias(key, name.text, initials=name.is_initials)

    def remove(self, key: KeyT) -> None:
        """Forget a show and its names, if it is known."""
        show = self._shows.pop(key, None)
        for number in show.names if show else ():
            form = normal_form(self._names.pop(number).text)
            self._by_form[form].remove(number)
            self._search.remove(number)

    def set_weight(self, key: KeyT, weight: float) -> None:
        """Say how much a show is followed, which decides between equally good hits; unknown shows are passed over."""
        if show := self._shows.get(key):
            show.weight = weight

    def never_merge(self, titles: Iterable[str]) -> None:
        """Remember that these are different shows, however alike they sound."""
        spellings = {spelling(title) for title in titles}
        for one in spellings:
            self._never_merged.setdefault(one, set()).update(spellings - {one})

    def are_distinct(self, a: str, b: str) -> bool:
        """Whether two titles are known to be of different shows."""
        return spelling(b) in self._never_merged.get(spelling(a), ())

    def canonical(self, name: str) -> str | None:
        """The title of the show that a feed calls `name`; None if there is none, or more than one.

        This is `KnownShows` for the reading of headlines.
        """
        key = self._exact(name, initials=False)
        return None if key is None else self._shows[key].title

    def find(self, name: str) -> KeyT | None:
        """The show that a person calls exactly `name`, give or take case and punctuation; None unless there is one."""
        return self._exact(name, initials=True)

    def title(self, key: KeyT) -> str | None:
        """The title of a show."""
        show = self._shows.get(key)
        return show.title if show else None

    def search(self, query: str, limit: int = 25, *, among: Visible[KeyT] | None = None) -> list[Hit[KeyT]]:
        """The shows most like what was typed, the best first; without a query, those most followed.

        `among` are the shows that may be found at all.
        """
        query = query.strip()[:LONGEST_QUERY]
        if not query:
            return self._most_followed(limit, among)
        best: dict[KeyT, Hit[KeyT]] = {}
        for hit in self._scored(Form.of(query), among):
            if hit.score >= _FAINTEST and (hit.key not in best or best[hit.key].score < hit.score):
                best[hit.key] = hit
        return sorted(best.values(), key=self._rank)[:limit]

    def resolve(self, query: str, *, among: Visible[KeyT] | None = None) -> Match[KeyT]:
        """The show that a person means by free text, or the shows to ask about."""
        exact = self._exact(query, initials=True, among=among)
        if exact is not None:
            return Match(Certainty.EXACT, Hit(exact, self._shows[exact].title, 100.0, query))
        hits = self.search(query, among=among) if query.strip() else []
        if not hits or hits[0].score < _WORTH_ASKING:
            return Match(Certainty.UNKNOWN, candidates=tuple(hits))
        if self._is_clear(query, hits):
            return Match(Certainty.SURE, hits[0], tuple(hits))
        return Match(Certainty.UNSURE, candidates=tuple(hits))

    def _exact(self, name: str, *, initials: bool, among: Visible[KeyT] | None = None) -> KeyT | None:
        """The show that is called exactly so; by `initials` in small letters too."""
        if len(name) > LONGEST_NAME:
            return None
        found = self._called(name, initials, among)
        if not found and name.rstrip().endswith((")", "]", "）", "］")):
            bare, qualifiers = split_qualifiers(name)
            if qualifiers != Qualifiers():
                named = self._called(bare, initials, among)
                found = [name for name in named if qualifiers.fit(name.show.year, name.show.country)]
        shows = {name.show.key for name in found}
        return shows.pop() if len(shows) == 1 else None

    def _called(self, name: str, initials: bool, among: Visible[KeyT] | None) -> list[_Name[KeyT]]:
        """The names that are spelt like this one; strictly, where that tells several shows apart."""
        numbers = self._by_form.get(normal_form(name))
        if not numbers:
            return []
        found = [
            known
            for number in numbers
            if (not (known := self._names[number]).is_initials or initials or _in_capitals(name))
            and (among is None or known.show.key in among)
        ]
        if len(found) < 2:
            return found
        strict = spelling(name)
        return [known for known in found if spelling(known.text) == strict] or found

    def _scored(self, query: Form, among: Visible[KeyT] | None) -> Iterable[Hit[KeyT]]:
        for number in self._numbers(query, among):
            name = self._names[number]
            yield Hit(name.show.key, name.show.title, self._search.likeness(query, number), name.text)

    def _numbers(self, query: Form, among: Visible[KeyT] | None) -> Iterable[int]:
        """The names worth comparing: all of them where there are few, else the candidates."""
        visible = self._shows if among is None else among
        if len(visible) <= _FEW:
            return [number for key in visible if (show := self._shows.get(key)) for number in show.names]

        def worth(number: int) -> float | None:
            show = self._names[number].show
            return show.weight if show.key in visible else None

        return self._search.candidates(query, worth)

    def _rank(self, hit: Hit[KeyT]) -> tuple[float, float, str]:
        """Half a point between scores is no difference; then the show that is followed more comes first."""
        weight = self._shows[hit.key].weight
        return (-round(hit.score + min(3.0, math.log1p(weight)), 1), -weight, hit.title)

    def _most_followed(self, limit: int, among: Visible[KeyT] | None) -> list[Hit[KeyT]]:
        keys = self._shows if among is None else among
        shows = [show for key in keys if (show := self._shows.get(key))]
        shows.sort(key=lambda show: (-show.weight, show.title))
        return [Hit(show.key, show.title, 0.0, show.title) for show in shows[:limit]]

    def _is_clear(self, query: str, hits: list[Hit[KeyT]]) -> bool:
        best, rivals = hits[0], hits[1:]
        return (
            best.score >= _SURE
            and _length(query) >= _TELLING
            and _numbers_of(query) in ([], _numbers_of(best.name))
            and not any(best.score - hit.score < self._lead_over(hit, best) for hit in rivals)
        )

    def _lead_over(self, rival: Hit[KeyT], best: Hit[KeyT]) -> float:
        """By how much a hit has to be better than a rival; by more where the two are known to be mistaken."""
        return 2 * _CLEAR_LEAD if self.are_distinct(best.title, rival.title) else _CLEAR_LEAD


def same_show(a: str, b: str) -> bool:
    """Whether two names are spellings of one title, as far as they say."""
    return normal_form(a) == normal_form(b)


def shipped_shows(tables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The shows of a shows file, all of its sections in one list."""
    return [{"country": country, **row} for country, rows in tables.get("shows", {}).items() for row in rows]


def _numbers_of(name: str) -> list[str]:
    """The digits of a name: *Soundtrack #1* is never nearly *Soundtrack #2*, but *Soundtrack* may be either."""
    return [character for character in normal_form(name) if character.isdigit()]


def _in_capitals(name: str) -> bool:
    """Whether it is written as initials are: GoT and 30R, but not got."""
    return sum(letter.isupper() or letter.isdigit() for letter in name) > 1


def _length(query: str) -> int:
    form = Form.of(query)
    return max(len(form.key), len(form.sound))
