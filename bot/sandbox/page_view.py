"""The world as the page wants to see it."""

from typing import Any

from bot.sandbox import wire
from bot.sandbox.changes import Event, Kind
from bot.sandbox.model import Channel, ChannelType, Guild, Json, Message, User
from bot.sandbox.permissions import Permission
from bot.sandbox.world import World


def state(world: World) -> Json:
    return {
        "users": [_user(it) for it in world.people],
        "bot": {**_user(world.bot), "online": world.bot_online},
        "guilds": [_guild(world, it) for it in world.guilds.values()],
        "dms": [{"id": str(it.id), "user_id": str(user_id)} for user_id, it in world.direct.items()],
        "commands": _all_commands(world),
    }


def _user(it: User) -> Json:
    return {
        "id": str(it.id),
        "username": it.username,
        "global_name": it.global_name,
        "avatar_color": it.avatar_color,
    }


def _guild(world: World, guild: Guild) -> Json:
    shown: list[Channel] = [*guild.channels.values(), *(it for it in guild.threads.values() if not it.archived)]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "channels": [_channel(it) for it in shown],
        "roles": [{"id": str(it.id), "name": it.name, "color": it.color} for it in guild.roles.values()],
        "members": [
            {
                "user_id": str(it.user_id),
                "roles": [str(role) for role in it.roles],
                "admin": Permission.MANAGE_GUILD in world.permissions_in(guild, it.user_id),
            }
            for user in world.people
            if (it := guild.members.get(user.id))
        ],
    }


def _channel(it: Channel) -> Json:
    return {
        "id": str(it.id),
        "name": it.name,
        "type": int(ChannelType.PUBLIC_THREAD) if it.is_thread else int(it.type),
        "parent_id": str(it.parent_id) if it.parent_id else None,
        "position": it.position,
        "topic": it.topic,
        "guild_id": str(it.guild_id) if it.guild_id else None,
    }


def _all_commands(world: World) -> list[Json]:
    return world.global_commands + [it for some in world.guild_commands.values() for it in some]


def posts(world: World, forum: Channel) -> list[Json]:
    threads = world.guilds[forum.guild_id or 0].threads.values()
    return [
        {
            "id": str(it.id),
            "name": it.name,
            "message_count": it.message_count + 1,
            "applied_tags": [tag.name for tag in forum.tags if tag.id in it.applied_tags],
        }
        for it in threads
        if it.parent_id == forum.id
    ]


def message(world: World, it: Message) -> Json:
    body = wire.message(world, it)
    if it.ephemeral_for is not None:
        body["ephemeral_for"] = str(it.ephemeral_for)
    return body


def event_data(world: World, event: Event) -> Any:
    it = event.subject
    match event.kind:
        case Kind.MESSAGE_CREATE | Kind.MESSAGE_UPDATE:
            return message(world, it)
        case Kind.MESSAGE_DELETE:
            return {"id": str(it.id), "channel_id": str(it.channel_id)}
        case Kind.COMMANDS:
            return _all_commands(world)
        case Kind.BOT:
            return {"online": it}
        case Kind.CHANNEL_CREATE | Kind.CHANNEL_UPDATE | Kind.CHANNEL_DELETE | Kind.THREAD_CREATE:
            return _channel(it)
        case _:
            return {}
