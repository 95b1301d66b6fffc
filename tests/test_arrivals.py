"""What counts as having arrived, whatever a site does to its entries."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arrivals import Arrival, arrivals
from bot.feeds.identity import Marks, identities, telling_fingerprints
from bot.recaps.model import Entry, EntryId, Kind, RecapId
from bot.store.entries import KnownEntry
from tests.newsroom import NOW

HOUR = timedelta(hours=1)


class Memory:
    """What the store would remember of a feed."""

    def __init__(self) -> None:
        self.names: dict[str, KnownEntry] = {}
        self.polls = 0

    def poll(self, entries: list[Entry], now: datetime = NOW) -> list[Arrival]:
        arrived = arrivals(entries, telling_fingerprints(entries), self.names, first_poll=self.polls == 0, now=now)
        self.polls += 1
        for arrival in arrived:
            self._remember(arrival, now)
        return arrived

    def _remember(self, arrival: Arrival, now: datetime) -> None:
        if arrival.known is None:
            id_ = EntryId(len({known.id for known in self.names.values()}) + 1)
            known = KnownEntry(
                id=id_,
                kind=Kind.OTHER,
                content_hash=arrival.content_hash,
                first_seen_at=now,
                fresh=arrival.fresh,
                recap=None,
            )
        else:
            known = replace(arrival.known, content_hash=arrival.content_hash)
        for name in arrival.names:
            self.names.setdefault(name, known)
        self.names = {name: known if each.id == known.id else each for name, each in self.names.items()}

    def becomes_recap(self) -> None:
        self.names = {name: replace(known, recap=RecapId(known.id)) for name, known in self.names.items()}


def entry(
    number: int = 1,
    *,
    guid: str | None = None,
    link: str | None = None,
    title: str | None = None,
    published: datetime | None = NOW,
    html: str = "",
) -> Entry:
    mark = Marks(
        title=title or f"What happened in part {number}",
        guid=guid or f"guid-{number}",
        link=link or f"https://site.example/part-{number}",
        published=published,
    )
    [identity] = identities([mark])
    return Entry(identity=identity, title=mark.title, link=mark.link, published=published, html=html)


def test_the_first_poll_announces_nothing() -> None:
    arrived = Memory().poll([entry(1), entry(2, published=None)])

    assert len(arrived) == 2
    assert not any(arrival.fresh for arrival in arrived)


def test_what_is_new_afterwards_may_be_announced() -> None:
    memory = Memory()
    memory.poll([entry(1)])

    [arrival] = memory.poll([entry(2), entry(1)])

    assert arrival.entry == entry(2)
    assert arrival.fresh


def test_only_what_was_published_within_three_days_is_news() -> None:
    memory = Memory()
    memory.poll([])

    arrived = memory.poll([entry(day, published=NOW - timedelta(days=day)) for day in range(1, 6)])

    assert [arrival.fresh for arrival in arrived] == [True, True, True, False, False]


def test_of_undated_entries_the_five_newest_are_news() -> None:
    memory = Memory()
    memory.poll([])

    arrived = memory.poll([entry(number, published=None) for number in range(9)])

    assert [arrival.fresh for arrival in arrived] == [True] * 5 + [False] * 4


def test_an_entry_that_changes_has_arrived_again_and_is_news_for_two_days() -> None:
    memory = Memory()
    memory.poll([])
    memory.poll([entry(1)])

    [early] = memory.poll([entry(1, html="The recap.")], NOW + 47 * HOUR)
    [late] = memory.poll([entry(1, html="The recap, corrected.")], NOW + 49 * HOUR)

    assert early.known is not None
    assert early.fresh
    assert not late.fresh


def test_a_recap_that_changes_is_never_news_again() -> None:
    memory = Memory()
    memory.poll([])
    memory.poll([entry(1)])
    memory.becomes_recap()

    [arrival] = memory.poll([entry(1, html="The plot.")], NOW + HOUR)

    assert arrival.known is not None
    assert not arrival.fresh


def test_an_entry_that_takes_over_the_link_of_another_is_new_and_the_other_stays_known() -> None:
    memory = Memory()
    memory.poll([entry(1)])

    arrived = memory.poll([entry(2, link="https://site.example/part-1"), entry(1, link="https://site.example/moved")])

    assert {(arrival.entry.identity, arrival.known is None) for arrival in arrived} == {
        (entry(2).identity, True),
        (entry(1).identity, False),
    }


identifiers = st.sampled_from(["a", "b", "c"])
odd_entries = st.builds(
    lambda guid, link, title, day: entry(
        guid=guid,
        link=f"https://site.example/{link}",
        title=f"The title of part {title}",
        published=None if day is None else NOW - timedelta(days=day),
    ),
    identifiers,
    identifiers,
    identifiers,
    st.none() | st.integers(0, 9),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(odd_entries, max_size=6), min_size=1, max_size=4))
def test_however_a_feed_muddles_its_entries_asking_again_brings_nothing(polls: list[list[Entry]]) -> None:
    memory = Memory()
    for entries in polls:
        memory.poll(entries)

    again = memory.poll(polls[-1])

    assert not any(arrival.fresh for arrival in again)


#: What sites do to entries that stay the same.
meddling = st.sampled_from(
    [
        lambda number: entry(number, link=f"http://www.site.example/part-{number}/?utm_source=rss"),
        lambda number: entry(number, guid=f"new-{number}"),
        lambda number: entry(number, title=f"Part {number}: what really happened"),
        lambda number: entry(number, published=NOW + number * HOUR),
        lambda number: entry(number, guid=f"other-{number}", published=NOW - 2 * HOUR),
        lambda number: entry(number, html="Corrected."),
        entry,
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(1, 5), meddling), max_size=5, unique_by=lambda each: each[0]), max_size=5)
)
def test_a_known_entry_is_never_new_whatever_its_site_does_to_it(polls: list[list[tuple[int, object]]]) -> None:
    memory = Memory()
    memory.poll([entry(number) for number in range(1, 6)])

    for changes in polls:
        arrived = memory.poll([change(number) for number, change in changes])  # type: ignore[operator]

        assert all(arrival.known is not None for arrival in arrived)
        assert not any(arrival.fresh for arrival in arrived)
