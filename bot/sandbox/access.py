"""What the bot may reach: things are found by id and permissions asked for, or the request is refused."""

from bot.sandbox.model import Channel, ChannelType, Guild, Message, Thread
from bot.sandbox.permissions import Permission
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import World, is_private

NO_TEXT = frozenset({ChannelType.CATEGORY})


def guild(world: World, guild_id: int) -> Guild:
    """A guild that the bot is in.

    Raises:
        Refusal: 10004, or 50001 where the bot is not in it.

    """
    if not (found := world.guilds.get(guild_id)):
        raise Refusal(10004)
    if world.bot.id not in found.members:
        raise Refusal(50001)
    return found


def channel(world: World, channel_id: int) -> Channel:
    """A channel that the bot can see.

    Raises:
        Refusal: 10003, or 50001 where the bot cannot see it.

    """
    if not (found := world.channels.get(channel_id)):
        raise Refusal(10003)
    require(world, found, Permission.VIEW_CHANNEL)
    return found


def require(world: World, place: Channel, *wanted: Permission) -> None:
    """Ask for permissions of the bot.

    Raises:
        Refusal: 50001 where it cannot see the channel, 50013 where it lacks another one.

    """
    granted = world.permissions(world.bot.id, place)
    if Permission.VIEW_CHANNEL not in granted:
        raise Refusal(50001)
    if any(permission not in granted for permission in wanted):
        raise Refusal(50013)


def may(world: World, place: Channel) -> Permission:
    return world.permissions(world.bot.id, place)


def message(place: Channel, message_id: int) -> Message:
    """A message of a channel; one that is private to somebody cannot be reached through its channel.

    Raises:
        Refusal: 10008.

    """
    found = place.messages.get(message_id)
    if not found or is_private(found):
        raise Refusal(10008)
    return found


def sending(world: World, place: Channel, *, uploads: bool, reply: bool) -> None:
    """Ask whether the bot may write in a channel.

    Raises:
        Refusal: the kind of channel, a lock or missing permissions forbid it.

    """
    if place.is_forum:
        require(world, place)
        raise Refusal(40058)
    if place.type in NO_TEXT:
        raise Refusal(50008)
    require(world, place, Permission.SEND_MESSAGES_IN_THREADS if place.is_thread else Permission.SEND_MESSAGES)
    if uploads:
        require(world, place, Permission.ATTACH_FILES)
    if isinstance(place, Thread) and place.locked and Permission.MANAGE_THREADS not in may(world, place):
        raise Refusal(160005)
    if reply and Permission.READ_MESSAGE_HISTORY not in may(world, place):
        raise Refusal(160002)
    if place.recipient_id and not world.users[place.recipient_id].accepts_dms:
        raise Refusal(50007)
