"""Episodes as people type them, and how a reader's progress compares."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.recaps.model import HIGHEST_NUMBER, EpisodeRef


class Wanted(StrEnum):
    """Episodes that are asked for by their place."""

    LATEST = "latest"
    FINALE = "finale"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed names no episode."""

    typed: str


_NUMBER: Final = r"(\d{1,4})"
_RANGE: Final = rf"{_NUMBER}(?:\s*[-–—&+]\s*(?:e(?:p(?:isode)?)?\s*)?{_NUMBER})?"
_EPISODE: Final = r"(?:e|ep|eps|episode|episodes|chapter|ch|capitulo|capítulo|folge|#)\.?\s*"
_FORMS: Final = tuple(
    re.compile(rf"\s*{form}\s*", re.IGNORECASE)
    for form in (
        rf"(?:s|season)\s*(?P<season>\d{{1,4}})\s*[,:.·-]?\s*{_EPISODE}(?P<range>{_RANGE})",
        rf"(?P<season>\d{{1,4}})\s*[x×]\s*(?P<range>{_RANGE})",
        rf"(?:{_EPISODE})?(?P<range>{_RANGE})",
    )
)


def read_episode(typed: str) -> EpisodeRef | Wanted | Unreadable:
    """Understand `S1E2`, `2`, `s01e02`, `ep 2`, `1x02`, `E5-6`, `finale`, `latest`."""
    word = typed.strip().casefold()
    if word in set(Wanted):
        return Wanted(word)
    for form in _FORMS:
        if found := form.fullmatch(typed[:60]):
            return _ref(found) or Unreadable(typed)
    return Unreadable(typed)


def _ref(found: re.Match[str]) -> EpisodeRef | None:
    numbers = [int(number) for number in re.findall(r"\d+", found["range"])]
    season = found.groupdict().get("season")
    if numbers[0] > numbers[-1] or max(numbers) > HIGHEST_NUMBER:
        return None
    return EpisodeRef(season=None if season is None else int(season), first=numbers[0], last=numbers[-1])
