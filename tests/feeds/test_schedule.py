"""Feeds are asked when they usually publish, left in peace when they do not, and never given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.schedule import LONGEST_PAUSE, MAXIMUM, MINIMUM, next_poll

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ago(time: timedelta) -> int:
    return int((NOON - time).timestamp())


#: A feed that publishes at nine in the evening, every evening.
EVENINGS = [ago(DAY * number + 15 * HOUR) for number in range(20)]

histories = st.lists(st.timedeltas(timedelta(), timedelta(days=60)).map(ago), max_size=60)
waits = st.none() | st.timedeltas(timedelta(), timedelta(days=400))


def polls(history: list[int], *, since: datetime, until: datetime) -> list[datetime]:
    """When a feed is asked, if nothing new comes."""
    asked = [since]
    while asked[-1] < until:
        asked.append(next_poll(asked[-1], published=history))
    return asked[1:-1]


@settings(max_examples=60, deadline=None)
@given(histories, waits, waits, st.integers(0, 50), st.floats(0, 1))
def test_a_feed_that_works_is_asked_within_the_bounds(
    published: list[int], fresh_for: timedelta | None, ttl: timedelta | None, unchanged: int, jitter: float
) -> None:
    due = next_poll(NOON, published=published, fresh_for=fresh_for, ttl=ttl, unchanged=unchanged, jitter=jitter)

    assert MINIMUM <= due - NOON <= MAXIMUM


@given(st.integers(1, 10**6), waits, st.floats(0, 1))
def test_a_feed_that_fails_is_asked_again_after_the_minimum_and_at_least_daily(
    failures: int, retry_after: timedelta | None, jitter: float
) -> None:
    wait = next_poll(NOON, failures=failures, retry_after=retry_after, jitter=jitter) - NOON

    assert MINIMUM <= wait <= LONGEST_PAUSE * 1.25
    assert wait >= min(retry_after or timedelta(), LONGEST_PAUSE)


def test_failures_back_off() -> None:
    waits = [next_poll(NOON, failures=number, jitter=0) - NOON for number in range(1, 12)]

    assert waits[:4] == [MINIMUM, 2 * MINIMUM, 4 * MINIMUM, 8 * MINIMUM]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE


def test_a_server_that_asks_for_time_gets_it() -> None:
    assert next_poll(NOON, failures=1, retry_after=6 * HOUR) == NOON + 6 * HOUR


def test_a_feed_is_asked_more_often_around_the_time_it_publishes() -> None:
    midnight = NOON - 12 * HOUR
    asked = polls(EVENINGS, since=midnight, until=midnight + DAY)
    evening = [moment for moment in asked if 20 <= moment.hour <= 21]
    morning = [moment for moment in asked if 6 <= moment.hour <= 17]

    assert len(evening) >= 3
    assert len(morning) <= 8, "two hours at most between two polls"


def test_a_daily_entry_is_read_soon_and_with_few_requests() -> None:
    asked = polls(EVENINGS, since=NOON - HOUR, until=NOON + DAY)
    tonight = NOON.replace(hour=21)

    assert min(moment for moment in asked if moment >= tonight) - tonight <= 0.5 * HOUR
    assert len(asked) <= 25


def test_a_busy_feed_is_asked_often_and_a_silent_one_seldom() -> None:
    busy = [ago(timedelta(minutes=20) * number) for number in range(50)]
    silent = [ago(200 * DAY + DAY * number) for number in range(50)]

    assert next_poll(NOON, published=busy) - NOON <= 4 * MINIMUM
    assert next_poll(NOON, published=silent) - NOON >= MAXIMUM * 0.9


def test_a_feed_without_dates_is_asked_less_the_longer_nothing_comes() -> None:
    waits = [next_poll(NOON, unchanged=number, jitter=0) - NOON for number in range(8)]

    assert waits[0] == MINIMUM
    assert waits == sorted(waits)
    assert waits[-1] > MAXIMUM * 0.8


def test_dates_to_come_say_nothing() -> None:
    assert next_poll(NOON, published=[ago(-DAY)], jitter=0) == next_poll(NOON, published=[ago(900 * DAY)], jitter=0)


@pytest.mark.parametrize("hint", ["fresh_for", "ttl"])
def test_what_the_site_says_is_heard_within_the_bounds(hint: str) -> None:
    busy = [ago(timedelta(minutes=5) * number) for number in range(50)]
    hints = {hint: HOUR}

    assert next_poll(NOON, published=busy, **hints, jitter=0.5) - NOON >= 0.9 * HOUR  # type: ignore[arg-type]


def test_hours_to_be_skipped_are_skipped() -> None:
    asked = [next_poll(NOON + number * HOUR, skip_hours=range(22)) for number in range(48)]

    assert {moment.hour for moment in asked} <= {22, 23}
    assert next_poll(NOON, skip_hours=range(24)) - NOON <= MAXIMUM


def test_feeds_that_meet_do_not_stay_together() -> None:
    dues = {next_poll(NOON, published=EVENINGS, jitter=number / 100) for number in range(100)}

    assert len(dues) == 100


def test_other_bounds_are_kept() -> None:
    minute, week = timedelta(minutes=1), timedelta(days=7)

    assert next_poll(NOON, minimum=minute, maximum=minute) == NOON + minute
    assert minute <= next_poll(NOON, published=EVENINGS, minimum=minute, maximum=week) - NOON <= week
    assert next_poll(NOON, failures=9, minimum=week, maximum=2 * week) - NOON >= week
