"""Entries: what every item of a feed is known by, so that it is new only once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import EntryId, FeedId, Kind, RecapId
from bot.store.schema import entries, entry_names, recaps


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What is remembered of an entry."""

    id: EntryId
    kind: Kind
    content_hash: str
    first_seen_at: datetime
    #: Whether it may still be announced.
    fresh: bool
    recap: RecapId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry as it is first seen."""

    kind: Kind
    content_hash: str
    published: datetime | None
    #: Whether it may be announced.
    fresh: bool


class Entries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, feed: FeedId, names: Collection[str]) -> dict[str, KnownEntry]:
        """Those of `names` that this feed has used before, each with the entry it stands for."""
        rows = await self._connection.execute(
            select(entry_names.c.name, entries, recaps.c.id.label("recap_id"))
            .join(entries, entries.c.id == entry_names.c.entry_id)
            .outerjoin(recaps, recaps.c.entry_id == entries.c.id)
            .where(entry_names.c.feed_id == feed, entry_names.c.name.in_(names))
        )
        return {
            row.name: KnownEntry(
                id=EntryId(row.id),
                kind=Kind(row.kind),
                content_hash=row.content_hash,
                first_seen_at=row.first_seen_at,
                fresh=row.fresh,
                recap=None if row.recap_id is None else RecapId(row.recap_id),
            )
            for row in rows
        }

    async def add(
        self, feed: FeedId, *, kind: Kind, content_hash: str, published: datetime | None, fresh: bool, now: datetime
    ) -> EntryId:
        """Remember an entry that is seen for the first time."""
        draft = EntryDraft(kind=kind, content_hash=content_hash, published=published, fresh=fresh)
        return (await self.add_all(feed, [draft], now))[0]

    async def add_all(self, feed: FeedId, drafts: Sequence[EntryDraft], now: datetime) -> list[EntryId]:
        """Remember entries that are seen for the first time. Returns their ids, in the same order."""
        if not drafts:
            return []
        rows = [
            {
                "feed_id": feed,
                "kind": draft.kind,
                "content_hash": draft.content_hash,
                "published_at": draft.published,
                "first_seen_at": now,
                "fresh": draft.fresh,
            }
            for draft in drafts
        ]
        ids = await self._connection.scalars(
            insert(entries).returning(entries.c.id, sort_by_parameter_order=True), rows
        )
        return [EntryId(id_) for id_ in ids]

    async def update(self, entry: EntryId, *, kind: Kind, content_hash: str) -> None:
        """Remember that an entry has been changed by its publisher."""
        await self._connection.execute(
            update(entries).where(entries.c.id == entry).values(kind=kind, content_hash=content_hash)
        )

    async def name(self, feed: FeedId, names: Mapping[EntryId, Collection[str]]) -> None:
        """Know entries by these names from now on, where they are not another's already."""
        rows = [{"feed_id": feed, "name": name, "entry_id": entry} for entry, own in names.items() for name in own]
        if rows:
            await self._connection.execute(upsert(entry_names).on_conflict_do_nothing(), rows)
