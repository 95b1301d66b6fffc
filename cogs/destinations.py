"""Where posts can go, and what the bot still needs to be allowed there."""

from collections.abc import Iterable
from typing import Final

import discord

from bot.texts import N_, Text, all_of, bold, ngettext

# As Discord's settings call them in each language.
VIEW_CHANNEL: Final = N_("View Channel")
SEND_MESSAGES: Final = N_("Send Messages")
SEND_IN_THREADS: Final = N_("Send Messages in Threads")
CREATE_POSTS: Final = N_("Create Posts")
READ_HISTORY: Final = N_("Read Message History")
CREATE_THREADS: Final = N_("Create Public Threads")

Destination = discord.TextChannel | discord.ForumChannel | discord.Thread


def as_destination(channel: object) -> Destination | None:
    """The channel, if posts can go there."""
    if isinstance(channel, discord.TextChannel | discord.ForumChannel | discord.Thread):
        return channel
    return None


def missing_permissions(channel: Destination) -> list[Text]:
    """What the bot lacks to post in a channel, by the names that Discord's settings use."""
    granted = channel.permissions_for(channel.guild.me)
    return [name for permission, name in _needed(channel) if not getattr(granted, permission)]


def _needed(channel: Destination) -> Iterable[tuple[str, Text]]:
    yield "view_channel", VIEW_CHANNEL
    if isinstance(channel, discord.Thread):
        yield "send_messages_in_threads", SEND_IN_THREADS
    else:
        yield "send_messages", SEND_MESSAGES if isinstance(channel, discord.TextChannel) else CREATE_POSTS
    yield "read_message_history", READ_HISTORY


def can_ping(channel: Destination, role: discord.Role) -> bool:
    """Whether a mention of this role will notify its members."""
    return role.mentionable or channel.permissions_for(channel.guild.me).mention_everyone


def forum_tags(forum: discord.ForumChannel, wanted: str | None) -> list[discord.ForumTag]:
    """The tag of that name; else, where a forum demands one, *Recap* or the first that anybody may set."""
    moderates = forum.permissions_for(forum.guild.me).manage_threads
    free = [tag for tag in forum.available_tags if moderates or not tag.moderated]
    named = [tag for tag in free if wanted and tag.name.casefold() == wanted.casefold()]
    if named or not forum.flags.require_tag:
        return named[:1]
    return sorted(free, key=lambda tag: not tag.name.casefold().startswith("recap"))[:1]


def missing_sentence(channel: Destination) -> str | None:
    """What an admin should hear at once about a channel where posts would fail."""
    missing = missing_permissions(channel)
    if not missing:
        return None
    return ngettext(
        "⚠️ Posts will wait: in {channel} I still need {permissions}. Allow it in the channel's settings.",
        "⚠️ Posts will wait: in {channel} I still need {permissions}. Allow them in the channel's settings.",
        len(missing),
        channel=channel.mention,
        permissions=all_of(list(map(bold, missing))),
    )
