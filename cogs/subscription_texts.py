"""What is said about subscriptions."""

from datetime import datetime, timedelta
from typing import Final

import discord

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId
from bot.recaps.spoilers import Markup, visible
from bot.store.subscriptions import MOST_SUBSCRIPTIONS, Subscription, SubscriptionActivity
from bot.texts import N_, Text, _, ngettext
from cogs.destinations import Destination, can_ping, missing_sentence
from cogs.views import small

#: Reasons are sentences of our own, with names of permissions in them.
LONGEST_REASON: Final = 120
#: Archived threads are not known until somebody writes in them.
UNSEEN: Final = N_("gone, or an archived thread")
TOO_MANY: Final = N_(
    "This server has {most} subscriptions, and more are not possible. Remove some in `/subscriptions`, "
    "or subscribe to every show.",
    most=MOST_SUBSCRIPTIONS,
)
#: From so many on it is told how many subscriptions are left.
FEW: Final = 20


def confirmation(saved: Subscription, channel: Destination, *, new: bool) -> list[Markup]:
    """What was done, what comes next, and what still stands in the way."""
    show, where, options = about(saved), f"<#{saved.channel}>", options_of(saved)
    if new:
        first = _("{show} will be posted in {channel}{options}.", show=show, channel=where, options=options)
        comes = _("Nothing old is posted: the next one comes as soon as a feed publishes it.")
    else:
        options = options or " " + _("as the server has set it")
        first = _(
            "{show} was posted in {channel} already; from now on{options}.", show=show, channel=where, options=options
        )
        comes = ""
    lines = [first, comes, missing_sentence(channel) or ""]
    role = channel.guild.get_role(saved.role or 0)
    if role is not None and not can_ping(channel, role):
        lines.append(str(no_ping(role)))
    return [Markup(line) for line in lines if line]


def few_left(left: int | None) -> list[Markup]:
    """How many more subscriptions a server may have, told before it is none; None: nothing was added."""
    if left is None or left > FEW:
        return []
    if left == 0:
        return [small(_("This server may have no more subscriptions."))]
    may_have = ngettext(
        "This server may have one more subscription.", "This server may have {count} more subscriptions.", left
    )
    return [small(may_have)]


def no_ping(role: discord.Role) -> Text:
    """What an admin should hear about a role whose members a mention does not reach."""
    return N_(
        "⚠️ {role} cannot be notified: let anyone mention it in the role's settings, or allow me *Mention Everyone*.",
        role=f"<@&{role.id}>",
    )


def pings(role: discord.Role) -> bool:
    """Whether a mention of a role reaches its members, as far as it does not depend on the channel."""
    return role.mentionable or role.guild.me.guild_permissions.mention_everyone


def options_of(subscription: Subscription) -> str:
    """What was chosen for it, to follow in a sentence; it begins with a space, or is empty."""
    options = (
        _("from {feed}", feed=visible(subscription.feed_name, 60)) if subscription.feed_name else "",
        _("mentioning {role}", role=f"<@&{subscription.role}>") if subscription.role else "",
        _("{delay} after publication", delay=_length(subscription.delay)) if subscription.delay else "",
        _("with the plot behind Reveal only") if subscription.spoilers is SpoilerMode.BUTTON else "",
        _("with the plot behind spoiler tags") if subscription.spoilers is SpoilerMode.TAGGED else "",
    )
    return ",".join(f" {option}" for option in options if option)


def _length(delay: timedelta) -> Text:
    minutes = int(delay.total_seconds() // 60)
    return N_("{minutes} min", minutes=minutes) if minutes % 60 else N_("{hours} h", hours=minutes // 60)


def line(each: SubscriptionActivity, now: datetime, guild: discord.Guild | None) -> str:
    """One line of the list: what is posted where and how, when it last was, what waits, and why."""
    show, channel = about(each.subscription), place(each.subscription.channel, guild)
    last = _("last post {when}", when=_relative(each.last_post_at)) if each.last_post_at else _("no post yet")
    waiting = f" · {_waiting(each, now)}" if each.waiting else ""
    return f"{show} → {channel}{options_of(each.subscription)} · {last}{waiting}"


def place(channel: ChannelId, guild: discord.Guild | None) -> str:
    """Where it is posted, for a text."""
    mention = f"<#{channel}>"
    if guild is not None and guild.get_channel_or_thread(channel) is None:
        return f"{mention} ({UNSEEN})"
    return mention


def place_name(channel: ChannelId, guild: discord.Guild | None) -> str:
    """Where it is posted, for a menu, where mentions are not shown as such."""
    known = guild and guild.get_channel_or_thread(channel)
    return f"#{known.name}" if known else str(UNSEEN)


def _waiting(each: SubscriptionActivity, now: datetime) -> str:
    """How many wait, and why, as far as they do not simply go out at this moment."""
    number = each.waiting
    if each.pause is not None:
        return _("{number} waiting: {reason}", number=number, reason=each.pause.within(LONGEST_REASON))
    if each.quiet is not None and now in each.quiet:
        return _("{number} waiting until the quiet hours end {when}", number=number, when=_relative(each.quiet.ends))
    if each.next_due is not None and each.next_due > now:
        return _("{number} waiting, due {when}", number=number, when=_relative(each.next_due))
    return _("{number} waiting", number=number)


def _relative(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"


def about(subscription: Subscription) -> Markup:
    return Markup(_("Every show") if subscription.show is None else f"**{visible(title_of(subscription), 80)}**")


def title_of(subscription: Subscription) -> str:
    return subscription.show_title or _("Every show")
