"""Joins feeds and store: what is due is fetched, decided on, and saved."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Self

from bot.arrivals import Arrival, arrivals
from bot.directory import ShowDirectory
from bot.feed_health import failing_notice, recovery_notice
from bot.feeds.identity import telling_fingerprints
from bot.feeds.outcomes import Fetched, FetchFailed, Reason, Request, Unchanged, Validators, failed
from bot.feeds.reader import FeedReader, Read
from bot.feeds.workers import WorkerFailed
from bot.intervals import Bounds, Intervals
from bot.recaps.model import FeedId
from bot.saving import Saving
from bot.store.feeds import Feed, PollFailure, PollResult, Rhythm
from bot.store.store import Store, Unit
from bot.texts import N_
from bot.understanding import Understanding, Understood

log = logging.getLogger(__name__)

#: So many feeds are in hand at once; how many of them are asked at the same time is for the fetcher to say.
IN_HAND: Final = 500
#: What has come of polls is saved this often, in seconds, however slow the others are.
MOMENT: Final = 1.0
#: Of so many of its latest entries, a feed's rhythm is learnt.
RHYTHM: Final = 30
#: A new address is believed once permanent redirects have led there for so long.
MOVED_FOR: Final = timedelta(hours=24)
OUR_FAULT: Final = N_("Something went wrong in the bot itself; its log says what.")


class Poller:
    """Polls what is due. One bad feed costs only itself, and a slow one holds up nobody.

    Leaving its context ends the polls that are in hand; nothing of them is saved.
    """

    def __init__(
        self,
        store: Store,
        reader: FeedReader,
        understanding: Understanding,
        directory: ShowDirectory,
        *,
        bounds: Bounds,
        clock: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._reader = reader
        self._understanding = understanding
        self._directory = directory
        self._intervals = Intervals(bounds, jitter)
        self._clock = clock
        #: Feeds that are being polled, or whose outcome is yet to be saved.
        self._in_hand: dict[FeedId, asyncio.Task[PollResult | PollFailure | None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._in_hand.values():
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        self._in_hand.clear()

    @property
    def busy(self) -> bool:
        """Whether polls are in hand."""
        return bool(self._in_hand)

    async def poll_due(self) -> None:
        """Take up what is due, give it a moment, and save what has come of it by then."""
        await self._take_up()
        if not self._in_hand:
            return
        await asyncio.wait(self._in_hand.values(), timeout=MOMENT)
        outcomes = {feed: task.result() for feed, task in self._in_hand.items() if task.done()}
        await self._save_outcomes([outcome for outcome in outcomes.values() if outcome is not None])
        for feed in outcomes:
            del self._in_hand[feed]

    async def next_due(self) -> datetime | None:
        """When there is something to poll again."""
        async with self._store.reading() as unit:
            return await unit.feeds.next_due()

    async def _take_up(self) -> None:
        async with self._store.reading() as unit:
            due = await unit.feeds.due(self._clock(), IN_HAND + len(self._in_hand))
        new = [feed for feed in due if feed.id not in self._in_hand]
        for feed in new[: IN_HAND - len(self._in_hand)]:
            self._in_hand[feed.id] = asyncio.create_task(self._poll(feed), name=f"poll feed {feed.id}")

    async def _poll(self, feed: Feed) -> PollResult | PollFailure | None:
        """Poll one feed. What brought nothing new is returned, so that many are saved at once."""
        try:
            outcome = await self._reader.read(_request(feed), now=self._clock())
            match outcome:
                case Unchanged():
                    return self._result(feed, outcome, feed.rhythm, unchanged=feed.unchanged + 1)
                case FetchFailed():
                    return self._failure(feed, outcome)
                case Read():
                    return await self._save(feed, outcome)
        except WorkerFailed:
            return self._failure(feed, failed(Reason.NO_WORKER, feed.url))
        except Exception:
            log.exception("feed %d: polling it failed", feed.id)
            return self._failure(feed, None)

    def _failure(self, feed: Feed, failure: FetchFailed | None) -> PollFailure:
        sentence = failure.sentence if failure else OUR_FAULT
        gone, now = failure is not None and failure.gone, self._clock()
        retry_after = failure.retry_after if failure else None
        notice = failing_notice(feed, sentence, gone=gone, now=now)
        log.log(logging.WARNING if notice else logging.INFO, "feed %d: %s", feed.id, sentence)
        return PollFailure(
            feed=feed.id,
            next_poll_at=self._intervals.after_failure(feed, retry_after=retry_after, now=now),
            error=sentence,
            gone=gone,
            notice=notice,
        )

    def _result(
        self, feed: Feed, answer: Validators, rhythm: Rhythm, *, unchanged: int = 0, has_news: bool = False
    ) -> PollResult:
        now = self._clock()
        again = self._intervals.after_answer(feed.id, answer, rhythm, unchanged=unchanged, has_news=has_news, now=now)
        return PollResult(
            feed=feed.id,
            next_poll_at=again,
            etag=answer.etag,
            last_modified=answer.last_modified,
            body_hash=answer.body_hash if isinstance(answer, Fetched) else feed.body_hash,
            moved_to=answer.moved_to,
            moved_since=_moved_since(feed, answer.moved_to, now),
            notice=recovery_notice(feed),
        )

    async def _save(self, feed: Feed, read: Read) -> PollResult | None:
        """Save what is new; a feed in which nothing is has brought nothing, whatever else has changed in it."""
        arrived = await self._arrived(feed, read)
        rhythm = _rhythm(read)
        if not arrived and rhythm == feed.rhythm:
            return self._result(feed, read.fetched, rhythm, unchanged=feed.unchanged + 1)
        understood = await self._understood(feed, read, arrived)
        news = any(arrival.fresh and each.is_recap for arrival, each in zip(arrived, understood, strict=True))
        result = self._result(feed, read.fetched, rhythm, has_news=news)
        now = self._clock()
        async with self._store.transaction() as unit:
            saving = Saving(unit, feed.id, self._directory, now)
            # The oldest first, so that ids and posts follow the order of publication.
            await saving.save(list(zip(arrived, understood, strict=True))[::-1])
            await unit.feeds.mark_read(result, rhythm, now)
            await _tell(unit, [result], now)
            await _follow_moves(unit, [result], now)
        for sighting, title, names in saving.met:
            self._directory.meet(sighting, title, names)
        return None

    async def _arrived(self, feed: Feed, read: Read) -> list[Arrival]:
        entries = read.feed.entries
        names = telling_fingerprints(entries)
        every = names.keys() | {name for own in names.values() for name in own}
        async with self._store.reading() as unit:
            known = await unit.entries.known(feed.id, every)
        return arrivals(entries, names, known, first_poll=feed.first_success_at is None, now=self._clock())

    async def _understood(self, feed: Feed, read: Read, arrived: Sequence[Arrival]) -> list[Understood]:
        hints = replace(feed.hints, language=feed.hints.language or read.feed.language)
        fresh = {arrival.entry.identity for arrival in arrived if arrival.fresh}
        return await self._understanding.read(
            [arrival.entry for arrival in arrived], hints, now=self._clock(), pages_of=fresh
        )

    async def _save_outcomes(self, outcomes: Sequence[PollResult | PollFailure]) -> None:
        if not outcomes:
            return
        now = self._clock()
        results = [outcome for outcome in outcomes if isinstance(outcome, PollResult)]
        failures = [outcome for outcome in outcomes if isinstance(outcome, PollFailure)]
        async with self._store.transaction(wakes=any(outcome.notice for outcome in outcomes)) as unit:
            await unit.feeds.mark_unchanged(results, now)
            await unit.feeds.mark_failed(failures, now)
            await _tell(unit, outcomes, now)
            await _follow_moves(unit, results, now)


async def _tell(unit: Unit, outcomes: Sequence[PollResult | PollFailure], now: datetime) -> None:
    """Raise the notices at every server that added the feed."""
    for outcome in outcomes:
        if outcome.notice is not None:
            for guild in await unit.feeds.guilds_of(outcome.feed):
                await unit.notices.raise_(guild, outcome.notice, now)


async def _follow_moves(unit: Unit, results: Sequence[PollResult], now: datetime) -> None:
    """Poll feeds where they have moved to, once that has held for a while."""
    for result in results:
        if result.moved_to and result.moved_since and now - result.moved_since >= MOVED_FOR:
            await unit.feeds.move(result.feed, result.moved_to)


def _moved_since(feed: Feed, target: str | None, now: datetime) -> datetime | None:
    """Since when a feed has been found at this target by permanent redirects."""
    if target is None or target != feed.moved_to or feed.moved_since is None:
        return None if target is None else now
    if feed.in_catalogue and now - feed.moved_since >= MOVED_FOR:
        # Its address is the operator's to change, who hears of it once a day.
        log.warning("feed %d (%s) has moved: put %r into the feeds file", feed.id, feed.name, target)
        return now
    return feed.moved_since


def _request(feed: Feed) -> Request:
    return Request(url=feed.url, etag=feed.etag, last_modified=feed.last_modified, body_hash=feed.body_hash)


def _rhythm(read: Read) -> Rhythm:
    times = sorted((entry.published for entry in read.feed.entries if entry.published), reverse=True)
    return Rhythm(published=tuple(times[:RHYTHM]), ttl=read.feed.ttl, skip_hours=read.feed.skip_hours)
