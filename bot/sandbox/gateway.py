"""The gateway: sessions over websockets, which identify or resume, beat, and hear what happens in their guilds."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiohttp import WSMsgType, web

from bot.sandbox import wire
from bot.sandbox.changes import Event, Kind
from bot.sandbox.model import Guild, Json
from bot.sandbox.session import Close, Line, Op, Session
from bot.sandbox.world import World

HEARTBEAT_MS: Final = 41_250
SESSIONS_KEPT: Final = 20


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
        await asyncio.gather(*[line.socket.close(code=code) for line in self._lines])

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
        if not session or not isinstance(heard, int) or not session.remembers(heard):
            line.put({"op": Op.INVALID_SESSION, "d": False})
            return None
        self.resumed += 1
        self._attach(session, line)
        session.replay(heard)
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
        for session in tuple(self._sessions.values()):
            if session.hears(self.world, event):
                session.tell(self.world, event)
