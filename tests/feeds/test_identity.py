"""An entry is known again whatever its site does to it, and never mistaken for another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import (
    Marks,
    content_hash,
    fingerprints,
    identities,
    normal_link,
    telling_fingerprints,
)
from bot.recaps.model import Entry

DAY = datetime(2026, 2, 28, 21, tzinfo=UTC)


def entry(
    *,
    guid: str | None = "tag:lantern.example,2026:3",
    title: str = "Moon Orchard S1E3 recap: Twelve Lamps",
    link: str | None = "https://lantern.example/moon-orchard-3/",
    published: datetime | None = DAY,
) -> Entry:
    (identity,) = identities([Marks(guid=guid, title=title, link=link, published=published)])
    return Entry(identity=identity, title=title, link=link, published=published, html="<p>Dark.</p>")


def same(one: Entry, other: Entry) -> bool:
    return bool(set(fingerprints(one)) & set(fingerprints(other)))


@pytest.mark.parametrize(
    "link",
    [
        "http://lantern.example/moon-orchard-3/",
        "https://www.lantern.example/moon-orchard-3",
        "HTTPS://Lantern.Example:443/moon-orchard-3//",
        "https://lantern.example/moon-orchard-3/?utm_source=rss&utm_medium=feed",
        "https://lantern.example/moon-orchard-3/?fbclid=abc#comments",
        "https://lantern.example/moon%2Dorchard-3/#top",
    ],
)
def test_a_link_in_other_clothes_is_no_new_entry(link: str) -> None:
    assert entry(guid=None, link=link).identity == entry(guid=None).identity
    assert entry(guid=link).identity == entry(guid="https://lantern.example/moon-orchard-3/").identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/?p=1", "https://a.example/?p=2"),
        ("https://a.example/1", "https://a.example/2"),
        ("https://a.example/1", "https://b.example/1"),
        ("https://a.example/#!/ep-1", "https://a.example/#!/ep-2"),
        ("https://a.example:8080/1", "https://a.example/1"),
        ("https://a.example/A", "https://a.example/a"),
    ],
)
def test_links_to_different_pages_stay_apart(one: str, other: str) -> None:
    assert normal_link(one) != normal_link(other)


def test_the_order_of_parameters_means_nothing() -> None:
    assert normal_link("https://a.example/?b=2&a=1") == normal_link("https://a.example/?a=1&b=2")


def test_a_changed_guid_is_no_new_entry() -> None:
    assert same(entry(), entry(guid="1234"))


def test_an_edited_title_is_no_new_entry() -> None:
    assert same(entry(), entry(title="Moon Orchard 1x03: who lit them?"))


def test_a_later_date_is_no_new_entry() -> None:
    assert same(entry(), entry(published=DAY + timedelta(days=3)))


def test_a_site_that_moves_brings_no_new_entry() -> None:
    moved = entry(guid="https://new.example/3", link="https://new.example/3")

    assert same(entry(guid="https://lantern.example/3"), moved)


def test_two_episodes_are_two_entries() -> None:
    fourth = entry(guid="tag:4", title="Moon Orchard S1E4 recap: Thirteen", link="https://lantern.example/4")

    assert not same(entry(), fourth)


def test_a_front_page_and_a_short_title_are_no_evidence() -> None:
    one = entry(guid="1", title="Live blog", link="https://lantern.example/")
    other = entry(guid="2", title="Live blog", link="https://www.lantern.example")

    assert not same(one, other)


def test_a_name_that_several_entries_share_is_no_evidence() -> None:
    link = "https://lantern.example/latest"
    entries = [entry(guid=str(number), title=f"Moon Orchard part {number}", link=link) for number in range(3)]

    names = telling_fingerprints(entries)

    assert names.keys() == {entry.identity for entry in entries}
    assert len({name for own in names.values() for name in own}) == sum(len(own) for own in names.values())
    assert all(entry.identity in names[entry.identity] for entry in entries)


def test_a_guid_for_several_links_is_passed_over() -> None:
    marks = [Marks(title=f"Part {n}", guid="1", link=f"https://a.example/{n}") for n in range(3)]

    assert identities(marks) == identities([replace(mark, guid=None) for mark in marks])
    assert len(set(identities(marks))) == 3


def test_a_link_for_several_titles_is_passed_over() -> None:
    assert len(set(identities([Marks(title=f"Part {n}", link="https://a.example/") for n in range(3)]))) == 3


def test_the_same_entry_twice_is_one() -> None:
    mark = Marks(title="Part 1", guid="1", link="https://a.example/1")

    assert len(set(identities([mark, replace(mark, link="http://www.a.example/1/")]))) == 1


def test_a_name_tells_nothing() -> None:
    spoiler = entry(guid="she-dies", link="https://lantern.example/she-dies", title="She dies in the orchard")

    assert all(word not in name for word in ("dies", "orchard") for name in fingerprints(spoiler))
    assert {len(name.partition(":")[2]) for name in fingerprints(spoiler)} == {32}


def test_the_content_is_what_readers_see() -> None:
    first = entry()

    assert content_hash(first) == content_hash(replace(first, identity="other", published=None))
    assert content_hash(first) != content_hash(replace(first, html="<p>Darker.</p>"))
    assert content_hash(first) != content_hash(replace(first, title="Moon Orchard S1E3 review"))


links = st.one_of(
    st.text(max_size=40),
    st.builds("https://{}/{}?{}#{}".format, *[st.text(max_size=12)] * 4),
)


@given(links)
def test_any_link_has_a_normal_form(link: str) -> None:
    assert isinstance(normal_link(link), str)


@given(st.lists(st.text("abc123-", min_size=1, max_size=8), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_dressing_up_a_link_changes_nothing(path: list[str], www: bool, slash: bool) -> None:
    plain = f"https://lantern.example/{'/'.join(path)}"
    dressed = plain.replace("https://", "http://www." if www else "http://") + ("/" if slash else "")

    assert normal_link(f"{dressed}?utm_source=x&gclid=y#more") == normal_link(plain)


@given(
    st.lists(
        st.builds(
            Marks,
            title=st.text(max_size=5),
            guid=st.none() | st.text(min_size=1, max_size=2),
            link=st.none() | st.sampled_from(["https://a.example/1", "https://a.example/2"]),
            published=st.none() | st.just(DAY),
        ),
        max_size=6,
    ),
)
def test_the_order_of_a_feed_means_nothing(items: list[Marks]) -> None:
    named = dict(zip(map(repr, items), identities(items), strict=True))
    turned = list(reversed(items))

    assert dict(zip(map(repr, turned), identities(turned), strict=True)) == named
