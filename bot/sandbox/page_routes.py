"""What the page asks: the state of the world, messages, what happens, and what its people do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from bot.sandbox import interactions, page_view
from bot.sandbox.changes import Event, Kind
from bot.sandbox.model import CallbackType, Channel, Interaction, InteractionType, Json, Message
from bot.sandbox.people import NoResponseError, Person
from bot.sandbox.refusals import Refusal
from bot.sandbox.rest import as_json, snowflake
from bot.sandbox.usage import ClientRefusal, Usage
from bot.sandbox.world import World

PAGE: Final = Path(__file__).parent / "page"
MODULE_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}

#: How long a client waits for the bot, in seconds.
PATIENCE: Final = interactions.PATIENCE.total_seconds()
#: After this much silence a comment keeps the stream of events open.
KEEP_ALIVE: Final = 15.0
EVENTS_WAITING: Final = 1_000

#: The names that the page knows; anything else that changes means "fetch the state anew".
EVENTS: Final = {
    Kind.MESSAGE_CREATE: "message_create",
    Kind.MESSAGE_UPDATE: "message_update",
    Kind.MESSAGE_DELETE: "message_delete",
    Kind.CHANNEL_CREATE: "channel_create",
    Kind.CHANNEL_UPDATE: "channel_update",
    Kind.CHANNEL_DELETE: "channel_delete",
    Kind.THREAD_CREATE: "thread_create",
    Kind.COMMANDS: "commands",
    Kind.BOT: "bot",
}
UNTOLD: Final = frozenset({Kind.INTERACTION_CREATE, Kind.INTERACTION_UPDATE, Kind.REQUEST})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageRoutes:
    def __init__(self, world: World) -> None:
        self.world = world
        self._streams: set[asyncio.Queue[str | None]] = set()

    def add_to(self, app: web.Application) -> None:
        for method, path, handler in (
            ("GET", "/", self.page),
            ("GET", "/page/{file}", self.page),
            ("GET", "/files/{channel_id}/{file_id}/{name}", self.file),
            ("GET", "/people/state", self.state),
            ("GET", "/people/channels/{channel_id}/messages", self.messages),
            ("GET", "/people/events", self.events),
            ("POST", "/people/commands", self.command),
            ("POST", "/people/autocomplete", self.autocomplete),
            ("POST", "/people/components", self.component),
            ("POST", "/people/modals", self.modal),
        ):
            app.router.add_route(method, path, _speaking(handler))

    def close(self) -> None:
        """End all streams of events."""
        for stream in self._streams:
            _offer(stream, None)

    # -- files ------------------------------------------------------------------------------------------------------

    async def page(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info.get("file", "index.html")
        if path.parent != PAGE or not path.is_file():
            return as_json({"error": "There is no such file."}, 404)
        kind = MODULE_TYPES.get(path.suffix, "application/octet-stream")
        return web.Response(text=path.read_text("utf-8"), content_type=kind, headers={"Cache-Control": "no-cache"})

    async def file(self, request: web.Request) -> web.StreamResponse:
        content = self.world.files.get(snowflake(request.match_info["file_id"], "file_id"))
        if content is None:
            return as_json({"error": "This file is gone."}, 404)
        # An upload may be anything: only pictures are shown, and nothing is run.
        kind = _picture_type(request.match_info["name"])
        return web.Response(body=content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    # -- reading ----------------------------------------------------------------------------------------------------

    async def state(self, _request: web.Request) -> web.StreamResponse:
        return as_json(page_view.state(self.world))

    async def messages(self, request: web.Request) -> web.StreamResponse:
        usage = self._usage(request.query.get("user"), request.match_info["channel_id"])
        if usage.channel.is_forum:
            return as_json({"threads": page_view.posts(self.world, usage.channel)})
        limit = max(1, min(100, snowflake(request.query.get("limit", "50"), "limit")))
        before = snowflake(request.query.get("before", str(2**63)), "before")
        seen = [it for it in usage.channel.messages.values() if it.id < before and _for_user(it, usage.user_id)]
        return as_json({"messages": [page_view.message(self.world, it) for it in seen[-limit:]]})

    # -- what happens -----------------------------------------------------------------------------------------------

    async def events(self, request: web.Request) -> web.StreamResponse:
        user_id = snowflake(request.query.get("user"), "user")
        stream: asyncio.Queue[str | None] = asyncio.Queue(EVENTS_WAITING)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        self._streams.add(stream)
        try:
            with self.world.listening(lambda event: self._offer_event(stream, user_id, event)):
                await response.prepare(request)
                # A page that is closed goes without a word.
                with suppress(ConnectionError):
                    await _pour(stream, response)
        finally:
            self._streams.discard(stream)
        return response

    def _offer_event(self, stream: asyncio.Queue[str | None], user_id: int, event: Event) -> None:
        if event.kind not in UNTOLD and self._may_hear(user_id, event.subject):
            name = EVENTS.get(event.kind, "state")
            data = json.dumps(page_view.event_data(self.world, event))
            _offer(stream, f"event: {name}\ndata: {data}\n\n")

    def _may_hear(self, user_id: int, subject: Any) -> bool:
        if isinstance(subject, Message):
            channel = self.world.channels.get(subject.channel_id)
            return channel is not None and self.world.can_see(user_id, channel) and _for_user(subject, user_id)
        return not isinstance(subject, Channel) or self.world.can_see(user_id, subject)

    # -- doing ------------------------------------------------------------------------------------------------------

    async def command(self, request: web.Request) -> web.StreamResponse:
        body = await _form(request)
        usage = self._usage_in(body)
        data = usage.command(usage.command_with(str(body.get("command_id"))), body.get("options") or [])
        return await self._acknowledged(usage, InteractionType.COMMAND, data)

    async def autocomplete(self, request: web.Request) -> web.StreamResponse:
        body = await _form(request)
        usage = self._usage_in(body)
        command = usage.command_with(str(body.get("command_id")))
        data = usage.command(command, body.get("options") or [], typing=True)
        interaction = interactions.opened(
            self.world, InteractionType.AUTOCOMPLETE, usage.user_id, usage.channel.id, data
        )
        choices = await self._person(usage).choices(interaction)
        return as_json({"choices": [{"name": choice.name, "value": choice.value} for choice in choices]})

    async def component(self, request: web.Request) -> web.StreamResponse:
        body = await _form(request)
        usage = self._usage_in(body)
        message = usage.message(snowflake(body.get("message_id"), "message_id"))
        values = [str(value) for value in body.get("values") or ()]
        data = usage.component(message, str(body.get("custom_id")), values)
        return await self._acknowledged(usage, InteractionType.COMPONENT, data, message_id=message.id)

    async def modal(self, request: web.Request) -> web.StreamResponse:
        body = await _form(request)
        usage = self._usage_in(body)
        opener = self.world.interactions.get(snowflake(body.get("modal_id"), "modal_id"))
        if not opener or opener.modal is None or opener.user_id != usage.user_id:
            raise ClientRefusal("This form is gone.")
        data = usage.modal(opener.modal, _filled(body.get("components")))
        return await self._acknowledged(usage, InteractionType.MODAL, data, message_id=opener.message_id)

    async def _acknowledged(
        self, usage: Usage, kind: InteractionType, data: Json, *, message_id: int | None = None
    ) -> web.Response:
        interaction = interactions.opened(
            self.world, kind, usage.user_id, usage.channel.id, data, message_id=message_id
        )
        answer = await self._person(usage).acknowledged(interaction)
        return as_json(self._receipt(interaction, answer))

    def _receipt(self, interaction: Interaction, answer: CallbackType) -> Json:
        body: Json = {"status": "acknowledged", "type": int(answer), "interaction_id": str(interaction.id)}
        kept = self.world.channels[interaction.channel_id].messages
        if message := kept.get(interaction.original_id or 0):
            body["message"] = page_view.message(self.world, message)
        if interaction.modal is not None:
            body["modal"] = interaction.modal | {"modal_id": str(interaction.id)}
        return body

    def _person(self, usage: Usage) -> Person:
        return Person(self.world, usage.user_id, patience=PATIENCE)

    def _usage_in(self, body: Json) -> Usage:
        return self._usage(body.get("user"), body.get("channel_id"))

    def _usage(self, user: Any, channel: Any) -> Usage:
        """A person in a channel; without a channel, in their direct messages with the bot."""
        user_id = snowflake(user, "user")
        if channel is None and user_id in self.world.users:
            return Usage(self.world, user_id, self.world.open_dm(self.world.users[user_id]).id)
        return Usage(self.world, user_id, snowflake(channel, "channel_id"))


def _speaking(handler: Handler) -> Handler:
    """Answer what goes wrong with a sentence."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ClientRefusal, Refusal) as refusal:
            return as_json({"error": str(refusal)}, 400)
        except NoResponseError as failure:
            return as_json({"status": "failed", "error": str(failure)}, 504)

    return handle


async def _form(request: web.Request) -> Json:
    # Only this content type: another site's page cannot send it here without asking first.
    if request.content_type != "application/json":
        raise ClientRefusal("The body must be JSON.")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ClientRefusal("The body must be a JSON object.")
    return body


def _filled(components: Any) -> Json:
    """What was filled in, by custom id."""
    filled: Json = {}
    for part in components if isinstance(components, list) else []:
        for field in [part.get("component"), *(part.get("components") or ())]:
            if isinstance(field, dict):
                filled[str(field.get("custom_id"))] = field["values"] if "values" in field else field.get("value")
    return filled


def _for_user(message: Message, user_id: int) -> bool:
    return message.ephemeral_for in {None, user_id}


async def _pour(stream: asyncio.Queue[str | None], response: web.StreamResponse) -> None:
    await response.write(b": hello\n\n")
    while True:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                told = await stream.get()
        except TimeoutError:
            told = ": still here\n\n"
        if told is None:
            return
        await response.write(told.encode())


def _offer(stream: asyncio.Queue[str | None], told: str | None) -> None:
    """Put something on a stream; one whose reader has fallen far behind is ended, and the page begins anew."""
    if stream.full() or told is None:
        while not stream.empty():
            stream.get_nowait()
        told = None
    stream.put_nowait(told)


def _picture_type(name: str) -> str:
    kinds = {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".webp": "image/webp",
    }
    return kinds.get(Path(name).suffix.lower(), "application/octet-stream")
