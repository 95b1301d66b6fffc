"""Headline text → Headline: the show, the episodes, the kind, and the part that spoils.

    text ─ tidy, spell ─▶ shape ─ find_numbers ─▶ numbers ─ find_parts ─▶ parts ─ find_name, judge ─▶ Headline

A headline is spelt as a *shape*, one letter for each word or sign; the grammar is regular expressions over shapes,
and the vocabulary (`data/headlines.toml`) is the only place that knows a language.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.recaps.headlines.forms import Form, Name, is_known
from bot.recaps.headlines.kinds import Evidence, judge
from bot.recaps.headlines.names import find_name
from bot.recaps.headlines.numbers import TAKEN, Numbers, find_numbers
from bot.recaps.headlines.parts import KINDS, Parts, find_parts
from bot.recaps.headlines.refs import episode_ref, is_book
from bot.recaps.headlines.spelling import Spelling, spell, tidy, unmasked
from bot.recaps.headlines.unquoted import has_capitals
from bot.recaps.headlines.words import HeadlineWords, Mark
from bot.recaps.model import FeedHints, Headline, Kind, KnownShows, Spoiler
from bot.recaps.show_names import normal_form

__all__ = ["NOBODY_KNOWN", "NO_HINTS", "HeadlineWords", "read_headline"]


class _NobodyKnown:
    """Knows no show."""

    def canonical(self, name: str) -> str | None:  # noqa: ARG002  the signature is the protocol's
        return None


NOBODY_KNOWN: Final[KnownShows] = _NobodyKnown()
NO_HINTS: Final = FeedHints()

#: *Rovers 3-2 Town*, *Rovers 3, Town 2*.
_SCORE: Final = re.compile("w n-n [wO~]|w n, w(?: w)* n(?![-.]?[n@])")
_PAIR: Final = re.compile(r"(?<= )n-n(?![\w-])")
#: *Everything that happened* `last night`, *… during Some* `Week`.
_SOME_DAY: Final = re.compile(f"[{Mark.STAGE}{Mark.WEEKDAY}]")
#: *Show* `Episode Review`, `resumen del capítulo` *de Show*
_EPISODE_TOLD: Final = re.compile("E [RVr]|[RVr] (?:O )?(?:h )?E ")
#: *Saga: Episode IV*
_FILM: Final = re.compile(": E i")
#: *Show* `Recap: Season 2` *Ends in Blood*, *Show* `Recap: Season 8's Live Shows` *Begin*
_SEASON_TOLD: Final = re.compile("[RVr] ?[:|] (?:h )?@+(?P<stage>(?:['’`]w|,)? U)? ")
#: Behind a word of kind, more of the same sentence.
_GOING_ON: Final = re.compile(r" [wO~h]")
_TELLING: Final = frozenset({Mark.RECAP, Mark.RETELLING})
#: What may stand around a tail and belongs to nothing.
_LOOSE: Final = " :,.-–—|/)]}&·•;\t"


def read_headline(
    text: str,
    words: HeadlineWords,
    *,
    known: KnownShows = NOBODY_KNOWN,
    hints: FeedHints = NO_HINTS,
    categories: Sequence[str] = (),
) -> Headline:
    """What a headline says; it never fails, and reads at most 500 characters."""
    spelling = spell(_without_site(tidy(text), hints), words)
    numbers = find_numbers(spelling)
    if not numbers.found and spelling.quotes:
        spelling, numbers = _with_quoted_numbers(spelling, numbers)
    parts = find_parts(spelling, numbers)
    name = find_name(spelling, numbers, parts, words, known)
    return _headline(
        spelling,
        numbers,
        parts,
        _confirmed(name, categories, hints),
        words=words,
        known=known,
        hints=hints,
        filed=_filed(categories, words),
    )


def _without_site(text: str, hints: FeedHints) -> str:
    """The headline without the name of the site that aggregators add: *Headline - Site*."""
    for sign in (" - ", " | ", " – ", " — "):
        head, _, last = text.rpartition(sign)
        if head and hints.site and _squashed(last) in {_squashed(hints.site), _squashed(_host_name(hints.site))}:
            return head
    return text


def _host_name(site: str) -> str:
    """The part of a host that people call the site by: *usatoday* of `www.usatoday.com`."""
    labels = site.lower().removeprefix("www.").split(".")
    return labels[0] if len(labels) > 1 else site


def _squashed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _with_quoted_numbers(spelling: Spelling, numbers: Numbers) -> tuple[Spelling, Numbers]:
    """The headline with its quotation marks ignored, if that is where its episode is."""
    open_spelling = unmasked(spelling)
    open_numbers = find_numbers(open_spelling)
    begins = any(open_numbers.shape.startswith(TAKEN, start + 1) for start, _ in spelling.quotes)
    if begins or open_numbers.first(Mark.EPISODE) or open_numbers.first(Mark.CHAPTER):
        return open_spelling, open_numbers
    return spelling, numbers


def _confirmed(name: Name | None, categories: Sequence[str], hints: FeedHints) -> Name | None:
    """The name, sure if the feed files the entry under it; without what stands before the category and a colon.

    In a feed of a single show, another name in quotation marks is the title of an episode.
    """
    if name is None or name.known:
        return name
    for category in categories:
        if normal_form(name.text) == normal_form(category):
            return name._replace(form=Form.FILED)
        behind = name.text.rpartition(": ")[2]
        if normal_form(behind) == normal_form(category):
            return name._replace(text=behind, form=Form.FILED)
    if name.form is Form.QUOTED and hints.show and normal_form(name.text) != normal_form(hints.show):
        return name._replace(form=Form.CITED)
    return name


def _filed(categories: Sequence[str], words: HeadlineWords) -> Kind | None:
    """The kind that the feed's categories name; a recap if they name both."""
    marks = {token.mark for category in categories for token in spell(tidy(category), words).tokens}
    if Mark.RECAP in marks:
        return Kind.RECAP
    return Kind.REVIEW if Mark.REVIEW in marks else None


def _headline(
    spelling: Spelling,
    numbers: Numbers,
    parts: Parts,
    name: Name | None,
    *,
    words: HeadlineWords,
    known: KnownShows,
    hints: FeedHints,
    filed: Kind | None,
) -> Headline:
    ref = episode_ref(numbers, parts, name, words.coded if _may_be_coded(spelling, words, hints) else ())
    finale, premiere = (_mentions(mark, spelling, numbers, parts, words) for mark in (Mark.FINALE, Mark.PREMIERE))
    day, head = numbers.first(Mark.DAY_SIGN), _head(numbers, parts)
    told = _EPISODE_TOLD.search(numbers.shape) is not None
    evidence = Evidence(
        head=head,
        tail=numbers.shape[slice(*parts.tail)],
        front=numbers.shape[slice(*(name.behind if name and name.known else parts.name))],
        show=hints.show is not None
        or (name is not None and (finale or premiere or not _is_sentence(name, parts, numbers, words))),
        sure=(name is not None and name.clean) or hints.show is not None,
        apart=name is not None and not name.tight,
        book=is_book(numbers, known=is_known(name)) or (not is_known(name) and bool(_FILM.search(spelling.shape))),
        episode=ref.is_numbered,
        told=told and (day is not None or Mark.WEEKDAY in numbers.shape),
        particular=finale or premiere or told or _is_particular(spelling, numbers, parts, name),
        season=_is_whole_season(spelling, numbers, words),
        sports=not _TELLING.isdisjoint(head) and _is_sports(spelling, parts, numbers, name, words, known),
        ahead=KINDS.isdisjoint(head) and _looks_ahead(spelling.cut(*parts.tail).lower(), words),
    )
    verdict = judge(evidence)
    return Headline(
        kind=verdict.kind,
        show=(name.text or None) if name else None,
        sure=name is not None and (name.known or (name.sure and (verdict.bare or verdict.kind is not Kind.OTHER))),
        form=name.form if name else None,
        ref=ref,
        episode_title=_hidden(spelling, parts.title) or _hidden(spelling, name.title if name else (0, 0)),
        tail=_tail(spelling, parts, name),
        finale=finale,
        premiere=premiere,
        day=day.day if day else None,
        bare=verdict.bare,
        filed=filed,
        reasons=(verdict.reason,),
    )


def _is_sentence(name: Name, parts: Parts, numbers: Numbers, words: HeadlineWords) -> bool:
    """Whether a name only begins a sentence, which goes on behind the core: *Why We Love* `Recaps` *More Than TV*."""
    goes_on = _GOING_ON.match(numbers.shape, parts.core[1]) is not None
    return goes_on and name.form is Form.LOOSE and words.plot.search(name.text.lower()) is not None


def _may_be_coded(spelling: Spelling, words: HeadlineWords, hints: FeedHints) -> bool:
    """Whether 205 may be season 2, episode 5; animes and daily soaps have hundreds of episodes."""
    if hints.language not in {None, "en"} or Mark.GENRE in spelling.shape:
        return False
    kinds = (token for token in spelling.tokens if token.mark in KINDS)
    return not any(spelling.text[token.start : token.end].lower() in words.uncoded for token in kinds)


def _head(numbers: Numbers, parts: Parts) -> str:
    """The marks of the head: of a tag in brackets, and of the core."""
    return numbers.shape[: parts.name[0]] + numbers.shape[parts.core[0] : parts.core[1]]


def _mentions(mark: str, spelling: Spelling, numbers: Numbers, parts: Parts, words: HeadlineWords) -> bool:
    """Whether a finale or premiere is what the headline is about, and not one that is still to come."""
    if (place := numbers.shape.find(mark, parts.core[0], parts.core[1])) >= 0:
        return not words.future.search(spelling.cut(parts.core[0], place).lower())
    if mark in numbers.shape[: parts.name[0]]:
        return True
    tail = numbers.shape[parts.tail[0] : parts.tail[1]]
    return mark in tail and not words.future.search(spelling.cut(*parts.tail).lower())


def _looks_ahead(tail: str, words: HeadlineWords) -> bool:
    """Whether the tail speaks of when, where and what to expect, or ends a question that the front began."""
    return tail.startswith("?") or words.ahead.search(tail) is not None


def _is_particular(spelling: Spelling, numbers: Numbers, parts: Parts, name: Name | None) -> bool:
    """Whether a date, a stage, a reunion or a title tells that it is about particular episodes."""
    if any(one.what in {Mark.DAY_SIGN, Mark.STAGE} for one in numbers.found) or _has_part(numbers):
        return True
    if Mark.REUNION in numbers.shape[: parts.core[1]]:
        return True
    if Mark.RETELLING in numbers.shape[slice(*parts.core)] and _SOME_DAY.search(numbers.shape[slice(*parts.tail)]):
        return True
    if _has_title_behind(spelling, numbers, name):
        return True
    title = parts.title if parts.title != (0, 0) or name is None else name.title
    if title == (0, 0) or name is None:
        return False
    if Mark.RETELLING in numbers.shape[slice(*parts.core)] and Mark.QUOTED not in numbers.shape[slice(*title)]:
        return False  # *Show (Show in English)* `Plot`
    if numbers.shape.startswith(f" {Mark.GENRE}", title[1]):
        return False  # *“Title” Documentary* `Review`
    before = numbers.shape[: title[0]]
    quoted = Mark.QUOTED in numbers.shape[slice(*title)]
    if name.form is Form.PREFIX and not quoted and not parts.kind_first:
        return False  # *Known Show: Its Season's Name* `Review`
    if Mark.REVIEW in before and not _is_title_of_episode(spelling.cut(*title), numbers, parts, quoted=quoted):
        return False
    return before.rstrip().endswith((":", ",", "-", "|")) or name.clean or not parts.kind_first


def _is_title_of_episode(text: str, numbers: Numbers, parts: Parts, *, quoted: bool) -> bool:
    """Whether what stands behind the word *review* is a title; it may be a verdict, in quotation marks too."""
    if not parts.kind_first:
        return numbers.first(Mark.SEASON) is None and _is_title(text)
    return quoted or has_capitals(text)


def _has_title_behind(spelling: Spelling, numbers: Numbers, name: Name | None) -> bool:
    """Whether the words behind a known show are a title: *Known Show Some Title* `Review`."""
    if name is None or name.form is not Form.PREFIX or name.behind == (0, 0) or numbers.found:
        return False
    return has_capitals(spelling.cut(*name.behind))


def _is_whole_season(spelling: Spelling, numbers: Numbers, words: HeadlineWords) -> bool:
    """Whether a season is what is told; *Show* `Recap: Season 2` *Ends in Blood* is about an episode of it."""
    if numbers.first(Mark.SEASON) is None:
        return False
    told = _SEASON_TOLD.search(numbers.shape)
    if told is None:
        return True
    behind = spelling.cut(told.end(), len(spelling.tokens)).lower()
    return told["stage"] is None and words.goes_on.match(behind) is None


def _is_title(text: str) -> bool:
    """Whether several words are written as titles are: *“The Clean Room”*, and not *“A waste of a good cast”*."""
    return " " in text and has_capitals(text)


def _has_part(numbers: Numbers) -> bool:
    """Whether a part of something smaller than a season is named."""
    part, season = numbers.first(Mark.PART), numbers.first(Mark.SEASON)
    if part is None:
        return False
    if numbers.shape[: part.start].rstrip(" ,:-").endswith(Mark.SEASON):
        return False
    return season is None or bool(numbers.shape[season.end : part.start].strip(" ,:-"))


def _is_sports(  # noqa: PLR0917  what a headline was taken apart into
    spelling: Spelling, parts: Parts, numbers: Numbers, name: Name | None, words: HeadlineWords, known: KnownShows
) -> bool:
    """Whether it is about a match, a market, a week … and about no show that is known."""
    if numbers.first(Mark.EPISODE) or Mark.QUOTED in spelling.shape[slice(*parts.name)]:
        return False
    named = name.text if name else ""
    if name is not None and _is_of_known(name, parts, known):
        return name.season is not None and words.sports.search(named.lower()) is not None  # *The League 1*
    doubted = numbers.shape[slice(*parts.core)].startswith(Mark.DOUBT)
    fronts = {spelling.cut(0, parts.core[0] + doubted).lower(), named.lower(), named.partition(":")[0].lower()}
    if _has_score(spelling, numbers) or not words.common.isdisjoint(fronts):
        return True
    return any(words.sports.search(text) or words.occasions.search(text) for text in fronts)


def _is_of_known(name: Name, parts: Parts, known: KnownShows) -> bool:
    """Whether a known show is what is recapped; *TV Ratings Recap: Known Show Rises* only mentions one."""
    if name.form is Form.PREFIX:
        return not parts.kind_first
    return name.known or known.canonical(name.text.partition(":")[0]) is not None


def _has_score(spelling: Spelling, numbers: Numbers) -> bool:
    """Whether two numbers are a result: with names on both sides, or because they run backwards."""
    if _SCORE.search(numbers.shape):
        return True
    pairs = _PAIR.finditer(numbers.shape)
    return any(spelling.value(pair.start()) > spelling.value(pair.end() - 1) for pair in pairs)


def _hidden(spelling: Spelling, span: tuple[int, int]) -> Spoiler | None:
    text = spelling.cut(*span).strip(_LOOSE).strip("\"“”„'‘’「」『』《》«»").strip(_LOOSE)
    return Spoiler(text) if text else None


def _tail(spelling: Spelling, parts: Parts, name: Name | None) -> Spoiler | None:
    """What stands before the name and behind the core: everything that may be plot."""
    spans = (parts.front, name.before if name else (0, 0), parts.tail)
    text = " … ".join(text for span in spans if (text := spelling.cut(*span).strip(_LOOSE)))
    return Spoiler(text) if text else None
