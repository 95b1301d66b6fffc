"""What everybody could see: every state that every message of the bot was ever in, and what of it was in the open."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.changes import Event, Kind
from bot.sandbox.model import ComponentType, Message, Thread, parts
from bot.sandbox.world import World

_BARRED: Final = re.compile(r"\|\|.*?\|\|", re.DOTALL)


class Witness:
    """Listens to a world, and remembers the messages that it told of as they were then."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._states: dict[int, list[Message]] = {}
        self._asked_for: set[int] = set()

    def __call__(self, event: Event) -> None:
        if event.kind in {Kind.MESSAGE_CREATE, Kind.MESSAGE_UPDATE} and event.subject.author_id == self._world.bot.id:
            self._states.setdefault(event.subject.id, []).append(copy.deepcopy(event.subject))

    def states(self, message: Message) -> list[Message]:
        """What a message was born as, and what it became."""
        return self._states[message.id]

    def asked_for(self, *messages: Message) -> None:
        """Somebody chose to see what these say."""
        self._asked_for |= {message.id for message in messages}

    def in_the_open(self) -> str:
        """All that anybody ever saw without asking: of messages, threads, suggestions and private answers."""
        messages = (text for state in self._unasked() for text in shown(state))
        threads = (it.name for it in self._world.channels.values() if isinstance(it, Thread))
        choices = (json.dumps(it.choices) for it in self._world.interactions.values())
        return "\n".join([*messages, *threads, *choices])

    def _unasked(self) -> Iterator[Message]:
        for id_, states in self._states.items():
            if id_ not in self._asked_for:
                yield from states


def shown(message: Message) -> list[str]:
    """What a reader of a message sees before choosing to see more."""
    return [text for text in (_BARRED.sub("", text) for text in _texts(message)) if text]


def barred(message: Message) -> list[str]:
    """The texts of a message that are nothing but one spoiler."""
    return [text for text in _texts(message) if text.count("||") == 2 and _BARRED.fullmatch(text)]


def pictures(message: Message) -> list[dict[str, Any]]:
    """The entries of a message's galleries."""
    galleries = (part for part in parts(message.components) if part["type"] == ComponentType.MEDIA_GALLERY)
    return [item for gallery in galleries for item in gallery["items"]]


def _texts(message: Message) -> Iterator[str]:
    yield message.content
    yield from (json.dumps(part, ensure_ascii=False) for part in (*message.embeds, *message.attachments))
    for part in parts(message.components):
        yield from (str(part[key]) for key in ("content", "label", "placeholder") if part.get(key))
        yield from (f"{option['label']} {option.get('description')}" for option in part.get("options") or ())
    yield from (item["media"]["url"] for item in pictures(message) if not item.get("spoiler"))
