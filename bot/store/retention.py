"""Retention: what is kept for how long, and forgotten after that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import guilds, notices, posts, recaps

RECAP_TEXT: Final = timedelta(days=2 * 365)
#: Old buttons answer with a sentence after that.
FINISHED_POSTS: Final = timedelta(days=90)
SAID_NOTICES: Final = timedelta(days=90)
#: A server that invites the bot back within this time finds everything as it was.
LEFT_SERVERS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was forgotten."""

    recap_texts: int
    posts: int
    notices: int
    servers: int


class Retention:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget(self, now: datetime) -> Forgotten:
        """Forget what has been kept long enough."""
        return Forgotten(
            recap_texts=await self._forget_texts(now - RECAP_TEXT),
            posts=await self._forget_posts(now - FINISHED_POSTS),
            notices=await self._forget_notices(now - SAID_NOTICES),
            servers=await self._forget_servers(now - LEFT_SERVERS),
        )

    async def _forget_texts(self, before: datetime) -> int:
        nothing = {"summary_short": "", "summary_card": "", "summary_full": "", "verdict": None}
        has_text = recaps.c.summary_full != ""
        forgotten = await self._connection.execute(
            update(recaps)
            .where(recaps.c.dated_at < before, has_text)
            .values(**nothing, extras=[], thoughts=[], pictures=[])
        )
        return forgotten.rowcount

    async def _forget_posts(self, before: datetime) -> int:
        finished = posts.c.state.in_(("carded", "given up"))
        forgotten = await self._connection.execute(delete(posts).where(finished, posts.c.queued_at < before))
        return forgotten.rowcount

    async def _forget_notices(self, before: datetime) -> int:
        forgotten = await self._connection.execute(delete(notices).where(notices.c.said_at < before))
        return forgotten.rowcount

    async def _forget_servers(self, before: datetime) -> int:
        # Their subscriptions, posts, notices and own feeds' places go with them.
        forgotten = await self._connection.execute(delete(guilds).where(guilds.c.left_at < before))
        return forgotten.rowcount
