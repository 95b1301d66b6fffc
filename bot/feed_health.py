"""How a feed is, as those who added it hear it: once when it has failed for a day, once when it is back. Pure."""

from datetime import datetime

from bot.intervals import TELL_AFTER
from bot.recaps.spoilers import visible
from bot.store.feeds import Feed
from bot.texts import N_, Text


def failing_notice(feed: Feed, sentence: Text, *, gone: bool, now: datetime) -> Text | None:
    """What to say after a failure, if it is time to say something."""
    name = visible(feed.name, 60)
    if gone:
        return N_("The feed of **{feed}** has ended, and is not read any more. {reason}", feed=name, reason=sentence)
    failing_since = feed.failing_since or now
    if feed.told_failing or now - failing_since < TELL_AFTER:
        return None
    return N_(
        "The feed of **{feed}** could not be read for a day. {reason} `/feeds list` shows how it is.",
        feed=name,
        reason=sentence,
    )


def recovery_notice(feed: Feed) -> Text | None:
    """What to say after a success, if somebody has heard of the failure."""
    if not feed.told_failing:
        return None
    return N_("The feed of **{feed}** can be read again.", feed=visible(feed.name, 60))
