"""What the admins are told about posts: what is wrong, and what to do. Nothing of a recap is in it."""

from bot.recaps.model import ChannelId
from bot.store.errands import ErrandKind


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


def undone(channel: ChannelId, kind: ErrandKind, reason: str) -> str:
    """What is done with posts elsewhere cannot be done here; the posts themselves are complete."""
    what = {ErrandKind.PUBLISH: "publish recaps", ErrandKind.THREAD: "open threads below recaps"}[kind]
    return f"I cannot {what} in <#{channel}>. {reason} Later recaps are tried again."


def role_gone(channel: ChannelId | None) -> str:
    """A role that posts mentioned was deleted; None: the one of the server's settings."""
    where = "in this server's `/settings`" if channel is None else f"for <#{channel}>"
    return f"The role that recaps were to mention {where} was deleted. They go on without it, until you choose another."


def doubtful(channel: ChannelId) -> str:
    """One post may be there or not, and nobody can look."""
    return (
        f"I cannot tell whether a recap arrived in <#{channel}>: the connection broke while I was posting it. "
        "Please look, and press the button if it is missing. "
        "With **Read Message History** there, I can look for myself next time."
    )
