"""Which episodes the numbers of a headline mean, taken together."""

from collections.abc import Collection
from datetime import date

from bot.recaps.headlines.forms import Name
from bot.recaps.headlines.numbers import Found, Numbers, decoded
from bot.recaps.headlines.parts import Parts
from bot.recaps.headlines.words import Mark
from bot.recaps.model import EpisodeRef

_EPISODES = (Mark.EPISODE, Mark.CHAPTER, Mark.RECAP)
_OF_BOOKS = (Mark.CHAPTER, Mark.PART)
_MOST_CHAPTERS = 100
_OF_THEIR_OWN = (Mark.FINALE, Mark.PREMIERE, Mark.REUNION)


def episode_ref(numbers: Numbers, parts: Parts, name: Name | None, coded: Collection[str]) -> EpisodeRef:
    """The first season and the first episode; what the name says where no number does; else the date.

    Behind one of the words `coded`, a number may hold the season too.
    """
    season, found = _season(numbers, name), _episode(numbers, parts)
    if found is None:
        return _of_name(name) or EpisodeRef(season=season, aired=_aired(numbers))
    if found.ref.season is not None:
        return found.ref
    if season is None and (found.word in coded or (coded and found.what == Mark.RECAP)):
        return _decoded(found.ref)
    return EpisodeRef(season, found.ref.first, found.ref.last)


def _season(numbers: Numbers, name: Name | None) -> int | None:
    season = numbers.first(Mark.SEASON)
    if season is not None:
        return season.ref.season
    return name.season if name else None


def _of_name(name: Name | None) -> EpisodeRef | None:
    return EpisodeRef.of(name.season, name.episode) if name and name.episode else None


def _episode(numbers: Numbers, parts: Parts) -> Found | None:
    in_head = [one for one in numbers.found if one.start < parts.core[1]]
    for found in (in_head, numbers.found):
        for what in _EPISODES:
            first = next((one for one in found if one.what == what), None)
            if first is not None:
                return first
    return _part(numbers, parts)


def is_book(numbers: Numbers, *, known: bool) -> bool:
    """Whether only chapters or parts are counted, as books, films and games do; a series that is known has some too."""
    counted = [one for one in numbers.found if one.what in _OF_BOOKS]
    if not counted or numbers.first(Mark.SEASON) or numbers.first(Mark.EPISODE):
        return False
    return (not known and Mark.RECAP not in numbers.shape) or (counted[0].ref.first or 0) > _MOST_CHAPTERS


def _part(numbers: Numbers, parts: Parts) -> Found | None:
    """Part N is an episode where nothing else is numbered, and nothing has parts of its own."""
    part = numbers.first(Mark.PART)
    if part is None or len(numbers.found) > 1 or not parts.core[0] <= part.start < parts.core[1]:
        return None
    if numbers.shape[: part.start].rstrip(" ,:-").endswith(Mark.SEASON):
        return None
    head = numbers.shape[: parts.core[1]]
    return None if any(mark in head for mark in _OF_THEIR_OWN) else part


def _decoded(episode: EpisodeRef) -> EpisodeRef:
    """An episode whose number may hold the season too: 205 is season 2, episode 5."""
    both = decoded(episode.first) if episode.first is not None and episode.first == episode.last else None
    return EpisodeRef.of(*both) if both else episode


def _aired(numbers: Numbers) -> date | None:
    """The day it aired; the first day of a week is none."""
    day = numbers.first(Mark.DAY_SIGN)
    if day is None or numbers.shape[: day.start].rstrip(" Oh").endswith(Mark.STAGE):
        return None
    return day.ref.aired
