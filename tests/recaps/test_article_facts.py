"""Facts are visible to everybody, so whatever an article says, its plot is in none of them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import shipped
from bot.recaps.article import ArticleWords, read_article

TABLES = shipped.tables("articles.toml")
WORDS = ArticleWords.from_tables(TABLES)
STORY = "<p>Mina opens the vault and finds the ledger gone. Jun watches her from the stairs.</p>" * 3


def values(*lines: str, opening: str = "") -> dict[str, Any]:
    """The facts of an article with these lines above its story."""
    listed = "".join(f"<li>{line}</li>" for line in lines)
    facts = read_article(f"<p>{opening}</p><ul>{listed}</ul>{STORY}", WORDS).facts
    return {name: fact.value for name in facts.__slots__ if (fact := getattr(facts, name))}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Cast: Yoo Da-on (Mina, who dies), Seo Min-jae – the murderer", ("Yoo Da-on", "Seo Min-jae")),
        ("Cast: Yoo Da-on as Mina / the killer, Seo Min-jae", ("Yoo Da-on", "Seo Min-jae")),
        ("Stars: Yoo Da-on as the killer, Seo Min-jae as Mina’s secret twin", ("Yoo Da-on", "Seo Min-jae")),
        ("Besetzung: Lena Roth als Mörderin, Tom Ode als Leiche", ("Lena Roth", "Tom Ode")),
        ("Reparto: Lola Paz como la asesina, Luz Río en el papel de la víctima", ("Lola Paz", "Luz Río")),
        ("Distribution : Lila Roc dans le rôle de la tueuse, Luc Daim", ("Lila Roc", "Luc Daim")),
        ("출연: 유다온 (범인 역), 서민재", ("유다온", "서민재")),
        ("出演: 綾瀬はるか、ディーン・フジオカ、のん", ("綾瀬はるか", "ディーン・フジオカ", "のん")),
        ("主演: 赵小岚、阿里木·买买提、王成", ("赵小岚", "阿里木·买买提", "王成")),
    ],
)  # fmt: skip
def test_a_cast_list_gives_its_names_without_their_parts(line: str, names: tuple[str, ...]) -> None:
    assert values(line, "Genre: Thriller").get("cast") == names


@pytest.mark.parametrize(
    "lines",
    [
        ("Director: Run, Mina",),
        ("Director: Jun",),
        ("監督：大地、逃げろ",),
        ("Director: Jun Betrays Mina", "Genre: Thriller"),
        ("감독: 김고은이 범인", "장르: 스릴러"),
        ("Runtime: 3 deaths in 1 minute", "Genre: Thriller"),
        ("Runtime: over before Jun dies at 45", "Genre: Thriller"),
        ("Episodes: 4 people die", "Genre: Thriller"),
        ("Air date: when Mina dies", "Genre: Thriller"),
        ("Native title: 김고은이 범인이다", "Genre: Thriller"),
        ("Native title: 은수는 마지막에 떠납니다", "Genre: Thriller"),
        ("Native title: 七桜が死ぬ", "Genre: Thriller"),
        ("Native title: 大地は宗介と灯台へ逃げる", "Genre: Thriller"),
        ("Native title: 小岚把账本烧掉", "Genre: Thriller"),
        ("Original title: Мина умирает в конце", "Genre: Thriller"),
        ("Network: Mina dies on Lantern+", "Genre: Thriller"),
    ],
)
def test_lines_that_tell_the_plot_give_no_fact(lines: tuple[str, ...]) -> None:
    assert values(*lines) == {}


def test_a_service_is_named_as_the_vocabulary_spells_it_and_nothing_beside_it() -> None:
    assert values("Where to watch: Mina dies on NETFLIX", "Genre: Thriller") == {"streaming": "Netflix"}


def test_numbers_may_have_units_and_remarks() -> None:
    found = values("Episodes: 16 episodes (two parts)", "Runtime: approximately 65 min.", "Network: 在tvN播出")

    assert found == {"episodes": 16, "runtime_minutes": 65, "streaming": "tvN"}


def test_the_date_of_an_article_is_not_when_it_aired() -> None:
    assert values(opening="2025-12-24 新台同步更新新韓劇《玻璃之城》。") == {}


@pytest.mark.parametrize("native", ["사운드트랙 #1", "오징어 게임", "ガラスの街", "玻璃之城"])
def test_a_title_in_a_script_of_its_own_is_a_fact(native: str) -> None:
    opening = f"Glass City ({native}) is a Korean drama series about a vault."

    assert values(opening=opening) == {"native_title": native}
    assert values(f"Native title: {native}", "Genre: Thriller") == {"native_title": native}


def test_a_native_title_holds_no_small_words_of_another_language() -> None:
    assert values("Native title: 김고은 is the killer") == {}


def test_the_sentence_that_names_a_show_does_not_tell_its_plot() -> None:
    opening = "Glass City (은수가 범인이다) is a Korean drama directed by Mina Kills Jun and stars Yoo Da-on, Dead Jun."
    article = read_article(f"<p>Jun Kills Mina At Last is a Korean drama series.</p>{STORY}", WORDS)

    assert values(opening=opening) == {"cast": ("Yoo Da-on",)}
    assert article.show is None


@pytest.mark.parametrize(
    ("opening", "show"),
    [
        ("『ガラスの街』は金庫をめぐるドラマである。", "ガラスの街"),
        ("『死役所』は役所のドラマである。", "死役所"),
        ("『七桜は最終回で宗介と逃げる』は金庫をめぐるドラマである。", None),
        ("『第五話で殺される大地』は金庫をめぐるドラマである。", None),
        ("'유리 도시'는 금고를 둘러싼 드라마다.", "유리 도시"),
        ("'은수는 마지막에 떠난다'는 금고를 둘러싼 드라마다.", None),
        ("《玻璃之城》是一部关于账本的电视剧。", "玻璃之城"),
        ("《小岚在结局里杀死了阿成》是一部电视剧。", None),
    ],
)
def test_a_title_in_quotes_that_tells_something_is_no_show(opening: str, show: str | None) -> None:
    assert read_article(f"<p>{opening}</p>{STORY}", WORDS).show == show


LABELS = [text for words in TABLES["languages"].values() for texts in words["labels"].values() for text in texts]
WHO = st.sampled_from(["Mina", "Kim Go-eun", "Jun", "김고은", "다진이", "大地が", "小岚", "Lola", "The Father"])
DEEDS = ["Dies", "Kills Jun", "is the killer", "Marries Jun", "is pregnant", "Muere", "Meurt", "Stirbt", "Morre"]
DEEDS_WIDE = ["범인", "죽는다", "결혼한다", "死ぬ", "殺される", "是凶手", "死了"]
PLOTS = st.builds("{} {}".format, WHO, st.sampled_from(DEEDS)) | st.builds(
    "{}{}{}".format, WHO, st.sampled_from(["", " "]), st.sampled_from(DEEDS_WIDE)
)
SHAPES = st.sampled_from(
    ["{}: {}", "{}：{}, Ana Stone", "{} = {}", "{}: Ana Stone, {}", "{}: Ana Stone ({})", "{}: 16 ({})", "{}: {} 16"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(str.format, SHAPES, st.sampled_from(LABELS), PLOTS), min_size=1, max_size=4))
def test_no_fact_holds_a_plot(lines: list[str]) -> None:
    shown = [value for each in values(*lines).values() for value in (each if isinstance(each, tuple) else (each,))]

    for value in shown:
        assert isinstance(value, (int, date, str))
        assert not [deed for deed in DEEDS + DEEDS_WIDE if deed.casefold() in str(value).casefold()]
