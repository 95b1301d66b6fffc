"""Somebody who runs commands and presses everything, and a record of all that the bot showed."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.model import Channel, ComponentType, Guild, Message, parts
from bot.sandbox.people import Modal, Person

#: What a body of a request shows.
SHOWN: Final = {"content", "label", "placeholder", "description", "title", "name"}
ENDS: Final = re.compile("remove|end|clear|all")


class Seen:
    """What the bot has sent to its Discord."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.commands: list[Any] = []

    def __call__(self, _method: str, route: str, body: object) -> None:
        if route.endswith("/commands"):
            self.commands.append(body)
        else:
            self.texts += shown(body)


def shown(body: object) -> Iterator[str]:
    if isinstance(body, list):
        for each in body:
            yield from shown(each)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key in SHOWN and isinstance(value, str):
                yield value
            else:
                yield from shown(value)


class Curious:
    """Somebody who runs commands, and presses everything that they offer."""

    def __init__(self, person: Person, guild: Guild) -> None:
        self.person = person
        self.guild = guild
        self.pressed: set[str] = set()

    async def explore(self, channel: Channel, command: str, /, **options: Any) -> None:
        """Run a command again and again, until everything below its answers has been pressed."""
        presses: Counter[str] = Counter()
        while await self._press_all((await self.person.run(channel, command, **options)).messages, presses):
            pass

    async def look_at(self, message: Message) -> None:
        """Press everything below a message, and below what comes of that."""
        await self._press_all([message], Counter())

    async def _press_all(self, messages: list[Message], presses: Counter[str]) -> bool:
        """Whether anything was there to be pressed. Each is pressed twice, for what lies behind another one."""
        pressed = False
        while (found := _least_pressed(messages, presses)) is not None:
            pressed = True
            message, part = found
            presses[_kind(part)] += 1
            reply = await self.person.choose(message, part["custom_id"], *self._choice(part))
            if reply.modal is not None:
                await self._fill_in(reply.modal)
            messages = [*reply.messages, message, *messages]
        self.pressed |= presses.keys()
        return pressed

    def _choice(self, part: Any) -> list[Any]:
        match part["type"]:
            case ComponentType.STRING_SELECT:
                return [part["options"][-1]["value"]]
            case ComponentType.CHANNEL_SELECT:
                return [self.guild.channel("general")]
            case ComponentType.ROLE_SELECT:
                return [self.guild.role("Member")]
            case _:
                return []

    async def _fill_in(self, modal: Modal) -> None:
        [field] = modal.fields.values()
        await self.person.submit(modal, **{field: "Mars"})


def _least_pressed(messages: list[Message], presses: Counter[str]) -> tuple[Message, Any] | None:
    offered = [(message, part) for message in messages for part in parts(message.components) if part.get("custom_id")]
    wanted = [each for each in offered if presses[_kind(each[1])] < 2]
    # What ends something comes last.
    return min(wanted, key=lambda each: (presses[_kind(each[1])], bool(ENDS.search(_kind(each[1])))), default=None)


def _kind(part: Any) -> str:
    return re.sub(r"\d+", "#", part["custom_id"])
