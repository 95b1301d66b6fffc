"""The door of the HTTP API: requests come in, are logged, troubled, limited, checked and answered in Discord's form."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aiohttp import BodyPartReader, web

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import Limits
from bot.sandbox.model import Json
from bot.sandbox.posting import Upload
from bot.sandbox.refusals import Problem, Refusal, ServerError, refuse_if_any

PREFIX: Final = "/api/v10"
REQUESTS_KEPT: Final = 10_000
MOST_BYTES: Final = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read."""

    method: str
    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: tuple[Upload, ...] = field(default=(), repr=False)

    def id(self, name: str) -> int:
        """A snowflake of the path.

        Raises:
            Refusal: it is none.

        """
        return snowflake(self.path[name], name)

    @property
    def form(self) -> Json:
        """The body, which must be an object.

        Raises:
            Refusal: it is something else.

        """
        if not isinstance(self.body, dict):
            raise Refusal(50109)
        return self.body


class Route(NamedTuple):
    method: str
    template: str
    answer: Callable[[Call], Any]
    #: Whether the token in the path is enough, as for interactions; these are outside the global limit, too.
    by_path_token: bool = False
    #: Whether anybody may ask, as for the gateway's address.
    is_public: bool = False


class Logged(NamedTuple):
    method: str
    route: str
    status: int


#: Looks at every accepted request: method, route template, body.
Inspector = Callable[[str, str, object], None]


def snowflake(value: Any, *path: str | int) -> int:
    """An id of a request.

    Raises:
        Refusal: it is none.

    """
    if not str(value).isdecimal() or len(str(value)) > 20:
        refuse_if_any([Problem(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')])
    return int(value)


def as_json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON with the bare content type: discord.py takes anything behind it for text."""
    if body is None:
        return web.Response(status=204, headers=headers)
    content = json.dumps(body).encode()
    return web.Response(body=content, status=status, content_type="application/json", headers=headers)


class Rest:
    """All routes of the API behind one door."""

    def __init__(
        self,
        routes: Sequence[Route],
        *,
        token: str,
        faults: Faults,
        limits: Limits | None,
        inspectors: Sequence[Inspector],
        answered: Callable[[], None],
    ) -> None:
        self._routes = routes
        self._token = token
        self._faults = faults
        self._limits = limits
        self._inspectors = inspectors
        self._answered = answered
        self.requests: deque[Logged] = deque(maxlen=REQUESTS_KEPT)

    def add_to(self, app: web.Application) -> None:
        for route in self._routes:
            app.router.add_route(route.method, _with_patterns(PREFIX + route.template), self._handler(route))
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._unknown)

    def _handler(self, route: Route) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            response = await self._answer(route, request)
            self.requests.append(Logged(route.method, route.template, response.status))
            self._answered()
            return response

        return handle

    async def _unknown(self, request: web.Request) -> web.Response:
        self.requests.append(Logged(request.method, request.path.removeprefix(PREFIX), 404))
        return as_json({"message": "404: Not Found", "code": 0}, 404)

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        try:
            call = await _read(route, request)
        except Refusal as refusal:
            return as_json(refusal.body, refusal.status)
        fault = self._faults.meet(route.method, route.template, call)
        if fault and not fault.after_work and (trouble := await _suffer(fault, request)):
            return trouble
        response = self._work(route, call, request.headers.get("Authorization"))
        if fault and fault.after_work and (trouble := await _suffer(fault, request)):
            return trouble
        return response

    def _work(self, route: Route, call: Call, authorization: str | None) -> web.Response:
        needs_token = not (route.by_path_token or route.is_public)
        if needs_token and authorization != f"Bot {self._token}":
            return as_json({"message": "401: Unauthorized", "code": 0}, 401)
        headers: Mapping[str, str] = {}
        if self._limits and not route.by_path_token:
            now = asyncio.get_running_loop().time()
            verdict = self._limits.judge(route.method, route.template, call.path.get("channel_id", ""), now)
            if verdict.retry_after is not None:
                return as_json(_slow_down(verdict.retry_after, everywhere=verdict.everywhere), 429, verdict.headers)
            headers = verdict.headers
        try:
            answer = route.answer(call)
        except Refusal as refusal:
            return as_json(refusal.body, refusal.status, headers)
        except ServerError:
            return as_json({"message": "500: Internal Server Error", "code": 0}, 500, headers)
        for inspect in self._inspectors:
            inspect(route.method, route.template, call.body)
        return as_json(answer, headers=headers)


def _with_patterns(template: str) -> str:
    """The template for aiohttp; a parameter ends at the next slash and is never `@original` or `@me`."""
    return re.sub(r"{(\w+)}", r"{\1:[^/@]+}", template)


async def _read(route: Route, request: web.Request) -> Call:
    body, uploads = await _body(request)
    return Call(route.method, route.template, request.match_info, request.query, body, uploads)


async def _body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type == "multipart/form-data":
        return await _multipart(request)
    if not request.can_read_body:
        return None, ()
    return _parsed(await request.read()), ()


async def _multipart(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body: Any = None
    uploads = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            body = _parsed(content)
        elif found := re.fullmatch(r"files\[(\d{1,2})\]", part.name or ""):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads.append(Upload(int(found[1]), part.filename or "unknown", kind, content))
    return body, tuple(uploads)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Refusal(50109) from None


async def _suffer(fault: Fault, request: web.Request) -> web.Response | None:
    """Let a request meet its fault: an answer that takes the place of the real one, or none."""
    fault.arrived.set()
    await fault.released.wait()
    if fault.drop:
        if request.transport:
            request.transport.abort()
        return web.Response(status=499)
    if fault.status is None:
        return None
    if fault.status == 429:
        return as_json(fault.body or _slow_down(0.05, everywhere=False), 429, {"Via": "1.1 google"})
    return as_json(fault.body or {"message": f"{fault.status}: trouble", "code": 0}, fault.status)


def _slow_down(retry_after: float, *, everywhere: bool) -> Json:
    return {"message": "You are being rate limited.", "retry_after": round(retry_after, 3), "global": everywhere}
