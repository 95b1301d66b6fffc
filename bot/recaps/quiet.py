"""Quiet hours: the part of a day in which a server wants no posts, in its own time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_DAY: Final = timedelta(days=1)
#: How many whole hours a zone is ahead of UTC.
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*(?P<sign>[+\-\u2212])\s*(?P<hours>[0-9]{1,2})(?::?00)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, in UTC; its end is not in it."""

    begins: datetime
    ends: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` to `end` on every day, over midnight where the end is the earlier one."""

    start: time
    end: time
    #: An IANA name; one that is no longer known counts as UTC.
    zone: str = "UTC"

    def window(self, now: datetime) -> Window | None:
        """The present quiet hours, else the next ones; None where they begin and end at the same time."""
        if self.start == self.end:
            return None
        zone = _zone(self.zone)
        try:
            today = now.astimezone(zone).date()
            nights = (self._night(today + days * _DAY, zone) for days in range(-2, 3))
            return next(night for night in nights if now < night.ends)
        except OverflowError:
            # At the very ends of the calendar there is nobody to be woken.
            return None

    def _night(self, day: date, zone: ZoneInfo) -> Window:
        over_midnight = self.end < self.start
        # When the clocks change, a time of day comes twice or not at all: then it is rather quiet for longer.
        return Window(
            min(_moments(day, self.start, zone)),
            max(_moments(day + _DAY if over_midnight else day, self.end, zone)),
        )


def find_zone(typed: str) -> str | None:
    """The IANA name of a time zone that somebody typed, in any case; the city alone is enough, and so is "UTC+1"."""
    offset = _OFFSET.fullmatch(typed.strip())
    name = _turned("Etc/GMT", offset) if offset else typed.strip()
    return _zones_by_name().get(name.replace(" ", "_").casefold())


def zone_title(zone: str) -> str:
    """What people call a time zone: its name, or "UTC+1"."""
    offset = _OFFSET.fullmatch(zone.removeprefix("Etc/"))
    return _turned("UTC", offset) if offset else zone


def _turned(name: str, offset: re.Match[str]) -> str:
    # What is called Etc/GMT-1 is one hour ahead, which everybody else calls UTC+1.
    return f"{name}{'-' if offset['sign'] == '+' else '+'}{int(offset['hours'])}"


def _moments(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    wall = datetime.combine(day, at, zone)
    return [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name if name in available_timezones() else "UTC")


@cache
def _zones_by_name() -> dict[str, str]:
    # A city that stands in two regions is the one that comes first; the full name always works.
    names = sorted(available_timezones())
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(names) if "/" in name}
    return cities | {name.casefold(): name for name in names}
