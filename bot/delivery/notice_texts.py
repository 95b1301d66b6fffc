"""What the admins are told about posts: what is wrong, and what to do. Nothing of a recap is in it."""

from bot.recaps.model import ChannelId
from bot.store.errands import ErrandKind
from bot.texts import N_, Text, lazy_ngettext


def paused(channel: ChannelId, reason: Text) -> Text:
    """A destination takes nothing until somebody mends it."""
    return N_(
        "I cannot post in {channel}. {reason} What is due there waits up to seven days.",
        channel=_mentioned(channel),
        reason=reason,
    )


def stale(channel: ChannelId, count: int) -> Text:
    """What waited too long was given up."""
    return lazy_ngettext(
        "I gave up 1 recap that had waited for {channel} for more than seven days. `/latest` shows what was missed.",
        "I gave up {count} recaps that had waited for {channel} for more than seven days. "
        "`/latest` shows what was missed.",
        count,
        channel=_mentioned(channel),
    )


def dropped(channel: ChannelId, reason: Text) -> Text:
    """One post was refused, and always will be."""
    return N_(
        "I could not post a recap in {channel}. {reason} `/latest` shows what was missed.",
        channel=_mentioned(channel),
        reason=reason,
    )


def undone(channel: ChannelId, kind: ErrandKind, reason: Text) -> Text:
    """What is done with posts elsewhere cannot be done here; the posts themselves are complete."""
    cannot = {
        ErrandKind.PUBLISH: N_("I cannot publish recaps in {channel}. {reason} Later recaps are tried again."),
        ErrandKind.THREAD: N_(
            "I cannot open threads below recaps in {channel}. {reason} Later recaps are tried again."
        ),
    }
    return cannot[kind].filled(channel=_mentioned(channel), reason=reason)


def role_gone(channel: ChannelId | None) -> Text:
    """A role that posts mentioned was deleted; None: the one of the server's settings."""
    if channel is None:
        return N_(
            "The role that recaps were to mention in this server's `/settings` was deleted. "
            "They go on without it, until you choose another."
        )
    return N_(
        "The role that recaps were to mention for {channel} was deleted. "
        "They go on without it, until you choose another.",
        channel=_mentioned(channel),
    )


def channel_gone(name: str | None, count: int) -> Text:
    """A channel was deleted, and its subscriptions ended with it; None: what it was called is not known any more."""
    return lazy_ngettext(
        "{channel} was deleted, and a subscription ended with it. `/subscribe` takes another channel.",
        "{channel} was deleted, and {count} subscriptions ended with it. `/subscribe` takes another channel.",
        count,
        channel=N_("A channel") if name is None else f"**#{name}**",
    )


def doubtful(channel: ChannelId) -> Text:
    """One post may be there or not, and nobody can look."""
    return N_(
        "I cannot tell whether a recap arrived in {channel}: the connection broke while I was posting it. "
        "Please look, and press the button if it is missing. "
        "With **Read Message History** there, I can look for myself next time.",
        channel=_mentioned(channel),
    )


def _mentioned(channel: ChannelId) -> str:
    return f"<#{channel}>"
