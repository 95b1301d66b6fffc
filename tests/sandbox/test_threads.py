"""discord.py opens threads and forum posts, and finds them again."""

import discord
import pytest

from bot.sandbox.model import Channel, Guild, Thread
from bot.sandbox.permissions import Permission
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot
from tests.sandbox.test_messages import card, code_of


@pytest.fixture
async def thread(live: LiveBot) -> discord.Thread:
    message = await live.place("recaps").send("S3E5")
    made = await message.create_thread(name="S3E5", auto_archive_duration=1440)
    assert isinstance(made, discord.Thread)
    return made


async def test_a_thread_has_the_id_of_its_message(
    live: LiveBot, recaps: Channel, guild: Guild, thread: discord.Thread
) -> None:
    assert list(recaps.messages) == [thread.id]
    assert guild.threads[thread.id].auto_archive_duration == 1440
    await thread.send("inside")
    assert guild.threads[thread.id].message_count == 1


async def test_a_message_has_one_thread(live: LiveBot, thread: discord.Thread) -> None:
    message = live.place("recaps").get_partial_message(thread.id)

    assert await code_of(message.create_thread(name="again")) == 160004


async def test_threads_of_announcements_are_of_their_own_kind(live: LiveBot) -> None:
    thread = await (await live.place("news").send("S3E5")).create_thread(name="S3E5")

    assert thread.type is discord.ChannelType.news_thread


async def test_a_thread_has_a_name_and_a_known_duration(live: LiveBot) -> None:
    message = await live.place("recaps").send("S3E5")
    path = "/channels/{channel_id}/messages/{message_id}/threads"
    route = discord.http.Route("POST", path, channel_id=message.channel.id, message_id=message.id)

    for body in ({"name": ""}, {"name": "x" * 101}, {"name": "x", "auto_archive_duration": 61}, {}):
        assert await code_of(live.http.request(route, json=body)) == 50035


async def test_a_thread_needs_permission(live: LiveBot, world: World, recaps: Channel, guild: Guild) -> None:
    message = await live.place("recaps").send("S3E5")
    denied = Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
    world.set_overwrite(recaps, guild.role("Previously"), deny=denied)

    assert await code_of(message.create_thread(name="x")) == 50013


async def test_writing_in_a_thread_needs_its_own_permission(
    live: LiveBot, world: World, recaps: Channel, guild: Guild, thread: discord.Thread
) -> None:
    world.set_overwrite(recaps, guild.role("Previously"), deny=Permission.SEND_MESSAGES)
    await thread.send("threads have their own permission")

    world.set_overwrite(recaps, guild.role("Previously"), deny=Permission.SEND_MESSAGES_IN_THREADS)
    assert await code_of(thread.send("no more")) == 50013


async def test_a_forum_post_is_a_thread_with_its_message(live: LiveBot, guild: Guild) -> None:
    forum = live.place("episodes")

    thread, message = await forum.create_thread(name="S3E5", view=card(), applied_tags=[forum.available_tags[0]])

    assert thread.id == message.id
    kept = guild.threads[thread.id]
    assert kept.messages[message.id].is_v2
    assert kept.applied_tags == [forum.available_tags[0].id]
    assert kept.message_count == 0
    await thread.send("a reply")
    assert kept.message_count == 1


async def test_a_forum_may_demand_a_tag(live: LiveBot, world: World, guild: Guild) -> None:
    strict = world.add_channel(guild, "strict", guild.channel("episodes").type, tags=["Recap"], require_tag=True)
    await live.wait_for("guild_channel_create", timeout=5)

    assert await code_of(live.place("strict").create_thread(name="S3E5", content="x")) == 40067
    strict.tags[0].moderated = True
    tagged = live.place("strict").create_thread(
        name="S3E5", content="x", applied_tags=[discord.Object(strict.tags[0].id)]
    )
    assert await code_of(tagged) == 40066


async def test_a_forum_post_is_checked_whole(live: LiveBot, guild: Guild) -> None:
    forum = live.place("episodes")

    assert await code_of(forum.create_thread(name="S3E5", content="x" * 2001)) == 50035
    assert await code_of(forum.create_thread(name="S3E5", content="x", applied_tags=[discord.Object(1)])) == 50035
    assert guild.threads == {}


async def test_active_and_archived_threads_are_listed(
    live: LiveBot, world: World, guild: Guild, recaps: Channel, thread: discord.Thread
) -> None:
    channel, snowflake = live.place("recaps"), live.place("recaps").guild
    other = await (await channel.send("S3E6")).create_thread(name="S3E6")

    world.set_archived(guild.threads[thread.id], archived=True)

    assert [it.name for it in await snowflake.active_threads()] == ["S3E6"]
    assert [it.name async for it in channel.archived_threads()] == ["S3E5"]
    assert (await live.fetch_channel(other.id)).id == other.id


async def test_writing_unarchives_but_never_unlocks(
    live: LiveBot, world: World, guild: Guild, thread: discord.Thread
) -> None:
    kept = guild.threads[thread.id]
    first = await thread.send("first")

    world.set_archived(kept, archived=True)
    assert await code_of(first.edit(content="changed")) == 50083
    await thread.send("awake")
    assert not kept.archived
    world.set_archived(kept, archived=True, locked=True)
    assert await code_of(thread.send("locked")) == 160005


async def test_a_bot_archives_and_renames_its_own_thread(live: LiveBot, guild: Guild, thread: discord.Thread) -> None:
    await thread.edit(name="S3E5 · done", archived=True)

    kept = guild.threads[thread.id]
    assert (kept.name, kept.archived) == ("S3E5 · done", True)
    assert await code_of(thread.edit(name="again")) == 50083
    await thread.edit(archived=False)
    assert not kept.archived
    assert await code_of(thread.edit(locked=True)) == 50013


async def test_a_thread_that_is_deleted_is_unknown(
    live: LiveBot, world: World, guild: Guild, thread: discord.Thread
) -> None:
    world.delete_channel(guild.threads[thread.id])

    assert await code_of(thread.send("hello")) == 10003


async def test_threads_go_with_their_channel(
    live: LiveBot, world: World, recaps: Channel, thread: discord.Thread
) -> None:
    world.delete_channel(recaps)

    assert not any(isinstance(channel, Thread) for channel in world.channels.values())
    assert await code_of(live.fetch_channel(thread.id)) == 10003
