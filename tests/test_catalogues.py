"""What ships in data/shows.toml and data/feeds.toml is well formed and contradicts neither itself nor the other."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.recaps.shows import ShowIndex, normal_form, shipped_shows
from bot.shipped import tables

SHOWS = tables("shows.toml")
ROWS = shipped_shows(SHOWS)
FEEDS: list[dict[str, Any]] = tables("feeds.toml")["feed"]

SHOW_KEYS = {"title", "year", "country", "native", "aliases", "initials"}
FEED_KEYS = {"url", "name", "language", "show", "excerpts"}


def names_of(row: Mapping[str, Any]) -> list[str]:
    return [row["title"], *row.get("native", ()), *row.get("aliases", ()), *row.get("initials", ())]


def shared_names() -> Iterator[tuple[str, str, str]]:
    """Each normal form that two shows have, with their titles."""
    owners: dict[str, list[str]] = {}
    for row in ROWS:
        for form in {normal_form(name) for name in names_of(row)}:
            owners.setdefault(form, []).append(row["title"])
    for form, titles in owners.items():
        for one, other in combinations(titles, 2):
            yield form, one, other


@pytest.fixture(scope="module")
def index() -> ShowIndex[str]:
    return ShowIndex.from_tables(SHOWS)


def test_a_few_hundred_shows_ship_from_many_countries() -> None:
    assert len(ROWS) >= 350
    assert len(SHOWS["shows"]) >= 15


def test_every_show_has_known_keys_of_the_right_kind() -> None:
    for row in ROWS:
        assert set(row) <= SHOW_KEYS, row
        assert re.fullmatch("[a-z]{2}", row["country"]), row
        assert 1945 <= row.get("year", 2000) <= 2030, row
        assert all(name == name.strip() != "" for name in names_of(row)), row


def test_no_title_ships_twice() -> None:
    forms = Counter(normal_form(row["title"]) for row in ROWS)

    assert [form for form, count in forms.items() if count > 1] == []


def test_no_name_of_a_show_says_the_same_as_another_of_its_names() -> None:
    for row in ROWS:
        written = [name.casefold() for name in names_of(row)]
        assert len(written) == len(set(written)), row


def test_every_title_and_every_native_title_that_is_no_other_shows_finds_its_show(index: ShowIndex[str]) -> None:
    shared = {form for form, _, _ in shared_names()}
    for row in ROWS:
        assert index.canonical(row["title"]) == row["title"]
        for name in names_of(row):
            assert normal_form(name) in shared or index.find(name) == row["title"], name


def test_shows_that_share_a_name_are_declared_different(index: ShowIndex[str]) -> None:
    undeclared = [(form, one, other) for form, one, other in shared_names() if not index.are_distinct(one, other)]

    assert undeclared == []


def test_a_name_that_shows_share_is_taken_for_one_only_where_the_article_tells_them_apart(
    index: ShowIndex[str],
) -> None:
    assert {form for form, _, _ in shared_names() if index.canonical(form)} == {"voice", "gooddoctor"}


def test_shows_of_a_never_merge_group_have_different_normal_forms() -> None:
    for group in SHOWS["never_merge"]:
        assert len({normal_form(title) for title in group}) == len(group) > 1, group


def test_never_merge_groups_name_titles_and_not_aliases() -> None:
    titles = {row["title"] for row in ROWS}
    aliases = {normal_form(name) for row in ROWS for name in names_of(row)[1:]}
    for group in SHOWS["never_merge"]:
        assert [title for title in group if title not in titles and normal_form(title) in aliases] == []


def test_initials_are_capitals_so_that_feeds_can_mean_them() -> None:
    for row in ROWS:
        for initials in row.get("initials", ()):
            assert initials.isupper() or sum(map(str.isupper, initials)) > 1, row


def test_every_feed_has_known_keys_and_a_language() -> None:
    assert len(FEEDS) >= 24
    for feed in FEEDS:
        assert {"url", "name", "language"} <= set(feed) <= FEED_KEYS, feed
        assert re.fullmatch("[a-z]{2}", feed["language"]), feed
        assert isinstance(feed.get("excerpts", False), bool), feed


def test_every_feed_has_a_plain_https_address_of_its_own() -> None:
    for feed in FEEDS:
        parts = urlsplit(feed["url"])
        assert parts.scheme == "https", feed
        assert parts.hostname, feed
        assert parts.netloc == parts.hostname, feed
        assert not parts.fragment, feed
    addresses = Counter(feed["url"].removeprefix("https://").removeprefix("www.").rstrip("/") for feed in FEEDS)
    assert max(addresses.values()) == 1


def test_no_two_feeds_have_one_name() -> None:
    assert max(Counter(normal_form(feed["name"]) for feed in FEEDS).values()) == 1


def test_a_feed_about_one_show_names_a_show_that_ships(index: ShowIndex[str]) -> None:
    for feed in FEEDS:
        assert "show" not in feed or index.canonical(feed["show"]) == feed["show"], feed
