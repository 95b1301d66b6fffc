"""One shard's session: which events are for it, in which form, and the line on which it hears them."""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from aiohttp import web

from bot.sandbox import wire
from bot.sandbox.changes import Event, Kind
from bot.sandbox.model import Guild, Json, Message
from bot.sandbox.world import World

FRAMES_KEPT: Final = 5_000


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SHARD = 4010


class Intent(IntEnum):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12


#: What a session hears only if it asked for it.
NEEDED: Final = {
    Kind.MESSAGE_CREATE: Intent.GUILD_MESSAGES,
    Kind.MESSAGE_UPDATE: Intent.GUILD_MESSAGES,
    Kind.MESSAGE_DELETE: Intent.GUILD_MESSAGES,
    Kind.INTERACTION_CREATE: None,
    Kind.MEMBER_UPDATE: None,
}
UNTOLD: Final = frozenset({Kind.INTERACTION_UPDATE, Kind.COMMANDS, Kind.BOT, Kind.REQUEST})


@dataclass(slots=True, eq=False)
class Session:
    """What one shard of the bot hears; it outlives its connection, so that it can be resumed."""

    intents: int
    shard: int
    shards: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=FRAMES_KEPT), repr=False)
    #: The guilds it was told about, so that a guild's return can be told from a new one.
    guilds: set[int] = field(default_factory=set)
    line: "Line | None" = None

    def covers(self, guild_id: int | None) -> bool:
        """Whether a guild is this shard's; direct messages are the first one's."""
        return (0 if guild_id is None else (guild_id >> 22) % self.shards) == self.shard

    def dispatch(self, name: str, data: Json) -> None:
        self.sequence += 1
        frame = {"op": Op.DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.sent.append((self.sequence, frame))
        if self.line:
            self.line.put(frame)

    def remembers(self, heard: int) -> bool:
        """Whether all that was sent after `heard` is still there to be sent again."""
        return not self.sent or heard >= self.sent[0][0] - 1

    def replay(self, heard: int) -> None:
        for sequence, frame in self.sent:
            if self.line and sequence > heard:
                self.line.put(frame)

    def hears(self, world: World, event: Event) -> bool:
        """Whether an event is for this session: its shard, its intents, its guilds."""
        if event.kind in UNTOLD or not self.covers(event.guild_id):
            return False
        if isinstance(event.subject, Message) and event.subject.ephemeral_for is not None:
            return False
        needed = NEEDED.get(event.kind, Intent.GUILDS)
        if event.guild_id is None and needed is Intent.GUILD_MESSAGES:
            needed = Intent.DIRECT_MESSAGES
        if needed is not None and not self.intents & needed:
            return False
        if event.kind is Kind.MEMBER_UPDATE:
            return bool(event.subject.user_id == world.bot.id or self.intents & Intent.GUILD_MEMBERS)
        if event.kind is Kind.GUILD_CREATE:
            return world.bot.id in event.subject.members
        return event.guild_id is None or event.guild_id in self.guilds

    def tell(self, world: World, event: Event) -> None:
        self.dispatch(event.kind, self._payload(world, event))
        if event.kind is Kind.GUILD_CREATE:
            self.guilds.add(event.subject.id)
        elif event.kind is Kind.GUILD_DELETE and not event.subject.unavailable:
            self.guilds.discard(event.subject.id)

    def _payload(self, world: World, event: Event) -> Json:
        it: Any = event.subject
        guild_id = str(event.guild_id)
        match event.kind:
            case Kind.GUILD_CREATE:
                return self._arrived(world, it)
            case Kind.GUILD_DELETE:
                return {"id": str(it.id)} | ({"unavailable": True} if it.unavailable else {})
            case Kind.ROLE_CREATE | Kind.ROLE_UPDATE:
                return {"guild_id": guild_id, "role": wire.role(it)}
            case Kind.ROLE_DELETE:
                return {"guild_id": guild_id, "role_id": str(it.id)}
            case Kind.MEMBER_UPDATE:
                return wire.member(world, it) | {"guild_id": guild_id}
            case Kind.MESSAGE_CREATE | Kind.MESSAGE_UPDATE:
                return wire.message_as_seen_by_bot(world, it) | ({"guild_id": guild_id} if event.guild_id else {})
            case Kind.MESSAGE_DELETE:
                return {"id": str(it.id), "channel_id": str(it.channel_id), "guild_id": guild_id}
            case Kind.INTERACTION_CREATE:
                return wire.interaction(world, it)
            case _:
                return wire.channel(world, it)

    def _arrived(self, world: World, guild: Guild) -> Json:
        """A guild that is back says `unavailable: false`; one that is new says nothing about it."""
        body = wire.guild_create(world, guild)
        if guild.id not in self.guilds:
            del body["unavailable"]
        return body


class Line:
    """One websocket; what is put on it is sent in order by one task."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.session: Session | None = None
        self._frames: asyncio.Queue[Json] = asyncio.Queue()

    def put(self, frame: Json) -> None:
        self._frames.put_nowait(frame)

    async def send_all(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self.socket.send_str(json.dumps(await self._frames.get()))
