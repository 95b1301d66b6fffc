"""When a feed is asked next: often while it usually publishes, seldom while it does not. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

MINIMUM: Final = timedelta(minutes=5)
MAXIMUM: Final = timedelta(hours=2)
#: However long a feed has failed, it is tried once a day.
LONGEST_PAUSE: Final = timedelta(days=1)

#: A poll is due when this many entries may be expected since the last one.
_DUE_AT: Final = 0.15
#: How much of the expectation comes from the hours at which the feed published; the rest is spread over the day.
_BY_HOUR: Final = 0.75
#: Two entries count as published at the same time of day if they are at most this far apart.
_NEAR_SECONDS: Final = 3_600
_DAY: Final = 86_400
_HOUR: Final = timedelta(hours=1)
_NOTHING: Final = timedelta()


def next_poll(
    now: datetime,
    *,
    published: Collection[int] = (),
    unchanged: int = 0,
    within: timedelta | None = None,
    failures: int = 0,
    retry_after: timedelta | None = None,
    fresh_for: timedelta | None = None,
    ttl: timedelta | None = None,
    skip_hours: Collection[int] = (),
    minimum: timedelta = MINIMUM,
    maximum: timedelta = MAXIMUM,
    jitter: float = 0.5,
) -> datetime:
    """When to ask a feed again, after a poll.

    Args:
        now: when the poll ended.
        published: when its latest entries appeared, in seconds since 1970 (some fifty of them are plenty).
        unchanged: how many polls in a row brought nothing new.
        within: how soon to look again, unless more patience is asked for; None: as soon as it is worth it.
        failures: how many polls in a row failed, this one included; 0 after a good one.
        retry_after: how long the server asked us to stay away.
        fresh_for: how long the server says nothing will change.
        ttl: how long the feed itself asks to be left alone.
        skip_hours: the hours (UTC) at which the feed asks not to be polled.
        minimum: the shortest wait, also after a first failure.
        maximum: the longest wait for a feed that works.
        jitter: from 0 to 1, at random, so that feeds which meet once do not stay together.

    """
    if failures > 0:
        wait: timedelta = _back_off(failures, minimum)
        return now + max(wait * (1 + jitter / 4), min(retry_after or _NOTHING, LONGEST_PAUSE))
    # In seconds from here on: this is asked after every poll, and sums of timedeltas take several times as long.
    shortest, longest = minimum.total_seconds(), maximum.total_seconds()
    seconds = _until_due(now, published, shortest, longest) if published else shortest * 2.0 ** min(unchanged, 20)
    seconds = seconds if within is None else min(seconds, within.total_seconds())
    seconds = max(seconds, (fresh_for or _NOTHING).total_seconds(), (ttl or _NOTHING).total_seconds())
    seconds = _spread(min(max(seconds, shortest), longest), jitter, shortest, longest)
    return _outside(now + timedelta(seconds=seconds), skip_hours)


def _back_off(failures: int, minimum: timedelta) -> timedelta:
    """Twice as long after each failure, from `minimum` to a day: at most as long as the trouble has lasted."""
    doublings = min(failures - 1, 20)
    return min(minimum * 2.0**doublings, max(LONGEST_PAUSE, minimum))


def _until_due(now: datetime, published: Collection[int], shortest: float, longest: float) -> float:
    """How many seconds until enough can be expected, given when the feed published so far.

    The time since the oldest entry counts in full, so a feed that falls silent is asked less and less.
    """
    start = int(now.timestamp())
    times = [moment for moment in published if moment <= start]
    if not times:
        return longest
    days = max((start - min(times)) / _DAY, 1.0)
    clock = sorted(moment % _DAY for moment in times)
    # Midnight lies between neighbours: what came late yesterday or early tomorrow came at nearly the same time of day.
    around = [moment + day for day in (-_DAY, 0, _DAY) for moment in clock]
    step = max(shortest, longest / 12)
    always = (1 - _BY_HOUR) * len(clock) / days * (step / _DAY)
    each_near = _BY_HOUR / days * (step / (2 * _NEAR_SECONDS))
    wait = expected = 0.0
    while wait < longest and expected < _DUE_AT:
        wait += step
        moment = (start + wait) % _DAY
        near = bisect_right(around, moment + _NEAR_SECONDS) - bisect_left(around, moment - _NEAR_SECONDS)
        expected += always + each_near * near
    return wait


def _spread(wait: float, jitter: float, shortest: float, longest: float) -> float:
    """`wait`, give or take a tenth, within the bounds."""
    least, most = max(wait * 0.9, shortest), min(wait * 1.1, longest)
    return least + (most - least) * jitter


def _outside(moment: datetime, skip_hours: Collection[int]) -> datetime:
    """`moment`, or the same minute of the next hour that is not to be skipped."""
    later = moment
    for _ in range(24):
        if later.hour not in skip_hours:
            return later
        later += _HOUR
    return moment
