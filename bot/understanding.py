"""From entries to readings: headlines are read here and now, bodies in a worker, and then all of it is weighed."""

import asyncio
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from bot.feeds.reader import FeedReader, Page
from bot.feeds.workers import Death, WorkerFailed, Workers
from bot.recaps.evidence import weigh
from bot.recaps.headline import HeadlineWords, read_headline
from bot.recaps.model import Article, Entry, FeedHints, Headline, Kind, KnownShows, Reading
from bot.study import Body, Study, study

log = logging.getLogger(__name__)

#: Headlines are read in the loop; after so many it may do something else.
HEADLINES_AT_ONCE: Final = 5
#: Bodies that go to a worker together: few enough for its processor timer, many enough to spare the trips.
BODIES_AT_ONCE: Final = 10
#: A feed of whose articles so many have killed their worker is up to no good; the rest of them are left unread.
DEATHS: Final = 3
#: Pages that are read at the same time.
PAGES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An entry, what it was taken for, and what was made of its body."""

    entry: Entry
    headline: Headline
    reading: Reading
    #: None where nothing was to be gained from the body.
    study: Study | None

    @property
    def is_recap(self) -> bool:
        """Whether it retells or judges particular episodes."""
        return self.reading.kind is not Kind.OTHER

    @property
    def article(self) -> Article:
        return self.study.article if self.study else Article()


class Understanding:
    """Reads entries, the way polling and `previously check` both do."""

    def __init__(self, words: HeadlineWords, known: KnownShows, workers: Workers, reader: FeedReader | None) -> None:
        self._words = words
        self._known = known
        self._workers = workers
        #: Reads the linked pages of feeds that carry only excerpts; None: they are not read.
        self._reader = reader
        self._pages = asyncio.Semaphore(PAGES_AT_ONCE)

    async def read(
        self, entries: Sequence[Entry], hints: FeedHints, *, now: datetime, pages_of: Collection[str] = ()
    ) -> list[Understood]:
        """Every entry, understood, in the same order.

        Where the feed carries only excerpts, the pages of the entries with these identities are read.
        """
        headlines = await self._headlines(entries, hints)
        worth_reading = [
            entry for entry, headline in zip(entries, headlines, strict=True) if may_be_about_episodes(headline)
        ]
        bodies = await self._bodies(worth_reading, hints, now, pages_of)
        studies = dict(zip((entry.identity for entry in worth_reading), await self._studies(bodies), strict=True))
        return [
            self._weighed(entry, headline, studies.get(entry.identity), hints)
            for entry, headline in zip(entries, headlines, strict=True)
        ]

    async def _headlines(self, entries: Sequence[Entry], hints: FeedHints) -> list[Headline]:
        headlines = []
        for entry in entries:
            headlines.append(
                read_headline(entry.title, self._words, known=self._known, hints=hints, categories=entry.categories)
            )
            if len(headlines) % HEADLINES_AT_ONCE == 0:
                await asyncio.sleep(0)
        return headlines

    def _weighed(self, entry: Entry, headline: Headline, study: Study | None, hints: FeedHints) -> Understood:
        article = study.article if study else None
        reading = weigh(headline, entry=entry, article=article, known=self._known, hints=hints)
        return Understood(entry=entry, headline=headline, reading=reading, study=study)

    async def _bodies(
        self, entries: Sequence[Entry], hints: FeedHints, now: datetime, pages_of: Collection[str]
    ) -> list[Body]:
        linked = hints.excerpts and self._reader is not None
        return await asyncio.gather(
            *(self._body(entry, hints, now, linked=linked and entry.identity in pages_of) for entry in entries)
        )

    async def _body(self, entry: Entry, hints: FeedHints, now: datetime, *, linked: bool) -> Body:
        if linked and entry.link and self._reader:
            async with self._pages:
                page = await self._reader.page(entry.link, now=now)
            if isinstance(page, Page):
                return Body(
                    page.html, entry.excerpt, hints.language, is_page=True, base=page.url, pictures=entry.pictures
                )
        base = entry.base or entry.link or ""
        return Body(entry.html, entry.excerpt, hints.language, base=base, pictures=entry.pictures)

    async def _studies(self, bodies: Sequence[Body]) -> list[Study | None]:
        """What is in these bodies; None for those over which a worker died, and for what is left of a hostile feed.

        Raises:
            WorkerFailed: there is no worker at all, which is no fault of theirs.

        """
        studies: list[Study | None] = []
        deaths = 0
        for batch in _batches(bodies, BODIES_AT_ONCE):
            together = await self._study(batch) if deaths < DEATHS else None
            if together is not None:
                studies += together
                continue
            # One of them is bad; the others are not to suffer for it.
            for body in batch:
                alone = await self._study([body]) if deaths < DEATHS else None
                deaths += alone is None
                studies += alone or [None]
        return studies

    async def _study(self, bodies: Sequence[Body]) -> list[Study] | None:
        try:
            return await self._workers.run(study, bodies)
        except WorkerFailed as failure:
            if failure.reason is Death.NO_WORKER:
                raise
            log.warning("%d articles could not be read: %s", len(bodies), failure.reason)
            return None


def may_be_about_episodes(headline: Headline) -> bool:
    """Whether the body is worth reading: the headline speaks of episodes, or leaves it open."""
    names_one = headline.ref.is_numbered or headline.finale or headline.premiere
    return headline.kind is not Kind.OTHER or headline.bare or names_one


def _batches(bodies: Sequence[Body], size: int) -> Iterator[Sequence[Body]]:
    remaining = iter(bodies)
    while batch := list(islice(remaining, size)):
        yield batch
