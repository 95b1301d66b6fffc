"""A summary of an article in its own sentences, in story order.

The story is divided into equal parts, and each part gives its best sentence as far as the length allows, so that
beginning, middle and end are there. A sentence that leans on the one before it ("He leaves …") comes only together with
that one. The writer's opinions, questions, dialogue and what points at pictures wait until nothing else is left.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

from bot.recaps.article_words import ArticleWords, LanguageWords, straight
from bot.recaps.model import NO_SUMMARY, Article, Spoiler, Summary
from bot.recaps.sentences import joined_sentences, sentences

SHORT: Final = 300
CARD: Final = 700
FULL: Final = 1_500

#: More sentences than this are no article; the rest is left unread.
_MOST_SENTENCES: Final = 600
_MOST_TEXT: Final = 40_000
#: How many sentences may stand before one that leans on them.
_LONGEST_CHAIN: Final = 3
#: About how many characters of a summary speak for one part of the story.
_A_PART: Final = 130
#: The share of a story that is its beginning, or its end.
_EDGE: Final = 0.15
_STEP: Final = 10

_WORDS: Final = re.compile(r"[^\W\d_][\w'’\-]*")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_QUOTED: Final = re.compile(
    r"“[^”]{0,400}”|\"[^\"]{0,400}\"|«[^»]{0,400}»|„[^“”]{0,400}[“”]|「[^」]{0,400}」|『[^』]{0,400}』|‘[^’]{0,300}’"
)
_OPENS_QUOTED: Final = re.compile(r"\s*[\"“«„「『‘]|\s*[-–—•]\s")
_SPEAKER: Final = re.compile(r"[^\W\d_][^:：.!?。]{0,30}[:：]\s*\S")
_BRACKETED: Final = re.compile(r"[(（\[【]")
_ENDED: Final = re.compile(r"[.!…。！][\"'”’»)\]」』）】]*$")
_ASKS: Final = re.compile(r"[?？][\"'”’»)\]」』）】]*$")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    #: Where it begins in the story, in characters.
    start: int
    terms: frozenset[str]
    #: 0 tells the plot, 1 comments on it, 2 is dialogue or hangs in the air.
    tier: int
    #: Whether it means somebody or something that only the sentence before it names.
    leans: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence with those it leans on: what can stand by itself."""

    members: frozenset[int]
    last: int
    length: int
    score: float


def summarise(article: Article, words: ArticleWords, *, language: str | None = None) -> Summary:
    """The article in about 300, 700 and 1,500 characters, never more."""
    paragraphs = article.story or article.extras or article.thoughts
    story = _read(paragraphs, words, language)
    if not story:
        return NO_SUMMARY
    weights = _weights(story)
    short, card, full = (Spoiler(_summary(story, weights, limit)) for limit in (SHORT, CARD, FULL))
    return Summary(short, card, full)


def spoken_language(text: str, words: ArticleWords, stated: str | None = None) -> str:
    """The language of `text`: by its script, else by its commonest words; `stated` settles what stays open."""
    if _HANGUL.search(text) and len(_HANGUL.findall(text)) * 4 > len(text):
        return "ko"
    wide = sum(map(len, _WIDE.findall(text)))
    if wide * 4 > len(text):
        return "ja" if len(_KANA.findall(text)) * 10 > wide else "zh"
    found = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    counts = {code: sum(found[word] for word in each.common) for code, each in words.languages.items()}
    stated = (stated or "").casefold().split("-")[0]
    best = max(counts, key=lambda code: (counts[code], code == stated, code == "en"))
    return best if counts[best] else stated if stated in counts else "en"


def shortened(text: str, limit: int) -> str:
    """The beginning of `text` up to the last whole word within `limit`, with "…"."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not _WIDE.search(text[limit - 2 : limit]) and not text[limit - 1].isspace():
        cut = cut.rsplit(None, 1)[0] if re.search(r"\s", cut) else cut
    return cut.rstrip(" ,;:、，-–—") + "…"


def _read(paragraphs: Iterable[Spoiler], words: ArticleWords, language: str | None) -> list[_Sentence]:
    """The sentences of the story, each judged."""
    texts = [paragraph.text for paragraph in paragraphs]
    code = spoken_language(" ".join(texts)[:4_000], words, language)
    speech = words.languages.get(code) or words.languages["en"]
    found: list[str] = []
    seen: set[str] = set()
    room = _MOST_TEXT
    for text in texts:
        for sentence in sentences(text[:room], words.abbreviations):
            if sentence.casefold() not in seen and len(found) < _MOST_SENTENCES:
                seen.add(sentence.casefold())
                found.append(sentence)
        room -= len(text)
        if room <= 0:
            break
    names = _names(found)
    judged, start = [], 0
    for sentence in found:
        judged.append(_judged(sentence, start, speech, names))
        start += len(sentence) + 1
    return judged


def _judged(text: str, start: int, speech: LanguageWords, names: frozenset[str]) -> _Sentence:
    plain = straight(_QUOTED.sub(" ", text))
    return _Sentence(
        text=text,
        start=start,
        terms=frozenset(_terms(text)),
        tier=_tier(text, plain, speech, names),
        leans=_leans(plain, speech, names),
    )


def _tier(text: str, plain: str, speech: LanguageWords, names: frozenset[str]) -> int:
    if _OPENS_QUOTED.match(text) or _SPEAKER.match(text) or not _ENDED.search(text) or not _balanced(text):
        return 1 if _ASKS.search(text) else 2
    if speech.opinions.search(plain) or speech.asides.search(plain) or speech.pointing.search(plain):
        return 1
    if text.endswith("!") and names.isdisjoint(_WORDS.findall(text)):
        return 1
    if sum(map(str.isdigit, text)) * 4 > len(text):
        return 2
    return 1 if _BRACKETED.match(text) or len(text) < 12 else 0


def _balanced(text: str) -> bool:
    pairs = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("(", ")"), ("（", "）"), ("[", "]"))
    return all(text.count(left) == text.count(right) for left, right in pairs) and text.count('"') % 2 == 0


def _leans(plain: str, speech: LanguageWords, names: frozenset[str]) -> bool:
    """Whether a sentence opens with, or speaks of, somebody whom it has not named yet."""
    if speech.openers.match(plain.lstrip()):
        return True
    pronoun = speech.pronouns.search(plain)
    if not pronoun:
        return False
    return not any(word in names for word in _WORDS.findall(plain[: pronoun.start()]))


def _names(found: Sequence[str]) -> frozenset[str]:
    """The words that the story writes with a capital in the middle of a sentence."""
    return frozenset(word for text in found for word in _WORDS.findall(text)[1:] if word[0].isupper())


def _terms(text: str) -> list[str]:
    """What a sentence is compared by: its longer words, pairs of characters where words are not parted."""
    terms = [word for word in _WORDS.findall(text.casefold()) if len(word) > 3 and not _WIDE.match(word)]
    for run in _WIDE.findall(text):
        terms.extend(run[at : at + 2] for at in range(len(run) - 1))
    return terms


def _summary(story: Sequence[_Sentence], weights: Mapping[str, float], limit: int) -> str:
    for tier in sorted({sentence.tier for sentence in story}):
        if units := _units(story, weights, tier, limit):
            chosen = _filled(_spread(units, story, limit), units, story, limit)
            return joined_sentences(story[at].text for at in sorted(chosen))
    return shortened(min(story, key=lambda sentence: sentence.tier).text, limit)


def _units(story: Sequence[_Sentence], weights: Mapping[str, float], tier: int, limit: int) -> list[_Unit]:
    """What can stand by itself in a text of `limit` characters, of sentences no further from the plot than `tier`."""
    found = []
    for at in range(len(story)):
        first = at
        while story[first].leans and first > 0 and at - first < _LONGEST_CHAIN:
            first -= 1
        members = range(first, at + 1)
        length = _length(story, members)
        if story[first].leans and tier == 0 and first > 0:
            continue
        if length <= limit and all(story[member].tier <= tier for member in members):
            found.append(_Unit(frozenset(members), at, length, _score(story[at], weights) * _edge(story, at)))
    return found


def _edge(story: Sequence[_Sentence], at: int) -> float:
    """How much more a sentence counts for standing near the beginning or the end, where episodes turn."""
    place = story[at].start / max(1, story[-1].start)
    return 1 + max(0.0, 1 - min(place, 1 - place) / _EDGE)


def _length(story: Sequence[_Sentence], members: Iterable[int]) -> int:
    return sum(len(story[at].text) + 1 for at in members)


def _weights(story: Sequence[_Sentence]) -> dict[str, float]:
    """How much each term says about the story: the more sentences share it, the more, but slowly."""
    counts = Counter(term for sentence in story for term in sentence.terms)
    return {term: log(1 + count) for term, count in counts.items()}


def _score(sentence: _Sentence, weights: Mapping[str, float]) -> float:
    total = sum(weights[term] for term in sentence.terms)
    return total / sqrt(len(sentence.terms) + 4)


def _spread(units: Sequence[_Unit], story: Sequence[_Sentence], limit: int) -> frozenset[int]:
    """One unit for as many parts of the story as fit, the best there are: a knapsack with one choice a part."""
    parts = _parts(units, story, limit)
    best: dict[int, tuple[float, frozenset[int]]] = {0: (0.0, frozenset())}
    bonus = 1 + max(unit.score for unit in units)
    for number, part in enumerate(parts):
        worth = bonus * (2 if number in {0, len(parts) - 1} else 1)
        grown = dict(best)
        for used, (score, members) in best.items():
            for unit in part:
                total = used + -(-unit.length // _STEP)
                value = score + worth + unit.score
                if total * _STEP <= limit + 1 and value > grown.get(total, (-1.0, members))[0]:
                    grown[total] = (value, members | unit.members)
        best = grown
    return max(best.values(), key=lambda found: found[0])[1]


def _parts(units: Sequence[_Unit], story: Sequence[_Sentence], limit: int) -> list[list[_Unit]]:
    count = max(1, min(limit // _A_PART + 1, len(units)))
    whole = story[-1].start + len(story[-1].text)
    parts: list[list[_Unit]] = [[] for _ in range(count)]
    for unit in units:
        middle = story[unit.last].start + len(story[unit.last].text) // 2
        parts[min(count - 1, middle * count // max(1, whole))].append(unit)
    return [sorted(part, key=lambda unit: -unit.score)[:12] for part in parts if part]


def _filled(chosen: frozenset[int], units: Sequence[_Unit], story: Sequence[_Sentence], limit: int) -> frozenset[int]:
    """`chosen` with what still fits, best first; what repeats the chosen counts less."""
    left = list(units)
    while left:
        said = {term for at in chosen for term in story[at].terms}
        left = [unit for unit in left if unit.members - chosen and _length(story, chosen | unit.members) <= limit + 1]
        if not left:
            break
        best = max(left, key=lambda unit: (unit.score * (1 - _shared(story[unit.last].terms, said)), -unit.last))
        chosen |= best.members
    return chosen


def _shared(terms: frozenset[str], said: set[str]) -> float:
    return len(terms & said) / len(terms) * 0.8 if terms else 0.8
