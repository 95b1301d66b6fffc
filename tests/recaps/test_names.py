"""Names are told from headlines that have the capitals of one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recaps.names import is_name

NAMES = [
    "Ana Stone", "J. R. R. Stone", "Conan O'Brien", "Ana de Armas", "Robert Downey Jr.", "Timothée Chalamet", "Zendaya",
    "Kim Go-eun", "The Editors", "Mark Drew Chase", "Will Love", "Grace May", "Анна Каменева",
    "한소희", "톰 홀랜드", "赵丽颖", "迪丽热巴·迪力木拉提",
    "綾瀬はるか", "ディーン・フジオカ", "アーノルドシュワルツェネッガー", "佐々木希", "是枝裕和", "役所広司",
]  # fmt: skip
NO_NAMES = [
    "", "ana stone", "Mara Dies", "Mara Is Dead", "Jun Kills Mina", "Mina's Killer", "Who Killed Mina", "Pregnant Mina",
    "Mina Marries Jun", "Jun Was The Traitor", "Season Finale Recap", "Run.Away Mina Now Please Stop It", "Mina 2",
    "Mina muere", "Mina Está Embarazada", "Mina Meurt", "Mina Stirbt", "Mina Morre",
    "김고은이 범인", "다진이 죽는다", "은수는결혼식장에서도망친다", "大地が逃げる", "七桜が死ぬ", "犯人は宗介",
    "大地は灯台の扉を開けて中に入る", "小岚是凶手", "阿成死了",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_many_scripts_are_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_tells_something_is_no_name(text: str) -> None:
    assert not is_name(text)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_a_name_is_a_few_words_of_letters(text: str) -> None:
    if is_name(text):
        assert len(text) <= 60
        assert len(text.split()) <= 5
        assert not any(character.isdigit() for character in text)
