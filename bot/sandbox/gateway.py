"""The gateway: sessions over websockets, which identify or resume, beat, and hear what happens in their guilds."""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from aiohttp import WSMsgType, web

from bot.sandbox import wire
from bot.sandbox.model import Guild, Json, Message
from bot.sandbox.world import Event, Kind, World

HEARTBEAT_MS: Final = 41_250
FRAMES_KEPT: Final = 5_000
SESSIONS_KEPT: Final = 20


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


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World, token: str, url: Callable[[], str]) -> None:
        self.world = world
        self._token = token
        self.url = url
        self._sessions: dict[str, Session] = {}
        self._lines: set[Line] = set()
        #: How often sessions were begun and resumed, for tests.
        self.identified = 0
        self.resumed = 0

    @property
    def connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.line]

    @property
    def complete(self) -> bool:
        """Whether every shard is connected."""
        shards = {session.shard for session in self.connected}
        return bool(shards) and len(shards) == max(session.shards for session in self.connected)

    @contextmanager
    def listening(self) -> Iterator[None]:
        with self.world.listening(self._heard):
            yield

    # -- scenes for tests -------------------------------------------------------------------------------------------

    async def disconnect(self, code: int = 4000) -> None:
        """Close all connections; sessions stay, so that the bot may resume."""
        for line in tuple(self._lines):
            await line.socket.close(code=code)

    def ask_to_reconnect(self) -> None:
        for line in self._lines:
            line.put({"op": Op.RECONNECT, "d": None})

    def invalidate(self) -> None:
        """Forget all sessions, so that the bot has to identify anew."""
        for session in tuple(self._sessions.values()):
            del self._sessions[session.id]
            if session.line:
                session.line.put({"op": Op.INVALID_SESSION, "d": False})

    # -- one connection ---------------------------------------------------------------------------------------------

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=64 * 1024, timeout=1)
        await socket.prepare(request)
        line = Line(socket)
        self._lines.add(line)
        sender = asyncio.create_task(line.send_all(), name="gateway sender")
        line.put({"op": Op.HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            await self._listen(line)
        finally:
            self._lines.discard(line)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            self._detach(line)
        return socket

    async def _listen(self, line: Line) -> None:
        async for received in line.socket:
            if received.type is not WSMsgType.TEXT:
                continue
            if (code := self._receive(line, received.data)) is not None:
                await line.socket.close(code=code)

    def _receive(self, line: Line, text: str) -> Close | None:
        """Do what a frame asks for; the code to close with if it may not be."""
        try:
            frame = json.loads(text)
            wanted, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError, RecursionError):
            return Close.DECODE_ERROR
        return self._obey(line, wanted, data) if wanted in tuple(Op) else Close.UNKNOWN_OPCODE

    def _obey(self, line: Line, op: int, data: Any) -> Close | None:
        if op == Op.HEARTBEAT:
            line.put({"op": Op.HEARTBEAT_ACK, "d": None})
            return None
        if op in {Op.IDENTIFY, Op.RESUME}:
            return self._open(line, op, data if isinstance(data, dict) else {})
        if op not in {Op.PRESENCE, Op.VOICE, Op.MEMBERS}:
            return Close.UNKNOWN_OPCODE
        return None if line.session else Close.NOT_AUTHENTICATED

    def _open(self, line: Line, op: int, data: Json) -> Close | None:
        if line.session:
            return Close.ALREADY_AUTHENTICATED
        if str(data.get("token")).removeprefix("Bot ") != self._token:
            return Close.AUTHENTICATION_FAILED
        return self._identify(line, data) if op == Op.IDENTIFY else self._resume(line, data)

    def _identify(self, line: Line, data: Json) -> Close | None:
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            return Close.INVALID_SHARD
        session = Session(int(data.get("intents", 0)), shard, shards)
        self._sessions[session.id] = session
        self.identified += 1
        self._forget_old()
        self._attach(session, line)
        self._greet(session)
        self._tell_presence()
        return None

    def _greet(self, session: Session) -> None:
        guilds = [guild for guild in self.world.bot_guilds if session.covers(guild.id)]
        session.guilds = {guild.id for guild in guilds}
        session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds:
            if not guild.unavailable:
                session.dispatch(Kind.GUILD_CREATE, wire.guild_create(self.world, guild))

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        return {
            "v": 10,
            "user": wire.user(self.world.bot),
            "guilds": [wire.unavailable_guild(guild) for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url(),
            "shard": [session.shard, session.shards],
            "application": {"id": str(self.world.application_id), "flags": 0},
        }

    def _resume(self, line: Line, data: Json) -> Close | None:
        session = self._sessions.get(str(data.get("session_id")))
        heard = data.get("seq")
        if not session or not isinstance(heard, int):
            line.put({"op": Op.INVALID_SESSION, "d": False})
            return None
        self.resumed += 1
        self._attach(session, line)
        for sequence, frame in session.sent:
            if sequence > heard:
                line.put(frame)
        session.dispatch("RESUMED", {})
        self._tell_presence()
        return None

    def _attach(self, session: Session, line: Line) -> None:
        if session.line:
            session.line.session = None
        session.line, line.session = line, session

    def _detach(self, line: Line) -> None:
        if line.session:
            line.session.line = None
            self._tell_presence()

    def _forget_old(self) -> None:
        resting = [session for session in self._sessions.values() if not session.line]
        for session in resting[: max(0, len(self._sessions) - SESSIONS_KEPT)]:
            del self._sessions[session.id]

    def _tell_presence(self) -> None:
        self.world.set_bot_online(bool(self.connected))

    # -- what happens -----------------------------------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        if event.kind in UNTOLD:
            return
        for session in tuple(self._sessions.values()):
            if session.covers(event.guild_id) and self._concerns(session, event):
                self._tell(session, event)

    def _concerns(self, session: Session, event: Event) -> bool:
        if isinstance(event.subject, Message) and event.subject.ephemeral_for is not None:
            return False
        needed = NEEDED.get(event.kind, Intent.GUILDS)
        if event.guild_id is None and needed is Intent.GUILD_MESSAGES:
            needed = Intent.DIRECT_MESSAGES
        if needed is not None and not session.intents & needed:
            return False
        if event.kind is Kind.MEMBER_UPDATE:
            return bool(event.subject.user_id == self.world.bot.id or session.intents & Intent.GUILD_MEMBERS)
        if event.kind is Kind.GUILD_CREATE:
            return self.world.bot.id in event.subject.members
        return event.guild_id is None or event.guild_id in session.guilds

    def _tell(self, session: Session, event: Event) -> None:
        session.dispatch(event.kind, self._payload(session, event))
        if event.kind is Kind.GUILD_CREATE:
            session.guilds.add(event.subject.id)
        elif event.kind is Kind.GUILD_DELETE and not event.subject.unavailable:
            session.guilds.discard(event.subject.id)

    def _payload(self, session: Session, event: Event) -> Json:
        it: Any = event.subject
        guild_id = str(event.guild_id)
        match event.kind:
            case Kind.GUILD_CREATE:
                return self._arrived(session, it)
            case Kind.GUILD_DELETE:
                return {"id": str(it.id)} | ({"unavailable": True} if it.unavailable else {})
            case Kind.GUILD_UPDATE:
                return wire.guild(it)
            case Kind.ROLE_CREATE | Kind.ROLE_UPDATE:
                return {"guild_id": guild_id, "role": wire.role(it)}
            case Kind.ROLE_DELETE:
                return {"guild_id": guild_id, "role_id": str(it.id)}
            case Kind.MEMBER_UPDATE:
                return wire.member(self.world, it) | {"guild_id": guild_id}
            case Kind.MESSAGE_CREATE | Kind.MESSAGE_UPDATE:
                return wire.message_as_seen_by_bot(self.world, it) | ({"guild_id": guild_id} if event.guild_id else {})
            case Kind.MESSAGE_DELETE:
                return {"id": str(it.id), "channel_id": str(it.channel_id), "guild_id": guild_id}
            case Kind.INTERACTION_CREATE:
                return wire.interaction(self.world, it)
            case _:
                return wire.channel(self.world, it)

    def _arrived(self, session: Session, guild: Guild) -> Json:
        """A guild that is back says `unavailable: false`; one that is new says nothing about it."""
        body = wire.guild_create(self.world, guild)
        if guild.id not in session.guilds:
            del body["unavailable"]
        return body
