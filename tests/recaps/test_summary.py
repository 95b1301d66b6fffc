"""A summary is the article in its own sentences, faithful and in order."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import shipped
from bot.recaps.article import ArticleWords, read_article
from bot.recaps.model import NO_SUMMARY, Article, Spoiler, Summary
from bot.recaps.sentences import sentences
from bot.recaps.summary import CARD, FULL, SHORT, shortened, spoken_language, summarise

WORDS = ArticleWords.from_tables(shipped.tables("articles.toml"))

#: Six scenes of one invented episode.
SCENES = (
    "Mina opens the vault before dawn and finds the ledger gone. The guard Tomas swears that nobody passed him.",
    "Jun follows a courier across the flooded market. The courier drops a brass key into a fishing boat.",
    "At the bank, Director Hale burns three letters in his office stove. His secretary Odile keeps the fourth.",
    "Mina visits her brother in prison and learns about the second vault. Her brother asks for a lawyer in return.",
    "Jun and Odile meet on the ferry and compare the key with the letter. The ferry stops in the middle of the bay.",
    "Director Hale steps out of the wheelhouse with the ledger under his arm. The episode ends as the lights go out.",
)


def told(*paragraphs: str) -> Article:
    return Article(story=tuple(Spoiler(paragraph) for paragraph in paragraphs))


def lengths(summary: Summary) -> tuple[str, str, str]:
    return summary.short.text, summary.card.text, summary.full.text


@pytest.mark.parametrize(("at", "limit"), [(0, SHORT), (1, CARD), (2, FULL)])
def test_a_summary_is_made_of_the_articles_own_sentences_in_order(at: int, limit: int) -> None:
    article = told(*(scene.replace(" the ", f" the {word} ") for word in ("first", "other", "old") for scene in SCENES))
    text = lengths(summarise(article, WORDS))[at]
    own = [sentence for part in article.story for sentence in sentences(part.text)]
    places = [own.index(sentence) for sentence in sentences(text)]

    assert limit * 0.6 < len(text) <= limit
    assert places == sorted(set(places))


def test_beginning_middle_and_end_are_covered() -> None:
    for text in lengths(summarise(told(*SCENES), WORDS))[1:]:
        assert [scene for scene in SCENES if any(sentence in text for sentence in sentences(scene))] == list(SCENES)

    short = summarise(told(*SCENES), WORDS).short.text
    assert any(sentence in short for sentence in sentences(SCENES[0]))
    assert any(sentence in short for sentence in sentences(SCENES[-1]))


@pytest.mark.parametrize(
    "remark",
    [
        "I honestly loved how the vault looked in the morning light.",
        "This is easily my favourite Mina scene of the season.",
        "The acting of Mina's brother deserves every prize.",
        "As mentioned, Mina and Jun had met in the first vault.",
        "Mina is pictured above with the ledger and the key.",
        "Will Mina ever find the ledger of Director Hale?",
        "“Mina, the ledger is gone, and Jun has the key.”",
        "Last week, Mina had lost the ledger to Director Hale.",
        "TOMAS: Mina, nobody passed the vault.",
    ],
)
def test_remarks_stay_out_where_there_is_plot(remark: str) -> None:
    article = told(*(f"{scene} {remark}" for scene in SCENES))

    assert all(remark not in text for text in lengths(summarise(article, WORDS)))


@pytest.mark.parametrize(
    ("language", "first", "leaning"),
    [
        ("en", "Mina opens the vault.", "She finds the ledger gone."),
        ("en", "Mina opens the vault.", "This surprises Tomas."),
        ("en", "Mina opens the vault.", "In the corner, she finds a brass key."),
        ("ko", "다진은 등대 문을 엽니다.", "그는 상자를 발견합니다."),
        ("ja", "大地は灯台の扉を開けて中に入る。", "彼は古い箱を見つけて持ち帰る。"),
        ("zh", "小岚打开了灯塔的门走进去。", "她发现了旧盒子并带回家。"),
        ("es", "Lola abre la puerta del faro.", "Ella encuentra una caja vieja."),
        ("fr", "Lila ouvre la porte du phare.", "Elle trouve une vieille boîte."),
        ("de", "Lena öffnet die Tür des Leuchtturms.", "Sie findet eine alte Kiste."),
        ("pt", "Lia abre a porta do farol.", "Ela encontra uma caixa velha."),
    ],
)
def test_a_sentence_that_leans_on_another_comes_only_behind_it(language: str, first: str, leaning: str) -> None:
    filler = {
        "ja": "船長は桟橋で長い間待っている。",
        "zh": "船长在码头上等了很久很久。",
        "ko": "선장은 부두에서 오래 기다립니다.",
    }
    other = filler.get(language, "Bosco 1 Hale 2 Vargas 3.")
    article = told(*(f"{first} {leaning}" if at % 2 else f"{other[:-1]} {at}." for at in range(40)))
    glue = "" if language in {"ja", "zh"} else " "

    for text in lengths(summarise(article, WORDS, language=language)):
        assert text.count(leaning) == text.count(first + glue + leaning)


def test_a_sentence_that_announces_something_is_no_speech() -> None:
    flashback = "Flashback: Mina had met the guard Tomas at the vault years before."
    text = summarise(told(flashback, *SCENES), WORDS).full.text

    assert text.startswith(flashback)


def test_a_sentence_in_the_middle_of_a_quotation_stays_out() -> None:
    spoken = "“I saw the ledger. Tomas had the brass key of the vault. Nobody else was there,” Mina says."
    article = told(*(f"{scene} {spoken}" for scene in SCENES))

    assert all("Tomas had the brass key" not in text for text in lengths(summarise(article, WORDS)))


def test_where_every_part_has_an_opinion_those_that_name_somebody_tell_the_story() -> None:
    scenes = [f"{scene.split('. ')[0]}, and I love it." for scene in SCENES]
    article = told(*(f"{scene} I was bored, honestly." for scene in scenes), SCENES[-1])
    text = summarise(article, WORDS).card.text

    assert sum(scene in text for scene in scenes) >= 3
    assert "bored" not in text


def test_a_story_in_points_without_full_stops_has_a_summary() -> None:
    points = [sentence.rstrip(".") for scene in SCENES for sentence in sentences(scene)]
    article = told(*points)

    assert summarise(article, WORDS).full.text == " ".join(points)


def test_an_article_of_opinions_still_has_a_summary() -> None:
    article = told("I love this vault. I think Mina is great.")

    assert summarise(article, WORDS).full.text


def test_a_transcript_still_has_a_summary() -> None:
    article = told("MINA: The ledger is gone.\nTOMAS: Nobody passed me.\nMINA: Then it was you.")

    assert summarise(article, WORDS).full.text.startswith("MINA: The ledger is gone.")


def test_one_endless_sentence_is_cut_at_a_word() -> None:
    article = told("Mina runs " + "and runs " * 400 + "home.")
    text = summarise(article, WORDS).card.text

    assert len(text) <= CARD
    assert re.fullmatch(r"Mina runs( and runs)*( and)?…", text)


def test_without_a_story_there_is_no_summary() -> None:
    assert summarise(Article(), WORDS) == NO_SUMMARY
    assert summarise(told(" ", "\n"), WORDS) == NO_SUMMARY


def test_a_repeated_sentence_is_told_once() -> None:
    text = summarise(told(*[SCENES[0]] * 5), WORDS).full.text

    assert text == SCENES[0]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Mina runs home", 14, "Mina runs home"),
        ("Mina runs home", 12, "Mina runs…"),
        ("Mina runs home", 10, "Mina runs…"),
    ],
)
def test_shortening_never_cuts_a_word(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The vault is open and the ledger has gone.", "en"),
        ("다진은 등대 문을 엽니다.", "ko"),
        ("大地は灯台の扉を開ける。", "ja"),
        ("小岚打开了灯塔的门。", "zh"),
        ("Lola abre la puerta del faro y encuentra una caja.", "es"),
        ("Lila ouvre la porte du phare et trouve une boîte.", "fr"),
        ("Lena öffnet die Tür und findet eine Kiste.", "de"),
        ("Lia abre a porta do farol e não encontra uma caixa.", "pt"),
        ("", "en"),
    ],
)
def test_the_language_is_told_by_script_and_common_words(text: str, language: str) -> None:
    assert spoken_language(text, WORDS) == language


def test_a_long_article_takes_less_than_a_moment() -> None:
    html = "".join(f"<p>{scene.replace('Mina', f'Mina{at}')}</p>" for at in range(10) for scene in SCENES)
    article = read_article(html, WORDS)
    summarise(article, WORDS)
    begun = time.process_time()

    for _ in range(5):
        summarise(article, WORDS)

    assert article.words > 1_000
    assert (time.process_time() - begun) / 5 < 0.15


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text(max_size=30)
        | st.sampled_from(
            [
                "Mina runs. ",
                "She hides. ",
                "“No!” ",
                "다진은 갑니다. ",
                "大地は走る。",
                "I think so. ",
                "x" * 400,
                "word " * 90,
            ]
        ),
        max_size=25,
    )
)
def test_no_summary_is_longer_than_it_may_be(parts: list[str]) -> None:
    summary = summarise(told(*parts), WORDS)

    for text, limit in zip(lengths(summary), (SHORT, CARD, FULL), strict=True):
        assert len(text) <= limit
    assert summary == summarise(told(*parts), WORDS)
