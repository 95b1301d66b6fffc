"""Saves what a poll brought: entries, the recaps they were understood to be, and who is to hear of them."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.arrivals import Arrival
from bot.directory import ShowDirectory
from bot.recaps.model import NO_SUMMARY, EntryId, FeedId, Recap, ShowId
from bot.recaps.names import is_name
from bot.recaps.show_facts import safe_facts
from bot.store.announcements import Queued
from bot.store.entries import EntryDraft
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

    async def save(self, arrived: Sequence[tuple[Arrival, Understood]]) -> None:
        """Save what arrived, in this order."""
        entries = await self._entries(arrived)
        for arrival, understood in arrived:
            if understood.is_recap:
                await self._recap(arrival, understood, entries[arrival.entry.identity])

    async def _recap(self, arrival: Arrival, understood: Understood, entry: EntryId) -> None:
        show = await self._show(understood)
        seen = arrival.known.first_seen_at if arrival.known else self._now
        draft = draft_of(understood, feed=self._feed, entry=entry, show=show, now=seen)
        if arrival.known is not None and arrival.known.recap is not None:
            await self._unit.recaps.replace(arrival.known.recap, draft)
            await self._unit.announcements.corrected(await self._unit.recaps.by_id(arrival.known.recap), self._now)
            return
        id_ = await self._unit.recaps.add(draft)
        if arrival.fresh:
            recap = await self._unit.recaps.by_id(id_)
            _log(recap, await self._unit.announcements.queue(recap, self._now))

    async def _entries(self, arrived: Sequence[tuple[Arrival, Understood]]) -> dict[str, EntryId]:
        """The ids of what arrived, by identity; all new ones are stored at once."""
        known = [(arrival, understood, arrival.known) for arrival, understood in arrived]
        ids = {arrival.entry.identity: before.id for arrival, _, before in known if before is not None}
        for arrival, understood, before in known:
            if before is not None:
                kind = understood.reading.kind
                await self._unit.entries.update(before.id, kind=kind, content_hash=arrival.content_hash)
        new = [(arrival, understood) for arrival, understood, before in known if before is None]
        added = await self._unit.entries.add_all(self._feed, [_entry_draft(*each) for each in new], self._now)
        ids |= {arrival.entry.identity: id_ for (arrival, _), id_ in zip(new, added, strict=True)}
        await self._unit.entries.name(self._feed, {ids[each.entry.identity]: each.names for each, _ in arrived})
        return ids

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


def _entry_draft(arrival: Arrival, understood: Understood) -> EntryDraft:
    return EntryDraft(
        kind=understood.reading.kind,
        content_hash=arrival.content_hash,
        published=arrival.entry.published,
        fresh=arrival.fresh,
    )


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
