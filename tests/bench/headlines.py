"""How well headlines are read: `python -m tests.bench.headlines FILE`, a JSON object per line.

Every object has `title`, `site`, `kind`, `show`, `season`, `episode_from`, `episode_to`, `spoiler_tail` and `note`. The
sites fall into two halves by a hash of their name; the grammar was written while looking at the misses of the first
only. guessit, which reads file names, stands beside it as a peer.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.recaps.headline import NOBODY_KNOWN, HeadlineWords, read_headline
from bot.recaps.model import EpisodeRef, FeedHints, Headline, Kind, KnownShows
from bot.recaps.shows import ShowIndex
from bot.shipped import tables

RECAPS: Final = {Kind.RECAP, Kind.REVIEW}
Read = Callable[["Labelled"], Headline]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A headline, and what a careful reader says about it."""

    title: str
    site: str
    kind: Kind
    show: str | None
    ref: EpisodeRef
    tail: str | None
    note: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Labelled":
        """The value of a line of the file."""
        ref = EpisodeRef(row["season"], row["episode_from"], row["episode_to"])
        return cls(
            row["title"], row["site"], Kind(row["kind"]), row["show"], ref, row["spoiler_tail"], row["note"] or ""
        )

    @property
    def is_developed_on(self) -> bool:
        """Whether its site belongs to the half whose misses were looked at."""
        return sha256(self.site.encode()).digest()[0] % 2 == 0

    @property
    def is_clear(self) -> bool:
        """Whether its label is beyond dispute."""
        return "bare" not in self.note and "defensible" not in self.note


@dataclass(frozen=True, slots=True)
class Judged:
    """A headline as labelled and as read."""

    labelled: Labelled
    read: Headline
    same_show: bool

    @property
    def kind_right(self) -> bool:
        return self.labelled.kind is self.read.kind

    @property
    def numbers_right(self) -> bool:
        want, got = self.labelled.ref, self.read.ref
        return (want.season, want.first, want.last) == (got.season, got.first, got.last)

    @property
    def tail_found(self) -> bool:
        """Whether all of the tail was found to spoil (as tail or as the title of the episode)."""
        hidden = " ".join(part.text for part in (self.read.episode_title, self.read.tail) if part)
        return squashed(self.labelled.tail or "") in squashed(hidden)


def squashed(text: str) -> str:
    """The text without case and punctuation."""
    return "".join(char for char in text.casefold() if char.isalnum())


def same_show(want: str | None, got: str | None, known: KnownShows) -> bool:
    """Whether two names are one show's, by their letters or by what is known."""
    if want is None or got is None:
        return want is got
    wanted, found = (squashed(known.canonical(name) or name) for name in (want, got))
    return wanted == found or squashed(want) == squashed(got)


def scores(judged: Sequence[Judged], *, kinds: bool) -> list[str]:
    """The measures of a set of headlines, ready to print; only numbers and shows of a reader that knows no kinds."""
    recaps = [one for one in judged if one.labelled.kind in RECAPS]
    called = [one for one in judged if one.read.kind is Kind.RECAP]
    true = [one for one in judged if one.labelled.kind is Kind.RECAP]
    sure = [one for one in judged if one.read.sure and one.read.kind in RECAPS]
    numbers, shows = (
        share(one.numbers_right for one in recaps),
        share(one.numbers_right and one.same_show for one in recaps),
    )
    if not kinds:
        return [str(len(judged)), "–", "–", "–", numbers, shows, "–", "–"]
    return [
        str(len(judged)),
        share(one.kind_right for one in judged),
        share(one.labelled.kind is Kind.RECAP for one in called),
        share(one.read.kind is Kind.RECAP for one in true),
        numbers,
        shows,
        share(one.tail_found for one in recaps if one.labelled.tail),
        share(one.same_show for one in sure) + f" of {len(sure)}",
    ]


def share(good: Iterable[bool]) -> str:
    """How many are good, in per cent."""
    marks = list(good)
    return f"{100 * sum(marks) / len(marks):.1f}" if marks else "–"


def by_previously(known: KnownShows) -> Read:
    """Our own reader."""
    words = HeadlineWords.from_tables(tables("headlines.toml"))
    return lambda one: read_headline(one.title, words, known=known, hints=FeedHints(site=one.site))


def by_guessit() -> Read | None:
    """The peer; None if it is not installed. It knows no kinds and no tails."""
    try:
        from guessit import guessit
    except ImportError:
        return None

    def read(one: Labelled) -> Headline:
        found = guessit(one.title, {"type": "episode"})
        return Headline(kind=Kind.RECAP, show=_text(found.get("title")), sure=True, ref=_ref(found))

    return read


def _text(value: Any) -> str | None:
    return None if value is None else str(value[0] if isinstance(value, list) else value)


def _ref(found: dict[str, Any]) -> EpisodeRef:
    season, episodes = found.get("season"), found.get("episode")
    season = season[0] if isinstance(season, list) else season
    numbers = episodes if isinstance(episodes, list) else [episodes] if episodes is not None else []
    try:
        return EpisodeRef(season, min(numbers, default=None), max(numbers, default=None))
    except ValueError:
        return EpisodeRef()


def measure(rows: Sequence[Labelled], read: Read, known: KnownShows) -> tuple[list[Judged], float]:
    """Every headline as read, and how many were read in a second of processor time, at best."""
    rate = 0.0
    found: list[Headline] = []
    for _ in range(3):
        started = time.process_time()
        found = [read(one) for one in rows]
        rate = max(rate, len(rows) / max(time.process_time() - started, 1e-9))
    judged = [Judged(one, got, same_show(one.show, got.show, known)) for one, got in zip(rows, found, strict=True)]
    return judged, rate


def known_shows() -> KnownShows:
    """The shows that ship with the bot."""
    try:
        return ShowIndex.from_tables(tables("shows.toml"))
    except FileNotFoundError:
        return NOBODY_KNOWN


def by_form(judged: Iterable[Judged]) -> Table:
    """How often each form of naming the show is right, in entries that are announced; the sure ones are marked."""
    table = Table("form of the name", "sure", "right", "of")
    forms: dict[tuple[str, bool], list[bool]] = {}
    for one in judged:
        if one.read.kind in RECAPS and one.read.form:
            forms.setdefault((one.read.form, one.read.sure), []).append(one.same_show)
    for (form, sure), right in sorted(forms.items(), key=lambda item: (not item[0][1], -len(item[1]))):
        table.add_row(form, "yes" if sure else "", str(sum(right)), str(len(right)))
    return table


SETS: Final[tuple[tuple[str, Callable[[Labelled], bool]], ...]] = (
    ("all", lambda one: True),
    ("clear", lambda one: one.is_clear),
    ("clear, sites developed on", lambda one: one.is_clear and one.is_developed_on),
    ("clear, sites never looked at", lambda one: one.is_clear and not one.is_developed_on),
)


def main(
    file: Annotated[Path, typer.Argument(help="Labelled headlines, a JSON object per line.")],
    misses: Annotated[bool, typer.Option(help="List the misses of the sites developed on.")] = True,
    unknown: Annotated[bool, typer.Option(help="Read without the shows that ship with the bot.")] = False,
    peer: Annotated[bool, typer.Option(help="Measure guessit too.")] = True,
) -> None:
    """Score the reading of headlines."""
    rows = [Labelled.of(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]
    shows = known_shows()
    console = Console(width=200)
    table = Table(
        "reader",
        "headlines",
        "n",
        "kind",
        "recap prec.",
        "recap rec.",
        "S+E",
        "S+E+show",
        "tail",
        "sure shows",
        "per s",
    )
    readers: dict[str, Read | None] = {"previously": by_previously(NOBODY_KNOWN if unknown else shows)}
    if peer:
        readers["guessit"] = by_guessit()
    for name, read in readers.items():
        if read is None:
            table.add_row(name, "not installed")
            continue
        judged, rate = measure(rows, read, shows)
        for title, wanted in SETS:
            figures = scores([one for one in judged if wanted(one.labelled)], kinds=name == "previously")
            table.add_row(name, title, *figures, f"{rate:,.0f}")
        if name == "previously":
            console.print(by_form(one for one in judged if one.labelled.is_clear))
        if misses and name == "previously":
            list_misses(console, judged)
    console.print(table)


def list_misses(console: Console, judged: Iterable[Judged]) -> None:
    """What went wrong, for the sites that may be looked at."""
    for one in judged:
        if not (one.labelled.is_developed_on and one.labelled.is_clear):
            continue
        wrong = _wrong(one)
        if wrong:
            console.print(f"{', '.join(wrong)}: {one.labelled.title}", markup=False, highlight=False, soft_wrap=True)


def _wrong(one: Judged) -> list[str]:
    want, got = one.labelled, one.read
    wrong = [] if one.kind_right else [f"kind {got.kind} not {want.kind} ({'; '.join(got.reasons)})"]
    if want.kind not in RECAPS:
        return wrong
    wrong += [] if one.numbers_right else [f"numbers {got.ref!s:–<2} not {want.ref!s:–<2}"]
    wrong += [] if one.same_show else [f"show {got.show!r} not {want.show!r}{' SURE' if got.sure else ''}"]
    hidden = got.tail.text if got.tail else None
    return wrong + ([] if one.tail_found else [f"tail {hidden!r} not {want.tail!r}"])


if __name__ == "__main__":
    typer.run(main)
