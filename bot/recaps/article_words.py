"""The vocabulary that articles are read by: tables of words in, compiled patterns out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final

_WORD_GAP: Final = r"(?:\W+\w+){0,4}?\W+"
_TIGHT_GAP: Final = r".{0,12}?"
_WIDE_GAP: Final = r".{0,300}?"
#: Scripts that are written without spaces between all words, so that a phrase has no borders to look for.
_SPACELESS: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
#: Before the first letter of a word.
_BORDER: Final = r"(?<![\w-])"
#: A single word, with nothing that parts it from others.
_WORD: Final = re.compile(r"[\w-]+")
#: A label or a lone word is followed by one of these, or by nothing.
_STANDS_ALONE: Final = r"\s*(?:[:：=|/(\d]|[-–—]\s|$)"
#: One episode or a range of them, and no number of all episodes (총 12회, 全12集).
_EPISODE: Final = (
    r"(?<![\d.全총共])(?<!총\s)(?P<episode>\d{1,4})"
    r"(?:\s?(?:[-–~&]|and|und|y|et|e)\s?(?P<last>\d{1,4}))?(?![\d.]\d)"
)
#: So many letters of a heading say which of the known ones it may be.
_EDGE: Final = 2
_NEVER: Final = r"(?!)"


class Section(Enum):
    """What a part of an article is about."""

    STORY = "story"
    EXTRAS = "extras"
    THOUGHTS = "thoughts"
    #: Where to watch, who is in it: read for facts, not retold.
    FACTS = "facts"
    #: Comments, related posts: nothing of the article follows.
    END = "end"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases to look for in a text.

    Most texts hold not even the longest word of any phrase, and that is seen many times faster than a pattern is tried
    at every place of the text.
    """

    needles: tuple[str, ...]
    pattern: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if any_in(self.needles, folded(text)) else None

    def match(self, text: str) -> re.Match[str] | None:
        return self.pattern.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if any_in(self.needles, folded(text)) else iter(())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words and phrases of which it only counts whether a sentence has any."""

    words: frozenset[str]
    phrases: Phrases

    def is_in(self, text: str) -> bool:
        return not self.words.isdisjoint(_words_of(text)) or self.phrases.search(text) is not None


@dataclass(frozen=True, slots=True)
class Templates:
    """Sentences with places to read, tried one after the other."""

    needles: tuple[str, ...]
    each: tuple[Phrases, ...]

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """The first match of every template that there is in `text`."""
        return (found for template in self._likely_in(text) if (found := template.search(text)))

    def all_in(self, text: str) -> Iterator[re.Match[str]]:
        """Every match of every template."""
        return (found for template in self._likely_in(text) for found in template.finditer(text))

    def _likely_in(self, text: str) -> tuple[Phrases, ...]:
        return self.each if any_in(self.needles, folded(text)) else ()


def any_in(needles: Iterable[str], text: str) -> bool:
    for needle in needles:  # noqa: SIM110  a generator takes twice as long, and this is most of what reading takes
        if needle in text:
            return True
    return False


@lru_cache(maxsize=64)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", folded(text)))


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """`text` as phrases are compared with it. The same sentence is asked about many times in a row."""
    return straight(text).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageWords:
    """What judging single sentences takes, in one language."""

    #: Words that make a sentence the writer's own: opinions and first persons.
    opinions: Vocabulary
    #: Words about the show, the audience or the article instead of the plot.
    asides: Vocabulary
    #: Sentences that point at a picture, or at something said elsewhere.
    pointing: Vocabulary
    #: Openings that lean on the sentence before.
    openers: Phrases
    #: Words that stand for somebody named before.
    pronouns: Phrases
    common: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowForm:
    """How one language says "X is a Korean drama series"."""

    says: re.Pattern[str]
    #: One of these is in every such sentence.
    nouns: tuple[str, ...]
    never: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWords:
    """How facts are stated, in every language at once. Each pattern of a sentence has the group `value`."""

    #: The label of a line such as "Cast: …" and the fact that it gives; "others" are labels of no use to us.
    labels: Mapping[str, str]
    directors: Templates
    casts: Templates
    episode_counts: Templates
    runtimes: Templates
    streams: Phrases
    #: What sentences at either end of an article say beside facts: where a show can be seen, who has written this.
    imprints: Phrases
    airings: Phrases
    #: The values of labelled lines that count something, and nothing else: "16 episodes", "about 65 min".
    count: re.Pattern[str]
    minutes: re.Pattern[str]
    ands: re.Pattern[str]
    name_stops: re.Pattern[str]
    #: What follows a name: the part that somebody plays.
    roles: re.Pattern[str]
    numbers: Mapping[str, int]
    months: Mapping[str, int]
    services: Mapping[str, str]
    service: Phrases
    shows: tuple[ShowForm, ...]
    episode_refs: Templates
    series_refs: Templates
    #: Words by which a sentence speaks of another episode than the article's own.
    elsewhere: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWords:
    """The vocabulary of every language, compiled once."""

    skipped_classes: frozenset[str]
    caption_classes: frozenset[str]
    spoiler_classes: frozenset[str]
    warnings: Phrases
    also_read: Phrases
    follow: Phrases
    footers: Phrases
    credits: Phrases
    #: What makes a bracket at the end of a line the source of a picture.
    sources: Phrases
    headings: Mapping[str, Section]
    #: The same by their first and by their last letters.
    headings_by_edge: Mapping[str, tuple[str, ...]]
    verdicts: frozenset[str]
    ratings: Phrases
    abbreviations: frozenset[str]
    facts: FactWords
    languages: Mapping[str, LanguageWords]

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any]) -> "ArticleWords":
        """The vocabulary in the tables of `articles.toml`."""
        languages: dict[str, dict[str, Any]] = tables["languages"]
        html = tables["html"]

        def every(name: str) -> list[str]:
            return [phrase for words in languages.values() for phrase in words[name]]

        headings = _headings(every)
        return cls(
            skipped_classes=frozenset(html["skipped"]),
            caption_classes=frozenset(html["captions"]),
            spoiler_classes=frozenset(html["spoilers"]),
            warnings=anywhere([*every("warnings"), *every("notices")]),
            also_read=at_start(every("also_read")),
            follow=at_start(every("follow")),
            footers=anywhere(every("footers")),
            credits=at_start(every("credits")),
            sources=anywhere(every("sources")),
            headings=headings,
            headings_by_edge=_by_edge(headings),
            verdicts=frozenset(every("verdicts")),
            ratings=anywhere(every("ratings")),
            abbreviations=frozenset(every("abbreviations")),
            facts=_fact_words(tables["services"], languages),
            languages={code: _language(words) for code, words in languages.items()},
        )

    def section(self, heading: str) -> Section | None:
        """The part of an article that `heading` opens, if it is one of the known headings."""
        bare = label(heading)
        likely = (*self.headings_by_edge.get(bare[:_EDGE], ()), *self.headings_by_edge.get(bare[-_EDGE:], ()))
        found = {self.headings[phrase] for phrase in likely if _is_about(bare, phrase)}
        for section in (Section.END, Section.EXTRAS, Section.STORY, Section.THOUGHTS, Section.FACTS):
            if section in found:
                return section
        return None


def label(text: str) -> str:
    """`text` as labels are compared: lower case, without what surrounds its words."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", straight(text).casefold())


def straight(text: str) -> str:
    """`text` with typewriter apostrophes; every character stays at its place."""
    return text.replace("’", "'").replace("‘", "'")


def _is_about(bare: str, phrase: str) -> bool:
    if bare == phrase:
        return True
    if not bare.startswith(phrase) and not bare.endswith(phrase):
        return False
    if len(phrase) >= 2 and _SPACELESS.search(phrase):
        return True
    before, after = bare[: -len(phrase)], bare[len(phrase) :]
    if " " in phrase:
        return bool(re.match(r"\W", after) if bare.startswith(phrase) else re.search(r"\W$", before))
    return bool(
        re.match(r"\s*[:：|(–—]|\s-\s", after) if bare.startswith(phrase) else re.search(r"[:：|)–—\d]\s*$", before)
    )


def anywhere(phrases: Iterable[str]) -> Phrases:
    """What finds any of `phrases`."""
    phrases = _longest_first(phrases)
    return Phrases(_needles(phrases), re.compile(_alternatives(phrases), re.IGNORECASE))


def vocabulary(phrases: Iterable[str]) -> Vocabulary:
    """What tells whether a sentence has any of `phrases`: single words are looked up, only the rest is searched for."""
    phrases = _longest_first(phrases)
    words = frozenset(phrase for phrase in phrases if _WORD.fullmatch(phrase) and not _SPACELESS.search(phrase))
    return Vocabulary(words, anywhere(phrase for phrase in phrases if phrase not in words))


def at_start(phrases: Iterable[str]) -> Phrases:
    """What matches texts that begin with one of `phrases`; with a colon behind it, a phrase is a label or alone."""
    phrases = _longest_first(phrases)
    found = (_phrase(phrase.removesuffix(":")) + (_STANDS_ALONE if phrase.endswith(":") else "") for phrase in phrases)
    needles = _needles(phrase.removesuffix(":") for phrase in phrases)
    return Phrases(needles, re.compile(_joined(found), re.IGNORECASE))


def template(text: str, numbers: str = r"\d{1,4}") -> Phrases:
    """A pattern with places to read: `{names}`, `{number}`, `{season}`, `{episode}`, `{part}`, `{parts}`."""
    pieces = []
    for piece in re.split(r"(\{\w+\})", text):
        if piece == "{names}":
            pieces.append(r"(?P<value>.{2,300})" if text.endswith(piece) else r"(?P<value>.{2,80}?)")
        elif piece == "{number}":
            pieces.append(rf"(?<!\d)(?P<value>{numbers})")
        elif piece == "{episode}":
            pieces.append(_EPISODE)
        elif piece.startswith("{"):
            pieces.append(rf"(?<!\d)(?P<{piece[1:-1]}>\d{{1,2}})")
        elif piece:
            pieces.append(_phrase(piece, borders=False))
    start = _BORDER if _has_border(text[:1]) else ""
    return Phrases(_needles([text]), re.compile(start + "".join(pieces), re.IGNORECASE))


def _phrase(text: str, *, borders: bool = True) -> str:
    """A phrase with its gaps and the borders of its words, as a pattern."""
    gap = _TIGHT_GAP if _SPACELESS.search(text) else _WORD_GAP
    body = re.sub(r"\s*(\*\*?)\s*", r"\1", text)
    pieces = [{"*": gap, "**": _WIDE_GAP}.get(piece) or _words(piece, borders) for piece in re.split(r"(\*\*?)", body)]
    return "".join(pieces)


def _words(text: str, borders: bool) -> str:
    """Words with anything short between them; blanks around them are there for what stands beside them."""
    pattern = r"\W{1,3}".join(re.escape(word) for word in text.split())
    before = _BORDER if _has_border(text[:1]) and borders else ""
    after = r"(?![\w-])" if _has_border(text[-1:]) and borders else ""
    lead = r"\s*" if text[:1].isspace() else ""
    trail = r"\s*" if text[-1:].isspace() else ""
    return f"{lead}{before}{pattern}{after}{trail}"


def _has_border(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LN" and not _SPACELESS.match(character)


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted({phrase.casefold() for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase))


def _alternatives(phrases: Iterable[str]) -> str:
    return _joined(map(_phrase, _longest_first(phrases)))


def _joined(patterns: Iterable[str]) -> str:
    """Any of `patterns`. The border that most begin with is looked at once, which most places in a text fail at."""
    bordered: list[str] = []
    others: list[str] = []
    for pattern in patterns:
        (bordered if pattern.startswith(_BORDER) else others).append(pattern.removeprefix(_BORDER))
    groups = [*([f"{_BORDER}(?:{'|'.join(bordered)})"] if bordered else ()), *others]
    return f"(?:{'|'.join(groups) or _NEVER})"


def _needles(phrases: Iterable[str]) -> tuple[str, ...]:
    """For each of `phrases` a piece that it cannot be without, the longest."""
    pieces = (max(re.split(r"\s+|\*+|\{\w+\}", straight(phrase).casefold()), key=len) for phrase in phrases)
    return tuple(sorted(set(pieces), key=lambda piece: (len(piece), piece)))


def _headings(every: Any) -> dict[str, Section]:
    """Later ones win: what could be a heading of two parts opens the one that hides more."""
    kinds = {
        "story": Section.STORY, "facts": Section.FACTS, "thoughts": Section.THOUGHTS,
        "verdicts": Section.THOUGHTS, "extras": Section.EXTRAS, "ends": Section.END,
    }  # fmt: skip
    return {label(phrase): section for name, section in kinds.items() for phrase in every(name)}


def _by_edge(phrases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        for edge in {phrase[:_EDGE], phrase[-_EDGE:]}:
            found.setdefault(edge, []).append(phrase)
    return {edge: tuple(each) for edge, each in found.items()}


def _language(words: Mapping[str, Any]) -> LanguageWords:
    return LanguageWords(
        opinions=vocabulary(words["opinions"]),
        asides=vocabulary(words["asides"]),
        pointing=vocabulary([*words["pictures"], *words["pointing"]]),
        openers=at_start(words["openers"]),
        pronouns=anywhere(words["pronouns"]),
        common=frozenset(words["common"]),
    )


def _fact_words(services: Mapping[str, list[str]], languages: Mapping[str, Mapping[str, Any]]) -> FactWords:
    spelled = {spelling.casefold(): name for name, others in services.items() for spelling in (name, *others)}
    numbers = {word: at + 1 for words in languages.values() for at, word in enumerate(words["numbers"])}
    number = "|".join([r"\d{1,4}", *(rf"{re.escape(word)}(?!\w)" for word in sorted(numbers, key=len, reverse=True))])

    def every(name: str) -> list[str]:
        return [phrase for words in languages.values() for phrase in words[name]]

    def templates(name: str) -> Templates:
        texts = every(name)
        return Templates(_needles(texts), tuple(template(text, number) for text in texts))

    return FactWords(
        labels={
            label(text): fact
            for words in languages.values()
            for fact, texts in reversed(words["labels"].items())
            for text in texts
        },
        directors=templates("directors"),
        casts=templates("casts"),
        episode_counts=templates("episode_counts"),
        runtimes=templates("runtimes"),
        streams=anywhere(every("streams")),
        imprints=anywhere([*every("schedules"), *every("imprints")]),
        airings=anywhere(every("airings")),
        count=_counted(every("about"), every("episode_units")),
        minutes=_counted(every("about"), every("minute_units")),
        ands=re.compile(
            rf"\s*(?:[,、，/&;]|(?<=[가-힣])·(?=[가-힣])|\s{_alternatives(every('ands'))}\s)\s*", re.IGNORECASE
        ),
        roles=re.compile(
            rf"\s{_alternatives(every('roles'))}\s.*?(?=[,，、;]|\s{_alternatives(every('ands'))}\s|$)",
            re.IGNORECASE | re.DOTALL,
        ),
        name_stops=re.compile("|".join(_stop(word) for word in _longest_first(every("name_stops"))), re.IGNORECASE),
        numbers=numbers,
        months={month: at + 1 for words in languages.values() for at, month in enumerate(words["months"][:12])},
        services=spelled,
        service=_services(services),
        shows=tuple(_show_form(words["show"]) for words in languages.values()),
        episode_refs=templates("episode_refs"),
        series_refs=templates("series_refs"),
        elsewhere=anywhere(every("elsewhere")),
    )


def _counted(about: Iterable[str], units: Iterable[str]) -> re.Pattern[str]:
    """A number alone, or with its unit and a remark in brackets."""
    before, unit = (f"(?:{'|'.join(re.escape(word) for word in _longest_first(words))})" for words in (about, units))
    return re.compile(
        rf"{before}?\s*(?P<value>\d{{1,4}})(?:\s?[-–~]\s?\d{{1,4}})?\s?{unit}?\.?(?:\s*[(（/].{{0,80}})?",
        re.IGNORECASE,
    )


def _stop(word: str) -> str:
    """In scripts without spaces a stop is also a part of names, so something has to part it from what follows."""
    return rf"{re.escape(word)}(?=$|[\s,、，。])" if _SPACELESS.search(word) else _phrase(word)


def _services(services: Mapping[str, list[str]]) -> Phrases:
    """Services as they spell themselves or in capitals; "wow" and "arte" are words."""
    spelled = {spelling for name, others in services.items() for spelling in (name, name.upper(), *others)}
    pieces = []
    for name in sorted(spelled, key=lambda name: (-len(name), name)):
        before = r"(?<![A-Za-zÀ-ÿ0-9-])" if _has_border(name[0]) else ""
        after = r"(?![A-Za-zÀ-ÿ0-9])" if name[-1].isascii() else ""
        pieces.append(f"{before}{re.escape(name)}{after}")
    return Phrases(_needles(spelled), re.compile("|".join(pieces)))


def _show_form(words: Mapping[str, Any]) -> ShowForm:
    nouns, verb = _alternatives(words["nouns"]), _alternatives(words["is"])
    if "before" in words:
        before, after = _alternatives(words["before"]), _alternatives(words["after"])
        says = (
            rf"(?P<name>[^()]{{1,80}}?)\s*(?:\((?P<native>[^()]{{1,80}})\))?,?\s+{verb}\s+"
            rf"(?:(?:{before}|\d{{4}}|\d{{1,3}}-\w+|netflix)[\s,/-]+){{0,8}}?{nouns}(?:\s*(?=[.,;(–]|$)|\s+{after})"
        )
    else:
        says = (
            r"[《「『〈<'\"“‘](?P<name>[^》」』〉>'\"”’]{1,60})[》」』〉>'\"”’](?P<native>)"
            rf"\s?{verb}[^。.!?]{{0,40}}?{nouns}"
        )
    return ShowForm(
        says=re.compile(says, re.IGNORECASE),
        nouns=_needles(words["nouns"]),
        never=frozenset(words.get("never", ())),
    )
