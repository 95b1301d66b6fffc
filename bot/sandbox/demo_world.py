"""Two servers to play in: each with channels of every kind that matters, an admin, a member, and the bot."""

from bot.sandbox.model import Channel, ChannelType, Guild, User
from bot.sandbox.permissions import NOTHING, Permission
from bot.sandbox.world import World

#: What members can do everywhere.
MEMBERS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
#: Exactly what the bot's invitation asks for.
BOT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_PUBLIC_THREADS
)

ADMIN_NAME, MEMBER_NAME = "Robin", "Sasha"
TAGS = ("Recap", "Review", "Theory")


def demo_world() -> World:
    """A fresh world with the servers "K-drama Corner" and "Prestige TV Club"."""
    world = World()
    admin = world.add_user(ADMIN_NAME, avatar_color="#eb459e")
    member = world.add_user(MEMBER_NAME, avatar_color="#3ba55d")
    # Nobody who plays owns the servers: an owner may do everything, which would hide what an admin lacks.
    owner = world.add_user("Quinn", away=True)
    for name in ("K-drama Corner", "Prestige TV Club"):
        _add_guild(world, name, owner, admin, member)
    for person in (admin, member):
        world.open_dm(person)
    return world


def world_of_channels(count: int) -> tuple[World, Guild, list[Channel]]:
    """A world of one server with `count` text channels, for measuring."""
    world = World()
    admin = world.add_user(ADMIN_NAME)
    guild = world.add_guild("Many Channels", owner=admin, everyone=NOTHING, bot=BOT)
    return world, guild, [world.add_channel(guild, f"channel-{number}") for number in range(count)]


def _add_guild(world: World, name: str, owner: User, admin: User, member: User) -> Guild:
    # @everyone may nothing, so that the bot has exactly the permissions of its own role.
    guild = world.add_guild(name, owner=owner, everyone=NOTHING, bot=BOT)
    staff = world.add_role(guild, "Admin", permissions=MEMBERS | Permission.MANAGE_GUILD, color=0xE67E22)
    regulars = world.add_role(guild, "Member", permissions=MEMBERS, color=0x95A5A6)
    world.add_role(guild, "Recap fans", color=0x9B59B6, mentionable=True)
    world.add_member(guild, admin, staff)
    world.add_member(guild, member, regulars)
    world.add_channel(guild, "general", topic="Anything about television")
    world.add_channel(guild, "recaps", topic="New episode recaps, spoilers hidden")
    world.add_channel(guild, "news", ChannelType.ANNOUNCEMENT)
    world.add_channel(guild, "episodes", ChannelType.FORUM, topic="One post for each episode", tags=TAGS)
    world.add_channel(guild, "staff-only", hidden_from=[guild.role("Previously"), regulars])
    return guild
