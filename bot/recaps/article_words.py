"""The vocabulary that articles are read by: tables of words in, compiled patterns out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

_WORD_GAP: Final = r"(?:\W+\w+){0,4}?\W+"
_TIGHT_GAP: Final = r".{0,12}?"
_WIDE_GAP: Final = r".{0,300}?"
#: Scripts that are written without spaces between all words, so that a phrase has no borders to look for.
_SPACELESS: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
#: A label or a lone word is followed by one of these, or by nothing.
_STANDS_ALONE: Final = r"\s*(?:[:：=|/(\d]|$)"
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

    Most texts hold not even the longest word of any phrase, and that is seen many times faster than a pattern is tried.
    """

    needles: tuple[str, ...]
    pattern: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self._may_be_in(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        return self.pattern.match(text) if self._may_be_in(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if self._may_be_in(text) else iter(())

    def _may_be_in(self, text: str) -> bool:
        folded = straight(text).casefold()
        return any(needle in folded for needle in self.needles)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageWords:
    """What judging single sentences takes, in one language."""

    #: Words that make a sentence the writer's own: opinions and first persons.
    opinions: Phrases
    #: Words about the show, the audience or the article instead of the plot.
    asides: Phrases
    #: Sentences that point at a picture, or at something said elsewhere.
    pointing: Phrases
    #: Openings that lean on the sentence before.
    openers: Phrases
    #: Words that stand for somebody named before.
    pronouns: Phrases
    common: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowForm:
    """How one language says "X is a Korean drama series"."""

    says: re.Pattern[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWords:
    """How facts are stated, in every language at once. Each pattern of a sentence has the group `value`."""

    #: The label of a line such as "Cast: …" and the fact that it gives; "others" are labels of no use to us.
    labels: Mapping[str, str]
    directors: tuple[Phrases, ...]
    casts: tuple[Phrases, ...]
    episode_counts: tuple[Phrases, ...]
    runtimes: tuple[Phrases, ...]
    streams: Phrases
    airings: Phrases
    ands: re.Pattern[str]
    name_stops: Phrases
    numbers: Mapping[str, int]
    months: Mapping[str, int]
    services: Mapping[str, str]
    service: re.Pattern[str]
    shows: tuple[ShowForm, ...]
    episode_refs: tuple[Phrases, ...]
    series_refs: tuple[Phrases, ...]
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
    headings: Mapping[str, Section]
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

        return cls(
            skipped_classes=frozenset(html["skipped"]),
            caption_classes=frozenset(html["captions"]),
            spoiler_classes=frozenset(html["spoilers"]),
            warnings=anywhere(every("warnings")),
            also_read=at_start(every("also_read")),
            follow=at_start(every("follow"), lone_words_stand_alone=True),
            footers=anywhere(every("footers")),
            credits=at_start(every("credits"), lone_words_stand_alone=True),
            headings=_headings(every),
            verdicts=frozenset(every("verdicts")),
            ratings=anywhere(every("ratings")),
            abbreviations=frozenset(every("abbreviations")),
            facts=_fact_words(tables["services"], languages),
            languages={code: _language(words) for code, words in languages.items()},
        )

    def section(self, heading: str) -> Section | None:
        """The part of an article that `heading` opens, if it is one of the known headings."""
        bare = label(heading)
        found = {section for phrase, section in self.headings.items() if _is_about(bare, phrase)}
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
        re.match(r"\s*[:：|(–—]|\s-\s", after) if bare.startswith(phrase) else re.search(r"[:：|)–—]\s*$", before)
    )


def anywhere(phrases: Iterable[str]) -> Phrases:
    """What finds any of `phrases`."""
    phrases = _longest_first(phrases)
    return Phrases(_needles(phrases), re.compile(_alternatives(phrases), re.IGNORECASE))


def at_start(phrases: Iterable[str], *, lone_words_stand_alone: bool = False) -> Phrases:
    """What matches texts that begin with one of `phrases`."""
    phrases = _longest_first(phrases)
    found = (
        _phrase(phrase) + (_STANDS_ALONE if lone_words_stand_alone and _is_lone(phrase) else "") for phrase in phrases
    )
    return Phrases(_needles(phrases), re.compile("|".join(found) or _NEVER, re.IGNORECASE))


def template(text: str, numbers: str = r"\d{1,4}") -> Phrases:
    """A pattern with places to read: `{names}`, `{number}`, `{season}`, `{episode}`, `{part}`, `{parts}`."""
    pieces = []
    for piece in re.split(r"(\{\w+\})", text):
        if piece == "{names}":
            pieces.append(r"(?P<value>.{2,300})" if text.endswith(piece) else r"(?P<value>.{2,80}?)")
        elif piece == "{number}":
            pieces.append(rf"(?<!\d)(?P<value>{numbers})")
        elif piece == "{episode}":
            pieces.append(
                r"(?<![\d.])(?P<episode>\d{1,4})(?:\s?(?:[-–~&]|and|und|y|et|e)\s?(?P<last>\d{1,4}))?(?![\d.]\d)"
            )
        elif piece.startswith("{"):
            pieces.append(rf"(?P<{piece[1:-1]}>\d{{1,4}})")
        elif piece:
            pieces.append(_phrase(piece))
    return Phrases(_needles([text]), re.compile("".join(pieces), re.IGNORECASE))


def _phrase(text: str) -> str:
    """A phrase with its gaps and the borders of its words, as a pattern."""
    gap = _TIGHT_GAP if _SPACELESS.search(text) else _WORD_GAP
    body = re.sub(r"\s*(\*\*?)\s*", r"\1", text)
    pieces = [{"*": gap, "**": _WIDE_GAP}.get(piece) or _words(piece) for piece in re.split(r"(\*\*?)", body) if piece]
    return "".join(pieces)


def _words(text: str) -> str:
    pattern = r"\s+".join(re.escape(word) for word in text.split())
    before = r"(?<!\w)" if _has_border(text.lstrip()[:1]) and not text[:1].isspace() else ""
    after = r"(?!\w)" if _has_border(text.rstrip()[-1:]) and not text[-1:].isspace() else ""
    lead = r"\s*" if text[:1].isspace() else ""
    trail = r"\s*" if text[-1:].isspace() else ""
    return f"{lead}{before}{pattern}{after}{trail}"


def _has_border(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LN" and not _SPACELESS.match(character)


def _is_lone(phrase: str) -> bool:
    return " " not in phrase and (len(phrase) <= 5 or not _SPACELESS.search(phrase))


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted({phrase.casefold() for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase))


def _alternatives(phrases: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(_phrase, _longest_first(phrases))) or _NEVER})"


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


def _language(words: Mapping[str, Any]) -> LanguageWords:
    return LanguageWords(
        opinions=anywhere(words["opinions"]),
        asides=anywhere(words["asides"]),
        pointing=anywhere([*words["pictures"], *words["pointing"]]),
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

    def templates(name: str) -> tuple[Phrases, ...]:
        return tuple(template(text, number) for text in every(name))

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
        airings=anywhere(every("airings")),
        ands=re.compile(rf"\s*(?:[,、，·/&;]|\s{_alternatives(every('ands'))}\s)\s*", re.IGNORECASE),
        name_stops=anywhere(every("name_stops")),
        numbers=numbers,
        months={month: at + 1 for words in languages.values() for at, month in enumerate(words["months"][:12])},
        services=spelled,
        service=re.compile("|".join(_service(name) for name in sorted(spelled, key=len, reverse=True)), re.IGNORECASE),
        shows=tuple(_show_form(words["show"]) for words in languages.values()),
        episode_refs=templates("episode_refs"),
        series_refs=templates("series_refs"),
        elsewhere=anywhere(every("elsewhere")),
    )


def _service(name: str) -> str:
    return (
        (r"(?<!\w)" if _has_border(name[0]) else "")
        + re.escape(name)
        + (r"(?![A-Za-z0-9])" if name[-1].isascii() else "")
    )


def _show_form(words: Mapping[str, Any]) -> ShowForm:
    nouns = _alternatives(words["nouns"])
    verb = _alternatives(words["is"])
    if "before" not in words:
        return ShowForm(
            says=re.compile(
                rf"[《「『〈<'\"“‘](?P<name>[^》」』〉>'\"”’]{{1,60}})[》」』〉>'\"”’](?P<native>)\s?{verb}[^。.!?]{{0,40}}?{nouns}"
            ),
            never=frozenset(),
        )
    before, after = _alternatives(words["before"]), _alternatives(words["after"])
    number = r"(?:\d{4}|\d{1,3}-\w+)"
    return ShowForm(
        says=re.compile(
            rf"(?P<name>[^()]{{1,80}}?)\s*(?:\((?P<native>[^()]{{1,80}})\))?,?\s+{verb}\s+"
            rf"(?:(?:{before}|{number}|netflix)[\s,/-]+){{0,8}}?{nouns}(?:\s*(?=[.,;(–]|$)|\s+{after})",
            re.IGNORECASE,
        ),
        never=frozenset(words["never"]),
    )
