"""Whole articles in eight languages, each with the values that it should give."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot import shipped
from bot.recaps.article import ArticleWords, read_article
from bot.recaps.model import Article
from bot.recaps.summary import summarise

ARTICLES = Path(__file__).parent / "data" / "articles"
NAMES = sorted(path.stem for path in ARTICLES.glob("*.html"))
WORDS = ArticleWords.from_tables(shipped.tables("articles.toml"))


def golden(name: str) -> tuple[Article, dict[str, Any]]:
    values = tomllib.loads((ARTICLES / f"{name}.toml").read_text("utf-8"))
    html = (ARTICLES / f"{name}.html").read_text("utf-8")
    article = read_article(html, WORDS, language=values["language"], excerpt=values.get("excerpt", ""))
    return article, values


def texts(article: Article) -> str:
    return "\n".join(part.text for part in (*article.story, *article.extras, *article.thoughts))


@pytest.mark.parametrize("name", NAMES)
def test_the_story_comes_out_line_by_line(name: str) -> None:
    article, values = golden(name)
    found = [paragraph.text for paragraph in article.story]

    assert found[-len(values["story"]) :] == values["story"]
    assert len(found) == len(values["story"]) or values.get("story_may_begin_earlier")


@pytest.mark.parametrize("name", NAMES)
def test_extras_and_thoughts_are_kept_apart(name: str) -> None:
    article, values = golden(name)

    if "extras" in values:
        assert [extra.text for extra in article.extras] == values["extras"]
    if "thoughts" in values:
        assert [thought.text for thought in article.thoughts] == values["thoughts"]


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_found_with_their_sentences(name: str) -> None:
    article, values = golden(name)

    for fact, value in values["facts"].items():
        found = getattr(article.facts, fact)
        assert found is not None, fact
        assert found.value == (tuple(value) if isinstance(value, list) else value)
        assert found.sentence
    assert {fact for fact in article.facts.__slots__ if getattr(article.facts, fact)} == set(values["facts"])


@pytest.mark.parametrize("name", NAMES)
def test_show_episode_rating_and_verdict_are_read(name: str) -> None:
    article, values = golden(name)

    assert article.show == values.get("show")
    assert str(article.opening_ref) == values.get("opening_ref", "")
    assert article.rating == values.get("rating")
    assert (article.verdict.text if article.verdict else None) == values.get("verdict")


@pytest.mark.parametrize("name", NAMES)
def test_pictures_come_with_their_captions(name: str) -> None:
    article, values = golden(name)
    found = [[picture.url, *([picture.caption.text] if picture.caption else [])] for picture in article.pictures]

    assert found == values.get("pictures", [])


@pytest.mark.parametrize("name", NAMES)
def test_what_surrounds_an_article_is_gone(name: str) -> None:
    article, values = golden(name)

    assert not [gone for gone in values.get("gone", ()) if gone in texts(article)]


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_begins_and_ends_where_the_episode_does(name: str) -> None:
    article, values = golden(name)
    summary = summarise(article, WORDS, language=values["language"])

    assert summary.full.text[:12] in article.story[0].text + article.story[1].text
    assert any(summary.full.text.endswith(paragraph.text[-12:]) for paragraph in article.story[-1:])
