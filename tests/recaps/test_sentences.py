"""Sentences end where readers end them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import shipped
from bot.recaps.article import ArticleWords
from bot.recaps.sentences import joined_sentences, sentences

ABBREVIATIONS = ArticleWords.from_tables(shipped.tables("articles.toml")).abbreviations

CASES = [
    "Mina leaves.|Jun stays.",
    "“Run!” she whispers.|He does not.",
    "Dr. Vance meets Mr. J. R. Stone at 4 a.m. in St. Ives.|Nobody speaks.",
    "She wins $3.5 million, No. 1 on the list.|Then … nothing.",
    "What now?! Nobody knows.".replace("?! ", "?!|"),
    "He waits (as always).|She does not.",
    "The door opens...|Rain.",
    "He says: “Stay.”|She goes.",
    "— ¿Quién eres? —pregunta Lola.|Nadie responde.",
    "M. Dubois attend.|Mme Roc arrive.",
    "« Reste ! »|Elle part.",
    "Dr. Weide wartet z.B. im Hafen.|Lena kommt.",
    "O Sr. Rocha espera.|Lia chega.",
    "다진은 떠납니다.|tvN 드라마는 끝납니다.",
    '"가지 마!"라고 호석이 말합니다.|다진은 웃습니다.',
    "大地は走る。|「待って！」と宗介が叫ぶ。|雨が降る。",
    "小岚走了。|“等等！”|阿成喊道。",
    "방송일은 2024. 7. 10.|다진은 웃습니다.",
    "1. Mina runs.|2. Jun waits in Pier 9.|Rain.",
    "One line\nAnother line".replace("\n", "|"),
]


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_at_the_bars(case: str) -> None:
    expected = case.split("|")
    joint = "\n" if case == "One line|Another line" else ""
    text = joint.join(expected) if joint else joined_sentences(expected)

    assert sentences(text, ABBREVIATIONS) == tuple(expected)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("aB.!?… \n\"'”“。！」「다1-(")))
def test_splitting_loses_and_adds_nothing_but_blanks(text: str) -> None:
    assert "".join("".join(sentences(text, ABBREVIATIONS)).split()) == "".join(text.split())


def test_texts_without_marks_are_one_sentence() -> None:
    assert sentences("  no mark at all ") == ("no mark at all",)
    assert sentences(" \n ") == ()
