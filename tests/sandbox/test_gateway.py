"""What the gateway does that no library would provoke."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.model import Channel, Guild
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import Raw

GUILDS = 1
MESSAGES = 1 << 9


class Shard:
    """A gateway connection without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token

    async def identify(self, intents: int = GUILDS, **more: Any) -> Any:
        await self.socket.send_json({"op": 2, "d": {"token": self.token, "intents": intents, **more}})
        return (await self.frame())["d"]

    async def frame(self) -> Any:
        return await self.socket.receive_json(timeout=5)

    async def event(self, name: str) -> Any:
        while (frame := await self.frame())["t"] != name:
            pass
        return frame["d"]

    async def close_code(self) -> int | None:
        await self.socket.receive(timeout=5)
        return self.socket.close_code


@pytest.fixture
async def shard(raw: Raw, bare_server: EmbeddedDiscord) -> Any:
    async with raw.session.ws_connect(bare_server.gateway.url()) as socket:
        connected = Shard(socket, bare_server.token)
        assert (await connected.frame())["op"] == 10
        yield connected


async def test_heartbeats_are_answered(shard: Shard) -> None:
    await shard.socket.send_json({"op": 1, "d": None})

    assert (await shard.frame())["op"] == 11


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "right", "intents": 1, "shard": [2, 2]}}, 4010),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 5, "d": {}}, 4001),
        ({"op": 99}, 4001),
        ({"op": [1]}, 4001),
        ({}, 4002),
        ([], 4002),
    ],
)
async def test_a_bad_frame_ends_the_connection(shard: Shard, frame: Any, code: int) -> None:
    if isinstance(frame, dict) and frame.get("d", {}).get("token") == "right":
        frame["d"]["token"] = shard.token
    await shard.socket.send_json(frame)

    assert await shard.close_code() == code


async def test_identifying_twice_ends_the_connection(shard: Shard) -> None:
    await shard.identify()
    for _ in range(2):
        await shard.frame()

    await shard.socket.send_json({"op": 2, "d": {"token": shard.token, "intents": 1}})

    assert await shard.close_code() == 4005


async def test_a_session_that_is_not_known_cannot_be_resumed(shard: Shard) -> None:
    await shard.socket.send_json({"op": 6, "d": {"token": shard.token, "session_id": "x", "seq": 1}})

    assert await shard.frame() == {"op": 9, "d": False}


async def test_an_invalidated_session_is_told(shard: Shard, bare_server: EmbeddedDiscord) -> None:
    ready = await shard.identify()
    for _ in range(2):
        await shard.frame()

    bare_server.gateway.invalidate()

    assert await shard.frame() == {"op": 9, "d": False}
    await shard.socket.send_json({"op": 6, "d": {"token": shard.token, "session_id": ready["session_id"], "seq": 1}})
    assert await shard.close_code() == 4005


async def test_messages_are_told_to_those_with_the_intent(shard: Shard, world: World, recaps: Channel) -> None:
    await shard.identify(GUILDS | MESSAGES)

    said = world.say(world.people[0], recaps, "secret")
    world.delete_message(said)

    told = await shard.event("MESSAGE_CREATE")
    assert (told["id"], told["content"]) == (str(said.id), "")
    assert (await shard.event("MESSAGE_DELETE"))["id"] == str(said.id)


async def test_messages_are_not_told_without_the_intent(
    shard: Shard, world: World, recaps: Channel, guild: Guild
) -> None:
    await shard.identify(GUILDS)
    for _ in range(2):
        await shard.frame()

    world.say(world.people[0], recaps, "hello")
    world.add_channel(guild, "after")

    assert (await shard.frame())["t"] == "CHANNEL_CREATE"


async def test_a_shard_hears_of_its_own_guilds_only(shard: Shard, world: World) -> None:
    ready = await shard.identify(shard=[1, 2])

    assert [int(guild["id"]) for guild in ready["guilds"]] == [it for it in world.guilds if (it >> 22) % 2 == 1]


async def test_a_guild_in_an_outage_is_announced_when_it_is_back(shard: Shard, world: World, guild: Guild) -> None:
    world.set_available(guild, available=False)
    ready = await shard.identify()
    assert {"id": str(guild.id), "unavailable": True} in ready["guilds"]
    assert (await shard.frame())["d"]["id"] != str(guild.id)

    world.set_available(guild, available=True)

    back = (await shard.frame())["d"]
    assert (back["id"], back["unavailable"]) == (str(guild.id), False)
