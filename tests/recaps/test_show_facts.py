"""What is said of a show without spoiling it."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recaps.model import EpisodeRef, Fact, Facts, Spoiler
from bot.recaps.show_facts import MOST_NAMES, SafeFacts, ShowOverview, safe_facts, show_texts, united
from tests.recaps.test_spoilers import texts

SENTENCE = Spoiler("It stars Ida Moor, who dies.")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_sentences_of_facts_stay_behind() -> None:
    facts = safe_facts(Facts(cast=Fact(("Ida Moor",), SENTENCE), episodes=Fact(16, SENTENCE)))

    assert facts == SafeFacts(cast=("Ida Moor",), episodes=16)


def test_articles_together_say_every_name_once_and_what_most_of_them_say() -> None:
    facts = united(
        [
            SafeFacts(cast=("Ida Moor", "Tom Vale"), episodes=12, streaming="Hulu"),
            SafeFacts(cast=("Tom Vale",), episodes=16, streaming="Netflix"),
            SafeFacts(episodes=16, streaming="Netflix", runtime_minutes=60),
        ]
    )

    assert facts.cast == ("Tom Vale", "Ida Moor")
    assert (facts.episodes, facts.streaming, facts.runtime_minutes) == (16, "Netflix", 60)


def test_what_is_no_name_is_left_out() -> None:
    assert united([SafeFacts(cast=("Ida, who sinks the ferry in the end", "Ida Moor"))]).cast == ("Ida Moor",)


def test_a_card_says_what_is_known_and_no_more() -> None:
    facts = SafeFacts(native_title="소금 항구", cast=("Ida Moor",), makers=("Jo Ray",), streaming="Viki", episodes=8)
    names, stated, known = show_texts(
        ShowOverview(
            title="Salt Harbour",
            aliases=("Salt Harbor", "소금 항구"),
            facts=(facts,),
            sites=("Recap Weekly", "Serial Notes"),
            recaps=3,
            episodes=2,
            latest=EpisodeRef.of(1, 2),
            latest_at=NOON,
        )
    )

    assert names == "### Salt Harbour\n-# 소금 항구 · Salt Harbor"
    assert stated == "**Cast** Ida Moor\n**Made by** Jo Ray\n**Streams on** Viki\n**Length** 8 episodes"
    assert (
        known == f"3 recaps of 2 episodes from Recap Weekly, Serial Notes · latest: S1E2 <t:{int(NOON.timestamp())}:R>"
    )


def test_a_show_without_recaps_says_so() -> None:
    assert show_texts(ShowOverview(title="Salt Harbour")) == (
        "### Salt Harbour",
        "No recaps of it are known here yet.",
    )


@settings(max_examples=50)
@given(st.lists(texts, max_size=12), texts, texts)
def test_whatever_feeds_state_the_card_fits_and_stays_inert(names: list[str], title: str, site: str) -> None:
    facts = SafeFacts(native_title=title, cast=tuple(names), makers=tuple(names), streaming=site)
    overview = ShowOverview(title=title, aliases=tuple(names), facts=(facts,), sites=(site,) * 9, recaps=9)

    shown = "\n".join(show_texts(overview))
    assert len(shown) < 3000
    assert "||" not in shown
    assert "@" not in shown
    assert len(united([facts]).cast) <= MOST_NAMES
