"""Which entries are news: what may be announced, and what is stored in silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.recaps.model import Entry

#: What was published longer ago than this is not news, however new it is to us.
NEWS_FOR: Final = timedelta(days=3)
#: Of a poll's undated entries, so many of the newest are taken for news.
UNDATED_NEWS: Final = 5
#: So long after it was first seen, an entry may still turn into a recap and be announced.
MAY_BECOME_A_RECAP_FOR: Final = timedelta(hours=48)


def news(entries: Sequence[Entry], *, first_poll: bool, now: datetime) -> set[str]:
    """The identities of those new entries (the newest first) that may be announced.

    The first poll of a feed announces nothing: what it finds was there before anybody asked.
    """
    if first_poll:
        return set()
    dated = {entry.identity for entry in entries if entry.published and now - entry.published <= NEWS_FOR}
    undated = [entry.identity for entry in entries if entry.published is None]
    return dated | set(undated[:UNDATED_NEWS])


def may_still_be_announced(first_seen: datetime, now: datetime) -> bool:
    """Whether an entry that has only now turned into a recap is news."""
    return now - first_seen <= MAY_BECOME_A_RECAP_FOR
