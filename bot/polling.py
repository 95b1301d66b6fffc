"""Joins feeds and store: what is due is fetched, decided on, and saved."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from bot.saving import News, Saving
from bot.store.feeds import Feed, PollFailure, PollResult, QuietPoll, Rhythm
from bot.store.store import Store, Unit
from bot.texts import N_, Text
from bot.understanding import Understanding, Understood

log = logging.getLogger(__name__)

#: So many feeds are in hand at once; how many of them are asked at the same time is for the fetcher to say.
IN_HAND: Final = 500
#: So many of them are taken up in one step, and what is saved in one transaction is of this size, in entries and feeds.
TOGETHER: Final = 250
#: What has come of polls is saved this often, in seconds, however slow the others are.
MOMENT: Final = 1.0
#: Of so many of its latest entries, a feed's rhythm is learnt.
RHYTHM: Final = 30
#: A new address is believed once permanent redirects have led there for so long.
MOVED_FOR: Final = timedelta(hours=24)
OUR_FAULT: Final = N_("Something went wrong in the bot itself; its log says what.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A poll that brought something: entries that are new or have changed, or another rhythm."""

    feed: Feed
    result: PollResult
    rhythm: Rhythm
    #: The oldest first, so that ids and posts follow the order of publication.
    news: Sequence[News] = ()


Outcome = QuietPoll | PollResult | PollFailure | Reading


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
        self._in_hand: dict[FeedId, asyncio.Task[Outcome]] = {}

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
        done = {feed: task.result() for feed, task in self._in_hand.items() if task.done()}
        for together in _transactions(done):
            await self._save([done[feed] for feed in together])
            for feed in together:
                del self._in_hand[feed]

    async def next_due(self) -> datetime | None:
        """When there is something to poll again."""
        if self._in_hand:
            return self._clock()
        async with self._store.reading() as unit:
            return await unit.feeds.next_due()

    async def _take_up(self) -> None:
        """Begin to poll what is due, a few feeds at a time, so that the loop stays free."""
        taken = TOGETHER
        while taken == TOGETHER and len(self._in_hand) < IN_HAND:
            async with self._store.reading() as unit:
                due = await unit.feeds.due(self._clock(), TOGETHER, besides=self._in_hand)
            for feed in due:
                self._in_hand[feed.id] = asyncio.create_task(self._poll(feed), name=f"poll feed {feed.id}")
            taken = len(due)

    async def _poll(self, feed: Feed) -> Outcome:
        """Poll one feed. What comes of it is returned, so that many are saved at once."""
        try:
            outcome = await self._reader.read(_request(feed), now=self._clock())
            match outcome:
                case Unchanged():
                    return self._unchanged(feed, outcome)
                case FetchFailed():
                    return self._failure(feed, outcome)
                case Read():
                    return await self._read(feed, outcome)
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

    def _unchanged(self, feed: Feed, answer: Validators) -> QuietPoll | PollResult:
        now = self._clock()
        again = self._intervals.after_answer(answer, feed.rhythm, unchanged=feed.unchanged + 1, has_news=False, now=now)
        if isinstance(answer, Unchanged) and _is_as_before(feed, answer):
            return QuietPoll(feed=feed.id, next_poll_at=again)
        return _result(feed, answer, again, now)

    async def _read(self, feed: Feed, read: Read) -> Outcome:
        """What is new, understood; a feed in which nothing is has brought nothing, whatever else has changed in it."""
        arrived = await self._arrived(feed, read)
        rhythm = _rhythm(read)
        if not arrived and rhythm == feed.rhythm:
            return self._unchanged(feed, read.fetched)
        understood = await self._understood(feed, read, arrived)
        news = [
            News(feed=feed.id, arrival=arrival, understood=each)
            for arrival, each in zip(arrived, understood, strict=True)
        ]
        now = self._clock()
        has_news = any(each.arrival.fresh and each.understood.is_recap for each in news)
        again = self._intervals.after_answer(read.fetched, rhythm, unchanged=0, has_news=has_news, now=now)
        result = _result(feed, read.fetched, again, now)
        return Reading(feed=feed, result=result, rhythm=rhythm, news=news[::-1])

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

    async def _save(self, outcomes: Sequence[Outcome]) -> None:
        """Save what has come of polls: all of it in one transaction, or each alone where one of them is bad."""
        try:
            await self._save_together(outcomes)
        except Exception:
            if len(outcomes) > 1:
                for outcome in outcomes:
                    await self._save([outcome])
                return
            [outcome] = outcomes
            if not isinstance(outcome, Reading):
                raise
            log.exception("feed %d: what it brought could not be saved", outcome.feed.id)
            await self._save_together([self._failure(outcome.feed, None)])

    async def _save_together(self, outcomes: Sequence[Outcome]) -> None:
        now = self._clock()
        readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
        results = [outcome for outcome in outcomes if isinstance(outcome, PollResult)]
        failures = [outcome for outcome in outcomes if isinstance(outcome, PollFailure)]
        answered = [*results, *(reading.result for reading in readings)]
        news = [each for reading in readings for each in reading.news]
        told: list[PollResult | PollFailure] = [*answered, *failures]
        notices = {outcome.feed: outcome.notice for outcome in told if outcome.notice}
        async with self._store.transaction(wakes=bool(news or notices)) as unit:
            saving = Saving(unit, self._directory, now)
            await saving.save(news)
            await unit.feeds.mark_quiet([outcome for outcome in outcomes if isinstance(outcome, QuietPoll)], now)
            await unit.feeds.mark_unchanged(results, now)
            await unit.feeds.mark_read([(reading.result, reading.rhythm) for reading in readings], now)
            await unit.feeds.mark_failed(failures, now)
            await _tell(unit, notices, now)
            await _follow_moves(unit, answered, now)
        for sighting, title, names in saving.met:
            self._directory.meet(sighting, title, names)


def _transactions(outcomes: Mapping[FeedId, Outcome]) -> Iterator[list[FeedId]]:
    """These feeds, in groups whose outcomes are saved together: others want to write too."""
    together: list[FeedId] = []
    weight = 0
    for feed, outcome in outcomes.items():
        own = 1 + (len(outcome.news) if isinstance(outcome, Reading) else 0)
        if together and weight + own > TOGETHER:
            yield together
            together, weight = [], 0
        together.append(feed)
        weight += own
    if together:
        yield together


async def _tell(unit: Unit, notices: Mapping[FeedId, Text], now: datetime) -> None:
    """Raise the notices at every server that added the feed, for whoever added it there."""
    for feed, notice in notices.items():
        for adder in await unit.feeds.adders_of(feed):
            await unit.notices.raise_(adder.guild, notice, now, user=adder.user)


async def _follow_moves(unit: Unit, results: Sequence[PollResult], now: datetime) -> None:
    """Poll feeds where they have moved to, once that has held for a while."""
    for result in results:
        if result.moved_to and result.moved_since and now - result.moved_since >= MOVED_FOR:
            await unit.feeds.move(result.feed, result.moved_to)


def _is_as_before(feed: Feed, answer: Unchanged) -> bool:
    """Whether an answer leaves nothing to remember but that it came."""
    is_well = feed.first_success_at is not None and feed.failures == 0
    has_moved = answer.moved_to is not None or feed.moved_to is not None
    same = (answer.etag, answer.last_modified) == (feed.etag, feed.last_modified)
    return is_well and same and not has_moved


def _result(feed: Feed, answer: Validators, again: datetime, now: datetime) -> PollResult:
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
    times = sorted((int(entry.published.timestamp()) for entry in read.feed.entries if entry.published), reverse=True)
    return Rhythm(published=tuple(times[:RHYTHM]), ttl=read.feed.ttl, skip_hours=read.feed.skip_hours)
