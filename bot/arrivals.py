"""What a poll has brought: entries that nobody has seen, and seen ones that have changed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feeds.identity import content_hash
from bot.recaps.freshness import may_still_be_announced, news
from bot.recaps.model import Entry, EntryId, RecapId
from bot.store.entries import KnownEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that is new, or that its publisher has changed."""

    entry: Entry
    names: tuple[str, ...]
    content_hash: str
    #: What was known of it; None: nothing.
    known: KnownEntry | None
    #: Whether it may be announced, should it be a recap.
    fresh: bool

    @property
    def recap(self) -> RecapId | None:
        """The recap that it was understood to be before."""
        return self.known.recap if self.known else None


def arrivals(
    entries: Sequence[Entry],
    names: Mapping[str, tuple[str, ...]],
    known: Mapping[str, KnownEntry],
    *,
    first_poll: bool,
    now: datetime,
) -> list[Arrival]:
    """What has arrived with a poll: entries never seen under any of their names, and seen ones that have changed.

    Args:
        entries: what the feed holds now.
        names: under which else each entry may be known, by identity.
        known: the entries seen before, by their names.
        first_poll: whether the feed is read for the first time.
        now: when it was read.

    """
    matched = list(_matched(entries, names, known))
    fresh = news([entry for entry, _, before in matched if before is None], first_poll=first_poll, now=now)
    found = []
    for entry, own, before in matched:
        digest = content_hash(entry)
        if before is None:
            may = entry.identity in fresh
        elif before.content_hash != digest:
            may = before.fresh and before.recap is None and may_still_be_announced(before.first_seen_at, now)
        else:
            continue
        found.append(Arrival(entry=entry, names=own, content_hash=digest, known=before, fresh=may))
    return found


def _matched(
    entries: Sequence[Entry], names: Mapping[str, tuple[str, ...]], known: Mapping[str, KnownEntry]
) -> Iterator[tuple[Entry, tuple[str, ...], KnownEntry | None]]:
    """Each entry once, with its names and what was known of it.

    The identity decides first, so that no entry is mistaken for another one that is still in the feed.
    """
    entries = list({entry.identity: entry for entry in entries}.values())
    claimed = {known[entry.identity].id for entry in entries if entry.identity in known}
    done = set[EntryId]()
    for entry in entries:
        own = tuple(dict.fromkeys((entry.identity, *names[entry.identity])))
        before = known.get(entry.identity)
        if before is None:
            others = (known[name] for name in own if name in known)
            before = next((other for other in others if other.id not in claimed), None)
        elif before.id in done:
            continue
        if before is not None:
            claimed.add(before.id)
            done.add(before.id)
        yield entry, own, before
