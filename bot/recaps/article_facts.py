"""The safe facts of an article: numbers, dates, names, each with the sentence that states it.

Facts are visible to everybody, so they are read only where articles state them (the opening, labelled lines, the last
sentences), and only in shapes that a plot does not have.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Final

from bot.recaps.article_words import FactWords, ShowForm, Templates, any_in, folded, label, straight
from bot.recaps.model import NO_EPISODE, EpisodeRef, Fact, Facts, Spoiler
from bot.recaps.names import is_name, tells_of_deeds

#: More labelled lines than this are no list of facts.
_MOST_LABELLED: Final = 60
_MOST_NAMES: Final = 12
_MOST_EPISODES: Final = 2_000
_MOST_MINUTES: Final = 400
#: The opening of an article, in sentences, and its end.
_OPENING: Final = 5
_ENDING: Final = 6
_SPEAKS_OF_ITSELF: Final = 3
_LONGEST_LABELLED: Final = 300
#: A service so many letters behind "streaming on" is the one that is meant.
_NEAR: Final = 60
#: A short sentence with a fact tells nothing else.
_SHORT: Final = 130

_SMALL: Final = frozenset(
    [
        "al",
        "bin",
        "da",
        "das",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "el",
        "la",
        "le",
        "of",
        "van",
        "von",
        "y",
    ]
)
_BRACKETS: Final = re.compile(r"\s*[(（][^()（）]{0,80}[)）]")
_LABELLED: Final = re.compile(r"\W{0,3}([^:：\t=]{1,40}?)\s*[:：\t=]\s*(\S.*)", re.DOTALL)
#: The scripts of which it can be told what a name in them says.
_FOREIGN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_TITLE: Final = 30
#: Longer titles in such a script have room for what happens; "死役所" has none.
_LONG_WIDE_TITLE: Final = 6
#: A native title is letters, numbers and little else, and no sentence.
_NATIVE: Final = re.compile(r"[^\W_][\w #&'’·・:：!！?？〜~♡☆-]*")
_SENTENCE: Final = re.compile(
    r"\s\S*[가-힣]*(?:다|요|까|죠)$|[\u3400-\u9fff][はがを].*[るたうくすつぬむぶぐ]$"
    r"|[\u3400-\u9fff][被把了].*[\u3400-\u9fff]"
)
#: *김고은 is the killer*
_SMALL_WORD: Final = re.compile(r"(?:^|\s)[a-z]{2}")
#: What follows a name in a list: the part that somebody plays.
_PART: Final = re.compile(r"\s[–—-]\s.*|\s*[(（].*", re.DOTALL)
_HOURS: Final = re.compile(
    r"(\d)\s?(?:h|hr|hrs|hour|hours|시간|時間|小时|小時)\.?\s*(?:(\d{1,2})\s?(?:m|min|mins|minutes|분|分)?)?",
    re.IGNORECASE,
)
_ISO: Final = re.compile(r"(?<!\d)(20\d\d|19\d\d)-(\d\d)-(\d\d)(?!\d)")
_WIDE_DATE: Final = re.compile(r"(\d{4})[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]")
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s(?:de\s|of\s)?([^\W\d_]{3,10})\.?,?\s(?:de\s|del\s)?(\d{4})"
)
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]{3,10})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})")


def read_facts(opening: Sequence[str], ending: Sequence[str], lines: Sequence[str], words: FactWords) -> Facts:
    """The facts in the first and last sentences of an article and in its labelled lines."""
    found = Facts()
    for line in lines[:_MOST_LABELLED]:
        found = _merged(found, _labelled_facts(line, words))
    if len(lines) == 1:
        found = _without_a_lone_name(found)
    for sentence in opening[:_OPENING]:
        found = _merged(found, stated_facts(sentence, words))
    for sentence in ending[-_ENDING:]:
        if len(sentence) <= _SHORT:
            found = _merged(found, Facts(streaming=_streaming(sentence, words)))
    return found


def only_states_facts(sentence: str, words: FactWords) -> bool:
    """Whether `sentence` states facts and tells nothing."""
    if show_named(sentence, words) is not None:
        return True
    if len(sentence) <= _SHORT and words.imprints.search(sentence):
        return True
    facts = stated_facts(sentence, words)
    count = sum(getattr(facts, each.name) is not None for each in fields(facts))
    return count >= 2 or (count == 1 and len(sentence) <= _SHORT)


def is_labelled(line: str, words: FactWords) -> bool:
    """Whether `line` is one of a list of facts ("Genre: …"), of use or not."""
    found = _LABELLED.fullmatch(line)
    return found is not None and len(line) <= _LONGEST_LABELLED and label(found[1]) in words.labels


def show_named(sentence: str, words: FactWords) -> tuple[str, str | None] | None:
    """The show that `sentence` introduces ("X is a Korean drama series …"), and its title in its own script."""
    text = folded(sentence)
    for form in words.shows:
        found = form.says.match(sentence) if any_in(form.nouns, text) else None
        if found and (name := _title(found["name"], form)):
            return name, _native_title(found["native"] or "")
    return None


def opening_ref(opening: Sequence[str], words: FactWords) -> EpisodeRef:
    """The one episode that the first sentences speak of as their own; none if they speak of several or of another."""
    refs = {
        ref
        for sentence in opening[:_SPEAKS_OF_ITSELF]
        if not words.elsewhere.search(straight(sentence))
        for ref in episode_refs(sentence, words)
    }
    seasons = {ref.season for ref in refs if ref.season is not None}
    episodes = {(ref.first, ref.last) for ref in refs}
    if len(episodes) != 1 or len(seasons) > 1:
        return NO_EPISODE
    first, last = episodes.pop()
    return EpisodeRef(season=seasons.pop() if seasons else None, first=first, last=last)


def episode_refs(sentence: str, words: FactWords) -> Iterator[EpisodeRef]:
    """Every episode that `sentence` names; a longer form hides the shorter ones inside it."""
    taken: list[tuple[int, int]] = []
    for found in words.episode_refs.all_in(sentence):
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        taken.append(found.span())
        groups = found.groupdict()
        first, last = int(found["episode"]), int(found["last"] or found["episode"])
        if 0 < first <= last:
            yield EpisodeRef(season=int(groups["season"]) if groups.get("season") else None, first=first, last=last)


def series_ref(text: str, words: FactWords) -> EpisodeRef:
    """The episode of "This entry is part 5 of 16 in the series …"."""
    for found in words.series_refs.found_in(text):
        if 1 <= int(found["part"]) <= int(found["parts"]):
            return EpisodeRef.of(None, int(found["part"]))
    return NO_EPISODE


def stated_facts(sentence: str, words: FactWords) -> Facts:
    """The facts that one sentence states."""
    named = show_named(sentence, words)
    hidden = Spoiler(sentence)
    return Facts(
        native_title=Fact(named[1], hidden) if named and named[1] else None,
        director=_people(sentence, words.directors, words),
        cast=_people(sentence, words.casts, words),
        streaming=_streaming(sentence, words),
        episodes=_number(sentence, words.episode_counts, words, _MOST_EPISODES),
        runtime_minutes=_number(sentence, words.runtimes, words, _MOST_MINUTES),
        aired=_aired(sentence, words),
    )


def _without_a_lone_name(facts: Facts) -> Facts:
    """A single line such as "Director: Run!" may be somebody who speaks."""
    names = facts.cast.value if facts.cast else ()
    is_list = len(names) > 1 and not all(name.isascii() and name.isalpha() for name in names)
    return replace(facts, director=None, cast=facts.cast if is_list else None)


def _labelled_facts(line: str, words: FactWords) -> Facts:
    found = _LABELLED.fullmatch(line)
    fact = words.labels.get(label(found[1])) if found else None
    if not found or not fact:
        return Facts()
    value, hidden = found[2].strip(), Spoiler(line)
    people = names_in(value, words)
    service = words.service.search(value)
    number = words.count.fullmatch(value)
    minutes, day = _minutes(value, words), read_date(value, words)
    native = _native_title(_BRACKETS.sub("", value))
    match fact:
        case "directors" if people:
            return Facts(director=Fact(people, hidden))
        case "casts" if people:
            return Facts(cast=Fact(people, hidden))
        case "streams" if service:
            return Facts(streaming=Fact(words.services[service[0].casefold()], hidden))
        case "episode_counts" if number and 0 < int(number["value"]) <= _MOST_EPISODES:
            return Facts(episodes=Fact(int(number["value"]), hidden))
        case "runtimes" if minutes:
            return Facts(runtime_minutes=Fact(minutes, hidden))
        case "airings" if day:
            return Facts(aired=Fact(day, hidden))
        case "native_titles" if native:
            return Facts(native_title=Fact(native, hidden))
    return Facts()


def names_in(text: str, words: FactWords) -> tuple[str, ...]:
    """The names at the beginning of `text`, up to the first thing that is none, without the parts they play."""
    text = words.roles.sub("", _BRACKETS.sub("", text))
    if stop := words.name_stops.search(text):
        text = text[: stop.start()]
    names = []
    for piece in words.ands.split(text)[:_MOST_NAMES]:
        name = _PART.sub("", piece).strip(" .。!\"'“”")
        if not _is_name(name):
            break
        names.append(name)
        if piece.rstrip().endswith(("。", "!")):
            break
    return tuple(dict.fromkeys(names))


def _native_title(text: str) -> str | None:
    """`text` if it is a title in a script of its own, and tells nothing that can be noticed."""
    title = " ".join(text.split()).strip("\"'“”‘’《》「」『』〈〉")
    if not _FOREIGN.search(title) or len(title) > _LONGEST_TITLE or len(title.split()) > 6:
        return None
    if not _NATIVE.fullmatch(title) or _SENTENCE.search(title) or _SMALL_WORD.search(title) or tells_of_deeds(title):
        return None
    return title


def read_date(text: str, words: FactWords) -> date | None:
    """The first full date in `text`."""
    if found := _ISO.search(text) or _WIDE_DATE.search(text):
        return _date(found[1], int(found[2]), found[3])
    if found := _MONTH_FIRST.search(text):
        return _date(found[3], _month(found[1], words), found[2])
    if found := _DAY_FIRST.search(text):
        return _date(found[3], _month(found[2], words), found[1])
    return None


def _date(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _month(name: str, words: FactWords) -> int:
    name = name.casefold()
    if name in words.months:
        return words.months[name]
    return next((number for month, number in words.months.items() if len(name) >= 3 and month.startswith(name)), 0)


def _title(name: str, form: ShowForm) -> str | None:
    """`name` if it looks like a title, without the quotes around it."""
    name = " ".join(name.split()).strip("\"'“”‘’«»„ ,")
    pieces = name.split(" ")
    if not name or len(name) > 60 or len(pieces) > 8 or straight(name).casefold() in form.never:
        return None
    if pieces[0].casefold() in form.never and len(pieces) > 1 and not _capital(pieces[1]):
        return None
    proud = [piece for piece in pieces if piece.casefold() not in _SMALL and len(piece) > 3]
    if re.search(r"[.!?;:]\s", name) or "," in name or not all(_capital(piece) for piece in (pieces[0], *proud)):
        return None
    is_long = len(pieces) > 2 or (bool(_FOREIGN.search(name)) and len(name) > _LONG_WIDE_TITLE)
    return None if _SENTENCE.search(name) or (is_long and tells_of_deeds(name)) else name


def _capital(word: str) -> bool:
    """Whether `word` could stand in a title: it begins with a capital, a digit, a sign or in a script without case."""
    return not word[:1].islower()


def _is_name(text: str) -> bool:
    pieces = text.split(" ")
    return 2 <= len(text) <= 40 and is_name(text) and _capital(pieces[0]) and _capital(pieces[-1])


def _people(sentence: str, templates: Templates, words: FactWords) -> Fact[tuple[str, ...]] | None:
    for found in templates.found_in(sentence):
        if names := names_in(found["value"].strip(), words):
            return Fact(names, Spoiler(sentence))
    return None


def _number(sentence: str, templates: Templates, words: FactWords, most: int) -> Fact[int] | None:
    for found in templates.found_in(sentence):
        text = found["value"].casefold()
        value = int(text) if text.isdigit() else words.numbers.get(text, 0)
        if 0 < value <= most:
            return Fact(value, Spoiler(sentence))
    return None


def _minutes(text: str, words: FactWords) -> int | None:
    if hours := _HOURS.match(text.lstrip("~≈약約约 ")):
        return int(hours[1]) * 60 + int(hours[2] or 0) or None
    number = words.minutes.fullmatch(text)
    return int(number["value"]) if number and 0 < int(number["value"]) <= _MOST_MINUTES else None


def _streaming(sentence: str, words: FactWords) -> Fact[str] | None:
    cue = words.streams.search(sentence)
    service = words.service.search(sentence) if cue else None
    if cue is None or service is None:
        return None
    later = words.service.pattern.search(sentence, cue.end(), cue.end() + _NEAR)
    best = later or service
    return Fact(words.services[best[0].casefold()], Spoiler(sentence))


def _aired(sentence: str, words: FactWords) -> Fact[date] | None:
    day = read_date(sentence, words) if words.airings.search(sentence) else None
    return Fact(day, Spoiler(sentence)) if day else None


def _merged(first: Facts, second: Facts) -> Facts:
    """The facts of both; what was found first stays."""
    return Facts(**{each.name: getattr(first, each.name) or getattr(second, each.name) for each in fields(Facts)})
