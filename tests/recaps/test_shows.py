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
    ("3%", "3 Percent"),
    ("Romeo + Juliet", "Romeo and Juliet"),
    ("Naruto: Shippuden", "Naruto Shippuden (anime)"),
    ("Kim’s Convenience", "Kims Convenience"),
    ("Łódź", "Lodz"),
    ("The Beat: Part 2", "Beat Part 2"),
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
    ("3%", "3"),
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


def test_a_show_takes_over_the_names_that_another_index_has_for_it_alone() -> None:
    shipped = index_of("Ghosts (US)", "Ghosts (UK)")
    shipped.add_alias(0, "Ghosts")
    shipped.add_alias(1, "Ghosts")
    shipped.add_alias(0, "G. US", initials=True)
    stored = index_of("Ghosts (US)")

    stored.adopt(0, shipped, 0)
    stored.adopt(0, shipped, 7)

    assert stored.canonical("Ghosts") is None
    assert stored.canonical("GUS") == "Ghosts (US)"
    assert stored.canonical("gus") is None


FOUND = [
    ("sevrance", "Severance"),
    ("game of thornes", "Game of Thrones"),
    ("thrones", "Game of Thrones"),
    ("house dragon", "House of the Dragon"),
    ("dragon house", "House of the Dragon"),
    ("strangerthings", "Stranger Things"),
    ("stranger thi", "Stranger Things"),
    ("grays anatomy", "Grey's Anatomy"),
    ("desprit howswives", "Desperate Housewives"),
    ("rekd", "Wrecked"),
    ("pokemon", "Pokémon"),
    ("svu", "Law & Order: Special Victims Unit"),
    ("lomr", "Lord of the Missing Rings"),
    ("우영우", "이상한 변호사 우영우"),
    ("이상한 변오사", "이상한 변호사 우영우"),
    ("スパイふぁみりー", "スパイファミリー"),
    ("鬼滅", "鬼滅の刃"),
    ("первый одел", "Первый отдел"),
]


@pytest.mark.parametrize(("query", "title"), FOUND)
def test_a_show_is_found_however_badly_it_is_typed(query: str, title: str) -> None:
    index = index_of(
        *{title for _, title in FOUND}, "The Voice", "Law & Order", "Suits", "SKAM", "Red", "사운드트랙 #1"
    )
    index.add_alias(next(hit.key for hit in index.search("Law & Order: Special")), "SVU", initials=True)

    assert index.search(query)[0].title == title


def many_shows() -> ShowIndex[int]:
    index: ShowIndex[int] = ShowIndex()
    for key in range(2000):
        index.add(key, f"The Great Story of House {key}")
    return index


def test_a_viewer_of_few_shows_finds_them_among_thousands() -> None:
    hits = many_shows().search("great story", among=set(range(0, 2000, 50)))

    assert len(hits) == 25
    assert {hit.key % 50 for hit in hits} == {0}


def test_a_viewer_of_many_shows_finds_no_others() -> None:
    visible = set(range(0, 2000, 3))

    hits = many_shows().search("the great story", among=visible)

    assert len(hits) == 25
    assert {hit.key for hit in hits} <= visible


def test_among_equals_the_show_that_is_followed_more_comes_first() -> None:
    index = index_of("Kingdom (KR)", "Kingdom (US)", "Kingdom (JP)")
    index.set_weight(1, 40)

    assert index.search("kingdom")[0].title == "Kingdom (US)"
    assert index.search("")[0].title == "Kingdom (US)"


def test_one_letter_finds_the_shows_that_are_followed_most() -> None:
    index = many_shows()
    index.set_weight(1234, 3)

    assert index.search("t")[0].key == 1234


def test_a_show_that_is_followed_more_does_not_hide_the_one_that_was_typed() -> None:
    index = index_of("Suits", "Suits LA")
    index.set_weight(1, 1_000_000)

    assert index.search("suits")[0].title == "Suits"


def test_text_of_any_length_is_searched_at_once() -> None:
    index = many_shows()

    assert index.search("the great story " * 20_000)
    assert index.resolve("x" * 100_000).certainty is Certainty.UNKNOWN


def certainty_of(query: str, *shows: str) -> tuple[Certainty, str | None]:
    match = index_of(*shows).resolve(query)
    return match.certainty, match.show.title if match.show else None


def test_a_name_that_is_known_is_exact() -> None:
    assert certainty_of("bear, the", "The Bear", "The Boys") == (Certainty.EXACT, "The Bear")


def test_one_clear_best_is_taken_without_asking() -> None:
    assert certainty_of("sevrance", "Severance", "Suits") == (Certainty.SURE, "Severance")


def test_equals_are_asked_about() -> None:
    match = index_of("The Office (US)", "The Office (UK)", "Suits").resolve("the office")

    assert match.certainty is Certainty.UNSURE
    assert set(titles(match.candidates[:2])) == {"The Office (US)", "The Office (UK)"}


def test_another_number_is_never_a_slip() -> None:
    assert certainty_of("Soundtrack #2", "Soundtrack #1") == (Certainty.UNSURE, None)
    assert certainty_of("sondtrack 1", "Soundtrack #1", "Soundtrack #2")[1] in {None, "Soundtrack #1"}


def test_shows_that_are_often_mistaken_are_asked_about() -> None:
    index = index_of("Chicago Fire", "Chicago Med")
    assert index.resolve("chicago fie").certainty is Certainty.SURE

    index.never_merge(["Chicago Fire", "Chicago Med"])

    assert index.are_distinct("chicago fire", "Chicago Med")
    assert index.resolve("chicago me").certainty is Certainty.SURE
    assert index.resolve("chicago fed").certainty is Certainty.UNSURE


def test_a_subtitle_that_nobody_knows_is_not_taken_for_the_show_without_it() -> None:
    assert certainty_of("9-1-1: Nashville", "9-1-1", "9-1-1: Lone Star")[0] is not Certainty.SURE


def test_too_little_text_is_never_clear() -> None:
    assert certainty_of("th", "The Bear") == (Certainty.UNSURE, None)


def test_what_is_like_nothing_is_unknown() -> None:
    assert certainty_of("quantum zebra", "The Bear", "Suits")[0] is Certainty.UNKNOWN
    assert certainty_of("  ", "The Bear")[0] is Certainty.UNKNOWN


def test_only_visible_shows_are_resolved() -> None:
    index = index_of("Severance", "Suits")

    assert index.resolve("severance", among={1}).show is None
    assert index.resolve("severance", among={0}).certainty is Certainty.EXACT


def test_a_number_that_was_not_typed_does_not_stand_in_the_way_of_the_only_show() -> None:
    index: ShowIndex[int] = ShowIndex()
    index.add(1, "Soundtrack #1")
    index.add(2, "Paper Lighthouse")

    match = index.resolve("Soundtrack")

    assert match.show is not None
    assert match.show.key == 1


def test_a_number_that_was_not_typed_is_asked_for_where_there_are_two() -> None:
    index: ShowIndex[int] = ShowIndex()
    index.add(1, "Soundtrack #1")
    index.add(2, "Soundtrack #2")

    assert index.resolve("Soundtrack").certainty is Certainty.UNSURE
    assert index.resolve("Soundtrack #3").certainty is Certainty.UNSURE
