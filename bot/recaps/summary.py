"""A summary of an article in its own sentences, in story order.

The story is divided into equal parts, and each part gives its best sentence as far as the length allows, so that
beginning, middle and end are there. A sentence that leans on the one before it ("He leaves …") comes only together with
that one. The writer's opinions, questions, dialogue and what points at pictures wait until nothing else is left; where
most parts of a story tell nothing without an opinion, the opinions that name somebody speak for those parts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import add
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
#: So many characters tell the language.
_ENOUGH_TO_TELL: Final = 2_000
#: How many sentences may stand before one that leans on them.
_LONGEST_CHAIN: Final = 3
#: Shorter sentences say too little; wide letters count twice.
_SHORTEST: Final = 12
#: About how many characters of a summary speak for one part of the story.
_A_PART: Final = 130
#: The share of a story that is its beginning, or its end.
_EDGE: Final = 0.15
#: Texts of about the same length are weighed against each other: so many lengths are told apart, and so many sentences
#: of a part are tried.
_LENGTHS: Final = 40
_MOST_TRIED: Final = 6
#: So many of the best sentences may fill what room is left.
_MOST_TO_FILL: Final = 50

_WORDS: Final = re.compile(r"[^\W\d_][\w'’\-]*")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_WIDE_LETTER: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_QUOTED: Final = re.compile(
    r"“[^”]{0,400}”|\"[^\"]{0,400}\"|«[^»]{0,400}»|„[^“”]{0,400}[“”]|「[^」]{0,400}」|『[^』]{0,400}』|‘[^’]{0,300}’"
)
_QUOTES: Final = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))
_BRACKETS: Final = (("(", ")"), ("（", "）"), ("[", "]"))
#: What comes in pairs.
_PAIRED: Final = re.compile(r"[“”«»「」『』()（）\[\]\"]")
_OPENS_QUOTED: Final = re.compile(r"\s*[\"“«„「『‘]|\s*[-–—•]\s")
_SPEAKER: Final = re.compile(r"[^\W\d_][^:：.!?。]{0,30}[:：]\s*\S")
_BRACKETED: Final = re.compile(r"[(（\[【]")
_CLOSING: Final = "\"'”’»)]」』）】"
_MARKS: Final = frozenset(".!…。！")


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
    #: Whether it speaks of somebody whom other sentences speak of, too.
    named: bool
    #: How many characters it takes, with the blank behind it.
    length: int


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a story is written."""

    speech: LanguageWords
    #: The words that it writes with a capital in the middle of a sentence.
    names: frozenset[str]
    #: Those of them that more than one sentence has.
    people: frozenset[str]
    #: Whether most of its sentences end with a mark.
    with_marks: bool


@dataclass(frozen=True, slots=True, eq=False)
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
    scores = _scores(story)
    short, card, full = (Spoiler(_summary(story, scores, limit)) for limit in (SHORT, CARD, FULL))
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
    code = spoken_language(" ".join(texts)[:_ENOUGH_TO_TELL], words, language)
    speech = words.languages.get(code) or words.languages["en"]
    found: dict[str, bool] = {}
    room = _MOST_TEXT
    for text in texts:
        for sentence, spoken in _with_quotations(sentences(text[:room], words.abbreviations)):
            if len(found) < _MOST_SENTENCES:
                found.setdefault(sentence, spoken)
        room -= len(text)
        if room <= 0:
            break
    finished = sum(_mark(text) in _MARKS for text in found)
    words_of = {text: _WORDS.findall(text) for text in found}
    names = Counter(name for each in words_of.values() for name in _names(each))
    manner = _Manner(
        speech=speech,
        names=frozenset(names),
        people=frozenset(name for name, count in names.items() if count > 1),
        with_marks=2 * finished >= len(found),
    )
    judged, start = [], 0
    for sentence, spoken in found.items():
        judged.append(_judged(sentence, words_of[sentence], start, manner, spoken=spoken))
        start += len(sentence) + 1
    return judged


def _with_quotations(found: Sequence[str]) -> list[tuple[str, bool]]:
    """The sentences of a paragraph, each with whether it stands in a quotation that began before it and ends later."""
    if not any(map(_PAIRED.search, found)):
        return [(text, False) for text in found]
    open_, straight_open = 0, False
    inside = []
    for text in found:
        inside.append(open_ > 0 or straight_open)
        open_ += sum(text.count(left) - text.count(right) for left, right in _QUOTES)
        straight_open ^= text.count('"') % 2 == 1
    never_ends = open_ > 0 or straight_open
    return [(text, spoken and not never_ends) for text, spoken in zip(found, inside, strict=True)]


def _judged(text: str, words: Sequence[str], start: int, manner: _Manner, *, spoken: bool) -> _Sentence:
    plain = straight(_QUOTED.sub(" ", text))
    return _Sentence(
        text=text,
        start=start,
        terms=_terms(text, words),
        tier=2 if spoken else _tier(text, plain, words, manner),
        leans=_leans(plain, manner),
        named=not manner.people.isdisjoint(words),
        length=len(text) + 1,
    )


def _tier(text: str, plain: str, words: Sequence[str], manner: _Manner) -> int:
    speech = manner.speech
    mark = _mark(text)
    if mark in {"?", "？"}:
        return 1
    hangs = manner.with_marks and mark not in _MARKS
    if hangs or _OPENS_QUOTED.match(text) or _is_speech(text, words, manner) or not _balanced(text):
        return 2
    if speech.opinions.is_in(plain) or speech.asides.is_in(plain) or speech.pointing.is_in(plain):
        return 1
    if text.endswith("!") and manner.names.isdisjoint(words):
        return 1
    if sum(map(str.isdigit, text)) * 4 > len(text):
        return 2
    return 1 if _BRACKETED.match(text) or len(text) + len(_WIDE_LETTER.findall(text)) < _SHORTEST else 0


def _is_speech(text: str, words: Sequence[str], manner: _Manner) -> bool:
    """Whether a sentence is a line of a dialogue ("MINA: Run!") and does not announce something ("Flashback: …")."""
    if not _SPEAKER.match(text) or not words:
        return False
    first = words[0]
    return first in manner.names or not first[1:].islower()


def _mark(text: str) -> str:
    """The mark at the end of a sentence, if it has one; else its last letter."""
    return text.rstrip(_CLOSING)[-1:]


def _balanced(text: str) -> bool:
    if not _PAIRED.search(text):
        return True
    pairs = (*_QUOTES, *_BRACKETS)
    return all(text.count(left) == text.count(right) for left, right in pairs) and text.count('"') % 2 == 0


def _leans(plain: str, manner: _Manner) -> bool:
    """Whether a sentence opens with, or speaks of, somebody whom it has not named yet."""
    if manner.speech.openers.match(plain.lstrip()):
        return True
    pronoun = manner.speech.pronouns.search(plain)
    return pronoun is not None and manner.names.isdisjoint(_WORDS.findall(plain[: pronoun.start()]))


def _names(words: Sequence[str]) -> set[str]:
    """The words that a sentence writes with a capital though it does not begin with them."""
    return {word for word in words[1:] if word[0].isupper()}


def _terms(text: str, words: Iterable[str]) -> frozenset[str]:
    """What a sentence is compared by: its longer words, pairs of characters where words are not parted."""
    if text.isascii():
        return frozenset(word.casefold() for word in words if len(word) > 3)
    terms = {word.casefold() for word in words if len(word) > 3 and not _WIDE.match(word)}
    for run in _WIDE.findall(text):
        terms.update(map(add, run, run[1:]))
    return frozenset(terms)


def _summary(story: Sequence[_Sentence], scores: Sequence[float], limit: int) -> str:
    for tier in sorted({sentence.tier for sentence in story}):
        if units := _units(story, scores, tier, limit):
            chosen = _filled(_spread(_parts(units, story, scores, limit), limit), units, story, limit)
            return joined_sentences(story[at].text for at in sorted(chosen))
    return shortened(min(story, key=lambda sentence: sentence.tier).text, limit)


def _units(story: Sequence[_Sentence], scores: Sequence[float], tier: int, limit: int) -> list[_Unit]:
    """What can stand by itself in a text of `limit` characters, of sentences no further from the plot than `tier`."""
    found = []
    for at in range(len(story)):
        first = at
        while story[first].leans and first > 0 and at - first < _LONGEST_CHAIN:
            first -= 1
        members = story[first : at + 1]
        if story[first].leans and tier == 0 and first > 0:
            continue
        length = sum(member.length for member in members)
        if length <= limit and all(member.tier <= tier for member in members):
            found.append(_Unit(frozenset(range(first, at + 1)), at, length, scores[at]))
    return found


def _scores(story: Sequence[_Sentence]) -> list[float]:
    """How much each sentence says about the story: the more sentences share its terms, the more, but slowly."""
    counts = Counter(term for sentence in story for term in sentence.terms)
    weights = {term: log(1 + count) for term, count in counts.items()}
    return [
        sum(weights[term] for term in sentence.terms) / sqrt(len(sentence.terms) + 4) * _edge(story, sentence)
        for sentence in story
    ]


def _edge(story: Sequence[_Sentence], sentence: _Sentence) -> float:
    """How much more a sentence counts for standing near the beginning or the end, where episodes turn."""
    place = sentence.start / max(1, story[-1].start)
    return 1 + max(0.0, 1 - min(place, 1 - place) / _EDGE)


def _parts(
    units: Sequence[_Unit], story: Sequence[_Sentence], scores: Sequence[float], limit: int
) -> list[list[_Unit]]:
    """The units of every part of the story that has any, best first.

    Where most parts have none, sentences with an opinion stand in for them if they name somebody.
    """
    count = max(1, min(limit // _A_PART + 1, len(story)))
    parts = _divided(units, story, count)
    if 2 * sum(map(bool, parts)) < count:
        others = [unit for unit in _units(story, scores, 1, limit) if story[unit.last].named]
        parts = [part or other for part, other in zip(parts, _divided(others, story, count), strict=True)]
    return [sorted(part, key=lambda unit: -unit.score)[:_MOST_TRIED] for part in parts if part]


def _divided(units: Iterable[_Unit], story: Sequence[_Sentence], count: int) -> list[list[_Unit]]:
    """Units by the part of the story in which they end."""
    whole = story[-1].start + len(story[-1].text)
    parts: list[list[_Unit]] = [[] for _ in range(count)]
    for unit in units:
        middle = story[unit.last].start + len(story[unit.last].text) // 2
        parts[min(count - 1, middle * count // max(1, whole))].append(unit)
    return parts


def _spread(parts: Sequence[Sequence[_Unit]], limit: int) -> frozenset[int]:
    """One unit for as many parts of the story as fit, the best there are: a knapsack with one choice a part."""
    step = -(-limit // _LENGTHS)
    bonus = 1 + max(unit.score for part in parts for unit in part)
    #: For every length, in steps: the best score, its length in characters, and what it is made of.
    best: dict[int, tuple[float, int, frozenset[int]]] = {0: (0.0, 0, frozenset())}
    for number, part in enumerate(parts):
        worth = bonus * (2 if number in {0, len(parts) - 1} else 1)
        grown = dict(best)
        for score, used, members in best.values():
            for unit in part:
                length, value = used + unit.length, score + worth + unit.score
                known = grown.get(length // step)
                if length <= limit + 1 and (known is None or value > known[0]):
                    grown[length // step] = (value, length, members | unit.members)
        best = grown
    return max(best.values(), key=lambda found: found[0])[2]


def _filled(chosen: frozenset[int], units: Sequence[_Unit], story: Sequence[_Sentence], limit: int) -> frozenset[int]:
    """`chosen` with what still fits, best first; what repeats the chosen counts less."""
    left = sorted(units, key=lambda unit: -unit.score)[:_MOST_TO_FILL]
    room = limit + 1 - sum(story[at].length for at in chosen)
    said = {term for at in chosen for term in story[at].terms}
    while left := [unit for unit in left if 0 < _more(unit, chosen, story) <= room]:
        best = max(left, key=lambda unit: (unit.score * (1 - _shared(story[unit.last].terms, said)), -unit.last))
        room -= _more(best, chosen, story)
        chosen |= best.members
        said.update(*(story[at].terms for at in best.members))
    return chosen


def _more(unit: _Unit, chosen: frozenset[int], story: Sequence[_Sentence]) -> int:
    """How many characters `unit` adds to `chosen`."""
    if unit.members.isdisjoint(chosen):
        return unit.length
    return sum(story[at].length for at in unit.members - chosen)


def _shared(terms: frozenset[str], said: set[str]) -> float:
    return len(terms & said) / len(terms) * 0.8 if terms else 0.8
