"""Articles are taken apart by what their HTML and their words say."""

import io
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import shipped
from bot.recaps.article import ArticleWords, read_article, read_page
from bot.recaps.article_page import extracted
from bot.recaps.model import NO_EPISODE, Article, EpisodeRef

WORDS = ArticleWords.from_tables(shipped.tables("articles.toml"))
SEED = Path(__file__).resolve().parents[3] / "shared" / "seed" / "leisurebyte.xml"
PLOT = "<p>Mina opens the vault and finds the ledger gone. Jun watches her from the stairs.</p>"


def read(html: str, excerpt: str = "") -> Article:
    return read_article(html, WORDS, excerpt=excerpt)


def story(html: str) -> list[str]:
    return [paragraph.text for paragraph in read(html).story]


# What is left out


@pytest.mark.parametrize(
    "line",
    [
        "<p>*** SPOILERS AHEAD! ***</p>",
        "<p>Warning: this recap contains major spoilers for episode 3.</p>",
        "<p>Note: From here on out there are specific plot spoilers for Glass City.</p>",
        "<p><b>Also Read:</b> <a href='#'>Velvet Orchard Episode 9 Recap: Mirae Burns the Letters</a></p>",
        "<p>RELATED: <a href='#'>Everyone who died in Velvet Orchard</a></p>",
        "<p>Read more</p><p><a href='#'>Velvet Orchard ending explained</a></p>",
        "<p><a href='#'>Velvet Orchard Episode 9 Recap: Mirae Burns the Letters</a></p>",
        "<p>Also Read: Velvet Orchard Episode 9 Recap: Mirae Burns the Letters</p>",
        "<p>Photo by Ana Lens / XYZ</p>",
        "<p>Follow us on Instagram!</p>",
        "<p>Let us know in the comments below.</p>",
        "<p>Advertisement</p>",
        "<p>Attention, les paragraphes qui suivent contiennent des spoilers ! Ne lisez pas ce qui suit !</p>",
        "<p>If you haven't watched it yet, stop reading now.</p>",
        "<p>Article by Ana Stone</p><p>Ana Stone is a freelance writer and the editor-in-chief of Site.</p>",
        "<p>Comment below.</p>",
        "<p>Tags: Glass City, Mina</p>",
        "<p>Mina and Jun at the vault (Photo: Ana Lens / XYZ)</p>",
        "<p>GLASS CITY – Mina waits. (Photo by Ana Lens)</p>",
        "<p>[사진=tvN]</p>",
        "<p>玻璃之城。(圖/Channel官網)</p>",
        "<p>Home > Dramas > Glass City</p>",
        "<p>2024.08.26 - [Drama] - Velvet Orchard Episode 9 Recap</p>",
        "<p>Series Navigation</p><p><< Glass City Episode 2 Recap</p><p>Glass City Episode 4 Recap >></p>",
        "<p>上一集：第2集</p><p>下一集：第4集</p>",
        "<p>Like this</p><p>Loading...</p>",
        "<p>ネタバレについてはこちら↓</p>",
        "<p>Glass City airs Mondays on Lantern+.</p>",
        "<p>So, what did you think of the vault?</p>",
        "<p>The post <a href='#'>Glass City Recap. Jun Falls</a> appeared first on <a href='#'>Site</a>.</p>",
        "<div class='sharedaddy'><p>Share this with Mina</p></div>",
        "<div class='jp-relatedposts'><p>Jun dies in another show.</p></div>",
        "<blockquote class='twitter-tweet'><p>I cried when Jun fell</p></blockquote>",
        "<script>var plot = 'Jun falls';</script><style>p{}</style>",
        "<iframe src='https://x.example'>Jun</iframe><form><label>Your name, Jun</label></form>",
        "<figure><img src='https://p.example/1.jpg'><figcaption>Jun falls</figcaption></figure>",
        "<!-- Jun falls -->",
        "<h3>Leave a Reply</h3><p>Jun should have stayed, says a reader.</p>",
    ],
)
def test_what_is_not_the_story_is_left_out(line: str) -> None:
    found = story(PLOT + line)

    assert found == ["Mina opens the vault and finds the ledger gone. Jun watches her from the stairs."]


def test_an_also_read_line_inside_a_paragraph_ends_it() -> None:
    found = story(
        "<p>Mina runs. Also Read: Velvet Orchard Episode 9 Recap: Mirae Burns the Letters</p><p>Jun waits.</p>"
    )

    assert found == ["Mina runs.", "Jun waits."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Related to nobody, Mina has no one to call.",
        "Images of the crash fill every screen in the bar.",
        "Photo in hand, Jun asks the neighbours about Mina.",
        "“Follow us,” Mina tells the twins.",
        "Overall, the plan works.",
        "Tags on the coats give the thieves away.",
        "Review in hand, Jun storms into the newsroom.",
        "Loading the gun, Mina thinks of Jun.",
        "In the comments, Mina reads that Jun is alive.",
        "Sigue a Lola hasta el faro.",
        "Folgt Lena dem Mann mit der Kiste?",
        "Lia lê nos comentários que Rui está vivo.",
        "犯人はこちらを見て笑う。",
        "シェアハウスに住む大地は鍵をなくす。",
        "댓글을 본 다진은 멀리 떠납니다.",
        "Mina shows Jun what she has found (an old photograph of the bank).",
        "“The vault is empty (again).”",
    ],
)
def test_a_story_may_use_the_words_of_other_blocks(sentence: str) -> None:
    assert story(f"{PLOT}<p>{sentence}</p>")[1:] == [sentence]


def test_a_description_keeps_its_text_before_the_footer() -> None:
    found = story("Mina runs home.\nThe post Glass City Recap: Jun Falls appeared first on Site.")

    assert found == ["Mina runs home."]


@pytest.mark.parametrize(
    "line",
    ["[tabs class=”wide”]", "[tab title=”Ep. 104″]", "[/tab]", "[tabs]", "[vc_row full_width='x'][/vc_row]"],
)
def test_short_codes_of_editors_are_no_text(line: str) -> None:
    assert story(f"<p>{line}</p>{PLOT}<p>{line}</p>") == story(PLOT)


def test_words_in_brackets_are_text() -> None:
    assert story("<p>Mina [laughs] runs. He says: “[That ledger] is gone.”</p>") == [
        "Mina [laughs] runs. He says: “[That ledger] is gone.”"
    ]


@pytest.mark.parametrize("line", ["Share", "좋아요4", "Compartí esta nota", "> Saison 1", "Mina on Instagram"])
def test_the_foot_of_a_page_is_no_story(line: str) -> None:
    assert story(PLOT * 2 + f"<p>{line}</p>") == story(PLOT * 2)


def test_the_last_sentence_of_a_story_is_no_foot() -> None:
    last = "最终，小岚在灯塔里找到了账本。（全剧终）"

    assert story(f"<p>阿成走进了市场，船长跟着他。</p><p>小岚打开了门。</p><p>{last}</p>")[-1] == last


def test_a_headline_that_is_repeated_as_text_is_no_story() -> None:
    html = "<h1>Glass City Episode 3 Recap: Jun Falls.</h1><p>Glass City Episode 3 Recap: Jun Falls.</p>" + PLOT

    assert story(html) == story(PLOT)
    assert read(html).opening_ref == EpisodeRef.of(None, 3)


def test_lines_that_end_with_a_comma_go_on_in_the_next() -> None:
    assert story("<p>脅迫を受けたミナは、</p><p>金庫を開ける。</p>") == ["脅迫を受けたミナは、金庫を開ける。"]
    assert story("<p>Mina, who has the key,</p><p>opens the vault. Jun waits.</p>") == [
        "Mina, who has the key, opens the vault. Jun waits."
    ]


def test_the_head_of_a_page_is_no_story() -> None:
    assert story("<p>S6, Ep22</p><p>17 May 2019</p><p>By Ana Stone</p>" + PLOT * 2) == story(PLOT * 2)


def test_a_story_in_bullets_without_full_stops_is_kept_whole() -> None:
    assert story("<ul><li>Mina runs</li><li>Jun waits</li><li>The vault closes.</li></ul>")[0] == "Mina runs"


@pytest.mark.parametrize(
    "line", ["Ana Stone, reporter ana@site.example", "© Site, all rights reserved", "https://x.example/v/1"]
)
def test_addresses_and_rights_are_left_out(line: str) -> None:
    assert len(story(f"{PLOT}<p>{line}</p>")) == 1


# Parts


def test_sub_headings_of_the_plot_stay_in_the_story() -> None:
    found = story("<h2>Who opened the vault?</h2><p>Mina did.</p><h2>Where is Jun?</h2><p>Jun hides.</p>")

    assert found == ["Mina did.", "Jun hides."]


def test_a_second_episode_after_thoughts_is_story_again() -> None:
    article = read(
        "<h2>Episode 7</h2><p>Mina runs.</p><h3>Final thoughts</h3><p>I like it.</p><h2>Episode 8</h2><p>Jun waits.</p>"
    )

    assert [part.text for part in article.story] == ["Mina runs.", "Jun waits."]
    assert [part.text for part in article.thoughts] == ["I like it."]


def test_what_stands_before_the_heading_of_the_recap_is_no_story() -> None:
    article = read("<p>What a show this is.</p><p>2017.05.17 18:30</p><h2>Episode 5 Recap:</h2>" + PLOT)

    assert [part.text for part in article.story] == story(PLOT)
    assert [part.text for part in article.thoughts] == ["What a show this is."]


def test_the_title_of_a_page_opens_no_part_of_it() -> None:
    assert story(f"<h1>Review: Glass City episode 5</h1>{PLOT}") == story(PLOT)


def test_most_of_a_text_is_no_introduction() -> None:
    assert len(story(PLOT * 3 + "<h2>Recap</h2><p>Jun waits.</p>")) == 4


def test_a_line_in_bold_without_a_mark_is_a_heading() -> None:
    html = f"<p><b>At the bank</b></p>{PLOT}<h3>Final Thoughts</h3><p><b>The acting</b></p><p>A fine hour.</p>"
    article = read(html)

    assert [part.text for part in article.story] == story(PLOT)
    assert [part.text for part in article.thoughts] == ["A fine hour."]


def test_nothing_follows_the_comments() -> None:
    assert story(f"{PLOT}<p>Comments (3)</p><p>Jun should have stayed, says a reader.</p>") == story(PLOT)


@pytest.mark.parametrize(
    "sentence",
    [
        "Glass City is streaming on Lantern+.",
        "Glass City airs every Sunday at 9 p.m.",
        "‘유리 도시’는 매주 목요일 밤 9시 새방송에서 방송된다.",
        "『ガラスの街』は毎週水曜夜10時に放送。",
        "《玻璃之城》每週一、二在新台播出。",
        "“Ciudad de cristal” se emite de lunes a viernes en Faro TV.",
        "« Ville de verre » est disponible sur Phare.",
        "„Glasstadt“ läuft jeden Mittwoch bei Leuchtturm.",
        "“Cidade de Vidro” está disponível no Farol.",
    ],
)
def test_where_a_show_can_be_seen_is_no_thought_whatever_the_service(sentence: str) -> None:
    article = read(f"{PLOT}<h2>Final Thoughts</h2><p>A fine hour.</p><p>{sentence}</p>")

    assert [part.text for part in article.thoughts] == ["A fine hour."]
    assert article.facts.streaming is None


@pytest.mark.parametrize(
    "heading", ["<h2>Final Thoughts</h2>", "<p><strong>The Bottom Line</strong></p>", "<p>Verdict</p>"]
)
def test_thoughts_have_headings_of_many_makes(heading: str) -> None:
    article = read(f"{PLOT}{heading}<p>A fine hour.</p>")

    assert [part.text for part in article.thoughts] == ["A fine hour."]


def test_a_preview_of_next_week_is_an_extra() -> None:
    article = read(f"{PLOT}<p>Next week: Jun comes back.</p><h3>Post-credits scene</h3><p>The vault closes.</p>")

    assert [part.text for part in article.extras] == ["Jun comes back.", "The vault closes."]


def test_a_labelled_verdict_is_the_verdict() -> None:
    article = read(f"{PLOT}<p><b>Verdict:</b> A tense hour that earns its ending.</p>")

    assert article.verdict
    assert article.verdict.text == "A tense hour that earns its ending."


def test_a_rating_may_stand_beside_the_article() -> None:
    article = read(PLOT, excerpt="<p>Verdict: slow, dark and worth your patience. 4/5</p>")

    assert article.rating == "4/5"
    assert article.verdict
    assert article.verdict.text.startswith("slow, dark and worth your patience.")


def test_an_excerpt_that_repeats_the_article_is_no_verdict() -> None:
    assert read(PLOT, excerpt="<p>Mina opens the vault and finds the ledger gone. Jun …</p>").verdict is None
    assert read(PLOT, excerpt="Mina opens the vault and finds the ledger gone.").verdict is None


@pytest.mark.parametrize(
    ("line", "rating"),
    [
        ("Rating: 4.5/5", "4.5/5"),
        ("Grade: B+", "B+"),
        ("Our rating: ★★★½", "★★★½"),
        ("Overall: 8.4/10", "8.4/10"),
        ("Nota: 8/10", "8/10"),
        ("평점: 4.5/5", "4.5/5"),
        ("Verdict - 5/10", "5/10"),
        ("A tense hour. 4/5", "4/5"),
        ("Mina dies on 4/5", None),
        ("Episode Rating (4.5)", "4.5"),
        ("Ratings: 3.7% nationwide", None),
        ("Overall: A fine hour.", None),
    ],
)
def test_a_rating_is_kept_as_it_is_written(line: str, rating: str | None) -> None:
    assert read(f"{PLOT}<p>{line}</p>").rating == rating


# Spoilers that the feed marks


@pytest.mark.parametrize(
    "html",
    [
        "<p>Mina runs.</p><details><summary>Spoiler</summary><p>Jun falls.</p></details>",
        "<p>Mina runs. <span class='bbcode-spoiler'>Jun falls.</span></p>",
        "<p>Mina runs. [spoiler]Jun falls.[/spoiler]</p>",
        "<p>Mina runs. [su_spoiler title='x']Jun falls.[/su_spoiler]</p>",
        "<p>Mina runs. &gt;!Jun falls.!&lt;</p>",
        "<p>[spoiler]</p><p>Jun falls.</p><p>[/spoiler]</p><p>Mina runs.</p>",
    ],
)
def test_a_marked_spoiler_stays_in_the_story_and_is_listed(html: str) -> None:
    article = read(html)

    assert "Jun falls." in " ".join(part.text for part in article.story)
    assert "spoiler" not in " ".join(part.text for part in article.story).casefold()
    assert [spoiler.text.removeprefix("Spoiler ") for spoiler in article.marked] == ["Jun falls."]


# Facts


def test_labelled_lines_are_facts_and_no_story() -> None:
    article = read(
        "<ul><li>Director: Ana Stone</li><li>Cast: Yoo Da-on (Mina), Seo Min-jae</li><li>Genre: Thriller</li>"
        "<li>Episodes: 16</li><li>Runtime: 1h 5m</li><li>Network: tvN</li><li>Air date: March 30, 2022</li></ul>" + PLOT
    )

    assert len(article.story) == 1
    facts = article.facts
    assert facts.director
    assert facts.director.value == ("Ana Stone",)
    assert facts.cast
    assert facts.cast.value == ("Yoo Da-on", "Seo Min-jae")
    assert facts.episodes
    assert facts.episodes.value == 16
    assert facts.runtime_minutes
    assert facts.runtime_minutes.value == 65
    assert facts.streaming
    assert facts.streaming.value == "tvN"
    assert facts.aired
    assert facts.aired.value == date(2022, 3, 30)


def test_a_plot_gives_no_facts() -> None:
    article = read(PLOT * 4 + "<p>In a play directed by Jun Vale, Mina dies after 12 episodes of fever.</p>" + PLOT * 4)

    assert article.facts.director is None
    assert article.facts.episodes is None


@pytest.mark.parametrize("value", ["the man who kills Mina", "a dead man", "Mina 2", "x" * 50])
def test_what_is_no_name_is_no_fact(value: str) -> None:
    article = read(f"<p>Director: {value}</p>{PLOT}")

    assert article.facts.director is None


# Which episode, which show


@pytest.mark.parametrize(
    ("first", "ref"),
    [
        ("Episode 6 of season 2 opens in the rain.", EpisodeRef.of(2, 6)),
        ("Glass City season 2 episode 6 opens in the rain.", EpisodeRef.of(2, 6)),
        ("Glass City season 2, episode 6 opens in the rain.", EpisodeRef.of(2, 6)),
        ("Glass City S2E6 opens in the rain.", EpisodeRef.of(2, 6)),
        ("Glass City 2x06 opens in the rain.", EpisodeRef.of(2, 6)),
        ("Episodes 7-8 of Glass City go by in a blur.", EpisodeRef(first=7, last=8)),
        ("This recap of Glass City season 1, episode 6 contains spoilers.", EpisodeRef.of(1, 6)),
        ("After episode 5, Mina is alone.", NO_EPISODE),
        ("Episode 5 ended in tears, and episode 6 begins in them.", NO_EPISODE),
        ("Mina runs.", NO_EPISODE),
        ("The next one, episode 7, airs on Friday.", NO_EPISODE),
        ("Episode 99999999999999999999 opens.", NO_EPISODE),
    ],
)
def test_the_first_sentences_name_their_own_episode_or_none(first: str, ref: EpisodeRef) -> None:
    assert read(f"<p>{first}</p>{PLOT}").opening_ref == ref


def test_other_headlines_never_name_the_episode() -> None:
    article = read("<p>Also Read: <a href='#'>Velvet Orchard Episode 9 Recap</a></p>" + PLOT)

    assert article.opening_ref == NO_EPISODE


def test_a_series_block_names_the_part() -> None:
    article = read(f"<p>This entry is part 5 of 16 in the post series Glass City</p>{PLOT}")

    assert article.series_ref == EpisodeRef.of(None, 5)
    assert len(article.story) == 1
    assert read(f"<p>This entry is part 17 of 16 in the series X</p>{PLOT}").series_ref == NO_EPISODE


@pytest.mark.parametrize(
    ("first", "show"),
    [
        ("Glass City (유리 도시) is a Korean drama series about a vault.", "Glass City"),
        ("The Long Night of May is an American crime drama television series.", "The Long Night of May"),
        ("This is a Korean drama series about a vault.", None),
        ("It is a drama series about a vault.", None),
        ("Mina is a drama series fan.", None),
        ("Mina is a songwriter for a drama series.", None),
        ("Mina, who runs, is a drama series star.", None),
        ("Jun says that Glass City is a drama series.", None),
        ("Mina runs. Glass City is a Korean drama series about a vault.", None),
    ],
)
def test_the_first_sentence_names_the_show_in_a_safe_form_or_not_at_all(first: str, show: str | None) -> None:
    assert read(f"<p>{first}</p>{PLOT}").show == show


# Pictures, words, robustness


def test_only_pictures_that_can_be_shown_are_kept() -> None:
    article = read(
        "<img src='https://p.example/a.jpg'><img src='https://p.example/a.jpg'><img src='/rel.jpg'>"
        "<img src='data:image/gif;base64,AAAA' data-src='https://p.example/b.jpg'><img src='javascript:x()'>"
        "<img src='https://p.example/pixel.gif' width=1 height=1><img class='emoji' src='https://s.example/e.png'>"
    )

    assert [picture.url for picture in article.pictures] == ["https://p.example/a.jpg", "https://p.example/b.jpg"]


def test_addresses_of_pictures_start_from_the_article() -> None:
    html = "<img src='/a.jpg'><img src='b c.jpg'><img src='//p.example/d.jpg'><img src='ftp://p.example/e.jpg'>"
    article = read_article(html, WORDS, base="https://site.example/drama/recap/")

    assert [picture.url for picture in article.pictures] == [
        "https://site.example/a.jpg",
        "https://site.example/drama/recap/b%20c.jpg",
        "https://p.example/d.jpg",
    ]


def test_a_picture_that_is_loaded_late_is_not_the_empty_one_before_it() -> None:
    article = read("<img src='https://p.example/empty.gif' data-src='https://p.example/a.jpg'>")

    assert [picture.url for picture in article.pictures] == ["https://p.example/a.jpg"]


def test_pictures_beside_the_article_join_its_own_in_one_size() -> None:
    beside = [
        "https://p.example/a-150x150.jpg",
        "https://p.example/b.jpg",
        "https://p.example/b-scaled.jpg?w=640",
        "https://secure.gravatar.com/avatar/1?s=96",
        "javascript:x()",
    ]
    article = read_article("<img src='https://p.example/a-1024x576.jpg'>", WORDS, pictures=beside)

    assert [picture.url for picture in article.pictures] == [
        "https://p.example/a-1024x576.jpg",
        "https://p.example/b.jpg",
    ]


def test_wide_scripts_are_counted_by_characters() -> None:
    assert read("<p>大地は走って逃げる。</p>").words == 5
    assert read("<p>Mina runs away.</p>").words == 3
    assert read("<p>다진은 멀리 떠납니다.</p>").words == 3


HOSTILE = {
    "depth": "<div>" * 60_000,
    "formats": "".join(f"<b a{number}><p>" for number in range(20_000)),
    "attributes": "<p " + " ".join(f"a{number}" for number in range(45_000)) + ">",
    "comments": "<!--" * 75_000,
    "brackets": "<" * 300_000,
    "unfinished": "<a" * 150_000,
    "spoilers": "[spoiler]" * 30_000,
    "one word": "a" * 400_000,
    "dots": "Mr. " * 80_000,
    "quotes": "“" * 100_000,
    "colons": "a: " * 100_000,
    "labels": "<p>Cast: " * 33_000,
    "warnings": "contains " * 30_000,
    "posts": "the post " * 30_000,
    "spaces": "a" + " " * 300_000 + "b",
    "shows": "Is a is a drama " * 20_000,
    "lists": "<li><dd><details>" * 18_000,
    "line breaks": "no obstante <br>" * 18_000,
    "short sentences": "그의. " * 33_000,
    "tables": "<table><tr><td>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_ends_quickly(name: str) -> None:
    begun = time.process_time()

    read(HOSTILE[name])

    assert time.process_time() - begun < 3


MARKUP = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<details>",
    "</details>",
    "<h2>",
    "</h2>",
    "<br>",
    "</div>",
    "<figcaption>",
    "<",
]
PHRASES = [
    "Final Thoughts",
    "Also Read:",
    "Episode 5",
    "Cast: ",
    "Rating: ",
    "4/5",
    "Mina runs. ",
    "第5話",
    "드라마",
    "。",
]
ODDITIES = [
    "[spoiler]",
    "[/spoiler]",
    ">!",
    "!<",
    "“",
    ":",
    "\t",
    "&#x0;",
    "\ud800",
    "<img src='https://p.example/a.jpg'>",
]
PIECES = st.sampled_from([*MARKUP, *PHRASES, *ODDITIES])


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
def test_whatever_the_html_reading_never_raises(html: str) -> None:
    article = read(html, excerpt=html)

    assert "\ufffe" not in "".join(part.text for part in article.story)
    assert all(part.text.strip() for part in (*article.story, *article.extras, *article.thoughts))
    assert article.reading_minutes >= 1


# Whole pages


def test_a_page_is_reduced_to_its_article() -> None:
    paragraphs = "".join(
        f"<p>In scene {number}, Mina opens another vault while Jun waits outside in the rain and counts the guards.</p>"
        for number in range(12)
    )
    page = (
        "<html><head><title>Glass City</title><style>p{}</style></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Glass City Recap</h1>{paragraphs}</article>"
        "<aside><p>Velvet Orchard: Mirae burns the letters</p></aside><footer><p>All rights reserved</p></footer>"
        "</body></html>"
    )

    article = read_page(page, WORDS)
    text = " ".join(part.text for part in article.story)

    assert "In scene 0" in text
    assert "In scene 11" in text
    assert "Mirae" not in text
    assert "rights" not in text


SCENES = [f"In scene {number}, Mina opens another vault while Jun waits outside in the rain." for number in range(12)]


def whole_page(*more: str) -> str:
    """A page without anything by which its article could be found, but its text."""
    told = "".join(f"<p>{scene}</p>" for scene in SCENES)
    return (
        "<html><head><title>Glass City</title></head><body><div class='menu'><a href='/'>Home</a></div>"
        f"<div class='content'>{told}{''.join(more)}</div>"
        "<div class='sidebar'><a href='/1'>Velvet Orchard: Mirae burns the letters</a></div></body></html>"
    )


def test_the_main_text_of_a_page_is_found_by_trafilatura() -> None:
    """It raises where a part of it is missing, and the page would quietly be read as it is."""
    found = extracted(whole_page())

    assert all(scene in found for scene in SCENES)
    assert "Mirae" not in found


def test_what_a_page_marks_as_a_spoiler_is_listed() -> None:
    article = read_page(whole_page("<p>Jun <span class='spoiler'>falls into the river</span> at noon.</p>"), WORDS)

    assert article.story[-1].text.endswith("Jun falls into the river at noon.")
    assert [spoiler.text for spoiler in article.marked] == ["falls into the river"]


def test_pictures_of_a_page_start_from_its_address() -> None:
    page = whole_page(f"<p><img src='/a.jpg' alt='Mina'></p><p>{SCENES[0]}</p>")
    article = read_page(page, WORDS, base="https://site.example/recap/")

    assert [picture.url for picture in article.pictures] == ["https://site.example/a.jpg"]


def test_a_page_over_which_trafilatura_stumbles_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    page = f"<html><body><p>Menu</p><article>{PLOT}</article></body></html>"

    assert [part.text for part in read_page(page, WORDS).story] == story(PLOT)


@pytest.mark.parametrize("page", ["", "<", "<html>", "no page", "<script>" * 1000])
def test_a_page_without_text_is_an_empty_article(page: str) -> None:
    assert read_page(page, WORDS).facts == Article().facts


# The first real feed


@pytest.mark.skipif(not SEED.exists(), reason="the seed feed is not beside the repository")
def test_the_seed_comes_out_right() -> None:
    feedparser = pytest.importorskip("feedparser")
    entry = feedparser.parse(io.BytesIO(SEED.read_bytes())).entries[-1]
    article = read(entry.content[0].value, excerpt=entry.summary)
    text = "\n".join(part.text for part in (*article.story, *article.extras, *article.thoughts))

    assert [len(part) for part in (article.story, article.extras, article.thoughts, article.pictures)] == [7, 1, 4, 4]
    assert article.story[0].text.startswith("Ah, the morning after feels!")
    assert article.story[-1].text.endswith("the episode ends as they look at each other.")
    assert article.extras[0].text.endswith("“This is crazy.”")
    assert article.thoughts[0].text.startswith("Ok, Soundtrack 1 is cute")
    assert article.verdict
    assert article.verdict.text.startswith("Soundtrack 1 episode 2 is sweet and fluffy")
    assert {picture.caption.text for picture in article.pictures if picture.caption} == {
        "Still From Soundtrack 1 Episode 2"
    }
    assert not [gone for gone in ("Also Read", "Wild Abandon", "Follow us", "Still From", "spoilers") if gone in text]
    assert article.show == "Soundtrack #1"
    assert article.opening_ref == EpisodeRef.of(None, 2)
    facts = article.facts
    assert facts.native_title
    assert facts.native_title.value == "사운드트랙 #1"
    assert facts.director
    assert facts.director.value == ("Kim Hee-won",)
    assert facts.cast
    assert facts.cast.value == ("Han So-hee", "Park Hyung-sik", "Kim Joo-heon", "Lee Jung-eun")
    assert facts.episodes
    assert facts.episodes.value == 4
    assert facts.runtime_minutes
    assert facts.runtime_minutes.value == 38
    assert facts.streaming
    assert facts.streaming.value == "Disney+ Hotstar"
