"""Finding one's way among the recaps of a show: which one is meant, and which episodes lie around it."""

from collections.abc import Iterable, Sequence

from bot.recaps.model import EpisodeRef, Kind, Recap


def best_of(recaps: Sequence[Recap]) -> Recap | None:
    """The recap to show of those that an episode number found: of the latest season, a recap before a review."""
    if not recaps:
        return None
    latest = max(recaps, key=lambda recap: recap.date)
    same_season = [recap for recap in recaps if recap.ref.season == latest.ref.season]
    return min(same_season, key=lambda recap: (recap.kind is not Kind.RECAP, recap.date, recap.id))


def around(refs: Iterable[EpisodeRef], ref: EpisodeRef) -> tuple[EpisodeRef | None, EpisodeRef | None]:
    """The known episodes just before and after this one; None where there is none, or its place is unknown."""
    if ref.first is None:
        return None, None
    # Seasons that are unknown tell nothing about the order among those that are known.
    places = sorted({_place(other) for other in refs if other.first is not None and _alike(other, ref)})
    before = [place for place in places if place < _place(ref)]
    after = [place for place in places if place > _place(ref)]
    return (_ref(before[-1], ref) if before else None), (_ref(after[0], ref) if after else None)


def _alike(one: EpisodeRef, other: EpisodeRef) -> bool:
    return (one.season is None) == (other.season is None)


def _place(ref: EpisodeRef) -> tuple[int, int, int]:
    assert ref.first is not None
    assert ref.last is not None
    return (ref.season or 0, ref.first, ref.last)


def _ref(place: tuple[int, int, int], like: EpisodeRef) -> EpisodeRef:
    season, first, last = place
    return EpisodeRef(season=None if like.season is None else season, first=first, last=last)
