"""The vocabulary that headlines are read by, ready for use."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final


class Mark:
    """What a token of a headline is: one letter each, so that a headline's shape is a short text of its own.

    Tokens that are none of these stand for themselves (`:`, `-`, `(` …); see `bot.recaps.headlines.spelling`.
    Not an enumeration: looking up its members takes Python 3.11 longer than all else that is done for a word.
    """

    WORD: Final = "w"
    SPACE: Final = " "
    QUOTED: Final = "q"
    NUMBER: Final = "n"
    YEAR: Final = "y"
    ORDINAL: Final = "o"
    NUMBER_WORD: Final = "z"
    ROMAN: Final = "i"
    NUMBER_SIGN: Final = "#"
    SEASON: Final = "S"
    SEASON_AFTER: Final = "T"
    EPISODE: Final = "E"
    EPISODE_AFTER: Final = "G"
    EPISODES: Final = "H"
    CHAPTER: Final = "C"
    PART: Final = "P"
    STAGE: Final = "K"
    #: The letters of S01E02, T1E2 and 1x02, where digits touch them.
    S: Final = "s"
    T: Final = "t"
    E: Final = "e"
    X: Final = "x"
    MONTH: Final = "m"
    WEEKDAY: Final = "d"
    YEAR_SIGN: Final = "Y"
    MONTH_SIGN: Final = "L"
    DAY_SIGN: Final = "J"
    FINALE: Final = "F"
    PREMIERE: Final = "M"
    REUNION: Final = "U"
    RECAP: Final = "R"
    RETELLING: Final = "r"
    REVIEW: Final = "V"
    NEWS: Final = "A"
    TEASE: Final = "a"
    DOUBT: Final = "D"
    CATCHUP: Final = "B"
    OF: Final = "O"
    ARTICLE: Final = "h"
    AND: Final = "&"
    TO: Final = "~"
    FILLER: Final = "f"
    NETWORK: Final = "N"
    GENRE: Final = "g"


#: Which table of the vocabulary gives which mark. Where languages disagree about a word, the earlier one is right.
MARKS_BY_TABLE: Final = {
    "recap": Mark.RECAP,
    "review": Mark.REVIEW,
    "retelling": Mark.RETELLING,
    "finale": Mark.FINALE,
    "premiere": Mark.PREMIERE,
    "reunion": Mark.REUNION,
    "season_after": Mark.SEASON_AFTER,
    "season": Mark.SEASON,
    "episode_after": Mark.EPISODE_AFTER,
    "episode": Mark.EPISODE,
    "episodes": Mark.EPISODES,
    "chapter": Mark.CHAPTER,
    "part": Mark.PART,
    "stage": Mark.STAGE,
    "news": Mark.NEWS,
    "tease": Mark.TEASE,
    "doubt": Mark.DOUBT,
    "catchup": Mark.CATCHUP,
    "weekdays": Mark.WEEKDAY,
    "of": Mark.OF,
    "article": Mark.ARTICLE,
    "and": Mark.AND,
    "to": Mark.TO,
    "genre": Mark.GENRE,
    "network": Mark.NETWORK,
    "filler": Mark.FILLER,
    "number_sign": Mark.NUMBER_SIGN,
    "year_sign": Mark.YEAR_SIGN,
    "month_sign": Mark.MONTH_SIGN,
    "day_sign": Mark.DAY_SIGN,
}
#: Blanks, signs and numbers end a word; letters, accents and vowel signs do not.
WORD: Final = (
    r"[^\s\d!-/:-@\[-`{-~\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u2bff\u3000-\u3004\u3008-\u3020"
    r"\u3030\u30fb\ufe00-\ufe0f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ud800-\udfff\U0001f000-\U0001faff]+"
)
_WORD: Final = re.compile(WORD)
_KINDS: Final = ("recap", "retelling", "review")
_HAN_NUMBER: Final = r"(?<=[第제])[一二三四五六七八九十百]+|[一二三四五六七八九十百]+(?=[集季話话回])"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word or phrase of the vocabulary is, and which number it stands for, if any."""

    mark: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class HeadlineWords:
    """The vocabulary of all languages, built once."""

    #: Words that mean something alone.
    single: Mapping[str, Meaning]
    #: By first and by second word: phrases (all of their words) with their meaning, longest first.
    phrases: Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], Meaning]]]]
    #: Words of languages that write no blanks.
    unspaced: Mapping[str, Meaning]
    unspaced_pattern: re.Pattern[str]
    ordinal_ends: frozenset[str]
    #: Words behind which a number of three digits holds the season too.
    coded: frozenset[str]
    #: Words of kind beside which it does not: those of daily serials, and of languages that count on.
    uncoded: frozenset[str]
    #: Patterns over lower-case text.
    sports: re.Pattern[str]
    occasions: re.Pattern[str]
    common: frozenset[str]
    future: re.Pattern[str]
    goes_on: re.Pattern[str]
    ahead: re.Pattern[str]
    plot: re.Pattern[str]
    editions: re.Pattern[str]

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any]) -> "HeadlineWords":
        """The vocabulary of the tables of `data/headlines.toml`.

        Raises:
            TypeError, ValueError: the tables are not built as they should be.

        """
        spaced = [table for table in tables.values() if not table.get("unspaced")]
        unspaced: dict[str, Meaning] = {}
        for word, meaning in _meanings(table for table in tables.values() if table.get("unspaced")):
            unspaced.setdefault(word, meaning)
        meanings = _by_words(_meanings(spaced))
        return cls(
            single={phrase[0]: meaning for phrase, meaning in meanings.items() if len(phrase) == 1},
            phrases=_phrases(meanings),
            unspaced=unspaced,
            unspaced_pattern=_unspaced_pattern(unspaced),
            coded=frozenset(_all(spaced, "coded")),
            uncoded=frozenset(_all(spaced, "uncoded")) | _uncoded_kinds(spaced),
            ordinal_ends=frozenset(_all(spaced, "ordinal_ends")),
            sports=_any_of(_all(tables.values(), "sports")),
            occasions=re.compile(_any_of(_all(tables.values(), "occasions")).pattern + r"[\W\d]*$"),
            common=frozenset(_all(tables.values(), "common")),
            goes_on=_any_of(_all(tables.values(), "goes_on")),
            ahead=_any_of(_all(tables.values(), "ahead")),
            future=_any_of(_all(tables.values(), "future")),
            editions=re.compile(r"\W*" + _any_of(_all(tables.values(), "editions")).pattern),
            plot=_any_of(_all(tables.values(), "plot"), _all(tables.values(), "plot_ends")),
        )


def _all(tables: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return [word.lower() for table in tables for word in table.get(name, ())]


def _uncoded_kinds(tables: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The words of kind that only languages without coded words have."""
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for table in tables:
        words["coded" in table] |= {word.lower() for name in _KINDS for word in table.get(name, ())}
    return frozenset(words[False] - words[True])


def _meanings(tables: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Meaning]]:
    for table in tables:
        for name, mark in MARKS_BY_TABLE.items():
            yield from ((word.lower(), Meaning(mark)) for word in table.get(name, ()))
        yield from _number_meanings(table)


def _number_meanings(table: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    for name, mark in (("months", Mark.MONTH), ("ordinals", Mark.ORDINAL), ("numbers", Mark.NUMBER_WORD)):
        for value, words in enumerate(table.get(name, ()), start=1):
            forms = [words] if isinstance(words, str) else words
            yield from ((word.lower(), Meaning(mark, value)) for word in forms)
    for tens, word in enumerate(table.get("tens", ()), start=2):
        yield word.lower(), Meaning(Mark.NUMBER_WORD, tens * 10)


def _by_words(meanings: Iterable[tuple[str, Meaning]]) -> dict[tuple[str, ...], Meaning]:
    unique: dict[tuple[str, ...], Meaning] = {}
    for text, meaning in meanings:
        unique.setdefault(tuple(_WORD.findall(text)), meaning)
    return unique


def _phrases(
    meanings: Mapping[tuple[str, ...], Meaning],
) -> dict[str, dict[str, list[tuple[tuple[str, ...], Meaning]]]]:
    found: dict[str, dict[str, list[tuple[tuple[str, ...], Meaning]]]] = {}
    for phrase, meaning in sorted(meanings.items(), key=lambda item: -len(item[0])):
        if len(phrase) > 1:
            found.setdefault(phrase[0], {}).setdefault(phrase[1], []).append((phrase, meaning))
    return found


def _unspaced_pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join([_HAN_NUMBER, *map(re.escape, longest_first)]))


def _any_of(words: Sequence[str], ends: Sequence[str] = ()) -> re.Pattern[str]:
    choices = [*map(re.escape, words), *(rf"\w{{3,40}}{re.escape(end)}" for end in ends)]
    return re.compile(rf"\b(?:{'|'.join(choices) or '(?!)'})\b")
