"""Test posts: how a recap will look where it will be, clearly marked as a test. Nothing takes one for a post."""

from typing import Final

import discord
from discord import ui

from bot.delivery.outcome import Meaning, explain, rule_for
from bot.delivery.sender import NotNow, Refusal, Unknown
from bot.recaps.card import CardOptions, SpoilerMode, make_card
from bot.recaps.model import Recap
from bot.recaps.spoilers import Markup
from bot.texts import N_, Text, _, all_of, bold, lazy_ngettext
from cogs.destinations import READ_HISTORY, Destination, forum_tags, missing_permissions
from cogs.discord_answers import answer
from cogs.views import preview_view, small, text_view

NOT_NOW: Final = N_("Discord does not take it at the moment. Try again in a few minutes.")
IN_DOUBT: Final = N_("I cannot tell whether the test post arrived. Please look, and try again if it is missing.")


def trial_view(latest: Recap | None, show: Markup, spoilers: SpoilerMode) -> ui.LayoutView:
    """The card of the latest known recap, or a line of our own where none is known; its buttons mark no post."""
    marked = _("Test post · announces nothing, and mentions nobody")
    if latest is None:
        sample = _("New recaps will be posted here, with everything that spoils hidden: {show}.", show=show)
        return text_view(small(marked), Markup(sample))
    return preview_view(small(marked), make_card(latest, CardOptions(spoilers=spoilers)))


async def post_trial(channel: Destination, view: ui.LayoutView, *, tag: str | None) -> discord.Message | Text:
    """Post it, with the tag of this name in a forum. Returns the message, or what stands in its way."""
    missing = [name for name in missing_permissions(channel) if name != READ_HISTORY]
    if missing:
        return lazy_ngettext(
            "In {channel} I still need {permissions}. Allow it in the channel's settings, and try again.",
            "In {channel} I still need {permissions}. Allow them in the channel's settings, and try again.",
            len(missing),
            channel=channel.mention,
            permissions=all_of(list(map(bold, missing))),
        )
    sent = await answer(_send(channel, view, tag))
    match sent:
        case Refusal():
            return _refused(sent)
        case NotNow():
            return NOT_NOW
        case Unknown():
            return IN_DOUBT
        case _:
            return sent


def _refused(refusal: Refusal) -> Text:
    rule = rule_for(refusal)
    if rule.meaning is Meaning.DOUBT:
        return IN_DOUBT
    return explain(rule, refusal) if rule.sentence.message else NOT_NOW


async def _send(channel: Destination, view: ui.LayoutView, tag: str | None) -> discord.Message:
    nobody = discord.AllowedMentions.none()
    if isinstance(channel, discord.ForumChannel):
        created = await channel.create_thread(
            name=N_("Test post").within(100),
            view=view,
            applied_tags=forum_tags(channel, tag),
            allowed_mentions=nobody,
            suppress_embeds=True,
        )
        return created.message
    return await channel.send(view=view, allowed_mentions=nobody, suppress_embeds=True)
