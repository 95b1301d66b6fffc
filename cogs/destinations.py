"""Where posts can go, and what the bot still needs to be allowed there."""

from collections.abc import Iterable

import discord

Destination = discord.TextChannel | discord.ForumChannel | discord.Thread


def as_destination(channel: object) -> Destination | None:
    """The channel, if posts can go there."""
    if isinstance(channel, discord.TextChannel | discord.ForumChannel | discord.Thread):
        return channel
    return None


def missing_permissions(channel: Destination) -> list[str]:
    """What the bot lacks to post in a channel, by the names that Discord's settings use."""
    granted = channel.permissions_for(channel.guild.me)
    return [name for permission, name in _needed(channel) if not getattr(granted, permission)]


def _needed(channel: Destination) -> Iterable[tuple[str, str]]:
    yield "view_channel", "View Channel"
    if isinstance(channel, discord.Thread):
        yield "send_messages_in_threads", "Send Messages in Threads"
    else:
        yield "send_messages", "Send Messages" if isinstance(channel, discord.TextChannel) else "Create Posts"
    yield "read_message_history", "Read Message History"


def can_ping(channel: Destination, role: discord.Role) -> bool:
    """Whether a mention of this role will notify its members."""
    return role.mentionable or channel.permissions_for(channel.guild.me).mention_everyone


def missing_sentence(channel: Destination) -> str | None:
    """What an admin should hear at once about a channel where posts would fail."""
    missing = missing_permissions(channel)
    if not missing:
        return None
    names = ", ".join(f"*{name}*" for name in missing)
    return f"⚠️ Posts will wait: in {channel.mention} I still need {names}. Allow it in the channel's settings."
