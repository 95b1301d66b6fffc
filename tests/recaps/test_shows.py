from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recaps.model import KnownShows
from bot.recaps.shows import Certainty, ShowIndex, normal_form, same_show

SAME = [
    ("Soundtrack #1", "Soundtrack 1"),
    ("Soundtrack #1", "SOUNDTRACK＃１"),
    ("사운드트랙 #1", "사운드트랙#1"),
    ("Thirty Nine", "Thirty-Nine"),
    ("The Bear", "Bear, The"),
    ("The Bear", "the bear "),
    ("La casa de papel", "Casa de Papel, La"),
    ("Casa de Papel", "La Casa de Papel"),
    ("Grey's Anatomy", "Grey’s Anatomy"),
    ("Grey's Anatomy", "GREYS ANATOMY"),
    ("Law & Order", "Law and Order"),
    ("Law & Order", "Law＆Order"),
    ("M*A*S*H", "MASH"),
    ("Agents of S.H.I.E.L.D.", "Agents of SHIELD"),
    ("9-1-1", "911"),
    ("The Office (US)", "The Office (U.S.)"),
    ("The Office (US)", "The Office [American TV series]"),
    ("Dark (TV series)", "Dark"),
    ("Charmed (2018)", "Charmed (2018 TV series)"),
    ("Spy × Family", "SPY x FAMILY"),
    ("Élite", "Elite"),
    ("Çukur", "CUKUR"),
    ("İstanbullu Gelin", "Istanbullu Gelin"),
    ("Cafe\u0301", "Café"),
    ("Матрёшка", "Матрешка"),
    ("이상한 변호사 우영우", "이상한변호사 우영우"),
    ("Zero\u200bWidth\ufe0f", "zero width"),
]

DIFFERENT = [
    ("9-1-1", "9-1-1: Lone Star"),
    ("The Office (US)", "The Office (UK)"),
    ("Law & Order", "Law & Order: SVU"),
    ("Soundtrack #1", "Soundtrack #2"),
    ("24", "24: Legacy"),
    ("A Teacher", "The Teacher"),
    ("Las Vegas", "Vegas"),
    ("Die Hart", "Hart"),
    ("LA Law", "Law"),
    ("Charmed (1998)", "Charmed (2018)"),
    ("Reply 1988", "Reply 1994"),
    ("Мой", "Мои"),
    ("कुमकुम", "कमकम"),
    ("かき", "がき"),
    ("(Un)Well", "Well"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_title_meet(a: str, b: str) -> None:
    assert normal_form(a) == normal_form(b)
    assert same_show(a, b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_titles_of_different_shows_stay_apart(a: str, b: str) -> None:
    assert normal_form(a) != normal_form(b)


@given(st.text(min_size=1))
def test_a_title_always_has_a_normal_form(title: str) -> None:
    assert normal_form(title)


@given(st.text(st.characters(max_codepoint=0x24F) | st.sampled_from("йёかがカ사운の鬼कि: ,(&)"), min_size=1))
def test_a_normal_form_is_its_own_normal_form(title: str) -> None:
    form = normal_form(title)

    assert normal_form(form) == form


@given(st.text())
def test_no_name_is_too_strange_to_look_for(name: str) -> None:
    index = index_of("The Bear", "Soundtrack #1")

    assert index.canonical(name) in {None, "The Bear", "Soundtrack #1"}
    assert len(index.search(name)) <= 2
    assert index.resolve(name).certainty in Certainty


def index_of(*titles: str) -> ShowIndex[int]:
    index: ShowIndex[int] = ShowIndex()
    for key, title in enumerate(titles):
        index.add(key, title)
    return index


def titles(hits: Iterable[object]) -> list[str]:
    return [str(getattr(hit, "title", "")) for hit in hits]


def test_an_index_knows_shows_for_the_reading_of_headlines() -> None:
    index = index_of("The Bear")
    known: KnownShows = index

    assert known.canonical("BEAR, the") == "The Bear"
    assert known.canonical("The Bears") is None


def test_an_alias_finds_its_show_until_the_show_is_removed() -> None:
    index = index_of("Goblin", "Kingdom")
    index.add_alias(0, "도깨비")

    assert index.canonical("도깨비") == "Goblin"
    index.remove(0)
    assert index.canonical("도깨비") is None
    assert index.search("Goblin") == []


def test_a_name_of_two_shows_means_neither() -> None:
    index = index_of("The Office (US)", "The Office (UK)")
    index.add_alias(0, "The Office")
    index.add_alias(1, "The Office")

    assert index.canonical("The Office") is None
    assert index.canonical("Office US") == "The Office (US)"


def test_an_article_tells_shows_apart_where_both_are_known() -> None:
    index = index_of("Voice", "The Voice")

    assert index.canonical("voice") == "Voice"
    assert index.canonical("the voice") == "The Voice"


def test_a_year_or_country_in_brackets_must_fit_the_show() -> None:
    index: ShowIndex[int] = ShowIndex()
    index.add(1, "Homeland", year=2011, country="us")
    index.add(2, "Mine")

    assert index.find("Homeland (2011)") == 1
    assert index.find("Homeland (US)") == 1
    assert index.find("Homeland (2024)") is None
    assert index.find("Homeland (UK)") is None
    assert index.find("Mine (2021)") == 2
    assert index.find("Mine (UK)") is None


def test_initials_count_in_feeds_only_when_they_are_capitals() -> None:
    index = index_of("Game of Thrones")
    index.add_alias(0, "GoT", initials=True)

    assert index.canonical("GOT") == "Game of Thrones"
    assert index.canonical("Got") is None
    assert index.find("got") == 0
