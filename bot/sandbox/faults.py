"""Trouble on demand: the next requests to a route fail, lose their connection, or wait until they are let go."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to the next `times` requests of one route, before their work is done or after."""

    method: str
    route: str
    times: int = 1
    #: The status that is answered in the place of the real one.
    status: int | None = None
    body: dict[str, Any] | None = None
    #: Whether the connection is closed without an answer.
    drop: bool = False
    after_work: bool = False
    #: Looks at the request's body and path, to pick some of a route's requests.
    where: Callable[[Any], bool] = lambda _call: True
    #: How many requests have met it.
    met: int = 0
    #: Set while nobody has to wait.
    released: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let those go that wait, and all that come."""
        self.released.set()

    async def has_arrived(self, timeout: float = 10) -> None:  # noqa: ASYNC109  the wait is its own reason
        """Wait until a request has met this fault.

        Raises:
            TimeoutError: none came.

        """
        async with asyncio.timeout(timeout):
            await self.arrived.wait()


class Faults:
    """The faults that are still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._held: list[Fault] = []

    def fail(  # noqa: D417  the rest speaks for itself
        self, method: str, route: str, status: int = 500, *, times: int = 1, after_work: bool = False, **more: Any
    ) -> Fault:
        """Answer with a status.

        Args:
            method: such as `POST`.
            route: a template such as `/channels/{channel_id}/messages`.

        """
        return self._add(Fault(method, route, times, status, after_work=after_work, **more))

    def drop(self, method: str, route: str, *, times: int = 1, after_work: bool = False, **more: Any) -> Fault:
        """Close the connection: before the work is done, or after, so that only the reply is lost."""
        return self._add(Fault(method, route, times, drop=True, after_work=after_work, **more))

    def hold(self, method: str, route: str, *, times: int = 1, after_work: bool = False, **more: Any) -> Fault:
        """Let requests wait until `release` is called on what this returns."""
        fault = self._add(Fault(method, route, times, after_work=after_work, **more))
        self._held.append(fault)
        return fault

    def _add(self, fault: Fault) -> Fault:
        if fault.drop or fault.status is not None:
            fault.released.set()
        self._waiting.append(fault)
        return fault

    def meet(self, method: str, route: str, call: Any) -> Fault | None:
        """The fault that this request meets, if any."""
        for fault in self._waiting:
            if (fault.method, fault.route) == (method, route) and fault.where(call):
                fault.met += 1
                if fault.met >= fault.times:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all faults and let everyone go."""
        self._waiting.clear()
        for fault in self._held:
            fault.release()
        self._held.clear()
