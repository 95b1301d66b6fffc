from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Channel, Guild
from bot.sandbox.people import Person
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot, Raw, logged_in
from tests.sandbox.openapi import OpenApi


@pytest.fixture
def world() -> World:
    return demo_world()


@pytest.fixture
def guild(world: World) -> Guild:
    return next(iter(world.guilds.values()))


@pytest.fixture
def recaps(guild: Guild) -> Channel:
    return guild.channel("recaps")


@pytest.fixture
def openapi() -> Iterator[OpenApi]:
    inspector = OpenApi()
    yield inspector
    assert inspector.problems == []


@pytest.fixture
async def server(world: World, openapi: OpenApi) -> AsyncIterator[EmbeddedDiscord]:
    """The server under a real bot; whatever that sends is held against Discord's description."""
    async with EmbeddedDiscord(world, inspectors=[openapi]) as running:
        yield running


@pytest.fixture
async def bare_server(world: World) -> AsyncIterator[EmbeddedDiscord]:
    """The server for requests that no library would send."""
    async with EmbeddedDiscord(world) as running:
        yield running


@pytest.fixture
async def live(server: EmbeddedDiscord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LiveBot]:
    async with logged_in(server, monkeypatch) as bot:
        yield bot


@pytest.fixture
async def raw(bare_server: EmbeddedDiscord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(session, bare_server)


@pytest.fixture
def admin(server: EmbeddedDiscord, world: World) -> Person:
    return server.person(world.people[0].id)


@pytest.fixture
def member(server: EmbeddedDiscord, world: World) -> Person:
    return server.person(world.people[1].id)
