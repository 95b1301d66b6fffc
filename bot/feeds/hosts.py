"""Good manners: one request at a time and a pause for every host, and a bound on all of them together."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: When the next request may begin, on the loop's clock.
    free_at: float = 0.0
    #: How many requests hold or await their turn.
    users: int = 0


class Hosts:
    """Gives out turns to ask a host."""

    def __init__(
        self,
        *,
        at_once: int = 64,
        pause: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._pause = pause
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        #: Hosts after their turns, with the end of their pause: the first to end comes first.
        self._resting: deque[tuple[float, str]] = deque()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until `name` may be asked, and keep others from asking it meanwhile.

        Whoever waits for a slow host holds none of the common slots.
        """
        host = self._hosts.setdefault(name, _Host())
        host.users += 1
        clock = asyncio.get_running_loop().time
        try:
            async with host.lock:
                if (wait := host.free_at - clock()) > 0:
                    await self._sleep(wait)
                async with self._slots:
                    try:
                        yield
                    finally:
                        host.free_at = clock() + self._pause
        finally:
            host.users -= 1
            self._resting.append((host.free_at, name))
            self._forget_rested(clock())

    def _forget_rested(self, now: float) -> None:
        """Hosts that nobody asks or awaits any more would otherwise be kept for ever."""
        while self._resting and self._resting[0][0] <= now:
            _, name = self._resting.popleft()
            host = self._hosts.get(name)
            if host and not host.users and host.free_at <= now:
                del self._hosts[name]
