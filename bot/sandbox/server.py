"""`EmbeddedDiscord`: the loopback server that puts the API, the gateway and the page on one port."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self, TypeVar

from aiohttp import web

from bot.sandbox.changes import Kind
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import InteractionRoutes
from bot.sandbox.limits import Limits
from bot.sandbox.page_routes import PageRoutes
from bot.sandbox.people import Person
from bot.sandbox.rest import MOST_BYTES, PREFIX, Inspector, Rest
from bot.sandbox.rest_guilds import CommandRoutes, GuildRoutes
from bot.sandbox.rest_messages import MessageRoutes
from bot.sandbox.rest_threads import ThreadRoutes
from bot.sandbox.world import World

T = TypeVar("T")

HOST: Final = "127.0.0.1"
#: The token that the embedded Discord's only bot logs in with.
TOKEN: Final = "embedded-discord-bot-token"  # noqa: S105  it opens nothing but this server
#: Names under which a browser may know this server; another name is a page elsewhere, reaching in through DNS.
OWN_NAMES: Final = frozenset({"127.0.0.1", "localhost"})


class EmbeddedDiscord:
    """Discord, small and on loopback; an async context manager.

    Attributes:
        base_url: where the page is, known once it listens.
        api_base: what a bot takes as the base of the HTTP API.
        requests: the last requests as (method, route, status).

    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        token: str = TOKEN,
        faults: Faults | None = None,
        limits: Limits | None = None,
        inspectors: Sequence[Inspector] = (),
        shards: int = 1,
    ) -> None:
        self.world = world
        self.token = token
        self.faults = faults or Faults()
        self.limits = limits
        self.base_url = ""
        self._port = port
        self._stack = AsyncExitStack()
        self._page = PageRoutes(world)
        self.gateway = Gateway(world, token, self._gateway_url)
        routes = [
            *GuildRoutes(world, self._gateway_url, shards).routes(),
            *CommandRoutes(world).routes(),
            *MessageRoutes(world).routes(),
            *ThreadRoutes(world).routes(),
            *InteractionRoutes(world).routes(),
        ]
        self._rest = Rest(
            routes,
            token=token,
            faults=self.faults,
            limits=limits,
            inspectors=inspectors,
            answered=lambda: world.tell(Kind.REQUEST),
        )
        self.requests = self._rest.requests

    @property
    def api_base(self) -> str:
        return self.base_url + PREFIX

    def _gateway_url(self) -> str:
        return self.base_url.replace("http", "ws", 1) + "/gateway"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, HOST, self._port).start()
            self.base_url = f"http://{HOST}:{runner.addresses[0][1]}"
            self.world.files_url = f"{self.base_url}/files"
            stack.enter_context(self.gateway.listening())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_only_by_own_name], client_max_size=MOST_BYTES)
        app.router.add_get("/gateway", self.gateway.connect)
        app.router.add_get("/gateway/", self.gateway.connect)
        self._rest.add_to(app)
        self._page.add_to(app)
        app.on_shutdown.append(self._shut_down)
        return app

    async def _shut_down(self, _app: web.Application) -> None:
        """Let everyone go who waits: held requests, streams of events, websockets."""
        self.faults.clear()
        self._page.close()
        await self.gateway.disconnect(1001)

    # -- for tests --------------------------------------------------------------------------------------------------

    async def bot_ready(self, timeout: float = 20) -> None:  # noqa: ASYNC109  the wait is its own reason
        """Wait until every shard of the bot has been told its guilds.

        Raises:
            TimeoutError: it did not come.

        """
        await self.world.until(lambda _world: self.gateway.complete, timeout)

    async def commands_registered(self, timeout: float = 20) -> None:  # noqa: ASYNC109  the wait is its own reason
        """Wait until the bot has registered its commands.

        Raises:
            TimeoutError: it did not.

        """
        await self.world.until(lambda world: world.registrations, timeout)

    async def until(self, predicate: Callable[[World], T | None], timeout: float = 10) -> T:  # noqa: ASYNC109  the wait is its own reason
        """What `predicate` finds in the world; it is asked again at every change.

        Raises:
            TimeoutError: it found nothing in time.

        """
        return await self.world.until(predicate, timeout)

    def person(self, user_id: int) -> Person:
        return Person(self.world, user_id)


@web.middleware
async def _only_by_own_name(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.url.host not in OWN_NAMES:
        return web.Response(status=421, text="This server answers to 127.0.0.1 and localhost only.")
    return await handler(request)
