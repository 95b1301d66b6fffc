"""What one may do where: Discord's permission bits, and how roles and overwrites add up to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag


class Permission(IntFlag):
    """The bits that this server looks at; others pass through untouched."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


NOTHING = Permission(0)
EVERYTHING = Permission((1 << 53) - 1)

#: Whoever cannot send messages cannot do these either.
NEEDS_SENDING = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS


class Whose(IntEnum):
    """Whom an overwrite is for."""

    ROLE = 0
    MEMBER = 1


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: Permission = NOTHING
    color: int = 0
    position: int = 1
    mentionable: bool = False

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies to a role or a member, whatever the guild says."""

    id: int
    whose: Whose
    allow: Permission = NOTHING
    deny: Permission = NOTHING


@dataclass(slots=True)
class Member:
    user_id: int
    joined_at: str
    roles: list[int] = field(default_factory=list)


def permissions_in_guild(guild_id: int, owner_id: int, roles: dict[int, Role], member: Member) -> Permission:
    """What a member may do in a guild, before any channel is looked at."""
    if member.user_id == owner_id:
        return EVERYTHING
    granted = NOTHING
    for role_id in (guild_id, *member.roles):
        if role := roles.get(role_id):
            granted |= role.permissions
    return EVERYTHING if Permission.ADMINISTRATOR in granted else granted


def permissions_in_channel(
    base: Permission, overwrites: Iterable[Overwrite], guild_id: int, member: Member
) -> Permission:
    """What is left of `base` in a channel: first its word on everyone, then on the roles, then on the member."""
    if Permission.ADMINISTRATOR in base:
        return base
    overwrites = list(overwrites)
    steps = (
        [o for o in overwrites if o.whose is Whose.ROLE and o.id == guild_id],
        [o for o in overwrites if o.whose is Whose.ROLE and o.id in member.roles and o.id != guild_id],
        [o for o in overwrites if o.whose is Whose.MEMBER and o.id == member.user_id],
    )
    granted = base
    for step in steps:
        for overwrite in step:
            granted &= ~overwrite.deny
        for overwrite in step:
            granted |= overwrite.allow
    return _without_what_is_implied(granted)


def _without_what_is_implied(granted: Permission) -> Permission:
    if Permission.VIEW_CHANNEL not in granted:
        return NOTHING
    if Permission.SEND_MESSAGES not in granted:
        return granted & ~NEEDS_SENDING
    return granted
