"""How far a reader has watched, compared with an episode: who would be spoiled, and where "previously on" begins.

Seasons with numbers follow each other. Specials (season 0) and episodes whose season is unknown stand outside that
order, so they compare only among themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.recaps.model import EpisodeRef


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to which episode somebody has watched, in a season or among episodes without one."""

    season: int | None
    episode: int

    def __str__(self) -> str:
        return str(EpisodeRef.of(self.season, self.episode))


def mark_of(ref: EpisodeRef) -> Mark | None:
    """What having watched an episode comes to; None where it has no number."""
    return None if ref.last is None else Mark(ref.season, ref.last)


def short_of(marks: Sequence[Mark], ref: EpisodeRef) -> Mark | None:
    """The mark to remind a reader of who has not watched this far; None where the episode spoils nothing for them.

    `marks` are the reader's own on that show, the latest first. Without any, nobody asked to be protected.
    """
    if not marks:
        return None
    comparable = [mark for mark in marks if _track(mark.season) == _track(ref.season)]
    if any(_reaches(mark, ref) for mark in comparable):
        return None
    return max(comparable, key=_place) if comparable else marks[0]


def raised(marks: Sequence[Mark], ref: EpisodeRef) -> Mark | None:
    """The mark to add for somebody who has watched an episode; None where they had come as far already."""
    mark = mark_of(ref)
    same = [each for each in marks if _track(each.season) == _track(ref.season)]
    return None if mark is None or any(_place(each) >= _place(mark) for each in same) else mark


def furthest(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The furthest mark of each order: numbered seasons first, then specials, then episodes of unknown season."""
    best: dict[int, Mark] = {}
    for mark in sorted(marks, key=_place):
        best[_track(mark.season)] = mark
    return tuple(best[track] for track in sorted(best))


def last_watched(marks: Sequence[Mark], known: Iterable[EpisodeRef]) -> EpisodeRef | None:
    """The furthest of the known episodes that a reader has watched, by the latest of their marks that tells."""
    numbered = [ref for ref in known if ref.is_numbered]
    for mark in marks:
        watched = [ref for ref in numbered if _track(ref.season) == _track(mark.season) and _reaches(mark, ref)]
        if watched:
            return max(watched, key=lambda ref: (ref.season or 0, ref.last or 0))
    return None


def surpassed(mark: Mark, known: Iterable[EpisodeRef]) -> Mark | None:
    """The furthest of the known episodes where somebody says to have watched further; None where nothing tells."""
    comparable = [each for ref in known if (each := mark_of(ref)) and _track(each.season) == _track(mark.season)]
    best = max(comparable, key=_place, default=mark)
    return best if _place(best) < _place(mark) else None


def with_season(ref: EpisodeRef, known: Iterable[EpisodeRef]) -> tuple[EpisodeRef, ...]:
    """What an episode typed without its season can be, among those known: one, or several to ask about."""
    if ref.season is not None or not ref.is_numbered:
        return (ref,)
    numbered = [other for other in known if other.is_numbered]
    of_number = {other.season for other in numbered if _overlap(other, ref)}
    seasons = of_number or {other.season for other in numbered}
    named = sorted(season for season in seasons if season is not None)
    if not named or (not of_number and len(named) > 1):
        return (ref,)
    return tuple(EpisodeRef(season=season, first=ref.first, last=ref.last) for season in named)


def _overlap(one: EpisodeRef, other: EpisodeRef) -> bool:
    return (one.first or 0) <= (other.last or 0) and (other.first or 0) <= (one.last or 0)


def _reaches(mark: Mark, ref: EpisodeRef) -> bool:
    if ref.last is None:
        # A whole season is behind somebody who has begun a later one; a date says nothing.
        return (ref.season or 0) > 0 and (mark.season or 0) > (ref.season or 0)
    return _place(mark) >= (ref.season or 0, ref.last)


def _place(mark: Mark) -> tuple[int, int]:
    return (mark.season or 0, mark.episode)


def _track(season: int | None) -> int:
    """Which order a season belongs to: 0 numbered, 1 specials, 2 unknown."""
    return 2 if season is None else int(season == 0)
