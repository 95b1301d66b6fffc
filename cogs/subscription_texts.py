"""What is said about subscriptions."""

from datetime import datetime, timedelta
from typing import Final

import discord

from bot.recaps.card import SpoilerMode
from bot.recaps.spoilers import Markup, visible
from bot.store.subscriptions import Subscription, SubscriptionActivity
from cogs.destinations import Destination, can_ping, missing_sentence

#: Reasons are sentences of our own, with names of permissions in them.
LONGEST_REASON: Final = 120
#: From so many on it is told how many subscriptions are left.
FEW: Final = 20


def confirmation(saved: Subscription, channel: Destination, role: discord.Role | None, *, new: bool) -> list[Markup]:
    """What was done, what comes next, and what still stands in the way."""
    if new:
        first = f"{about(saved)} will be posted in <#{saved.channel}>{options_of(saved)}."
        comes = "Nothing old is posted: the next one comes as soon as a feed publishes it."
    else:
        options = options_of(saved) or " as the server has set it"
        first = f"{about(saved)} was posted in <#{saved.channel}> already; from now on{options}."
        comes = ""
    lines = [first, comes, missing_sentence(channel) or ""]
    if role is not None and not can_ping(channel, role):
        lines.append(no_ping(role))
    return [Markup(line) for line in lines if line]


def few_left(left: int | None) -> list[Markup]:
    """How many more subscriptions a server may have, told before it is none; None: nothing was added."""
    if left is None or left > FEW:
        return []
    more = f"{left} more subscriptions" if left > 1 else "one more subscription" if left else "no more subscriptions"
    return [Markup(f"-# This server may have {more}.")]


def no_ping(role: discord.Role) -> str:
    """What an admin should hear about a role whose members a mention does not reach."""
    return (
        f"⚠️ <@&{role.id}> cannot be notified: let anyone mention it in the role's settings, "
        "or allow me *Mention Everyone*."
    )


def pings(role: discord.Role) -> bool:
    """Whether a mention of a role reaches its members, as far as it does not depend on the channel."""
    return role.mentionable or role.guild.me.guild_permissions.mention_everyone


def options_of(subscription: Subscription) -> str:
    options = (
        f" from {visible(subscription.feed_name, 60)}" if subscription.feed_name else "",
        f" mentioning <@&{subscription.role}>" if subscription.role else "",
        f" {_minutes(subscription.delay)} after publication" if subscription.delay else "",
        " with the plot behind Reveal only" if subscription.spoilers is SpoilerMode.BUTTON else "",
        " with the plot behind spoiler tags" if subscription.spoilers is SpoilerMode.TAGGED else "",
    )
    return ",".join(option for option in options if option)


def _minutes(delay: timedelta) -> str:
    minutes = int(delay.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def line(each: SubscriptionActivity, now: datetime) -> str:
    """One line of the list: what is posted where and how, when it last was, what waits, and why."""
    last = f"last post {_relative(each.last_post_at)}" if each.last_post_at else "no post yet"
    waiting = f" · {each.waiting} waiting{_why(each, now)}" if each.waiting else ""
    return (
        f"{about(each.subscription)} → <#{each.subscription.channel}>{options_of(each.subscription)} · {last}{waiting}"
    )


def _why(each: SubscriptionActivity, now: datetime) -> str:
    """Why it waits, as far as it does not simply go out at this moment."""
    if each.pause is not None:
        return f": {each.pause[:LONGEST_REASON]}"
    if each.quiet is not None and now in each.quiet:
        return f" until the quiet hours end {_relative(each.quiet.ends)}"
    if each.next_due is not None and each.next_due > now:
        return f", due {_relative(each.next_due)}"
    return ""


def _relative(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"


def about(subscription: Subscription) -> Markup:
    return Markup("Every show" if subscription.show is None else f"**{visible(title_of(subscription), 80)}**")


def title_of(subscription: Subscription) -> str:
    return subscription.show_title or "Every show"
