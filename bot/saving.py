"""Saves what a poll brought: entries, the recaps they were understood to be, and who is to hear of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.arrivals import Arrival
from bot.directory import ShowDirectory
from bot.recaps.model import NO_SUMMARY, EntryId, FeedId, Recap, ShowId
from bot.recaps.names import is_name
from bot.recaps.show_facts import safe_facts
from bot.store.announcements import Queued
from bot.store.entries import EntryChange, EntryDraft
from bot.store.recaps import RecapDraft
from bot.store.shows import ShowName, Sighting
from bot.store.store import Unit
from bot.understanding import Understood

log = logging.getLogger(__name__)

AUTHOR_LIMIT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An entry that arrived with a poll of a feed, and what it was understood to be."""

    feed: FeedId
    arrival: Arrival
    understood: Understood


class Saving:
    """Saves what arrived with polls, within their transaction."""

    def __init__(self, unit: Unit, directory: ShowDirectory, now: datetime) -> None:
        self._unit = unit
        self._directory = directory
        self._now = now
        #: The shows that were met, to be known once the transaction holds.
        self.met: list[tuple[Sighting, str, tuple[str, ...]]] = []

    async def save(self, news: Sequence[News]) -> None:
        """Save what arrived, in this order."""
        entries = await self._entries(news)
        recaps = [(each, entry) for each, entry in zip(news, entries, strict=True) if each.understood.is_recap]
        shows = await self._shows([each for each, _ in recaps])
        drafts = [(each, self._draft(each, entry, show)) for (each, entry), show in zip(recaps, shows, strict=True)]
        await self._add([(each, draft) for each, draft in drafts if each.arrival.recap is None])
        for each, draft in drafts:
            if each.arrival.recap is not None:
                await self._unit.recaps.replace(each.arrival.recap, draft)
                recap = await self._unit.recaps.by_id(each.arrival.recap)
                await self._unit.announcements.corrected(recap, self._now)

    async def _entries(self, news: Sequence[News]) -> list[EntryId]:
        """The ids of what arrived, in the same order; all of it is stored at once."""
        changed = [_change(each, before.id) for each in news if (before := each.arrival.known) is not None]
        await self._unit.entries.update_all(changed)
        new = [_entry_draft(each) for each in news if each.arrival.known is None]
        added = iter(await self._unit.entries.add_all(new, self._now))
        ids = [next(added) if each.arrival.known is None else each.arrival.known.id for each in news]
        named = ((each.feed, id_, each.arrival.names) for each, id_ in zip(news, ids, strict=True))
        await self._unit.entries.name_all(named)
        return ids

    async def _shows(self, recaps: Sequence[News]) -> list[ShowId | None]:
        """The show of each recap, if its name may be seen; a mere guess is not stored."""
        titles = [self._title(each.understood) for each in recaps]
        ids = await self._unit.shows.ensure_all({title for title in titles if title}, self._now)
        met = [
            (Sighting(each.feed, ids[title], each.understood.entry.published or self._now), title, _names(each))
            for each, title in zip(recaps, titles, strict=True)
            if title
        ]
        await self._unit.shows.see_all(sighting for sighting, _, _ in met)
        aliases = (ShowName(show=seen.show, name=name, feed=seen.feed) for seen, _, names in met for name in names)
        await self._unit.shows.alias_all(aliases)
        self.met += met
        return [ids[title] if title else None for title in titles]

    def _title(self, understood: Understood) -> str | None:
        reading = understood.reading
        if not reading.sure or not reading.show:
            return None
        return self._directory.canonical(reading.show) or reading.show

    def _draft(self, news: News, entry: EntryId, show: ShowId | None) -> RecapDraft:
        seen = news.arrival.known.first_seen_at if news.arrival.known else self._now
        return draft_of(news.understood, feed=news.feed, entry=entry, show=show, now=seen)

    async def _add(self, recaps: Sequence[tuple[News, RecapDraft]]) -> None:
        """Store new recaps, and announce those that may be."""
        ids = await self._unit.recaps.add_all([draft for _, draft in recaps])
        for id_, (each, _) in zip(ids, recaps, strict=True):
            if each.arrival.fresh:
                recap = await self._unit.recaps.by_id(id_)
                _log(recap, await self._unit.announcements.queue(recap, self._now))


def _change(news: News, entry: EntryId) -> EntryChange:
    return EntryChange(entry=entry, kind=news.understood.reading.kind, content_hash=news.arrival.content_hash)


def _entry_draft(news: News) -> EntryDraft:
    return EntryDraft(
        feed=news.feed,
        kind=news.understood.reading.kind,
        content_hash=news.arrival.content_hash,
        published=news.arrival.entry.published,
        fresh=news.arrival.fresh,
    )


def _names(news: News) -> tuple[str, ...]:
    """What the show is called where it comes from."""
    native = news.understood.article.facts.native_title
    return (native.value,) if native else ()


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
