"""How a feed is, as those who added it hear it: once when it has failed for a day, once when it is back. Pure."""

from datetime import datetime

from bot.intervals import TELL_AFTER
from bot.recaps.spoilers import visible
from bot.store.feeds import Feed


def failing_notice(feed: Feed, sentence: str, *, gone: bool, now: datetime) -> str | None:
    """What to say after a failure, if it is time to say something."""
    name = visible(feed.name, 60)
    if gone:
        return f"The feed of **{name}** has ended, and is not read any more. {sentence}"
    failing_since = feed.failing_since or now
    if feed.told_failing or now - failing_since < TELL_AFTER:
        return None
    return f"The feed of **{name}** could not be read for a day. {sentence} `/feeds list` shows how it is."


def recovery_notice(feed: Feed) -> str | None:
    """What to say after a success, if somebody has heard of the failure."""
    return f"The feed of **{visible(feed.name, 60)}** can be read again." if feed.told_failing else None
