"""How long to wait before the next attempt: a pure function of how many there were."""

from datetime import timedelta
from typing import Final

FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(minutes=15)

# From here on doubling the first delay exceeds the longest; it also keeps huge numbers out of the power.
_DOUBLINGS: Final = 8


def delay(attempts: int, jitter: float) -> timedelta:
    """The wait after this many failed attempts: doubling, up to a quarter of an hour.

    `jitter` (0…1) spreads it between a half and the whole, so that what failed together does not return together.
    """
    doublings = min(max(attempts - 1, 0), _DOUBLINGS)
    whole = min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
    return timedelta(seconds=whole.total_seconds() * (0.5 + 0.5 * jitter))
