"""What is said about subscriptions."""

from datetime import timedelta

import discord

from bot.recaps.card import SpoilerMode
from bot.recaps.spoilers import Markup, visible
from bot.store.subscriptions import Subscription, SubscriptionActivity
from cogs.destinations import Destination, can_ping, missing_sentence


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


def line(each: SubscriptionActivity) -> str:
    last = f"last post <t:{int(each.last_post_at.timestamp())}:R>" if each.last_post_at else "no post yet"
    waiting = f" · {each.waiting} waiting" if each.waiting else ""
    return (
        f"{about(each.subscription)} → <#{each.subscription.channel}>{options_of(each.subscription)} · {last}{waiting}"
    )


def about(subscription: Subscription) -> Markup:
    return Markup("Every show" if subscription.show is None else f"**{visible(title_of(subscription), 80)}**")


def title_of(subscription: Subscription) -> str:
    return subscription.show_title or "Every show"
