"""Saves what a poll brought: entries, the recaps they were understood to be, and who is to hear of them."""

import logging
from datetime import datetime
from typing import Final

from bot.arrivals import Arrival
from bot.directory import ShowDirectory
from bot.recaps.model import NO_SUMMARY, EntryId, FeedId, Kind, Recap, ShowId
from bot.recaps.names import is_name
from bot.recaps.show_facts import safe_facts
from bot.store.announcements import Queued
from bot.store.recaps import RecapDraft
from bot.store.shows import Sighting
from bot.store.store import Unit
from bot.understanding import Understood

log = logging.getLogger(__name__)

AUTHOR_LIMIT: Final = 60


class Saving:
    """Saves what arrived with one poll, within its transaction."""

    def __init__(self, unit: Unit, feed: FeedId, directory: ShowDirectory, now: datetime) -> None:
        self._unit = unit
        self._feed = feed
        self._directory = directory
        self._now = now
        #: The shows that were met, to be known once the transaction holds.
        self.met: list[tuple[Sighting, str, tuple[str, ...]]] = []

    async def save(self, arrival: Arrival, understood: Understood) -> None:
        entry = await self._entry(arrival, understood.reading.kind)
        if not understood.is_recap:
            return
        show = await self._show(understood)
        seen = arrival.known.first_seen_at if arrival.known else self._now
        draft = draft_of(understood, feed=self._feed, entry=entry, show=show, now=seen)
        if arrival.known is not None and arrival.known.recap is not None:
            await self._unit.recaps.replace(arrival.known.recap, draft)
            await self._unit.announcements.corrected(await self._unit.recaps.by_id(arrival.known.recap), self._now)
            return
        recap = await self._unit.recaps.by_id(await self._unit.recaps.add(draft))
        if arrival.fresh:
            _log(recap, await self._unit.announcements.queue(recap, self._now))

    async def _entry(self, arrival: Arrival, kind: Kind) -> EntryId:
        entry, digest = arrival.entry, arrival.content_hash
        if arrival.known is not None:
            id_ = arrival.known.id
            await self._unit.entries.update(id_, kind=kind, content_hash=digest)
        else:
            id_ = await self._unit.entries.add(
                self._feed,
                kind=kind,
                content_hash=digest,
                published=entry.published,
                fresh=arrival.fresh,
                now=self._now,
            )
        await self._unit.entries.name(self._feed, id_, arrival.names)
        return id_

    async def _show(self, understood: Understood) -> ShowId | None:
        """The show, if its name may be seen; a mere guess is not stored."""
        reading = understood.reading
        if not reading.sure or not reading.show:
            return None
        title = self._directory.canonical(reading.show) or reading.show
        show = await self._unit.shows.ensure(title, self._now)
        at = understood.entry.published or self._now
        await self._unit.shows.recapped(show, self._feed, at)
        native = understood.article.facts.native_title
        names = (native.value,) if native else ()
        await self._unit.shows.add_aliases(show, self._feed, names)
        self.met.append((Sighting(self._feed, show, at), title, names))
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
        facts=safe_facts(article.facts),
        reading_minutes=article.reading_minutes if article.words else None,
        summary=understood.study.summary if understood.study else NO_SUMMARY,
        extras=article.extras,
        thoughts=article.thoughts,
        verdict=article.verdict,
        pictures=article.pictures,
        published=understood.entry.published,
        seen=now,
    )


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
