"""The grammar of seasons, episodes and dates, over the shape of a headline."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.words import Mark
from bot.recaps.model import HIGHEST_NUMBER, NO_EPISODE, EpisodeRef

#: What the shape shows where a number or date was read.
TAKEN: Final = "@"
#: No headline is about more episodes than this; the second number of a longer range is something else.
_MOST_AT_ONCE: Final = 60

#: In 205: the seasons that are counted so, and the episodes of one.
_MOST_CODED: Final = 9
_LONGEST_SEASON: Final = 26

_NO_YEAR: Final = 4
_SEASON_LETTERS: Final = (Mark.S, Mark.T)
_TOLD: Final = re.compile("[RV]")
_NUMBERS: Final = re.compile("[nyozi]")
_NEXT: Final = r"(?:-|[ ]?[&~/][ ]?)(?:[st]n)?[eE]?\.?[ ]?n"
_RANGE: Final = rf"(?:(?:{_NEXT}|en)*(?:[ ]-[ ]n(?=[ ]?(?:[RVrF:|)\]]|$)))?)"
_LIST: Final = r"(?:[ ]?[-&~,/h][ ]?&?[ ]?[EeH]?\.?[ ]?(?:\#?n|z)(?![a-z]))*"
_COUNT: Final = r"(?:n(?:[-~&/]n|[ ]&[ ]n|,[ ]?n)?|z)"
#: A counter that stands before its number, and not behind one ("5 серия", but "серия 5").
_ALONE: Final = r"(?![ ]?\#?n(?![ ]?\.?[ ]?[GTE]))"

_DATES: Final = re.compile(
    r"""(?:d,?[ ])?(?:
    (?P<us1>n)(?P<sep>[/.-])(?P<us2>n)(?P=sep)(?P<us3>[ny])
    | (?P<iso1>y)(?P<sep2>[/.-])(?P<iso2>n)(?P=sep2)(?P<iso3>n)
    | (?:(?P<cjk1>y)[ ]?Y[ ]?)?(?P<cjk2>n)[ ]?L[ ]?(?P<cjk3>n)[ ]?J
    | (?:n[ ][~h&-][ ])?(?P<dm1>[on])\.?[ ]?(?:[O][ ])?(?P<dm2>m)(?:,?[ ]?(?:[O][ ])?(?P<dm3>y))?
    | (?P<md1>m)\.?[ ](?P<md2>[on])(?![.x]n)(?:,?[ ](?P<md3>y))?
    )""",
    re.VERBOSE,
)
_PAIRS: Final = re.compile(
    rf"""[st]\.?(?P<s1>n)[ :,./|-]{{0,3}}[eEH]\.?[ ]?\#?(?P<e1>n{_RANGE})
    | (?<![nyx])(?:[ST][ ])?(?P<s2>n)[ ]?x[ ]?(?P<e2>n(?:(?:[-&/](?:nx)?|[ ][&~][ ]nx)n)*)
    | [EH\#]\.?[ ]?\#?(?P<s3>n)\.(?P<e3>n)(?!\.?n)
    | (?<![^ (-])(?P<s4>n)\.(?P<e4>n)(?!\.?n)(?=[ ]?(?:$|[-:|)RVq])|[ ]w)""",
    re.VERBOSE,
)
_SEASONS: Final = re.compile(
    rf"""\#?(?P<a>n)\.?[ ]?T{_ALONE}
    | (?P<b>o|n\.)(?:[ ]&[ ]w[ ]|[- ]?)[ST](?![ ]n)
    | [ST](?:-|\.?:?[ ]?)\#?(?P<c>z[- ]z|[nzi])(?:[ ]?[-&~,][ ]?n)*
    | [st]\.?(?P<d>n)
    | (?P<of>o)(?=(?:[ ]&[ ]w)?[- ](?P<edge>[FM]))""",
    re.VERBOSE,
)
_EPISODES: Final = re.compile(
    rf"""\#?(?P<a>{_COUNT}(?:[ ]?G[ ]?[-~,&]?[ ]?\#?n){{0,2}})\.?[ ]?G{_ALONE}
    | (?P<h>n)-w[ ]G
    | (?P<b>o|n\.)[ ](?:[wf][ ])?[EG](?![ ]?\#?n)
    | [EG](?:-|\.?:?[ ]?)\#?(?P<c>n,[ ]n(?=[ ]?(?:[RVrFG:|]|$))|[ny]{_RANGE}|z[- ]z|z[ ]&[ ]z|[zi](?![ ]w))
    | H\.?[ ]?\#?(?P<d>(?:n|z){_LIST})
    | (?P<e>o)[ ](?P<count>[nz])[ ]H
    | e(?P<f>n{_RANGE})
    | (?<=w[ ]-[ ])(?P<g>n)(?=[ ](?:[RV]|[\[(|-].*[RV]))
    | (?<=w[ ])(?P<z>n)(?=[ ](?:[RV]|[\[(|-].*[RV]))
    | (?:(?<=@[ ])|(?<=@,[ ]))\#(?P<i>n)""",
    re.VERBOSE,
)
_CHAPTERS: Final = re.compile(rf"C\.?[ ]?\#?(?P<a>n{_RANGE}|z[- ]z|[zi])", re.VERBOSE)
_PARTS: Final = re.compile(r"P\.?[ ]?\#?(?P<a>n|[zi])|(?P<b>o)[ ]P", re.VERBOSE)
_STAGES: Final = re.compile(r"K\.?[ ]?\#?(?P<a>n|[zi])|\#(?P<b>n)K", re.VERBOSE)
_COUNTED_RECAPS: Final = re.compile(r"(?<=R)[ ]\#?(?P<a>n)(?=[ ]?[:|(-]|$)", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of tokens that was read as a number or date."""

    what: str
    start: int
    end: int
    ref: EpisodeRef = NO_EPISODE
    #: The month and day of a date without a year.
    day: tuple[int, int] | None = None
    #: The word before the number, in lower case.
    word: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that is counted or dated, and the shape with all of it marked as taken."""

    shape: str
    found: tuple[Found, ...]

    def first(self, what: str) -> Found | None:
        """The first of a sort."""
        return next((found for found in self.found if found.what == what), None)


def decoded(number: int) -> tuple[int, int] | None:
    """The season and the episode in a number that holds both: 205 is the fifth episode of the second."""
    season, episode = divmod(number, 100)
    return (season, episode) if 1 <= season <= _MOST_CODED and 1 <= episode <= _LONGEST_SEASON else None


def find_numbers(spelling: Spelling) -> Numbers:
    """Dates first, then pairs, then single numbers: what was read once is not read again."""
    shape = spelling.shape
    found: list[Found] = []
    for signs, pattern, read in _GRAMMAR:
        if signs.isdisjoint(shape):
            continue
        if not _NUMBERS.search(shape):
            break
        for match in pattern.finditer(shape):
            one = read(spelling, match)
            if one is not None:
                found.append(one)
                shape = shape[: one.start] + TAKEN * (one.end - one.start) + shape[one.end :]
    return Numbers(shape, tuple(sorted(found, key=lambda one: one.start)))


def _date(spelling: Spelling, match: re.Match[str]) -> Found | None:
    day = _day(spelling, {name: match.start(name) for name, text in match.groupdict().items() if text})
    if day is None:
        return None
    if day.year == _NO_YEAR:
        return Found(Mark.DAY_SIGN, match.start(), match.end(), day=(day.month, day.day))
    return Found(Mark.DAY_SIGN, match.start(), match.end(), EpisodeRef(aired=day))


def _day(spelling: Spelling, at: dict[str, int]) -> date | None:
    """The date whose parts stand at these tokens; in a leap year long ago where the headline names none."""
    value = {name: spelling.value(index) for name, index in at.items()}
    if "us1" in value:
        return _slashed(spelling, at)
    if "iso1" in value:
        return _checked_date(value["iso1"], value["iso2"], value["iso3"])
    if "cjk2" in value:
        return _checked_date(value.get("cjk1", _NO_YEAR), value["cjk2"], value["cjk3"])
    if "dm1" in value:
        return _checked_date(value.get("dm3", _NO_YEAR), value["dm2"], value["dm1"])
    return _checked_date(value.get("md3", _NO_YEAR), value["md1"], value["md2"])


def _slashed(spelling: Spelling, at: dict[str, int]) -> date | None:
    """3/10/14 is in March, 31/3/2022 too, and 10.3.2014 as well: only with slashes may the month come first."""
    first, second, year = (spelling.value(at[name]) for name in ("us1", "us2", "us3"))
    if _width(spelling, at["us3"]) < 2:
        return None
    year += 2000 if year < 100 else 0
    day_first = first > 12 or spelling.shape[at["us1"] + 1] == "."
    return _checked_date(year, second, first) if day_first else _checked_date(year, first, second)


def _width(spelling: Spelling, index: int) -> int:
    return spelling.tokens[index].end - spelling.tokens[index].start


def _checked_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _pair(spelling: Spelling, match: re.Match[str]) -> Found | None:
    which = next(number for number in "1234" if match[f"s{number}"])
    season = spelling.value(match.start(f"s{which}"))
    if which == "4" and not _is_dotted_pair(spelling, match):
        return None
    first, last = _ends(spelling, match.span(f"e{which}"))
    return Found(Mark.EPISODE, match.start(), match.end(), EpisodeRef(season, first, last))


def _is_dotted_pair(spelling: Spelling, match: re.Match[str]) -> bool:
    """Whether 2.05 is a season and an episode; with one digit, 2.5 is a version, a rating or an amount elsewhere."""
    if _width(spelling, match.start("e4")) == 2:
        return not spelling.shape.startswith(" w", match.end()) or _TOLD.search(spelling.shape) is not None
    before, behind = spelling.shape[: match.start()], spelling.shape[match.end() :]
    is_apart = before.endswith("- ") and behind.startswith(" -")
    return is_apart or behind.startswith((":", " q")) or before.endswith("q ")


def _season(spelling: Spelling, match: re.Match[str]) -> Found | None:
    if match["of"] and " " not in spelling.cut(*match.span("edge")):
        return None  # A *second season finale* is a season's, a *second finale* is not.
    first, _ = _ends(spelling, _group(match))
    return Found(Mark.SEASON, match.start(), match.end(), EpisodeRef(season=first))


def _episode(spelling: Spelling, match: re.Match[str]) -> Found | None:
    first, last = _ends(spelling, _group(match))
    if match["z"] and not spelling.cut(*match.span()).startswith("0"):
        return None  # *Show 05* is an episode, *Show 5* is a season or a name.
    if match["count"]:
        last = min(first + min(max(spelling.value(match.start("count")), 1), _MOST_AT_ONCE) - 1, HIGHEST_NUMBER)
    word = spelling.cut(match.start(), match.start() + 1).lower()
    return Found(Mark.EPISODE, match.start(), match.end(), EpisodeRef(None, first, last), word=word)


def _counted(what: str) -> "_Reader":
    def read(spelling: Spelling, match: re.Match[str]) -> Found | None:
        first, last = _ends(spelling, _group(match))
        return Found(what, match.start(), match.end(), EpisodeRef(None, first, last))

    return read


def _group(match: re.Match[str]) -> tuple[int, int]:
    return next(match.span(name) for name, text in match.groupdict().items() if text)


def _ends(spelling: Spelling, span: tuple[int, int]) -> tuple[int, int]:
    """The first and last number of a range; a second number that runs backwards is a part, not an end."""
    values = list(_values(spelling, span))
    later = [value for value in values if values[0] < value <= values[0] + _MOST_AT_ONCE]
    return values[0], max(later, default=values[0])


def _values(spelling: Spelling, span: tuple[int, int]) -> Iterator[int]:
    shape = spelling.shape[span[0] : span[1]]
    if shape in {"z-z", "z z"}:
        tens, unit = spelling.value(span[0]), spelling.value(span[0] + 2)
        yield tens + unit if tens >= 20 and unit < 10 else tens
        return
    for index, mark in enumerate(shape, start=span[0]):
        is_season = index > span[0] and (
            spelling.shape[index + 1 : index + 2] == Mark.X or spelling.shape[index - 1] in _SEASON_LETTERS
        )
        if mark in "nyozi" and not is_season:
            yield spelling.value(index)


_Reader = Callable[[Spelling, re.Match[str]], Found | None]
#: What is read in which order, and the marks without which there is none of it.
_GRAMMAR: Final[tuple[tuple[frozenset[str], re.Pattern[str], _Reader], ...]] = (
    (frozenset("/.-Lm"), _DATES, _date),
    (frozenset("stx."), _PAIRS, _pair),
    (frozenset("STstFM"), _SEASONS, _season),
    (frozenset("EGHen"), _EPISODES, _episode),
    (frozenset("C"), _CHAPTERS, _counted(Mark.CHAPTER)),
    (frozenset("P"), _PARTS, _counted(Mark.PART)),
    (frozenset("K"), _STAGES, _counted(Mark.STAGE)),
    (frozenset("R"), _COUNTED_RECAPS, _counted(Mark.RECAP)),
)
