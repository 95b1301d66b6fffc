"""What can be said of a show without spoiling it: names and numbers that its articles state, put together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from bot.recaps.model import EpisodeRef, Fact, Facts
from bot.recaps.names import is_name
from bot.recaps.spoilers import Markup, visible
from bot.texts import N_, Text, _, lazy_ngettext, ngettext

T = TypeVar("T")

#: More names than this are a crowd.
MOST_NAMES: Final = 8
MOST_TITLES: Final = 4
MOST_SITES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeFacts:
    """What an article states about its show, without the sentences it was found in."""

    native_title: str | None = None
    cast: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    streaming: str | None = None
    episodes: int | None = None
    runtime_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOverview:
    """A show as one viewer may know it."""

    title: str
    #: Other names, from the feeds that the viewer has.
    aliases: tuple[str, ...] = ()
    #: What its articles state, the latest first.
    facts: tuple[SafeFacts, ...] = ()
    sites: tuple[str, ...] = ()
    recaps: int = 0
    episodes: int = 0
    latest: EpisodeRef | None = None
    latest_at: datetime | None = None


NO_FACTS: Final = SafeFacts()


def safe_facts(facts: Facts) -> SafeFacts:
    """The values of an article's facts."""
    return SafeFacts(
        native_title=_value(facts.native_title),
        cast=facts.cast.value if facts.cast else (),
        makers=facts.director.value if facts.director else (),
        streaming=_value(facts.streaming),
        episodes=_value(facts.episodes),
        runtime_minutes=_value(facts.runtime_minutes),
    )


def _value(fact: Fact[T] | None) -> T | None:
    return None if fact is None else fact.value


def united(many: Sequence[SafeFacts]) -> SafeFacts:
    """What several articles state together: every name once, and of numbers what most of them say."""
    return SafeFacts(
        native_title=_most_said(each.native_title for each in many),
        cast=_names(each.cast for each in many),
        makers=_names(each.makers for each in many),
        streaming=_most_said(each.streaming for each in many),
        episodes=_most_said(each.episodes for each in many),
        runtime_minutes=_most_said(each.runtime_minutes for each in many),
    )


def show_texts(show: ShowOverview) -> tuple[Markup, ...]:
    """The texts of a show's card: its names, its facts, and what is known of it here."""
    facts = united(show.facts)
    head = Markup(f"### {visible(show.title, 120)}")
    titles = _titles(show, facts.native_title)
    stated = (
        _line(_("Cast"), ", ".join(visible(name, 60) for name in facts.cast)),
        _line(_("Made by"), ", ".join(visible(name, 60) for name in facts.makers)),
        _line(_("Streams on"), visible(facts.streaming or "", 60)),
        _line(_("Length"), _length(facts)),
    )
    named = Markup(f"{head}\n-# {' · '.join(titles)}" if titles else head)
    lines = Markup("\n".join(line for line in stated if line))
    return tuple(text for text in (named, lines, Markup(_known(show))) if text)


def _titles(show: ShowOverview, native: str | None) -> list[Markup]:
    others = dict.fromkeys(name for name in (native, *show.aliases) if name and name != show.title)
    return [visible(name, 80) for name in others][:MOST_TITLES]


def _line(label: str, value: str) -> str:
    return f"**{label}** {value}" if value else ""


def _length(facts: SafeFacts) -> str:
    return " · ".join(
        part
        for part in (
            ngettext("1 episode", "{count} episodes", facts.episodes) if facts.episodes else "",
            _("{minutes} min each", minutes=facts.runtime_minutes) if facts.runtime_minutes else "",
        )
        if part
    )


def _known(show: ShowOverview) -> str:
    if not show.recaps:
        return _("No recaps of it are known here yet.")
    when = f"<t:{int(show.latest_at.timestamp())}:R>" if show.latest_at else ""
    latest = " ".join(part for part in (str(show.latest or ""), when) if part)
    return " · ".join((str(_counted(show)), _("latest: {latest}", latest=latest)))


def _counted(show: ShowOverview) -> Text:
    recaps = lazy_ngettext("1 recap", "{count} recaps", show.recaps)
    if not show.episodes:
        return N_("{recaps} from {sites}", recaps=recaps, sites=_sites(show))
    episodes = lazy_ngettext("1 episode", "{count} episodes", show.episodes)
    return N_("{recaps} of {episodes} from {sites}", recaps=recaps, episodes=episodes, sites=_sites(show))


def _sites(show: ShowOverview) -> str:
    names = [visible(site, 60) for site in show.sites]
    named, more = ", ".join(names[:MOST_SITES]), len(names) - MOST_SITES
    return ngettext("{sites} and 1 more", "{sites} and {count} more", more, sites=named) if more > 0 else named


def _names(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Every name once, those that most articles give first."""
    counted = Counter(name for names in many for name in names if is_name(name))
    return tuple(name for name, _ in counted.most_common(MOST_NAMES))


def _most_said(values: Iterable[T | None]) -> T | None:
    """What is said most often, the latest of equals."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None
