"""Recaps: what entries were understood to retell, as far as a viewer may see it."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import (
    NO_SUMMARY,
    EntryId,
    EpisodeRef,
    FeedId,
    Kind,
    Picture,
    Recap,
    RecapId,
    ShowId,
    Spoiler,
    Summary,
)
from bot.recaps.show_facts import NO_FACTS, SafeFacts, ShowOverview
from bot.store import search
from bot.store.among import among
from bot.store.feeds import Viewer, seen_by
from bot.store.schema import AnyRow, feeds, recaps, show_aliases, shows

#: `e5` and `s2e5` of one show are the same episode when their recaps are no further apart than this.
SAME_EPISODE_WITHIN: Final = timedelta(days=10)
#: So many of its latest recaps tell the facts of a show.
TELLING: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapDraft:
    """A recap as it was understood, before it has an id."""

    feed: FeedId
    entry: EntryId
    kind: Kind
    show: ShowId | None
    ref: EpisodeRef
    finale: bool
    premiere: bool
    link: str | None
    author: str | None
    streaming: str | None
    reading_minutes: int | None
    summary: Summary = NO_SUMMARY
    facts: SafeFacts = NO_FACTS
    extras: tuple[Spoiler, ...] = ()
    thoughts: tuple[Spoiler, ...] = ()
    verdict: Spoiler | None = None
    pictures: tuple[Picture, ...] = ()
    published: datetime | None
    seen: datetime

    @property
    def key(self) -> str | None:
        """The episode key; None where it will be the recap's own."""
        return None if self.show is None else self.ref.key

    @property
    def dated(self) -> datetime:
        return self.published or self.seen

    def as_recap(self, recap: RecapId, *, show_title: str | None, site: str) -> Recap:
        """The recap it will be under this id."""
        own = {"entry", "facts"}
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name not in own}
        return Recap(id=recap, show_title=show_title, site=site, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEpisode:
    """An episode of which at least one recap is known."""

    ref: EpisodeRef
    key: str
    latest_at: datetime
    #: One of its recaps, from which the others are found.
    recap: RecapId


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A recap that was found by its words, and its place in the index, where the list can go on."""

    recap: Recap
    place: int


class Recaps:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, draft: RecapDraft) -> RecapId:
        """Store a recap."""
        return (await self.add_all([draft]))[0]

    async def add_all(self, drafts: Sequence[RecapDraft]) -> list[RecapId]:
        """Store recaps. Returns their ids, in the same order."""
        if not drafts:
            return []
        rows = [{"episode_key": draft.key or "", "entry_id": draft.entry, **_columns(draft)} for draft in drafts]
        ids = await self._connection.scalars(insert(recaps).returning(recaps.c.id, sort_by_parameter_order=True), rows)
        added = [RecapId(id_) for id_ in ids]
        own = [recap for recap, draft in zip(added, drafts, strict=True) if draft.key is None]
        if own:
            key = literal("r").concat(cast(recaps.c.id, String))
            await self._connection.execute(update(recaps).where(among(recaps.c.id, own)).values(episode_key=key))
        await search.file(self._connection, added)
        return added

    async def replace(self, recap: RecapId, draft: RecapDraft) -> None:
        """Store what the publisher has made of a recap since. When it was first seen stays as it is."""
        columns = _columns(draft) | {"episode_key": draft.key or f"r{recap}"}
        del columns["seen_at"]
        await self._connection.execute(update(recaps).where(recaps.c.id == recap).values(**columns))
        await search.file(self._connection, [recap])

    async def get(self, viewer: Viewer, recap: RecapId) -> Recap | None:
        """A recap, if the viewer may see it."""
        row = (await self._connection.execute(recap_rows().where(recaps.c.id == recap, seen_by(viewer)))).first()
        return None if row is None else from_row(row)

    async def by_id(self, recap: RecapId) -> Recap:
        """A recap that is known to exist, whoever may see it."""
        return from_row((await self._connection.execute(recap_rows().where(recaps.c.id == recap))).one())

    async def latest(
        self,
        viewer: Viewer,
        *,
        show: ShowId | None = None,
        feed: FeedId | None = None,
        before: tuple[datetime, RecapId] | None = None,
        limit: int = 10,
    ) -> list[Recap]:
        """The newest recaps that a viewer may see, the newest first; `before` continues a list."""
        rows = recap_rows().where(seen_by(viewer))
        if show is not None:
            rows = rows.where(recaps.c.show_id == show)
        if feed is not None:
            rows = rows.where(recaps.c.feed_id == feed)
        if before is not None:
            dated, last = before
            rows = rows.where(or_(recaps.c.dated_at < dated, and_(recaps.c.dated_at == dated, recaps.c.id < last)))
        found = await self._connection.execute(rows.order_by(recaps.c.dated_at.desc(), recaps.c.id.desc()).limit(limit))
        return [from_row(row) for row in found]

    async def of_episode(self, viewer: Viewer, show: ShowId, ref: EpisodeRef) -> list[Recap]:
        """Every site's recap of an episode: recaps before reviews, the earliest first."""
        rows = recap_rows().where(seen_by(viewer), recaps.c.show_id == show, same_numbers(ref))
        found = await self._connection.execute(rows.order_by(recaps.c.kind, recaps.c.dated_at, recaps.c.id))
        return [from_row(row) for row in found]

    async def finales(self, viewer: Viewer, show: ShowId) -> list[Recap]:
        """The recaps of a show's finales."""
        rows = recap_rows().where(seen_by(viewer), recaps.c.show_id == show, recaps.c.finale)
        return [from_row(row) for row in await self._connection.execute(rows.order_by(recaps.c.dated_at))]

    async def siblings(self, viewer: Viewer, recap: Recap) -> list[Recap]:
        """Other recaps of the same episode."""
        if recap.show is None or recap.ref.key is None:
            return []
        near = recaps.c.dated_at.between(recap.date - SAME_EPISODE_WITHIN, recap.date + SAME_EPISODE_WITHIN)
        same = or_(recaps.c.episode_key == recap.key, and_(same_numbers(recap.ref), near))
        rows = recap_rows().where(seen_by(viewer), recaps.c.show_id == recap.show, recaps.c.id != recap.id, same)
        found = await self._connection.execute(rows.order_by(recaps.c.kind, recaps.c.dated_at, recaps.c.id))
        return [from_row(row) for row in found]

    async def episodes(self, viewer: Viewer, show: ShowId) -> list[KnownEpisode]:
        """The episodes of a show that have been recapped, the most recently published first."""
        ref = (recaps.c.season, recaps.c.first, recaps.c.last, recaps.c.aired, recaps.c.episode_key)
        rows = await self._connection.execute(
            select(*ref, func.max(recaps.c.dated_at).label("latest_at"), func.max(recaps.c.id).label("recap"))
            .join(feeds, feeds.c.id == recaps.c.feed_id)
            .where(seen_by(viewer), recaps.c.show_id == show)
            .group_by(*ref)
            .order_by(func.max(recaps.c.dated_at).desc(), func.max(recaps.c.id).desc())
        )
        return [
            KnownEpisode(ref=_ref(row), key=row.episode_key, latest_at=row.latest_at, recap=RecapId(row.recap))
            for row in rows
        ]

    async def search(
        self, viewer: Viewer, words: Sequence[str], *, before: int = search.END, limit: int = 10
    ) -> list[SearchHit]:
        """The recaps that hold all of the words and that a viewer may see, the newest first; `before` continues."""
        if not words:
            return []
        found = search.found(words, before).subquery()
        rows = recap_rows().add_columns(found.c.place).join(found, found.c.recap == recaps.c.id)
        ordered = rows.where(seen_by(viewer)).order_by(found.c.place.desc()).limit(limit)
        return [SearchHit(from_row(row), row.place) for row in await self._connection.execute(ordered)]

    async def overview(self, viewer: Viewer, show: ShowId) -> ShowOverview | None:
        """What the feeds that a viewer has tell of a show, without spoiling it; None where there is no such show."""
        title = await self._connection.scalar(select(shows.c.title).where(shows.c.id == show))
        if title is None:
            return None
        seen = (recaps.c.show_id == show, seen_by(viewer))
        by_site = await self._connection.execute(
            select(feeds.c.name, func.count().label("number"))
            .join(feeds, feeds.c.id == recaps.c.feed_id)
            .where(*seen)
            .group_by(feeds.c.name)
            .order_by(func.count().desc(), feeds.c.name)
        )
        sites = {row.name: row.number for row in by_site}
        episodes = await self.episodes(viewer, show)
        return ShowOverview(
            title=title,
            aliases=await self._aliases(viewer, show),
            facts=await self._facts(viewer, show),
            sites=tuple(sites),
            recaps=sum(sites.values()),
            episodes=len({episode.ref for episode in episodes if episode.ref.key}),
            latest=episodes[0].ref if episodes else None,
            latest_at=episodes[0].latest_at if episodes else None,
        )

    async def _aliases(self, viewer: Viewer, show: ShowId) -> tuple[str, ...]:
        names = await self._connection.scalars(
            select(show_aliases.c.name)
            .distinct()
            .join(feeds, feeds.c.id == show_aliases.c.feed_id)
            .where(show_aliases.c.show_id == show, seen_by(viewer))
            .order_by(show_aliases.c.name)
        )
        return tuple(names)

    async def _facts(self, viewer: Viewer, show: ShowId) -> tuple[SafeFacts, ...]:
        rows = await self._connection.execute(
            select(recaps.c.facts, recaps.c.streaming)
            .join(feeds, feeds.c.id == recaps.c.feed_id)
            .where(recaps.c.show_id == show, seen_by(viewer))
            .order_by(recaps.c.dated_at.desc())
            .limit(TELLING)
        )
        return tuple(_facts(row) for row in rows)


def recap_rows() -> Select[Any]:
    """Recaps with the title of their show and the name of their site: what `from_row` reads."""
    return (
        select(recaps, shows.c.title.label("show_title"), feeds.c.name.label("site"))
        .join(feeds, feeds.c.id == recaps.c.feed_id)
        .outerjoin(shows, shows.c.id == recaps.c.show_id)
    )


def same_numbers(ref: EpisodeRef) -> ColumnElement[bool]:
    """Whether a row of `recaps` has these numbers, an unknown season agreeing with any."""
    if ref.aired is not None and not ref.is_numbered:
        return recaps.c.aired == ref.aired
    numbers = and_(recaps.c.first == ref.first, recaps.c.last == ref.last)
    if ref.season is None:
        return numbers
    return and_(numbers, or_(recaps.c.season == ref.season, recaps.c.season.is_(None)))


def from_row(row: AnyRow) -> Recap:
    """The recap that a row of `recap_rows` holds."""
    return Recap(
        id=RecapId(row.id),
        feed=FeedId(row.feed_id),
        kind=Kind(row.kind),
        show=None if row.show_id is None else ShowId(row.show_id),
        show_title=row.show_title,
        ref=_ref(row),
        site=row.site,
        link=row.link,
        seen=row.seen_at,
        published=row.published_at,
        finale=row.finale,
        premiere=row.premiere,
        author=row.author,
        streaming=row.streaming,
        reading_minutes=row.reading_minutes,
        summary=Summary(Spoiler(row.summary_short), Spoiler(row.summary_card), Spoiler(row.summary_full)),
        extras=tuple(map(Spoiler, row.extras)),
        thoughts=tuple(map(Spoiler, row.thoughts)),
        verdict=None if row.verdict is None else Spoiler(row.verdict),
        pictures=tuple(Picture(url, None if caption is None else Spoiler(caption)) for url, caption in row.pictures),
    )


def _ref(row: AnyRow) -> EpisodeRef:
    return EpisodeRef(season=row.season, first=row.first, last=row.last, aired=row.aired)


def _facts(row: AnyRow) -> SafeFacts:
    stated = row.facts
    return SafeFacts(
        native_title=stated.get("native_title"),
        cast=tuple(stated.get("cast", ())),
        makers=tuple(stated.get("makers", ())),
        streaming=row.streaming,
        episodes=stated.get("episodes"),
        runtime_minutes=stated.get("runtime_minutes"),
    )


def _facts_columns(facts: SafeFacts) -> dict[str, Any]:
    """Everything but the streaming service, which has a column of its own."""
    stated = dataclasses.asdict(facts)
    del stated["streaming"]
    return {name: value for name, value in stated.items() if value}


def _columns(draft: RecapDraft) -> dict[str, Any]:
    return {
        "feed_id": draft.feed,
        "kind": draft.kind,
        "show_id": draft.show,
        "season": draft.ref.season,
        "first": draft.ref.first,
        "last": draft.ref.last,
        "aired": draft.ref.aired,
        "finale": draft.finale,
        "premiere": draft.premiere,
        "link": draft.link,
        "author": draft.author,
        "streaming": draft.streaming,
        "facts": _facts_columns(draft.facts),
        "reading_minutes": draft.reading_minutes,
        "summary_short": draft.summary.short.text,
        "summary_card": draft.summary.card.text,
        "summary_full": draft.summary.full.text,
        "extras": [extra.text for extra in draft.extras],
        "thoughts": [thought.text for thought in draft.thoughts],
        "verdict": None if draft.verdict is None else draft.verdict.text,
        "pictures": [[picture.url, picture.caption and picture.caption.text] for picture in draft.pictures],
        "published_at": draft.published,
        "seen_at": draft.seen,
        "dated_at": draft.dated,
    }
