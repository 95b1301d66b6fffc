"""The world as Discord's JSON."""

from typing import Any, Final

from bot.sandbox.model import Channel, Guild, Interaction, InteractionType, Json, Message, Thread, User
from bot.sandbox.permissions import Member, Overwrite, Permission, Role
from bot.sandbox.world import World

#: The types of options that are subcommands and their groups.
SUBCOMMANDS: Final = (1, 2)


def user(who: User) -> Json:
    return {
        "id": str(who.id),
        "username": who.username,
        "discriminator": "0",
        "global_name": who.global_name,
        "avatar": None,
        "bot": who.bot,
        "flags": 0,
        "public_flags": 0,
    }


def application(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot.global_name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(next(iter(world.people), world.bot)),
        "bot": user(world.bot),
    }


def role(it: Role) -> Json:
    return {
        "id": str(it.id),
        "name": it.name,
        "color": it.color,
        "colors": {"primary_color": it.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": it.position,
        "permissions": str(int(it.permissions)),
        "managed": False,
        "mentionable": it.mentionable,
        "flags": 0,
    }


def member(world: World, it: Member) -> Json:
    return {
        "user": user(world.users[it.user_id]),
        "nick": None,
        "avatar": None,
        "roles": [str(role_id) for role_id in it.roles],
        "joined_at": it.joined_at,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def overwrite(it: Overwrite) -> Json:
    return {
        "id": str(it.id),
        "type": int(it.whose),
        "allow": str(int(it.allow)),
        "deny": str(int(it.deny)),
    }


def channel(world: World, it: Channel) -> Json:
    if isinstance(it, Thread):
        return thread(it)
    body: Json = {
        "id": str(it.id),
        "type": int(it.type),
        "last_message_id": _text(it.last_message_id),
        "flags": int(it.flags),
    }
    if it.recipient_id is not None:
        return body | {"recipients": [user(world.users[it.recipient_id])]}
    body |= {
        "guild_id": _text(it.guild_id),
        "name": it.name,
        "position": it.position,
        "parent_id": _text(it.parent_id),
        "topic": it.topic,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [overwrite(entry) for entry in it.overwrites.values()],
    }
    if it.is_forum:
        body["available_tags"] = [
            {"id": str(tag.id), "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None}
            for tag in it.tags
        ]
        body |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    return body


def thread(it: Thread) -> Json:
    return {
        "id": str(it.id),
        "type": int(it.type),
        "guild_id": _text(it.guild_id),
        "parent_id": _text(it.parent_id),
        "owner_id": str(it.owner_id),
        "name": it.name,
        "last_message_id": _text(it.last_message_id),
        "message_count": it.message_count,
        "total_message_sent": it.message_count,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "flags": int(it.flags),
        "applied_tags": [str(tag) for tag in it.applied_tags],
        "thread_metadata": {
            "archived": it.archived,
            "locked": it.locked,
            "auto_archive_duration": it.auto_archive_duration,
            "archive_timestamp": it.archive_changed.isoformat(),
            "create_timestamp": it.archive_changed.isoformat(),
        },
    }


def thread_member(it: Thread, user_id: int) -> Json:
    return {
        "id": str(it.id),
        "user_id": str(user_id),
        "join_timestamp": it.archive_changed.isoformat(),
        "flags": 0,
    }


def unavailable_guild(it: Guild) -> Json:
    return {"id": str(it.id), "unavailable": True}


def guild(it: Guild) -> Json:
    """A guild as the API gives it: without channels and members."""
    return {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(it.owner_id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role(entry) for entry in it.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY", "NEWS"],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "max_members": 500_000,
    }


def guild_create(world: World, it: Guild) -> Json:
    """A guild as the gateway gives it: with all channels, the threads that the bot can see, and the bot itself."""
    me = it.members.get(world.bot.id)
    seen = [entry for entry in it.threads.values() if not entry.archived and world.can_see(world.bot.id, entry)]
    return guild(it) | {
        "joined_at": it.joined_at,
        "large": False,
        "unavailable": False,
        "member_count": len(it.members),
        "members": [member(world, me)] if me else [],
        "channels": [channel(world, entry) for entry in it.channels.values()],
        "threads": [thread(entry) | {"member": thread_member(entry, world.bot.id)} for entry in seen],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(world: World, it: Message) -> Json:
    place = world.channels.get(it.channel_id)
    guild_id = place.guild_id if place else None
    body: Json = {
        "id": str(it.id),
        "channel_id": str(it.channel_id),
        "type": it.type,
        "author": user(world.users[it.author_id]),
        "content": it.content,
        "timestamp": it.timestamp.isoformat(),
        "edited_timestamp": it.edited.isoformat() if it.edited else None,
        "flags": int(it.flags),
        "components": it.components,
        "embeds": it.embeds,
        "attachments": it.attachments,
        "mentions": [user(world.users[user_id]) for user_id in it.mentions],
        "mention_roles": [str(role_id) for role_id in it.mention_roles],
        "mention_everyone": it.mention_everyone,
        "pinned": False,
        "tts": False,
    }
    body |= {"message_reference": it.reference} if it.reference else {}
    body |= _thread_of(world, it, guild_id)
    return body | _interaction_of(world, it)


def message_as_seen_by_bot(world: World, it: Message) -> Json:
    """A message of somebody else has no content for a bot without the Message Content intent."""
    body = message(world, it)
    place = world.channels.get(it.channel_id)
    mine = it.author_id == world.bot.id or world.bot.id in it.mentions
    if mine or world.sees_message_content or place is None or place.guild_id is None:
        return body
    return body | {"content": "", "components": [], "embeds": [], "attachments": []}


def _thread_of(world: World, it: Message, guild_id: int | None) -> Json:
    found = world.channels.get(it.id)
    return {"thread": thread(found)} if guild_id and isinstance(found, Thread) and it.channel_id != it.id else {}


def _interaction_of(world: World, it: Message) -> Json:
    asked = world.interactions.get(it.interaction_id or 0)
    if not asked:
        return {}
    return {
        "application_id": str(world.application_id),
        "webhook_id": str(world.application_id),
        "interaction_metadata": {
            "id": str(asked.id),
            "type": int(asked.type),
            "user": user(world.users[asked.user_id]),
            "authorizing_integration_owners": {"0": str(asked.guild_id or 0)},
        },
        **_command_used(world, asked),
    }


def _command_used(world: World, asked: Interaction) -> Json:
    """Which command a message answers, as Discord still tells beside the metadata."""
    if asked.type is not InteractionType.COMMAND:
        return {}
    names = [asked.data["name"]]
    options = asked.data.get("options") or []
    while options and options[0].get("type") in SUBCOMMANDS:
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    used = {"id": str(asked.id), "type": int(asked.type), "name": " ".join(names)}
    return {"interaction": {**used, "user": user(world.users[asked.user_id])}}


def interaction(world: World, it: Interaction) -> Json:
    place = world.channels[it.channel_id]
    body: Json = {
        "id": str(it.id),
        "application_id": str(world.application_id),
        "type": int(it.type),
        "token": it.token,
        "version": 1,
        "data": it.data,
        "channel_id": str(it.channel_id),
        "channel": channel(world, place) | {"permissions": _bits(world.permissions(it.user_id, place))},
        "app_permissions": _bits(world.permissions(world.bot.id, place)),
        "attachment_size_limit": 10 * 1024 * 1024,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(it.guild_id or 0)},
        "context": 0 if it.guild_id else 1,
    }
    if used := place.messages.get(it.message_id or 0):
        body["message"] = message(world, used)
    if it.guild_id is None:
        return body | {"user": user(world.users[it.user_id])}
    who = world.guilds[it.guild_id].members[it.user_id]
    return body | {
        "guild_id": str(it.guild_id),
        "guild_locale": "en-US",
        "guild": {"id": str(it.guild_id), "locale": "en-US", "features": []},
        "member": member(world, who) | {"permissions": _bits(world.permissions(it.user_id, place))},
    }


def resolved_channel(world: World, it: Channel, user_id: int) -> Json:
    """A channel as an interaction carries it: with what the person and the bot may do there."""
    body = channel(world, it)
    kept = ("id", "type", "name", "parent_id", "thread_metadata", "topic", "position", "guild_id", "flags")
    return {key: body[key] for key in kept if key in body} | {
        "permissions": _bits(world.permissions(user_id, it)),
        "app_permissions": _bits(world.permissions(world.bot.id, it)),
    }


def _bits(permission: Permission) -> str:
    return str(int(permission))


def _text(it: Any) -> str | None:
    return None if it is None else str(it)
