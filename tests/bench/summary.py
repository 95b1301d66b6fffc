"""How well summaries cover a story, beside two plain methods: `python -m tests.bench.summary`.

The articles are generated: scenes of known names, with opinions, dialogue and leaning sentences between them, so that
what a summary covers can be counted instead of judged.

coverage    the share of the story's scenes of which at least one sentence is there
ends        the share of summaries with a sentence of the first and of the last scene
plot        the share of sentences that tell the plot
leaning     the share of sentences that speak of somebody whom the sentence before does not name
redundancy  the mean share of words that two sentences have in common

Then how long an article of 1,200 words takes in each language, from HTML to all three lengths: the articles that the
tests know, with their stories told again until they are that long.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from pathlib import Path

from bot import shipped
from bot.recaps.article import ArticleWords, read_article
from bot.recaps.model import Article, Spoiler
from bot.recaps.sentences import sentences
from bot.recaps.summary import CARD, FULL, SHORT, summarise

GOLDEN = Path(__file__).parents[1] / "recaps" / "data" / "articles"
WORDS_OF_AN_ARTICLE = 1_200
ROUNDS = 20
WORDS = ArticleWords.from_tables(shipped.tables("articles.toml"))
ARTICLES = 60
SCENES = 10

NAMES = [
    "Mina",
    "Jun",
    "Odile",
    "Tomas",
    "Hale",
    "Vera",
    "Kit",
    "Ansel",
    "Bruno",
    "Carla",
    "Dario",
    "Edda",
    "Falk",
    "Greta",
    "Hugo",
    "Ilse",
    "Jonas",
    "Kaja",
    "Lars",
    "Mara",
]
PLACES = [
    "vault",
    "ferry",
    "market",
    "lighthouse",
    "bank",
    "prison",
    "theatre",
    "harbour",
    "chapel",
    "station",
    "attic",
    "greenhouse",
]
THINGS = [
    "ledger",
    "key",
    "letter",
    "ring",
    "photograph",
    "map",
    "radio",
    "knife",
    "ticket",
    "passport",
    "necklace",
    "diary",
]
DEEDS = ["finds", "hides", "burns", "steals", "loses", "trades", "photographs", "returns", "buries", "signs"]
REMARKS = (
    "I have to say that this was my favourite scene so far.",
    "The acting here is simply brilliant, and the camera knows it.",
    "“You never could lie,” {name} says.",
    "Will {name} ever learn the truth about the {thing}?",
    "As mentioned, we have seen this {place} before.",
)


@dataclass(frozen=True)
class Story:
    article: Article
    #: The scene that each plot sentence belongs to; sentences that are no plot are missing.
    scenes: dict[str, int]
    #: Plot sentences that lean on the one before.
    leaning: dict[str, str]


def generated(seed: int) -> Story:
    """An article of ten scenes, the same for the same `seed`."""
    pick = random.Random(seed)
    scenes: dict[str, int] = {}
    leaning: dict[str, str] = {}
    paragraphs = []
    for scene in range(SCENES):
        first, second = pick.sample(NAMES, 2)
        place, thing, other = pick.choice(PLACES), *pick.sample(THINGS, 2)
        opener = f"{first} {pick.choice(DEEDS)} the {thing} in the {place} while {second} waits by the door."
        leans = f"{pick.choice(['She', 'He', 'This'])} {pick.choice(DEEDS)} the {other} as well."
        closer = f"Later, {second} {pick.choice(DEEDS)} the {other} near the {pick.choice(PLACES)} and calls {first}."
        remark = pick.choice(REMARKS).format(name=first, thing=thing, place=place)
        text = [opener, leans, closer, remark]
        text.insert(pick.randrange(4), f"Rain falls on the roofs behind the {place} of {second}.")
        scenes |= dict.fromkeys((opener, leans, closer), scene)
        leaning[leans] = text[text.index(leans) - 1]
        paragraphs.append(Spoiler(" ".join(text)))
    return Story(Article(story=tuple(paragraphs)), scenes, leaning)


Method = Callable[[Article, int], list[str]]


def ours(article: Article, limit: int) -> list[str]:
    summary = summarise(article, WORDS, language="en")
    return list(sentences({SHORT: summary.short, CARD: summary.card, FULL: summary.full}[limit].text))


def lead(article: Article, limit: int) -> list[str]:
    """The first sentences, as many as fit."""
    return _fitting(_sentences(article), limit)


def centroid(article: Article, limit: int) -> list[str]:
    """The sentences nearest to the mean of all, in story order."""
    found = _sentences(article)
    bags = [Counter(_terms(sentence)) for sentence in found]
    mean: Counter[str] = sum(bags, Counter())
    length = sqrt(sum(count * count for count in mean.values()))

    def near(at: int) -> float:
        own = sqrt(sum(count * count for count in bags[at].values())) or 1
        return sum(count * mean[term] for term, count in bags[at].items()) / (own * length)

    ranked = sorted(range(len(found)), key=lambda at: (-near(at), at))
    chosen = set(_fitting([found[at] for at in ranked], limit))
    return [sentence for sentence in dict.fromkeys(found) if sentence in chosen]


def _sentences(article: Article) -> list[str]:
    return [sentence for part in article.story for sentence in sentences(part.text)]


def _terms(sentence: str) -> list[str]:
    return [word for word in re.findall(r"\w+", sentence.casefold()) if len(word) > 3]


def _fitting(found: list[str], limit: int) -> list[str]:
    chosen: list[str] = []
    room = limit
    for sentence in found:
        if len(sentence) + 1 > room:
            break
        chosen.append(sentence)
        room -= len(sentence) + 1
    return chosen


def measured(method: Method, limit: int, stories: list[Story]) -> tuple[float, ...]:
    """Coverage, ends, plot, leaning and redundancy, as means, and milliseconds for an article."""
    rows = []
    begun = time.process_time()
    found = [method(story.article, limit) for story in stories]
    took = (time.process_time() - begun) / len(stories) * 1_000
    for story, chosen in zip(stories, found, strict=True):
        covered = {story.scenes[sentence] for sentence in chosen if sentence in story.scenes}
        adrift = [
            sentence
            for before, sentence in zip(["", *chosen], chosen, strict=False)
            if sentence in story.leaning and story.leaning[sentence] != before
        ]
        pairs = [_overlap(*pair) for pair in combinations(chosen, 2)]
        rows.append(
            (
                len(covered) / SCENES,
                float({0, SCENES - 1} <= covered),
                sum(sentence in story.scenes for sentence in chosen) / max(1, len(chosen)),
                len(adrift) / max(1, len(chosen)),
                sum(pairs) / max(1, len(pairs)),
            )
        )
    return (*(sum(column) / len(rows) for column in zip(*rows, strict=True)), took)


def _overlap(first: str, second: str) -> float:
    one, two = set(_terms(first)), set(_terms(second))
    return len(one & two) / max(1, len(one | two))


def long_article(path: Path) -> str:
    """The article at `path`, with its story told again, in other words each time, until it has 1,200 words."""
    html = path.read_text("utf-8")
    story = read_article(html, WORDS).story
    begins = html.index(f"<p>{story[0].text[:12]}")
    longer, times = html, 1
    while read_article(longer, WORDS).words < WORDS_OF_AN_ARTICLE:
        times += 1
        told = "".join(f"<p>{_numbered(paragraph.text, times)}</p>" for paragraph in story)
        longer = longer[:begins] + told + longer[begins:]
    return longer


def _numbered(text: str, times: int) -> str:
    """`text` with a number in each sentence, for a sentence that comes twice is told once."""
    return re.sub(r"[.。]", lambda mark: f" {times}{mark[0]}", text)


def milliseconds(html: str, language: str) -> tuple[float, float]:
    """The processor time of reading `html` and of its summary, the best of several: the machine has other work, too."""
    reading, summing = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        article = read_article(html, WORDS, language=language)
        read = time.process_time()
        summarise(article, WORDS, language=language)
        reading.append(read - begun)
        summing.append(time.process_time() - read)
    return min(reading) * 1_000, min(summing) * 1_000


def main() -> None:
    stories = [generated(seed) for seed in range(ARTICLES)]
    methods: dict[str, Method] = {"ours": ours, "lead": lead, "centroid": centroid}
    print(f"{ARTICLES} generated articles of {SCENES} scenes")
    print("length  method    coverage  ends  plot  leaning  redundancy     ms")
    for limit in (SHORT, CARD, FULL):
        for name, method in methods.items():
            coverage, ends, plot, leaning, redundancy, took = measured(method, limit, stories)
            print(
                f"{limit:6}  {name:8}  {coverage:8.2f}  {ends:4.2f}  {plot:4.2f}  {leaning:7.2f}"
                f"  {redundancy:10.3f}  {took:5.1f}"
            )
    print("language  words  reading ms  summary ms  together")
    for path in sorted(GOLDEN.glob("*.html")):
        html = long_article(path)
        reading, summing = milliseconds(html, path.stem)
        words = read_article(html, WORDS).words
        print(f"{path.stem:8}  {words:5}  {reading:10.1f}  {summing:10.1f}  {reading + summing:8.1f}")


if __name__ == "__main__":
    main()
