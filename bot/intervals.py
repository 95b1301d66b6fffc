"""When each feed is polled next, within the bounds that the operator has set. Pure, but for the jitter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.feeds.outcomes import Validators
from bot.feeds.schedule import next_poll
from bot.store.feeds import Feed, Rhythm

#: A new recap is looked at again after so long: live ones get their plot then, while cards can still be edited.
CORRECTED_WITHIN: Final = timedelta(minutes=20)
#: After so long, the servers that added a feed hear that it fails.
TELL_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The shortest and the longest time between two polls of a feed that works."""

    minimum: timedelta
    maximum: timedelta


class Intervals:
    """Says when to poll again. `jitter` gives numbers from 0 to 1 that keep feeds from bunching."""

    def __init__(self, bounds: Bounds, jitter: Callable[[], float]) -> None:
        self._bounds = bounds
        self._jitter = jitter

    def after_answer(
        self, answer: Validators, rhythm: Rhythm, *, unchanged: int, has_news: bool, now: datetime
    ) -> datetime:
        """After a good answer; `unchanged` of them in a row, this one included, have brought nothing."""
        return next_poll(
            now,
            published=rhythm.published,
            unchanged=unchanged,
            within=CORRECTED_WITHIN if has_news else None,
            fresh_for=answer.fresh_for,
            ttl=rhythm.ttl,
            skip_hours=rhythm.skip_hours,
            minimum=self._bounds.minimum,
            maximum=self._bounds.maximum,
            jitter=self._jitter(),
        )

    def after_failure(self, feed: Feed, *, retry_after: timedelta | None, now: datetime) -> datetime:
        """After a failure, which is not yet counted among those of the feed."""
        again = next_poll(
            now,
            failures=feed.failures + 1,
            retry_after=retry_after,
            minimum=self._bounds.minimum,
            maximum=self._bounds.maximum,
            jitter=self._jitter(),
        )
        tell_at = (feed.failing_since or now) + TELL_AFTER
        # Somebody is waiting to hear whether it still fails, unless the server itself asked for more patience.
        return min(again, tell_at) if retry_after is None and now < tell_at else again
