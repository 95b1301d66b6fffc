"""How well and how fast shows are found: `python -m tests.bench.shows [--misses]`.

300 queries are made from the shipped titles, as people get them wrong. The index is padded with titles recombined
from real ones, which is harder than life: every word of a query is in hundreds of them, and (but for one line) nobody
follows the real shows more than the padding. `WRatio` over every title is what most bots do. Times are the CPU time of
the thread, so that a busy machine changes them little.
"""

import gc
import random
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz, process

from bot.recaps.shows import ShowIndex, shipped_shows
from bot.shipped import tables

SIZES = (5_000, 20_000, 100_000)
#: So many of the shipped shows are among the titles at every size.
REAL = 3_000
QUERIES = 300
LIMIT = 25

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BY_EAR = (
    ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ou", "ow"), ("ght", "te"), ("y", "i"), ("c", "k"), ("x", "ks"),
    ("ss", "s"), ("ai", "ay"), ("oo", "u"), ("ie", "y"), ("z", "s"), ("ea", "ee"), ("a", "e"), ("o", "u"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    title: str
    way: str


@dataclass(frozen=True, slots=True)
class Outcome:
    places: list[int | None]
    milliseconds: list[float]

    def recall(self, at: int) -> float:
        return 100 * sum(place is not None and place < at for place in self.places) / len(self.places)

    def percentile(self, share: float) -> float:
        return sorted(self.milliseconds)[round(share * (len(self.milliseconds) - 1))]

    def __str__(self) -> str:
        recall = " / ".join(f"{self.recall(at):5.1f}" for at in (1, 5, 25))
        p50, p99 = self.percentile(0.5), self.percentile(0.99)
        return f"recall@1/5/25 {recall} %   p50 {p50:6.2f}  p99 {p99:6.2f}  worst {max(self.milliseconds):6.2f} ms"


def slip(text: str, dice: random.Random) -> str:
    """One letter left out, doubled, swapped with its neighbour, or hit beside."""
    at = dice.randrange(1, len(text) - 1)
    way = dice.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at] + text[at:]
    if way == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    row = next((row for row in KEYBOARD if text[at] in row), KEYBOARD[1])
    beside = row[(row.find(text[at]) + 1) % len(row)]
    return text[:at] + beside + text[at + 1 :]


def with_slips(title: str, dice: random.Random) -> str:
    return slip(slip(title, dice), dice) if dice.random() < 0.5 else slip(title, dice)


def beginning(title: str, dice: random.Random) -> str:
    return title[: dice.randrange(max(4, len(title) // 2), max(6, len(title) - 1))]


def beginning_with_slip(title: str, dice: random.Random) -> str:
    return slip(beginning(title, dice), dice)


def some_words(title: str, dice: random.Random) -> str:
    words = title.split()[1:]
    start = dice.randrange(len(words) - 1)
    return " ".join(words[start : start + 2])


def by_ear(title: str, dice: random.Random) -> str:
    changes = [(a, b) for a, b in BY_EAR if a in title]
    for a, b in dice.sample(changes, min(2, len(changes))):
        title = title.replace(a, b, 1)
    return title


def joined(title: str, dice: random.Random) -> str:
    return title.replace(" ", "").replace("'", "")


def initials(title: str, dice: random.Random) -> str:
    words = re.findall(r"\w+", title.replace("'", ""))
    return "".join(word if word.isdigit() else word[0] for word in words)


def swapped(title: str, dice: random.Random) -> str:
    words = title.split()
    at = dice.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


WAYS: dict[str, tuple[Callable[[str, random.Random], str], int]] = {
    "slips": (with_slips, 1),
    "beginning": (beginning, 1),
    "beginning + slip": (beginning_with_slip, 1),
    "by ear": (by_ear, 1),
    "joined": (joined, 2),
    "some words": (some_words, 3),
    "swapped words": (swapped, 3),
    "initials": (initials, 4),
}


def queries(titles: list[str], dice: random.Random) -> Iterator[Query]:
    """Endless queries, every way in turn; `WAYS` says how many words a title needs for each."""
    while True:
        for way, (distort, words) in WAYS.items():
            title = dice.choice([title for title in titles if len(title.split()) >= words])
            yield Query(distort(title.lower(), dice), title, way)


def padding(titles: list[str], dice: random.Random) -> Iterator[str]:
    """Endless titles: half begin like one show and end like another, half take every word from a different one."""
    seen = set(titles)
    firsts = [title.split()[0] for title in titles]
    others = [word for title in titles for word in title.split()[1:]]
    while True:
        head, tail = (dice.choice(titles).split() for _ in range(2))
        if dice.random() < 0.5:
            words = head[: dice.randrange(1, len(head) + 1)] + tail[dice.randrange(len(tail)) :]
        else:
            words = [dice.choice(firsts), *dice.choices(others, k=max(1, len(head) - 1))]
        title = " ".join(words)
        if title not in seen:
            seen.add(title)
            yield title


def place(found: list[str], title: str) -> int | None:
    return found.index(title) if title in found else None


def measure(search: Callable[[str], list[str]], asked: list[Query]) -> Outcome:
    places, milliseconds = [], []
    for query in asked:
        start = time.thread_time()
        found = search(query.text)
        milliseconds.append(1000 * (time.thread_time() - start))
        places.append(place(found, query.title))
    return Outcome(places, milliseconds)


def build(titles: list[str]) -> tuple[ShowIndex[str], float]:
    start = time.thread_time()
    index: ShowIndex[str] = ShowIndex()
    for title in titles:
        index.add(title, title)
    return index, time.thread_time() - start


def memory_of(titles: list[str]) -> float:
    """What an index of these titles takes, in MB."""
    tracemalloc.start()
    index, _ = build(titles)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return size if len(index) else 0.0


def report(titles: list[str], asked: list[Query], *, show_misses: bool) -> None:
    index, seconds = build(titles)
    gc.collect()
    print(f"\n{len(titles):,} titles: built in {seconds:.2f} s, {memory_of(titles):.0f} MB")
    ours = measure(lambda text: [hit.title for hit in index.search(text, LIMIT)], asked)
    print(f"  search                  {ours}")
    for query in asked:
        index.set_weight(query.title, 10)
    followed = measure(lambda text: [hit.title for hit in index.search(text, LIMIT)], asked)
    print(f"  … real shows followed   {followed}")
    few = asked[: QUERIES * 20_000 // max(len(titles), 20_000)]
    lowered = [title.lower() for title in titles]
    wratio = measure(
        lambda text: [titles[at] for _, _, at in process.extract(text, lowered, scorer=fuzz.WRatio, limit=LIMIT)], few
    )
    print(f"  WRatio over everything  {wratio}")
    for way in WAYS:
        print(f"    {way:22}  {only(way, asked, ours)}")
    if show_misses:
        for query, at in zip(asked, ours.places, strict=True):
            if at is None:
                print(f"    missed {query.way}: {query.text!r} for {query.title!r}")


def only(way: str, asked: list[Query], outcome: Outcome) -> Outcome:
    chosen = [at for at, query in enumerate(asked) if query.way == way]
    return Outcome([outcome.places[at] for at in chosen], [outcome.milliseconds[at] for at in chosen])


def main() -> None:
    shipped = [str(show["title"]) for show in shipped_shows(tables("shows.toml"))]
    real = random.Random(24).sample(shipped, REAL)
    asked = list(islice(queries(real, random.Random(39)), QUERIES))
    more = padding(real, random.Random(9_1_1))
    titles = list(real)
    for size in SIZES:
        titles += islice(more, size - len(titles))
        report(titles, asked, show_misses="--misses" in sys.argv)


if __name__ == "__main__":
    main()
