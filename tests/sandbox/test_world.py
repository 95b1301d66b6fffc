"""The world without any protocol: ids, waiting, permissions, and what it forgets."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import world as world_module
from bot.sandbox.changes import Kind
from bot.sandbox.demo_world import BOT, MEMBERS, world_of_channels
from bot.sandbox.mentions import ALL_KINDS, USERS_ONLY, Allowed, Pinged, pinged
from bot.sandbox.model import Channel, Guild
from bot.sandbox.permissions import (
    EVERYTHING,
    NOTHING,
    Member,
    Overwrite,
    Permission,
    Whose,
    permissions_in_channel,
)
from bot.sandbox.world import World

GUILD, ROLE, USER = 1, 2, 3
SENDING = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.ATTACH_FILES


def in_channel(base: Permission, *overwrites: Overwrite) -> Permission:
    return permissions_in_channel(base, overwrites, GUILD, Member(USER, "", [ROLE]))


def overwrite(whom: int, allow: Permission = NOTHING, deny: Permission = NOTHING) -> Overwrite:
    return Overwrite(whom, Whose.MEMBER if whom == USER else Whose.ROLE, allow, deny)


def test_a_role_wins_over_everyone_and_a_member_over_both() -> None:
    everyone = overwrite(GUILD, deny=Permission.SEND_MESSAGES)
    role = overwrite(ROLE, allow=Permission.SEND_MESSAGES)
    member = overwrite(USER, deny=Permission.SEND_MESSAGES)

    assert Permission.SEND_MESSAGES not in in_channel(SENDING, everyone)
    assert Permission.SEND_MESSAGES in in_channel(SENDING, role, everyone)
    assert Permission.SEND_MESSAGES not in in_channel(SENDING, member, role, everyone)


def test_whoever_cannot_see_can_do_nothing_and_whoever_cannot_send_attaches_nothing() -> None:
    assert in_channel(SENDING, overwrite(GUILD, deny=Permission.VIEW_CHANNEL)) == NOTHING
    assert in_channel(SENDING, overwrite(GUILD, deny=Permission.SEND_MESSAGES)) == Permission.VIEW_CHANNEL


def test_an_administrator_is_never_denied() -> None:
    assert in_channel(EVERYTHING, overwrite(USER, deny=EVERYTHING)) == EVERYTHING


def test_an_owner_may_everything_and_a_stranger_nothing(world: World, guild: Guild, recaps: Channel) -> None:
    stranger = world.add_user("Nobody")

    assert world.permissions(guild.owner_id, recaps) == EVERYTHING
    assert world.permissions(stranger.id, recaps) == NOTHING
    assert world.permissions(world.people[1].id, recaps) == MEMBERS
    assert world.permissions(world.bot.id, recaps) == BOT
    assert not world.can_see(world.people[1].id, guild.channel("staff-only"))
    assert world.can_see(world.people[0].id, guild.channel("staff-only"))


def test_direct_messages_are_for_two(world: World) -> None:
    channel = world.open_dm(world.people[0])

    assert world.can_see(world.people[0].id, channel)
    assert not world.can_see(world.people[1].id, channel)


def test_ids_rise_and_guilds_spread_over_shards(world: World) -> None:
    ids = [world.new_id() for _ in range(1000)]
    guilds = [world.new_id(new_millisecond=True) for _ in range(10)]

    assert ids == sorted(set(ids))
    assert {(guild >> 22) % 2 for guild in guilds} == {0, 1}


async def test_waiting_looks_again_at_every_change_and_only_then(world: World, guild: Guild) -> None:
    looks = 0

    def third_look(_world: World) -> bool:
        nonlocal looks
        looks += 1
        return looks == 3

    waiting = asyncio.create_task(world.until(third_look))
    await asyncio.sleep(0)
    world.add_channel(guild, "one")
    assert not waiting.done()
    world.add_channel(guild, "two")

    assert await waiting
    assert looks == 3


async def test_waiting_ends_with_the_error_of_what_is_waited_for(world: World, guild: Guild) -> None:
    with pytest.raises(LookupError, match="no channel named nowhere"):
        await world.until(lambda _world: guild.channel("nowhere"))
    with pytest.raises(TimeoutError):
        await world.until(lambda _world: None, timeout=0.01)


def test_old_messages_are_forgotten(world: World, recaps: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_module, "MESSAGES_KEPT", 3)

    for number in range(5):
        world.say(world.people[0], recaps, str(number))

    assert [message.text for message in recaps.messages.values()] == ["2", "3", "4"]


def test_old_files_and_nonces_are_forgotten(world: World, recaps: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_module, "FILES_KEPT", 1)
    monkeypatch.setattr(world_module, "NONCES_KEPT", 1)
    message = world.say(world.people[0], recaps, "hello")

    for name in ("a", "b"):
        world.keep_file(ord(name), b"")
        world.remember_nonce(name, message)

    assert list(world.files) == [ord("b")]
    assert (world.sent_with("a"), world.sent_with("b")) == (None, (recaps.id, message.id))


def test_listeners_hear_only_while_they_listen(world: World, guild: Guild) -> None:
    heard: list[Kind] = []
    with world.listening(lambda event: heard.append(event.kind)):
        world.add_channel(guild, "one")
    world.add_channel(guild, "two")

    assert heard == [Kind.CHANNEL_CREATE]


def test_large_worlds_are_made_quickly() -> None:
    world, guild, channels = world_of_channels(2000)

    assert len(guild.channels) == len({channel.id for channel in channels}) == 2000
    assert world.permissions(world.bot.id, channels[-1]) == BOT


def test_here_is_like_everyone_and_needs_its_permission(world: World, guild: Guild) -> None:
    allowed = Allowed.of(None, ALL_KINDS)

    assert pinged("@here", allowed, guild, Permission.MENTION_EVERYONE, ()).everyone
    assert not pinged("@here", allowed, guild, NOTHING, ()).everyone
    assert not pinged("@here", Allowed.of(None, USERS_ONLY), guild, EVERYTHING, ()).everyone
    assert pinged(guild.role("Admin").mention, allowed, guild, EVERYTHING, ()).roles


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="<@&!#>0123456789everyonh ", max_size=60))
def test_nobody_is_pinged_when_nobody_may_be(text: str) -> None:
    world, guild, _ = world_of_channels(0)
    text = f"{text} {world.people[0].mention} {guild.roles[guild.id].mention} @everyone"

    assert pinged(text, Allowed.of({"parse": []}, ALL_KINDS), guild, EVERYTHING, world.users) == Pinged()
