"""Headlines as sites write them, and what they say. All of them are made up."""

import time
from datetime import date
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.recaps.headline import HeadlineWords, read_headline
from bot.recaps.headlines.words import MARKS_BY_TABLE
from bot.recaps.model import FeedHints, Headline, Kind
from bot.shipped import tables


@cache
def words() -> HeadlineWords:
    return HeadlineWords.from_tables(tables("headlines.toml"))


class Knows:
    """Knows these shows, by any of their names in lower case."""

    def __init__(self, **titles: str) -> None:
        self._titles = {name.replace("_", " "): title for name, title in titles.items()}

    def canonical(self, name: str) -> str | None:
        return self._titles.get(name.lower())


def read(text: str) -> Headline:
    return read_headline(text, words())


RECAPS = [
    # text, show, episode
    ("Harbor Lights Season 2 Episode 5 Recap: The Tide Turns", "Harbor Lights", "S2E5"),
    ("Harbor Lights Season 2, Episode 5 recap – 'The Tide'", "Harbor Lights", "S2E5"),
    ("'Harbor Lights' Recap: Somebody Drowns", "Harbor Lights", ""),
    ("Harbor Lights recap: series six, episode five – low water", "Harbor Lights", "S6E5"),
    ("Harbor Lights S02E05 Recap", "Harbor Lights", "S2E5"),
    ("Harbor Lights S2 E5 Recap", "Harbor Lights", "S2E5"),
    ("Harbor Lights (S2E5) Recap", "Harbor Lights", "S2E5"),
    ("Harbor Lights 2x05 Recap", "Harbor Lights", "S2E5"),
    ("Harbor Lights 5×01 recap", "Harbor Lights", "S5E1"),
    ("Harbor Lights Ep. 2.22 recap “Low Water”", "Harbor Lights", "S2E22"),
    ("Harbor Lights #1.1: “Low Water” Recap", "Harbor Lights", "S1E1"),
    ("Harbor Lights Episode 205 Recap", "Harbor Lights", "S2E5"),
    ("Harbor Lights 205 Recap: Low Water", "Harbor Lights", "S2E5"),
    ("Harbor Lights Episodes 7-8 Recap", "Harbor Lights", "E7–8"),
    ("Harbor Lights: Episodes 9 & 10 (Finale) Recap", "Harbor Lights", "E9–10"),
    ("Harbor Lights Ep. 5 and 6 Recap", "Harbor Lights", "E5–6"),
    ("Harbor Lights S01E05-06 Recap", "Harbor Lights", "S1E5–6"),
    ("Harbor Lights S01E05-S01E06 Recap", "Harbor Lights", "S1E5–6"),
    ("Harbor Lights Season 2 Recap, Episodes 1-3", "Harbor Lights", "S2E1–3"),
    ("Recap: Harbor Lights S2E5", "Harbor Lights", "S2E5"),
    ("Recap | Harbor Lights S2E5: “Low Water”", "Harbor Lights", "S2E5"),
    ("TV Recap: Harbor Lights – Low Water", "Harbor Lights", ""),
    ("Recap: 'Harbor Lights' - 'Low Water'", "Harbor Lights", ""),
    ("[EPISODE RECAP] Harbor Lights, Ep. 7", "Harbor Lights", "E7"),
    ("[Finale] Harbor Lights Episode 8 Recap: Graduation", "Harbor Lights", "E8"),
    ("‘Harbor Lights’: Full Recap of Season 5, Episode 6", "Harbor Lights", "S5E6"),
    ("Harbor Lights Season-Finale Recap: I Choose Me", "Harbor Lights", ""),
    ("Harbor Lights Season 2 Premiere Recap", "Harbor Lights", "S2"),
    ("Harbor Lights Chapter 7 Recap", "Harbor Lights", "E7"),
    ("TV Recap: Harbor Lights: The Return, Part 8", "Harbor Lights: The Return", "E8"),
    ("Harbor Lights Episode 6 Ending Explained", "Harbor Lights", "E6"),
    ("Harbor Lights 2018 Chinese Drama Recap: Episodes 7-8", "Harbor Lights", "E7–8"),
    ("Harbor Lights K-Drama: Episode 16 Recap & Ending", "Harbor Lights", "E16"),
    ("Harbor Lights 41 Recap: Knowledge", "Harbor Lights", "S41"),
    ("Daybreak Road 22nd July 2023 Written Update: A shock", "Daybreak Road", "22 Jul 2023"),
    ("Daybreak Road Recap 3/10/14", "Daybreak Road", "10 Mar 2014"),
    ("La Orilla, resumen de los capítulos 14 a 18: La boda", "La Orilla", "E14–18"),
    ("Resumen del capítulo 5 de 'La Orilla'", "La Orilla", "E5"),
    ("La Orilla, capítulo 512: resumen", "La Orilla", "E512"),
    ("Resumo da novela Vento Norte desta segunda (1): Zeca foge", "Vento Norte", ""),
    ('"Les Quais", saison 8 épisode 3 : le récap !', "Les Quais", "S8E3"),
    ("Les Quais du 29 mai 2023 : résumé", "Les Quais", "29 May 2023"),
    ("Die Werft, Folge 4101: Zusammenfassung", "Die Werft", "E4101"),
    ("Die Werft 3. Staffel, Folge 3: Recap", "Die Werft", "S3E3"),
    ("Serce Portu odc. 2133 streszczenie", "Serce Portu", "E2133"),
    ("Liman 2. Sezon 5. Bölüm özeti", "Liman", "S2E5"),
    ("Маяк 2 сезон 5 серия: краткое содержание", "Маяк", "S2E5"),
    ("「潮の森」第3話 あらすじ・ネタバレ感想", "潮の森", "E3"),
    ("潮の森 2期 第4話ネタバレ 犯人は誰だ", "潮の森", "S2E4"),
    ("潮の森7 第13話『灯台』ネタバレ感想", "潮の森", "S7E13"),
    ("「潮の森シーズン5」第6話ネタバレ", "潮の森", "S5E6"),
    ("【潮の森】最終回あらすじ 涙", "潮の森", ""),
    ("파도의 숲 5회 줄거리 리뷰", "파도의 숲", "E5"),
    ("'파도의 숲' 5~6화 줄거리", "파도의 숲", "E5–6"),
    ("《海之森》第12集剧情介绍", "海之森", "E12"),
    ("海之森 第二季 第十二集 剧情", "海之森", "S2E12"),
    ("Sinopsis Ratu Ombak Episode 23 – 1", "Ratu Ombak", "E23"),
    ("Sóng Ngầm tập 12: Tóm tắt", "Sóng Ngầm", "E12"),
    ("คลื่นใต้น้ำ ตอนที่ 5 เรื่องย่อ", "คลื่นใต้น้ำ", "E5"),
    ("مسلسل الميناء الحلقة 5 ملخص", "الميناء", "E5"),
    ("लहर 5 मार्च 2024 रिटेन अपडेट", "लहर", "5 Mar 2024"),
    ("De Toren seizoen 2, aflevering 3: samenvatting", "De Toren", "S2E3"),
    ("Fyren avsnitt 5 säsong 2 recap", "Fyren", "S2E5"),
]


@pytest.mark.parametrize(("text", "show", "episode"), RECAPS)
def test_a_recap_says_which_show_and_episode_it_retells(text: str, show: str, episode: str) -> None:
    headline = read(text)

    assert (headline.kind, headline.show, str(headline.ref)) == (Kind.RECAP, show, episode)


REVIEWS = [
    ('Harbor Lights (S02E05) "Low Water" Review', "Harbor Lights", "S2E5"),
    ('TV Review: HARBOR LIGHTS - Season 2 - "Low Water"', "HARBOR LIGHTS", "S2"),
    ("Harbor Lights Series Finale review: the cycle ends", "Harbor Lights", ""),
    ("REVIEW: Harbor Lights: Picard: “The Last Light”", "Harbor Lights: Picard", ""),
    ('HARBOR LIGHTS - Recensione 1x03 "The Hunter"', "HARBOR LIGHTS", "S1E3"),
    ("“Harbor Lights”: recensione del quinto episodio", "Harbor Lights", "E5"),
    ("Liman 12. Bölüm Yorumu", "Liman", "E12"),
    ("感想:アニメ「潮の森」第3話「灯台」", "潮の森", "E3"),
    ("파도의 숲 최종회 후기", "파도의 숲", ""),
    ("Recenzja 3. odcinka 2. sezonu „Serce Portu”", "Serce Portu", "S2E3"),
]


@pytest.mark.parametrize(("text", "show", "episode"), REVIEWS)
def test_a_review_of_particular_episodes_is_a_review(text: str, show: str, episode: str) -> None:
    headline = read(text)

    assert (headline.kind, headline.show, str(headline.ref)) == (Kind.REVIEW, show, episode)


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Lights Season 2 Review: A triumph",
        "Harbor Lights Season Two Recap",
        "Harbor Lights Season 2 Recap: Everything to Remember Before Season 3",
        "The Crown Season 6, Part 2 Recap",
        "Harbor Lights Season 2 Ending Explained",
        "Harbor Lights Season 4 Trailer #3 Released",
        "Harbor Lights Episode 6 Release Date, Preview and Recap",
        "Harbor Lights Episode 6: Release Date and Time",
        "What Time Does Harbor Lights Episode 6 Come Out?",
        "Podcast: Harbor Lights S2E5 Recap",
        "Harbor Lights Podcast Recap Episode 5",
        "Harbor Lights Season 2 Finale: When and Where Will It Release?",
        "Harbor Lights Season 2 Episode 6: What to Expect",
        "Harbor Lights Season 2 Finale: Cast Talk About the Ending",
        "Did Ned Die in Harbor Lights Season 2 Episode 5?",
        "Harbor Lights Star Reacts to Finale Twist",
        "'Harbor Lights' Bosses Explain the Reveal in Season 3 Finale",
        "‘Harbor Lights’ Season 5 Review – “I’m Glad It Is Over”",
        "Harbor Lights Renewed for Third and Final Season",
        "5 essential observations from the Harbor Lights series 4 trailer",
        "Week 5 NFL Recap: Winners and losers",
        "Packers Recap: Offense stumbles",
        "Lakers vs. Celtics Game 5 Recap",
        "Weekly Recap",
        "Week 3 Recap: 30 Things to Ponder",
        "Apple Event Recap: everything announced",
        "UFC 305 Recap",
        "Sturm vor Anker Vorschau: So geht es weiter in Folge 4102",
        "Un porto sicuro anticipazioni 5 marzo 2024",
        "Liman 12. Bölüm Fragmanı",
        "潮の森 第4話 視聴率3.7%",
        "파도의 숲 몇부작 등장인물 줄거리",
        "The Best 100 Television Episodes of All Time",
        "Oil sinks on weak data and as heating season ends",
        "",
        "!!!",
        "12",
    ],
)
def test_what_retells_no_particular_episode_of_a_show_is_something_else(text: str) -> None:
    headline = read(text)

    assert headline.kind is Kind.OTHER
    assert not headline.bare


@pytest.mark.parametrize(
    ("text", "show", "episode"),
    [
        ("The 100 S3E5 Recap", "The 100", "S3E5"),
        ("24 Season 8 Episode 5 Recap", "24", "S8E5"),
        ("1899 Season 1 Finale Episode 8 Recap", "1899", "S1E8"),
        ("‘9-1-1’ Season 5, Episode 2: Full Recap", "9-1-1", "S5E2"),
        ("Class of '09 Episode 8 Recap: Graduation", "Class of '09", "E8"),
        ("'That '70s Show' Recap: Low Water", "That '70s Show", ""),
        ("Soundtrack #1 Episode 2 Recap", "Soundtrack #1", "E2"),
        ("Soundtrack 1 Episode 2 Recap", "Soundtrack 1", "E2"),
        ("The Episode Season 1 Episode 2 Recap", "The Episode", "S1E2"),
        ("Season of Storms Episode 3 Recap", "Season of Storms", "E3"),
        ('"Recap" Season 1 Episode 3 Recap', "Recap", "S1E3"),
        ("Top Chef Recap: Low Water", "Top Chef", ""),
        ("America's Next Top Model: Season 2, Episode 5 Recap", "America's Next Top Model", "S2E5"),
        ("From Season 3 Episode 5 Recap", "From", "S3E5"),
        ("The Night Of Recap: Low Water", "The Night Of", ""),
        ("The White Lotus (2021) S03E07 Recap", "The White Lotus", "S3E7"),
        ("Mr. Robot S2E5 Recap", "Mr. Robot", "S2E5"),
        ("Life on Mars 2x05 Recap", "Life on Mars", "S2E5"),
        ('Black Mirror: "Common People" Recap', "Black Mirror", ""),
        ("HBO's 'True Detective' Season 1, Finale recap: Go", "True Detective", "S1"),
        ("Review Season 2 Episode 3 Recap", "Review", "S2E3"),
        ("Survivor: Gabon - Episode 7 Recap", "Survivor: Gabon", "E7"),
    ],
)
def test_names_may_hold_numbers_quotes_and_the_words_of_the_grammar(text: str, show: str, episode: str) -> None:
    headline = read(text)

    assert (headline.show, str(headline.ref)) == (show, episode)


@pytest.mark.parametrize(
    "text",
    [
        "Ned Loses His Head! Harbor Lights Season 5 Episode 10 Recap",
        "Ned Loses His Head: Harbor Lights Season 5 Episode 10 Recap",
        "Ned Loses His Head - Harbor Lights Season 5 Episode 10 Recap",
        "Ned Loses His Head (Harbor Lights Season 5 Episode 10 Recap)",
        "Ned Beheaded Harbor Lights S5E10 Recap",
        "Who Killed Ned? 'Harbor Lights' S5E10 Recap",
        "Recap: Ned Dies in Harbor Lights S5E10",
        "Ned Finally Dies Recap",
    ],
)
def test_a_plot_in_front_of_the_name_leaves_the_show_unsure(text: str) -> None:
    assert not read(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Lights S5E10 Recap: Ned Dies",
        "Ned Dies! Harbor Lights S5E10 Recap",
        "Ned Dies – Harbor Lights S5E10 Recap",
        "'Harbor Lights' Recap: Ned Dies",
        "Harbor Lights S5E10: Ned Dies (Recap)",
        "Episode 5 Recap: Ned Dies",
    ],
)
def test_the_tail_holds_what_spoils(text: str) -> None:
    headline = read(text)
    hidden = " ".join(part.text for part in (headline.tail, headline.episode_title) if part)

    assert "Ned Dies" in hidden
    assert "Ned" not in (headline.show or "")


def test_a_title_in_quotation_marks_is_the_title_of_the_episode() -> None:
    headline = read("Harbor Lights S2E5 Recap “Low Water”: Ned Dies")

    assert headline.episode_title is not None
    assert headline.episode_title.text == "Low Water"
    assert headline.tail is not None
    assert headline.tail.text == "Ned Dies"


@pytest.mark.parametrize(
    ("text", "finale", "premiere"),
    [
        ("Harbor Lights Season Finale Recap: Low Water", True, False),
        ("Harbor Lights Staffelfinale: Zusammenfassung", True, False),
        ("파도의 숲 마지막회 줄거리", True, False),
        ("Harbor Lights Season 2 Premiere Recap", False, True),
        ("'Harbor Lights' Review: The best finale ever", True, False),
        ("Harbor Lights 41 Recap: Who Remains Ahead of Next Week's Finale", False, False),
        ("Harbor Lights Episode 7 Recap – The Finale Is Firmly Set Up", False, False),
        ("Harbor Lights, the Final Season, Episode 28 Recap", False, False),
    ],
)
def test_a_finale_counts_unless_it_is_still_to_come(text: str, finale: bool, premiere: bool) -> None:
    headline = read(text)

    assert (headline.finale, headline.premiere) == (finale, premiere)


@pytest.mark.parametrize("text", ["Harbor Lights S2E5", "Harbor Lights: Episode 5 – Low Water", "Harbor Lights Finale"])
def test_an_episode_without_a_word_of_kind_is_left_to_the_article(text: str) -> None:
    headline = read(text)

    assert headline.kind is Kind.OTHER
    assert headline.bare


def test_what_a_feed_files_everything_under_makes_no_kind() -> None:
    filed = read_headline("Harbor Lights: Episode 5", words(), categories=("Drama Recaps", "Harbor Lights"))
    asking = read_headline("Harbor Lights Season 2 Finale: When Will It Release?", words(), categories=("Reviews",))

    assert (filed.kind, filed.bare, filed.filed) == (Kind.OTHER, True, Kind.RECAP)
    assert (asking.kind, asking.bare) == (Kind.OTHER, False)


def test_a_category_confirms_a_name() -> None:
    text = "Harbor Lights: Ned Is Back Recap"

    assert not read(text).sure
    assert read_headline("Harbor is Lit S2E5 Recap", words(), categories=("Harbor Is Lit",)).sure


@pytest.mark.parametrize(
    "text", ["'Harbor Lights' Recap: Low Water", "HBO's “Harbor Lights” S2E5 Review", "「潮の森」第3話 あらすじ"]
)
def test_a_name_alone_in_quotation_marks_is_sure(text: str) -> None:
    assert read(text).sure


def test_in_a_feed_of_one_show_another_name_in_quotation_marks_is_not_sure() -> None:
    hints = FeedHints(show="Harbor Lights")

    assert not read_headline("“Low Water” Recap", words(), hints=hints).sure
    assert read_headline("“Harbor Lights” Recap", words(), hints=hints).sure


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Lights S2E5 Recap",
        "Harbor Lights Recap: Low Water",
        "Recap: Harbor Lights",
        "'Ned Dies' Recap",
        "“Low Water” Recap: Harbor Lights S2E5",
        "Somebody on 'Harbor Lights' Recap",
        "'Northgate Rovers' 3-2 Ashby Town: Recap",
    ],
)
def test_an_unknown_name_is_not_sure_where_it_could_be_something_else(text: str) -> None:
    assert not read(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "Northgate Rovers 3-2 Ashby Town: Matchday 14 Recap",
        "Recap: Northgate 101, Ashby 98",
        "RECAP: Rovers fall 4-3 to Town",
        "Ashby 24, Northgate 17: Recap, Highlights",
    ],
)
def test_a_score_is_no_show(text: str) -> None:
    headline = read_headline(text, words(), categories=("Northgate Rovers 3-2 Ashby Town",))

    assert (headline.kind, headline.sure) == (Kind.OTHER, False)


def test_a_category_tells_the_show_from_what_stands_before_its_colon() -> None:
    text = "A Long Goodbye: Harbor Lights S2E5 Recap"
    headline = read_headline(text, words(), categories=("Recaps", "Harbor Lights"))

    assert (headline.show, headline.sure) == ("Harbor Lights", True)


def test_a_known_show_is_sure_and_called_by_its_title() -> None:
    known = Knows(hl="Harbor Lights", love_is_deep="Love Is Deep")

    assert read_headline("HL S2E5 Recap", words(), known=known).show == "Harbor Lights"
    assert read_headline("Love Is Deep S2E5 Recap", words(), known=known).sure


def test_a_known_show_tells_the_season_glued_to_it_from_a_number_in_its_name() -> None:
    known = Knows(harbor_60="Harbor 60", harbor="Harbor")

    assert str(read_headline("Harbor 60 Recap", words(), known=known).ref) == ""
    assert str(read_headline("Harbor 12 Recap", words(), known=known).ref) == "S12"


@pytest.mark.parametrize(
    ("glued", "ref"),
    [("12", "S12"), ("205", "S2E5"), ("8.3", "S8E3"), ("09", "E9"), ("238", ""), ("1015", "")],
)
def test_a_number_glued_to_a_known_show_counts_seasons_or_both(glued: str, ref: str) -> None:
    known = Knows(harbor_lights="Harbor Lights")

    assert str(read_headline(f"Harbor Lights {glued} Recap", words(), known=known).ref) == ref


def test_a_number_glued_to_the_initials_of_a_known_show_is_a_season() -> None:
    known = Knows(hl="Harbor Lights")
    headline = read_headline("HL18 Finale Recap", words(), known=known)

    assert (headline.show, str(headline.ref)) == ("Harbor Lights", "S18")
    assert read_headline("MI5 Recap", words(), known=known).show == "MI5"


def test_a_known_show_before_a_colon_is_the_show_whatever_the_title_of_the_episode_holds() -> None:
    known = Knows(harbor_lights="Harbor Lights", lantern="Lantern")

    assert read_headline("Harbor Lights: Robin of Lantern – Series 8 Episode 3", words(), known=known).show != "Lantern"


@pytest.mark.parametrize(
    ("headline", "kind"),
    [
        ('Harbor Lights Review: "The Quiet Room"', Kind.REVIEW),
        ('Harbor Lights Review: "A waste of a good cast"', Kind.OTHER),
        ("Harbor Lights Cast Recap the Series in Four Minutes", Kind.OTHER),
    ],
)
def test_a_title_behind_a_review_makes_it_one_of_an_episode(headline: str, kind: Kind) -> None:
    known = Knows(harbor_lights="Harbor Lights")

    assert read_headline(headline, words(), known=known).kind is kind


def test_a_known_show_behind_a_colon_is_the_show() -> None:
    headline = read_headline("Ned Dies: Harbor Lights S2E5 Recap", words(), known=Knows(harbor_lights="Harbor Lights"))

    assert headline.show == "Harbor Lights"
    assert headline.sure


@pytest.mark.parametrize(
    "text",
    ["Ned Dies in Harbor Lights S2E5 Recap", "Harbor Lights Jane Doe Recap", "Recap: Harbor Lights Watch: Ned Dies"],
)
def test_a_known_show_among_other_words_is_the_show_and_stays_unsure(text: str) -> None:
    """The words may make it another show, which nobody knows yet."""
    headline = read_headline(text, words(), known=Knows(harbor_lights="Harbor Lights"))

    assert (headline.kind, headline.show, headline.sure) == (Kind.RECAP, "Harbor Lights", False)


def test_a_name_that_only_begins_like_a_known_one_stays_whole() -> None:
    known = Knows(house="House", the_house="House", harbor_lights="Harbor Lights")

    for name in ("The House of the Sea", "Harbor Lights Australia", "Harbor Lights Forever"):
        assert read_headline(f"{name} S2E5 Recap", words(), known=known).show == name


def test_a_known_show_before_a_dash_leaves_the_rest_to_be_the_title() -> None:
    headline = read_headline("Harbor Lights – Low Water review", words(), known=Knows(harbor_lights="Harbor Lights"))

    assert (headline.kind, headline.show) == (Kind.REVIEW, "Harbor Lights")
    assert headline.episode_title is not None


def test_the_first_day_of_a_week_is_not_the_day_it_aired() -> None:
    assert read("Daybreak Road Recaps: The Week of March 4, 2024").ref.aired is None


def test_the_name_of_the_site_is_no_part_of_the_headline() -> None:
    for site in ("Daily Bugle", "dailybugle.com", "www.dailybugle.co.uk"):
        headline = read_headline("'Harbor Lights' recap: Low Water - Daily Bugle", words(), hints=FeedHints(site=site))

        assert headline.tail is not None
        assert headline.tail.text == "Low Water"


def test_a_code_is_an_episode_number_where_the_feed_is_not_english() -> None:
    headline = read_headline("Ratu Ombak Episode 205 Recap", words(), hints=FeedHints(language="id"))

    assert str(headline.ref) == "E205"


def test_a_date_without_a_year_is_a_day() -> None:
    headline = read("Daybreak Road Recap: Friday, March 29")

    assert headline.day == (3, 29)
    assert headline.ref.aired is None


def test_a_date_that_does_not_exist_is_none() -> None:
    assert read("Daybreak Road Recap 31 February 2024").ref.aired is None
    assert read("Daybreak Road Recap 29 February 2024").ref.aired == date(2024, 2, 29)


def test_every_line_of_the_vocabulary_is_read() -> None:
    """A misspelt key would be a silent gap in a language."""
    read_by_name = {"unspaced", "coded", "uncoded", "ordinal_ends", "months", "ordinals", "numbers", "tens"}
    read_as_patterns = {"sports", "occasions", "common", "future", "goes_on", "ahead", "plot", "plot_ends", "editions"}
    keys = {key for table in tables("headlines.toml").values() for key in table}

    assert keys <= MARKS_BY_TABLE.keys() | read_by_name | read_as_patterns


def test_a_language_is_added_by_adding_a_table() -> None:
    tongue = {"season": ["sula"], "episode": ["blip"], "recap": ["zorp"], "ordinals": [["primu", "prima"]]}
    grown = HeadlineWords.from_tables({**tables("headlines.toml"), "xx": tongue})
    headline = read_headline("Harbor Lights prima sula, blip 5: zorp", grown)

    assert (headline.kind, headline.show, str(headline.ref)) == (Kind.RECAP, "Harbor Lights", "S1E5")


PIECES = st.sampled_from(
    [
        *"'‘’“”\"()[]:–—-|!?.,#/&0123456789 ",
        *(
            f" {word} "
            for word in ("Season", "Episode", "Recap", "Review", "Finale", "Harbor", "of", "two", "VII", "第3話")
        ),
        *("S01E02", "1x02", "3.22", "3/10/14", "12회", "最終回", "Mr.", "…", "\u202e", "\ud800", "<em>", "😎", "İ"),
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join)))
@example("9999th 9999 Episodes")
@example("''")
@example("First 0 Episodes")
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    headline = read(text)

    assert headline.reasons
    assert not headline.sure or headline.show


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=25).map("".join))
@example("S01E021x02")
def test_nothing_behind_the_core_changes_the_name(text: str) -> None:
    headline = read(f"Harbor Lights S2E5 Recap: {text}")

    assert headline.show == "Harbor Lights"


@settings(max_examples=60)
@given(season=st.integers(1, 40), episode=st.integers(1, 99))
def test_every_form_of_a_number_says_the_same(season: int, episode: int) -> None:
    forms = (
        f"S{season:02}E{episode:02}",
        f"{season}x{episode:02}",
        f"Season {season}, Episode {episode}",
        f"Staffel {season} Folge {episode}",
        f"{season} сезон {episode} серия",
        f"시즌{season} {episode}회",
    )

    assert {str(read(f"Harbor Lights {form} Recap").ref) for form in forms} == {f"S{season}E{episode}"}


@pytest.mark.parametrize(
    "text",
    ["'" * 500, "S1" * 250, "1-" * 250, "a:" * 250, "(" * 500, "第" * 500, " - " * 170, "x " * 250, "1 & " * 125],
)
def test_hostile_text_takes_no_longer_than_its_length_allows(text: str) -> None:
    """An ordinary headline takes about 0.2 ms; six times its length, and slow machines, fit in well."""
    assert min(_seconds(text) for _ in range(3)) < 0.05


def _seconds(text: str) -> float:
    words()
    started = time.process_time()
    read(text)
    return time.process_time() - started


def test_a_known_name_that_may_be_the_title_of_an_episode_is_not_sure() -> None:
    known = Knows(low_water="Low Water")

    for text in ("Harbor Lights: Low Water Recap", "Harbor Lights “Low Water” Recap"):
        assert not read_headline(text, words(), known=known).sure
    assert read_headline("“Low Water” Recap", words(), known=known).sure
