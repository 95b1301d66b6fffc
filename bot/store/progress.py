"""Progress: how far each user says to have watched. It belongs to the user alone, who may see and clear it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import ShowId, UserId
from bot.recaps.progress import Mark
from bot.store.schema import progress, shows

#: What stands for a season that is unknown, as keys hold no NULL; season 0 are the specials.
UNKNOWN_SEASON: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedShow:
    """A show that a user has noted progress on."""

    show: ShowId
    title: str
    #: The latest first.
    marks: tuple[Mark, ...]
    at: datetime


class Progress:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, user: UserId, show: ShowId) -> tuple[Mark, ...]:
        """A user's marks on a show, the latest first."""
        rows = await self._connection.execute(
            select(progress.c.season, progress.c.episode)
            .where(progress.c.user_id == user, progress.c.show_id == show)
            .order_by(progress.c.at.desc())
        )
        return tuple(_mark(row.season, row.episode) for row in rows)

    async def keep(self, user: UserId, show: ShowId, mark: Mark, now: datetime) -> None:
        """Note how far a user has come in a season, in place of what was noted for it."""
        season = UNKNOWN_SEASON if mark.season is None else mark.season
        row = upsert(progress).values(user_id=user, show_id=show, season=season, episode=mark.episode, at=now)
        await self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["user_id", "show_id", "season"], set_={"episode": mark.episode, "at": now}
            )
        )

    async def shows(self, user: UserId, *, limit: int, offset: int = 0) -> list[WatchedShow]:
        """The shows that a user has noted progress on, the latest first."""
        at = func.max(progress.c.at).label("latest_at")
        of_user = await self._connection.execute(
            select(shows.c.id, shows.c.title, at)
            .join(shows, shows.c.id == progress.c.show_id)
            .where(progress.c.user_id == user)
            .group_by(shows.c.id, shows.c.title)
            .order_by(at.desc(), shows.c.id)
            .limit(limit)
            .offset(offset)
        )
        listed = of_user.all()
        marks = await self._marks(user, [ShowId(row.id) for row in listed])
        return [
            WatchedShow(show=ShowId(row.id), title=row.title, marks=tuple(marks[row.id]), at=row.latest_at)
            for row in listed
        ]

    async def _marks(self, user: UserId, of: Sequence[ShowId]) -> dict[int, list[Mark]]:
        rows = await self._connection.execute(
            select(progress)
            .where(progress.c.user_id == user, progress.c.show_id.in_(of))
            .order_by(progress.c.at.desc())
        )
        marks: dict[int, list[Mark]] = {show: [] for show in of}
        for row in rows:
            marks[row.show_id].append(_mark(row.season, row.episode))
        return marks

    async def clear(self, user: UserId, show: ShowId | None = None) -> int:
        """Forget a user's progress on one show, or on all; returns on how many shows there was any."""
        mine = [progress.c.user_id == user]
        if show is not None:
            mine.append(progress.c.show_id == show)
        count = await self._connection.scalar(select(func.count(progress.c.show_id.distinct())).where(*mine))
        await self._connection.execute(delete(progress).where(*mine))
        return int(count or 0)


def _mark(season: int, episode: int) -> Mark:
    return Mark(None if season == UNKNOWN_SEASON else season, episode)
