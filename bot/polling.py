"""Joins feeds and store: what is due is fetched, decided on, and saved."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.directory import ShowDirectory
from bot.feeds.fetch import Fetched, FetchFailed, Request, Unchanged, Validators
from bot.feeds.identity import content_hash, telling_fingerprints
from bot.feeds.reader import FeedReader, Read
from bot.feeds.schedule import next_poll
from bot.recaps.freshness import may_still_be_announced, news
from bot.recaps.model import NO_SUMMARY, Entry, EntryId, FeedId, Kind, Recap, ShowId
from bot.recaps.names import is_name
from bot.store.announcements import Queued
from bot.store.entries import KnownEntry
from bot.store.feeds import Feed, PollFailure, PollResult, Rhythm
from bot.store.recaps import RecapDraft
from bot.store.store import Store, Unit
from bot.understanding import Understanding, Understood

log = logging.getLogger(__name__)

#: Feeds taken up in one round.
ROUND: Final = 500
#: Of so many of its latest entries, a feed's rhythm is learnt.
RHYTHM: Final = 30
AUTHOR_LIMIT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The shortest and the longest time between two polls of a feed that works."""

    minimum: timedelta
    maximum: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that is new, or that its publisher has changed."""

    entry: Entry
    names: tuple[str, ...]
    #: What was known of it; None: nothing.
    known: KnownEntry | None
    #: Whether it may be announced, should it be a recap.
    fresh: bool


def arrivals(
    entries: Sequence[Entry],
    names: Mapping[str, tuple[str, ...]],
    known: Mapping[str, KnownEntry],
    *,
    first_poll: bool,
    now: datetime,
) -> list[Arrival]:
    """What has arrived with a poll: entries never seen under any of their names, and seen ones that have changed."""
    entries = list({entry.identity: entry for entry in entries}.values())
    before = {entry.identity: _known_as(names[entry.identity], known) for entry in entries}
    new = [entry for entry in entries if before[entry.identity] is None]
    fresh = news(new, first_poll=first_poll, now=now)
    return [
        Arrival(
            entry=entry,
            names=names[entry.identity],
            known=before[entry.identity],
            fresh=_may_be_announced(entry, before[entry.identity], fresh, now),
        )
        for entry in entries
        if _has_changed(entry, before[entry.identity])
    ]


def _known_as(names: Sequence[str], known: Mapping[str, KnownEntry]) -> KnownEntry | None:
    return next((known[name] for name in names if name in known), None)


def _has_changed(entry: Entry, known: KnownEntry | None) -> bool:
    return known is None or known.content_hash != content_hash(entry)


def _may_be_announced(entry: Entry, known: KnownEntry | None, fresh: set[str], now: datetime) -> bool:
    if known is None:
        return entry.identity in fresh
    return known.fresh and known.recap is None and may_still_be_announced(known.first_seen_at, now)


class Poller:
    """Polls what is due. One bad feed costs only itself."""

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
        self._bounds = bounds
        self._clock = clock
        self._jitter = jitter

    async def poll_due(self) -> None:
        """One round: every feed that is due, each saved as soon as it has been read."""
        async with self._store.reading() as unit:
            due = await unit.feeds.due(self._clock(), ROUND)
        unchanged = await asyncio.gather(*(self._poll(feed) for feed in due))
        results = [result for result in unchanged if result is not None]
        if results:
            async with self._store.transaction(wakes=False) as unit:
                await unit.feeds.mark_unchanged(results, self._clock())

    async def next_due(self) -> datetime | None:
        """When there is something to poll again."""
        async with self._store.reading() as unit:
            return await unit.feeds.next_due()

    async def _poll(self, feed: Feed) -> PollResult | None:
        """Poll one feed. What brought nothing new is returned, so that many are saved at once."""
        try:
            outcome = await self._reader.read(_request(feed), now=self._clock())
            match outcome:
                case Unchanged():
                    return self._result(feed, outcome, feed.rhythm, unchanged=feed.unchanged + 1)
                case FetchFailed():
                    await self._fail(feed, outcome)
                case Read():
                    await self._save(feed, outcome)
        except Exception:
            log.exception("feed %d: polling it failed", feed.id)
            await self._fail(feed, None)
        return None

    async def _fail(self, feed: Feed, failure: FetchFailed | None) -> None:
        sentence = failure.sentence if failure else "Something went wrong in the bot itself; its log says what."
        now = self._clock()
        again = next_poll(
            now,
            failures=feed.failures + 1,
            retry_after=failure.retry_after if failure else None,
            minimum=self._bounds.minimum,
            maximum=self._bounds.maximum,
            jitter=self._jitter(),
        )
        gone = failure is not None and failure.gone
        log.info("feed %d: %s", feed.id, sentence)
        async with self._store.transaction(wakes=False) as unit:
            await unit.feeds.mark_failed(PollFailure(feed=feed.id, next_poll_at=again, error=sentence, gone=gone), now)

    def _result(self, feed: Feed, answer: Validators, rhythm: Rhythm, *, unchanged: int) -> PollResult:
        again = next_poll(
            self._clock(),
            published=rhythm.published,
            unchanged=unchanged,
            fresh_for=answer.fresh_for,
            ttl=rhythm.ttl,
            skip_hours=rhythm.skip_hours,
            minimum=self._bounds.minimum,
            maximum=self._bounds.maximum,
            jitter=self._jitter(),
        )
        return PollResult(
            feed=feed.id,
            next_poll_at=again,
            etag=answer.etag,
            last_modified=answer.last_modified,
            body_hash=answer.body_hash if isinstance(answer, Fetched) else feed.body_hash,
        )

    async def _save(self, feed: Feed, read: Read) -> None:
        entries = read.feed.entries
        names = telling_fingerprints(entries)
        async with self._store.reading() as unit:
            known = await unit.entries.known(feed.id, [name for own in names.values() for name in own])
        now = self._clock()
        arrived = arrivals(entries, names, known, first_poll=feed.first_success_at is None, now=now)
        hints = replace(feed.hints, language=feed.hints.language or read.feed.language)
        understood = await self._understanding.read([arrival.entry for arrival in arrived], hints, now=now)
        rhythm = _rhythm(read)
        result = self._result(feed, read.fetched, rhythm, unchanged=0)
        async with self._store.transaction() as unit:
            saving = _Saving(unit, feed, self._directory, now)
            # The oldest first, so that ids and posts follow the order of publication.
            for arrival, meaning in reversed(list(zip(arrived, understood, strict=True))):
                await saving.save(arrival, meaning)
            await unit.feeds.mark_read(result, rhythm, now)
        for show, title in saving.met:
            self._directory.learn(show, title)


class _Saving:
    """Saves what arrived with one poll, within its transaction."""

    def __init__(self, unit: Unit, feed: Feed, directory: ShowDirectory, now: datetime) -> None:
        self._unit = unit
        self._feed = feed
        self._directory = directory
        self._now = now
        #: The shows that were met, to be known once the transaction holds.
        self.met: list[tuple[ShowId, str]] = []

    async def save(self, arrival: Arrival, understood: Understood) -> None:
        entry = await self._entry(arrival, understood.reading.kind)
        if understood.reading.kind is Kind.OTHER:
            return
        show = await self._show(understood)
        draft = draft_of(understood, feed=self._feed.id, entry=entry, show=show, now=self._now)
        if arrival.known is not None and arrival.known.recap is not None:
            await self._unit.recaps.replace(arrival.known.recap, draft)
            await self._unit.announcements.corrected(await self._unit.recaps.by_id(arrival.known.recap), self._now)
            return
        recap = await self._unit.recaps.by_id(await self._unit.recaps.add(draft))
        if arrival.fresh:
            _log(recap, await self._unit.announcements.queue(recap, self._now))

    async def _entry(self, arrival: Arrival, kind: Kind) -> EntryId:
        entry, digest = arrival.entry, content_hash(arrival.entry)
        if arrival.known is not None:
            id_ = arrival.known.id
            await self._unit.entries.update(id_, kind=kind, content_hash=digest)
        else:
            id_ = await self._unit.entries.add(
                self._feed.id,
                kind=kind,
                content_hash=digest,
                published=entry.published,
                fresh=arrival.fresh,
                now=self._now,
            )
        await self._unit.entries.name(self._feed.id, id_, arrival.names)
        return id_

    async def _show(self, understood: Understood) -> ShowId | None:
        """The show, if its name may be seen; a mere guess is not stored."""
        reading = understood.reading
        if not reading.sure or not reading.show:
            return None
        title = self._directory.canonical(reading.show) or reading.show
        show = await self._unit.shows.ensure(title, self._now)
        await self._unit.shows.recapped(show, self._feed.id, understood.entry.published or self._now)
        native = understood.article.facts.native_title
        await self._unit.shows.add_aliases(show, self._feed.id, [native.value] if native else [])
        self.met.append((show, title))
        return show


def draft_of(understood: Understood, *, feed: FeedId, entry: EntryId, show: ShowId | None, now: datetime) -> RecapDraft:
    """The recap that an entry was understood to be."""
    reading, article = understood.reading, understood.article
    return RecapDraft(
        feed=feed,
        entry=entry,
        kind=reading.kind,
        show=show,
        ref=reading.ref,
        finale=reading.finale,
        premiere=reading.premiere,
        link=understood.entry.link,
        author=_author(understood.entry.author),
        streaming=article.facts.streaming.value if article.facts.streaming else None,
        reading_minutes=article.reading_minutes if article.words else None,
        summary=understood.study.summary if understood.study else NO_SUMMARY,
        extras=article.extras,
        thoughts=article.thoughts,
        verdict=article.verdict,
        pictures=article.pictures,
        published=understood.entry.published,
        seen=now,
    )


def _request(feed: Feed) -> Request:
    return Request(url=feed.url, etag=feed.etag, last_modified=feed.last_modified, body_hash=feed.body_hash)


def _rhythm(read: Read) -> Rhythm:
    times = sorted((entry.published for entry in read.feed.entries if entry.published), reverse=True)
    return Rhythm(published=tuple(times[:RHYTHM]), ttl=read.feed.ttl, skip_hours=read.feed.skip_hours)


def _author(author: str | None) -> str | None:
    return author if author and len(author) <= AUTHOR_LIMIT and is_name(author) else None


def _log(recap: Recap, queued: Queued) -> None:
    log.info(
        "recap %d (show %s, %s, %s): %d posts queued, %d cards joined, %d left out",
        recap.id,
        recap.show,
        recap.key,
        recap.site,
        queued.posts,
        queued.joined,
        queued.left_out,
    )
