"""Who is pinged by a text: what it mentions, what `allowed_mentions` lets through, and what the author may."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.model import Guild
from bot.sandbox.permissions import Permission

USER: Final = re.compile(r"<@!?(\d{1,20})>")
ROLE: Final = re.compile(r"<@&(\d{1,20})>")
EVERYONE: Final = re.compile(r"@(?:everyone|here)\b")

#: What is parsed where nothing was said: a bot's own message, and an answer to an interaction.
ALL_KINDS: Final = ("users", "roles", "everyone")
USERS_ONLY: Final = ("users",)


@dataclass(frozen=True, slots=True)
class Pinged:
    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """`allowed_mentions`, read: kinds that are parsed, and ids that may be mentioned."""

    parse: frozenset[str]
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()

    @classmethod
    def of(cls, given: Any, default: Iterable[str]) -> "Allowed":
        if not isinstance(given, dict):
            return cls(frozenset(default))
        return cls(frozenset(given.get("parse") or ()), _ids(given.get("users")), _ids(given.get("roles")))


def pinged(text: str, allowed: Allowed, guild: Guild | None, may: Permission, known_users: Iterable[int]) -> Pinged:
    """Who is pinged by `text` when somebody with the permissions `may` writes it."""
    known = set(known_users)
    users = [user for user in _mentioned(USER, text) if user in known]
    roles = [role for role in _mentioned(ROLE, text) if guild and role in guild.roles and role != guild.id]
    powerful = Permission.MENTION_EVERYONE in may
    return Pinged(
        tuple(user for user in users if "users" in allowed.parse or user in allowed.users),
        tuple(
            role
            for role in roles
            if guild
            and (powerful or guild.roles[role].mentionable)
            and ("roles" in allowed.parse or role in allowed.roles)
        ),
        guild is not None and powerful and "everyone" in allowed.parse and bool(EVERYONE.search(text)),
    )


def _mentioned(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))


def _ids(given: Any) -> frozenset[int]:
    return frozenset(int(entry) for entry in given or () if str(entry).isdecimal())
