"""Entries: what every item of a feed is known by, so that it is new only once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import String, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import EntryId, FeedId, Kind, RecapId
from bot.store.among import among, as_set
from bot.store.schema import entries, entry_names, recaps

#: Every poll that finds a feed changed asks this, so it is put together once.
_KNOWN: Final = (
    select(
        entry_names.c.name,
        *(entries.c.id, entries.c.kind, entries.c.content_hash, entries.c.first_seen_at, entries.c.fresh),
        recaps.c.id.label("recap"),
    )
    .join(entries, entries.c.id == entry_names.c.entry_id)
    .outerjoin(recaps, recaps.c.entry_id == entries.c.id)
    .where(entry_names.c.feed_id == bindparam("feed"), among(entry_names.c.name, bindparam("names", type_=String)))
)


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

    feed: FeedId
    kind: Kind
    content_hash: str
    published: datetime | None
    #: Whether it may be announced.
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """What has become of an entry that was seen before."""

    entry: EntryId
    kind: Kind
    content_hash: str


class Entries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, feed: FeedId, names: Collection[str]) -> dict[str, KnownEntry]:
        """Those of `names` that this feed has used before, each with the entry it stands for."""
        rows = await self._connection.execute(_KNOWN, {"feed": feed, "names": as_set(names)})
        known: dict[EntryId, KnownEntry] = {}
        named: dict[str, KnownEntry] = {}
        for name, id_, kind, content_hash, first_seen_at, fresh, recap in rows:
            if id_ not in known:
                known[id_] = KnownEntry(
                    id=EntryId(id_),
                    kind=Kind(kind),
                    content_hash=content_hash,
                    first_seen_at=first_seen_at,
                    fresh=fresh,
                    recap=None if recap is None else RecapId(recap),
                )
            named[name] = known[id_]
        return named

    async def add(
        self, feed: FeedId, *, kind: Kind, content_hash: str, published: datetime | None, fresh: bool, now: datetime
    ) -> EntryId:
        """Remember an entry that is seen for the first time."""
        draft = EntryDraft(feed=feed, kind=kind, content_hash=content_hash, published=published, fresh=fresh)
        return (await self.add_all([draft], now))[0]

    async def add_all(self, drafts: Sequence[EntryDraft], now: datetime) -> list[EntryId]:
        """Remember entries that are seen for the first time. Returns their ids, in the same order."""
        if not drafts:
            return []
        rows = [
            {
                "feed_id": draft.feed,
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

    async def update_all(self, changed: Sequence[EntryChange]) -> None:
        """Remember that entries have been changed by their publishers."""
        rows = [{"of": change.entry, "is": change.kind, "hash": change.content_hash} for change in changed]
        if rows:
            statement = update(entries).where(entries.c.id == bindparam("of"))
            await self._connection.execute(statement.values(kind=bindparam("is"), content_hash=bindparam("hash")), rows)

    async def name_all(self, names: Iterable[tuple[FeedId, EntryId, Collection[str]]]) -> None:
        """Know entries by these names from now on, where they are not another's already."""
        rows = [{"feed_id": feed, "entry_id": entry, "name": name} for feed, entry, own in names for name in own]
        if rows:
            await self._connection.execute(upsert(entry_names).on_conflict_do_nothing(), rows)
