"""What happens in the world, told to whoever listens, at once and in order."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What can happen, by the names of the gateway's events where it has one."""

    GUILD_CREATE = "GUILD_CREATE"
    GUILD_DELETE = "GUILD_DELETE"
    ROLE_CREATE = "GUILD_ROLE_CREATE"
    ROLE_UPDATE = "GUILD_ROLE_UPDATE"
    ROLE_DELETE = "GUILD_ROLE_DELETE"
    MEMBER_UPDATE = "GUILD_MEMBER_UPDATE"
    CHANNEL_CREATE = "CHANNEL_CREATE"
    CHANNEL_UPDATE = "CHANNEL_UPDATE"
    CHANNEL_DELETE = "CHANNEL_DELETE"
    THREAD_CREATE = "THREAD_CREATE"
    THREAD_UPDATE = "THREAD_UPDATE"
    THREAD_DELETE = "THREAD_DELETE"
    MESSAGE_CREATE = "MESSAGE_CREATE"
    MESSAGE_UPDATE = "MESSAGE_UPDATE"
    MESSAGE_DELETE = "MESSAGE_DELETE"
    INTERACTION_CREATE = "INTERACTION_CREATE"
    #: The ones below are of this server; the gateway does not tell them.
    INTERACTION_UPDATE = "an interaction was answered"
    COMMANDS = "commands were registered"
    BOT = "the bot came or went"
    REQUEST = "a request was answered"


@dataclass(frozen=True, slots=True)
class Event:
    kind: Kind
    guild_id: int | None
    subject: Any


Listener = Callable[[Event], None]


class Changes:
    """Everyone who listens. There is one loop and no thread, so a listener sees the world as it is at that moment."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Call `listener` at every change, as it happens, while the block lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def until(self, look: Callable[[], T | None], timeout: float) -> T:  # noqa: ASYNC109  the wait is its own reason
        """What `look` finds, as soon as it finds something; it looks again at every change.

        Raises:
            TimeoutError: it found nothing in time.

        """
        found: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look_again(_event: Event | None = None) -> None:
            if found.done():
                return
            try:
                if result := look():
                    found.set_result(result)
            except Exception as error:  # noqa: BLE001  it belongs to whoever waits, not to whoever made the change
                found.set_exception(error)

        with self.listening(look_again):
            look_again()
            async with asyncio.timeout(timeout):
                return await found
