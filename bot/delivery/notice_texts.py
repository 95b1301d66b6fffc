"""What the admins are told about posts: what is wrong, and what to do. Nothing of a recap is in it."""

from bot.recaps.model import ChannelId


def paused(channel: ChannelId, reason: str) -> str:
    """A destination takes nothing until somebody mends it."""
    return f"I cannot post in <#{channel}>. {reason} What is due there waits up to seven days."


def stale(channel: ChannelId, count: int) -> str:
    """What waited too long was given up."""
    posts = "1 recap" if count == 1 else f"{count} recaps"
    return (
        f"I gave up {posts} that had waited for <#{channel}> for more than seven days. /latest shows what was missed."
    )


def dropped(channel: ChannelId, reason: str) -> str:
    """One post was refused, and always will be."""
    return f"I could not post a recap in <#{channel}>. {reason} /latest shows what was missed."


def doubtful(channel: ChannelId) -> str:
    """One post may be there or not, and nobody can look."""
    return (
        f"I cannot tell whether a recap arrived in <#{channel}>: the connection broke while I was posting it. "
        "Please look, and press the button if it is missing. "
        "With **Read Message History** there, I can look for myself next time."
    )
