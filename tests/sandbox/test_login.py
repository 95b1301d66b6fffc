"""A real discord.py logs in, learns about its guilds, goes and comes back."""

import asyncio

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.demo_world import BOT, demo_world
from bot.sandbox.model import Channel, ChannelType, Guild
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot, logged_in


async def test_a_bot_logs_in_and_finds_its_guilds(live: LiveBot, world: World) -> None:
    assert sorted(guild.name for guild in live.guilds) == ["K-drama Corner", "Prestige TV Club"]
    assert live.user
    assert live.user.id == live.application_id == world.bot.id
    assert live.place("news").is_news()
    assert [tag.name for tag in live.place("episodes").available_tags] == ["Recap", "Review", "Theory"]


async def test_the_bot_has_exactly_the_permissions_of_its_invitation(live: LiveBot) -> None:
    recaps = live.place("recaps")

    assert recaps.guild.me.guild_permissions.value == int(BOT) == 309237763072
    assert recaps.permissions_for(recaps.guild.me).value == int(BOT)
    assert not live.place("staff-only").permissions_for(recaps.guild.me).view_channel


async def test_a_plain_client_without_shards_logs_in(
    server: EmbeddedDiscord, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.setattr(Route, "BASE", server.api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url()))
    async with discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05) as client:
        task = asyncio.create_task(client.start(server.token))
        await server.bot_ready()
        await client.wait_until_ready()

        assert len(client.guilds) == 2

        await client.close()
        await task


async def test_a_wrong_token_is_refused(server: EmbeddedDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", server.api_base)
    async with LiveBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("someone-elses-token")


async def test_commands_are_registered_and_keep_their_ids(live: LiveBot, server: EmbeddedDiscord, world: World) -> None:
    await server.commands_registered()
    before = {command["name"]: command["id"] for command in world.global_commands}

    again = await live.tree.sync()

    assert {command.name: str(command.id) for command in again} == before
    assert {command.name for command in await live.tree.fetch_commands()} == before.keys()


async def test_guild_commands_stand_beside_global_ones(live: LiveBot, world: World, guild: Guild) -> None:
    live.tree.copy_global_to(guild=discord.Object(guild.id))
    await live.tree.sync(guild=discord.Object(guild.id))

    assert len(world.commands_in(guild.id)) == 2 * len(world.commands_in(None))


async def test_the_bot_is_online_while_it_is_connected(
    server: EmbeddedDiscord, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    async with logged_in(server, monkeypatch):
        assert world.bot_online

    await server.until(lambda world: not world.bot_online)
    async with logged_in(server, monkeypatch):
        assert world.bot_online
    assert server.gateway.identified == 2


async def test_a_lost_connection_is_resumed_and_nothing_is_missed(
    live: LiveBot, server: EmbeddedDiscord, world: World, guild: Guild
) -> None:
    await server.gateway.disconnect(4000)
    await server.until(lambda world: not world.bot_online)
    world.add_channel(guild, "meanwhile")
    await _known(live, "meanwhile")

    assert (server.gateway.identified, server.gateway.resumed) == (1, 1)


async def _known(live: LiveBot, name: str) -> None:
    """Wait until the bot hears of a new channel, and so of all that happened before."""
    await live.wait_for("guild_channel_create", check=lambda channel: channel.name == name, timeout=5)


async def test_every_shard_hears_of_its_own_guilds(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    async with (
        EmbeddedDiscord(world, shards=2) as server,
        logged_in(server, monkeypatch) as live,
    ):
        assert len(live.shards) == 2
        assert len(live.guilds) == 2
        for guild in live.guilds:
            assert guild.shard_id == (guild.id >> 22) % 2


async def test_the_bot_hears_when_guilds_come_and_go(
    live: LiveBot, server: EmbeddedDiscord, world: World, guild: Guild
) -> None:
    live.heard.clear()

    world.set_available(guild, available=False)
    world.set_available(guild, available=True)
    world.remove_bot(guild)
    world.invite_bot(guild, BOT)
    new = world.add_guild("New Server", owner=world.people[0], everyone=Permission(0), bot=BOT)
    await live.wait_for("guild_join", check=lambda guild: guild.name == "New Server", timeout=5)

    name = guild.name
    assert live.heard == [
        f"unavailable {name}",
        f"available {name}",
        f"remove {name}",
        f"join {name}",
        "join New Server",
    ]
    assert live.get_guild(new.id)


async def test_the_bot_hears_when_channels_and_roles_change(
    live: LiveBot, world: World, guild: Guild, recaps: Channel
) -> None:
    me = live.place("recaps").guild.me

    world.set_overwrite(recaps, guild.role("Previously"), deny=Permission.SEND_MESSAGES)
    world.delete_channel(guild.channel("general"))
    role = world.add_role(guild, "Loud", permissions=Permission.MENTION_EVERYONE)
    world.give_role(guild, world.bot, role)
    world.add_channel(guild, "last", ChannelType.FORUM)
    await _known(live, "last")

    assert not live.place("general")
    assert not live.place("recaps").permissions_for(me).send_messages
    assert live.place("last").permissions_for(me).mention_everyone
    world.delete_role(guild, role)
    world.add_channel(guild, "very last")
    await _known(live, "very last")
    assert not live.place("last").permissions_for(me).mention_everyone


async def test_a_bot_that_is_asked_to_reconnect_resumes(live: LiveBot, server: EmbeddedDiscord) -> None:
    server.gateway.ask_to_reconnect()
    await server.until(lambda _world: server.gateway.resumed)

    assert server.gateway.identified == 1


async def test_nothing_is_left_behind_when_bot_and_server_stop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with EmbeddedDiscord(world) as server, logged_in(server, monkeypatch) as live:
        await live.place("recaps").send("hello")
    async with EmbeddedDiscord(world) as server, aiohttp.ClientSession() as session:
        socket = await session.ws_connect(server.gateway.url())
        await socket.receive()
        await server.gateway.disconnect(1001)

        assert (await socket.receive()).data == 1001
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_waiting_for_a_bot_that_never_comes_ends() -> None:
    async with EmbeddedDiscord(demo_world()) as server:
        with pytest.raises(TimeoutError):
            await server.bot_ready(timeout=0.01)
