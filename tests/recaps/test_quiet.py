"""When it is quiet, whatever the clocks of a time zone do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recaps.quiet import QuietHours, Window, find_zone, zone_title

#: Zones whose clocks change by an hour, by half an hour, at midnight, or never, and one that skipped a whole day.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata", "Pacific/Apia")
NIGHT = QuietHours(start=time(22), end=time(7), zone="Europe/Berlin")

hours = st.builds(
    QuietHours,
    start=st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    end=st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    zone=st.sampled_from((*ZONES, "UTC", "Not/AZone", "../etc")),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        (utc(1, 10, 12), utc(1, 10, 21), utc(1, 11, 6)),
        (utc(1, 10, 21), utc(1, 10, 21), utc(1, 11, 6)),
        (utc(1, 11, 5, 59), utc(1, 10, 21), utc(1, 11, 6)),
        (utc(1, 11, 6), utc(1, 11, 21), utc(1, 12, 6)),
        # In summer the same hours come an hour earlier, and the night between is shorter or longer.
        (utc(7, 10, 12), utc(7, 10, 20), utc(7, 11, 5)),
        (utc(3, 28, 23), utc(3, 28, 21), utc(3, 29, 5)),
        (utc(10, 24, 23), utc(10, 24, 20), utc(10, 25, 6)),
    ],
)
def test_a_night_is_found_in_its_own_zone(now: datetime, begins: datetime, ends: datetime) -> None:
    assert NIGHT.window(now) == Window(begins, ends)


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    hour = QuietHours(start=time(2), end=time(3), zone="Europe/Berlin")

    assert hour.window(utc(10, 25, 0)) == Window(utc(10, 25, 0), utc(10, 25, 2))


def test_hours_that_begin_and_end_together_are_none() -> None:
    assert QuietHours(start=time(9), end=time(9)).window(utc(1, 1, 9)) is None


@settings(max_examples=200)
@given(hours, moments)
def test_the_window_is_the_present_one_or_lies_ahead(quiet: QuietHours, now: datetime) -> None:
    window = quiet.window(now)

    assert (window is None) == (quiet.start == quiet.end)
    if window is not None:
        assert window.begins < window.ends
        assert now < window.ends
        assert window.begins.tzinfo is UTC
        assert window.ends - now < timedelta(days=3)


@settings(max_examples=200)
@given(hours.filter(lambda quiet: quiet.zone in ZONES), moments)
def test_whenever_the_clock_on_the_wall_says_so_it_is_quiet(quiet: QuietHours, now: datetime) -> None:
    wall, window = now.astimezone(ZoneInfo(quiet.zone)).time(), quiet.window(now)
    in_one_day, over_midnight = quiet.start <= wall < quiet.end, wall >= quiet.start or wall < quiet.end
    should_be = in_one_day if quiet.start <= quiet.end else over_midnight

    if should_be:
        assert window is not None
        assert now in window


@settings(max_examples=100)
@given(hours, moments)
def test_the_next_window_begins_no_earlier_than_this_one_ends_unless_they_touch(
    quiet: QuietHours, now: datetime
) -> None:
    this = quiet.window(now)
    if this is not None:
        following = quiet.window(this.ends)
        assert following is not None
        assert following.ends > this.ends


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("utc+1", "Etc/GMT-1"),
        ("GMT -03:00", "Etc/GMT+3"),
        ("UTC\u221203", "Etc/GMT+3"),
        ("+5", "Etc/GMT-5"),
        ("utc+0", "Etc/GMT-0"),
        ("utc+5:30", None),
        ("utc+15", None),
        ("Gotham", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_zones_are_found_by_name_or_city(typed: str, zone: str | None) -> None:
    assert find_zone(typed) == zone


@pytest.mark.parametrize(
    ("zone", "title"),
    [("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC"), ("Etc/GMT-1", "UTC+1"), ("Etc/GMT+11", "UTC-11")],
)
def test_a_zone_is_found_by_what_it_is_called(zone: str, title: str) -> None:
    assert zone_title(zone) == title
    assert find_zone(title) == zone


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_the_search_for_a_zone(typed: str) -> None:
    find_zone(typed)
