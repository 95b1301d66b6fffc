"""The pace: posts and edits together stay under Discord's global limit, and neither starves the other."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

#: An edit that has been due for this long goes before everything else, in seconds.
PATIENCE: Final = 60.0
#: While both wait, every third slot is an edit's.
EDIT_EVERY: Final = 3
#: How much of a late slot may be caught up with, in seconds: a busy loop wakes late, and loses nothing by it.
CATCH_UP: Final = 0.05

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Kind(Enum):
    POST = "post"
    EDIT = "edit"


@dataclass(eq=False, slots=True)
class _Ticket:
    due_since: float
    granted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


def turn(slot: int, *, posts: bool, oldest_edit: float | None) -> Kind:
    """Whose the next slot is: `slot` counts those granted so far, `oldest_edit` is how long an edit has been due."""
    if oldest_edit is None:
        return Kind.POST
    if not posts or oldest_edit > PATIENCE or slot % EDIT_EVERY == EDIT_EVERY - 1:
        return Kind.EDIT
    return Kind.POST


class Pace:
    """Grants slots, at most `rate` a second (None: without limit)."""

    def __init__(self, rate: float | None, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._interval = 0.0 if rate is None else 1 / rate
        self._clock = clock
        self._sleep = sleep
        self._next_at = float("-inf")
        self._slots = 0
        self._granting: asyncio.Task[None] | None = None
        self._waiting: dict[Kind, deque[_Ticket]] = {Kind.POST: deque(), Kind.EDIT: deque()}

    async def slot(self, kind: Kind, *, due_for: float = 0.0) -> None:
        """Wait for a slot. `due_for`: how many seconds ago the thing became due."""
        ticket = _Ticket(self._clock() - due_for)
        self._waiting[kind].append(ticket)
        if self._granting is None or self._granting.done():
            self._granting = asyncio.create_task(self._grant_all(), name="delivery: pace")
        await ticket.granted

    async def _grant_all(self) -> None:
        while self._still_waiting(Kind.POST) or self._still_waiting(Kind.EDIT):
            await self._until_next()
            self._grant()

    async def _until_next(self) -> None:
        wait = self._next_at - self._clock()
        if wait > 0:
            await self._sleep(wait)
        self._next_at = max(self._next_at, self._clock() - CATCH_UP) + self._interval

    def _grant(self) -> None:
        posts, edits = (self._still_waiting(kind) for kind in Kind)
        if not posts and not edits:
            return
        oldest_edit = self._clock() - edits[0].due_since if edits else None
        kind = turn(self._slots, posts=bool(posts), oldest_edit=oldest_edit)
        self._slots += 1
        self._waiting[kind].popleft().granted.set_result(None)

    def _still_waiting(self, kind: Kind) -> deque[_Ticket]:
        # Whoever was cancelled in the meantime takes no slot.
        queue = self._waiting[kind]
        while queue and queue[0].granted.cancelled():
            queue.popleft()
        return queue
