"""A site on loopback that answers as it is told, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Site:
    def __init__(self) -> None:
        self.address = ""
        #: The headers of each request, by path.
        self.asked: list[tuple[str, CIMultiDictProxy[str]]] = []
        self._answers: dict[str, Handler] = {}

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def serves(
        self, path: str, body: bytes | str = b"", *, status: int = 200, headers: dict[str, str] | None = None
    ) -> str:
        """From now on `path` answers so."""
        plain = body.encode() if isinstance(body, str) else body

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            return web.Response(body=plain, status=status, headers=CIMultiDict(headers or {}))

        return self.handles(path, answer)

    def redirects(self, path: str, location: str, *, status: int = 302) -> str:
        return self.serves(path, status=status, headers={"Location": location})

    def handles(self, path: str, handler: Handler) -> str:
        self._answers[path] = handler
        return self.url(path)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append((request.path_qs, request.headers))
        handler = self._answers.get(request.path_qs)
        return await handler(request) if handler else web.Response(status=404)


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    site = Site()
    runner = web.ServerRunner(web.Server(site.answer, handler_cancellation=True), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    site.address = f"http://{host}:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_raw(*parts: bytes, hang: bool = False) -> AsyncIterator[str]:
    """The address of a server that sends these bytes, whatever it is asked, and then closes or falls silent."""
    done = asyncio.Event()

    async def answer(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        await incoming.readuntil(b"\r\n\r\n")
        outgoing.writelines(parts)
        if hang:
            await done.wait()
        outgoing.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}/"
    finally:
        done.set()
        server.close()
        await server.wait_closed()


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the proxies that stand in the environment of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
