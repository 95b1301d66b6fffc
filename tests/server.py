"""A server of a test's own, in the world of an embedded Discord."""

import itertools
from dataclasses import dataclass

from bot.sandbox.demo_world import BOT, MEMBERS, TAGS
from bot.sandbox.model import ChannelType, Guild, User
from bot.sandbox.permissions import NOTHING, Permission
from bot.sandbox.world import World

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A server with the bot, an admin and a member in it."""

    guild: Guild
    admin: User
    member: User


def new_server(world: World) -> Server:
    """A server in which everything is as the bot's invitation asks for."""
    number = next(_numbers)
    admin, member = world.add_user(f"Robin {number}"), world.add_user(f"Sasha {number}")
    # Nobody who plays owns the server: an owner may do everything.
    guild = world.add_guild(f"Club {number}", owner=world.add_user("Quinn"), everyone=NOTHING, bot=BOT)
    staff = world.add_role(guild, "Admin", permissions=MEMBERS | Permission.MANAGE_GUILD)
    world.add_member(guild, admin, staff)
    world.add_member(guild, member, world.add_role(guild, "Member", permissions=MEMBERS))
    world.add_role(guild, "Fans", mentionable=True)
    world.add_channel(guild, "recaps")
    world.add_channel(guild, "general")
    world.add_channel(guild, "episodes", ChannelType.FORUM, tags=TAGS)
    return Server(guild, admin, member)
