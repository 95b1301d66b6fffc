"""Why an entry is understood the way it is, stage by stage, in words for the operator. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.feeds.identity import fingerprints
from bot.recaps.freshness import NEWS_FOR, UNDATED_NEWS
from bot.recaps.model import Entry, Kind, Reading
from bot.understanding import Understood

#: How the sources of a fact are called.
SOURCES = {
    "known": "the shows that are known by this name",
    "headline": "the headline",
    "article": "the article's first sentences",
    "series": "the article's series block",
    "address": "the address of the page",
    "category": "the feed's categories",
    "feed": "the feed, which is about one show",
}
#: What else an entry is recognised by, should its site change the rest.
NAMES = {"guid": "its guid", "link": "its link", "title": "its title and day"}


def stages(understood: Understood, now: datetime, names: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """What was decided at each stage, and why: (stage, explanation).

    `names` are those under which each entry of the feed would be known, by its identity.
    """
    reading = understood.reading
    return (
        ("seen before?", _seen_before(understood.entry, names[understood.entry.identity])),
        ("news", _news(understood.entry, now)),
        ("kind", f"{reading.kind.value}: {'; '.join(reading.reasons) or 'nothing speaks of an episode'}"),
        *_facts(reading),
        ("article", _article(understood)),
        ("goes to", _goes_to(reading)),
    )


def _seen_before(entry: Entry, names: Sequence[str]) -> str:
    """What the bot would look the entry up by; this command keeps no store to look into."""
    telling = dict.fromkeys((entry.identity, *names))
    shared = [name for name in fingerprints(entry) if name not in telling]
    said = f"no other entry here is the same; the bot would look for it among earlier ones by {_listed(telling)}"
    return f"{said}, and not by {_listed(shared)}, which others here have too" if shared else said


def _listed(names: Iterable[str]) -> str:
    return ", ".join(NAMES[name.partition(":")[0]] for name in names)


def _news(entry: Entry, now: datetime) -> str:
    if entry.published is None:
        return f"it has no date, so it is news if it is among the {UNDATED_NEWS} newest that are new"
    day = f"{entry.published:%Y-%m-%d %H:%M} UTC"
    if now - entry.published <= NEWS_FOR:
        return f"published {day}, so it is news when it is first seen"
    return f"published {day}, more than {NEWS_FOR.days} days ago, so it would be stored in silence"


def _facts(reading: Reading) -> Iterator[tuple[str, str]]:
    """Where each fact came from."""
    values = {
        "show": reading.show,
        "season": reading.ref.season,
        "episode": reading.ref.first,
        "aired": reading.ref.aired,
    }
    for what, origin in reading.origins:
        doubt = "" if what != "show" or reading.sure else "; a guess, so it is not shown"
        yield what, f"{values.get(what)}, from {SOURCES.get(origin, origin)}{doubt}"


def _article(understood: Understood) -> str:
    if understood.study is None:
        return "not read: the headline leaves no doubt, or it could not be read"
    article = understood.article
    counted = ((article.words, "word"), (len(article.story), "paragraph"), (len(article.pictures), "picture"))
    return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted)


def _goes_to(reading: Reading) -> str:
    if reading.kind is Kind.OTHER:
        return "nobody"
    name = f"of {reading.show} and of every show" if reading.sure and reading.show else "of every show"
    if reading.kind is Kind.REVIEW:
        return f"subscriptions {name}, at servers that want reviews too"
    return f"subscriptions {name}"
