"""Faults that tests ask for, and rate limits: what a bot meets when Discord has a bad day."""

import asyncio
import time

import aiohttp
import discord
import pytest

from bot.sandbox.demo_world import world_of_channels
from bot.sandbox.faults import Faults
from bot.sandbox.limits import NEW_MESSAGE, Limits
from bot.sandbox.model import Channel
from bot.sandbox.server import EmbeddedDiscord
from tests.sandbox.livebot import LiveBot, Raw, logged_in

SEND = NEW_MESSAGE
HELLO = {"content": "hello", "nonce": "n1", "enforce_nonce": True}


def send(recaps: Channel) -> tuple[str, str]:
    return "POST", f"/channels/{recaps.id}/messages"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_a_request_fails_before_its_work_is_done(
    raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel, status: int
) -> None:
    bare_server.faults.fail(*SEND, status)

    assert (await raw(*send(recaps), HELLO))[0] == status
    assert recaps.messages == {}
    assert (await raw(*send(recaps), HELLO))[0] == 200


async def test_a_request_fails_after_its_work_is_done(raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel) -> None:
    bare_server.faults.fail(*SEND, 502, after_work=True)

    assert (await raw(*send(recaps), HELLO))[0] == 502
    assert len(recaps.messages) == 1


@pytest.mark.parametrize("after_work", [False, True])
async def test_a_connection_is_dropped_and_the_nonce_makes_it_safe(
    raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel, *, after_work: bool
) -> None:
    bare_server.faults.drop(*SEND, after_work=after_work)

    with pytest.raises(aiohttp.ClientError):
        await raw(*send(recaps), HELLO)
    assert len(recaps.messages) == after_work
    await raw(*send(recaps), HELLO)
    assert len(recaps.messages) == 1


async def test_a_request_waits_until_it_is_released(raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel) -> None:
    held = bare_server.faults.hold(*SEND)
    sending = asyncio.create_task(raw(*send(recaps), HELLO))
    await held.has_arrived()
    assert recaps.messages == {}

    held.release()

    assert (await sending)[0] == 200


async def test_a_server_that_stops_lets_everyone_go(raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel) -> None:
    held = bare_server.faults.hold(*SEND)
    sending = asyncio.create_task(raw(*send(recaps), HELLO))
    await held.has_arrived()

    bare_server.faults.clear()

    assert (await sending)[0] == 200


def test_faults_are_met_in_order_and_as_often_as_asked() -> None:
    faults = Faults()
    faults.fail("GET", "/a", 500, times=2, where=lambda call: call == "mine")
    faults.fail("GET", "/a", 503)

    met = [faults.meet("GET", "/a", call) for call in ("yours", "mine", "mine", "mine")]

    assert [fault.status if fault else None for fault in met] == [503, 500, 500, None]
    assert faults.meet("GET", "/b", "mine") is None


def test_a_bucket_takes_five_messages_in_five_seconds() -> None:
    limits = Limits()

    verdicts = [limits.judge(*SEND, "1", now=0.1 * number) for number in range(6)]

    assert [verdict.headers["X-RateLimit-Remaining"] for verdict in verdicts] == ["4", "3", "2", "1", "0", "0"]
    assert [verdict.retry_after is None for verdict in verdicts] == [True] * 5 + [False]
    assert verdicts[5].retry_after == pytest.approx(4.5)
    assert limits.judge(*SEND, "2", now=0.6).retry_after is None
    assert limits.judge(*SEND, "1", now=5.05).retry_after is None
    assert limits.refused == 1


def test_all_requests_together_are_fifty_a_second() -> None:
    limits = Limits()

    verdicts = [limits.judge("GET", "/users/@me", "", now=0.0) for _ in range(51)]

    assert [verdict.everywhere for verdict in verdicts] == [False] * 50 + [True]
    assert verdicts[50].headers["Via"]
    assert limits.judge("GET", "/users/@me", "", now=1.01).retry_after is None


async def test_discord_py_obeys_the_bucket_of_a_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    world, _, [channel, *_] = world_of_channels(1)
    limits = Limits(messages=2, window=0.2)
    async with EmbeddedDiscord(world, limits=limits) as server, logged_in(server, monkeypatch) as live:
        target = live.get_partial_messageable(channel.id)
        started = time.monotonic()
        await asyncio.gather(*[target.send(str(number)) for number in range(5)])

    assert time.monotonic() - started >= 0.4
    assert len(channel.messages) == 5


async def test_discord_py_waits_out_a_global_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    world, _, channels = world_of_channels(60)
    limits = Limits()
    async with EmbeddedDiscord(world, limits=limits) as server, logged_in(server, monkeypatch) as live:
        await asyncio.gather(*[live.get_partial_messageable(it.id).send("hello") for it in channels])

    assert limits.refused > 0
    assert all(len(channel.messages) == 1 for channel in channels)


async def test_discord_py_raises_what_it_does_not_retry(live: LiveBot, server: EmbeddedDiscord) -> None:
    channel = live.place("recaps")
    server.faults.fail(*SEND, 503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("hello")
    server.faults.drop(*SEND)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("hello")
    server.faults.fail(*SEND, 429, body={"message": "slow down", "retry_after": 0.01, "global": False})

    await channel.send("hello")

    statuses = [it.status for it in server.requests if it[:2] == SEND]
    assert statuses == [503, 499, 429, 200]
