"""What an entry, its headline and its article add up to."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recaps.evidence import slug_ref, weigh
from bot.recaps.headline import NO_HINTS, NOBODY_KNOWN
from bot.recaps.headlines.forms import Form
from bot.recaps.model import (
    NO_EPISODE,
    Article,
    Entry,
    EpisodeRef,
    FeedHints,
    Headline,
    Kind,
    KnownShows,
    Reading,
    Spoiler,
)

STORY = (Spoiler("Ned goes out to sea."), Spoiler("He does not come back."))


class Knows:
    """Knows one show, by two names."""

    def canonical(self, name: str) -> str | None:
        return "Harbor Lights" if name.casefold() in {"hl", "harbor lights"} else None


def entry(link: str | None = None, *categories: str, published: datetime | None = None) -> Entry:
    return Entry(identity="1", title="a headline", link=link, categories=categories, published=published)


def recap(show: str | None = "Harbor Lights", ref: EpisodeRef = NO_EPISODE, *, sure: bool = False) -> Headline:
    return Headline(kind=Kind.RECAP, show=show, ref=ref, sure=sure)


def weighed(
    headline: Headline,
    of: Entry | None = None,
    article: Article | None = None,
    *,
    known: KnownShows = NOBODY_KNOWN,
    hints: FeedHints = NO_HINTS,
) -> Reading:
    return weigh(headline, entry=of or entry(), article=article, known=known, hints=hints)


def test_a_known_show_is_sure_and_bears_its_title() -> None:
    reading = weighed(recap("HL"), known=Knows())

    assert (reading.show, reading.sure) == ("Harbor Lights", True)
    assert ("show", "known") in reading.origins


def test_a_sure_headline_outdoes_the_article() -> None:
    reading = weighed(recap("Harbor Nights", sure=True), article=Article(show="Another Show"))

    assert (reading.show, reading.sure) == ("Harbor Nights", True)


def test_the_article_outdoes_an_unsure_headline() -> None:
    reading = weighed(recap("Ned Dies in Harbor Nights"), article=Article(show="Harbor Nights"))

    assert (reading.show, reading.sure, reading.origins[0]) == ("Harbor Nights", True, ("show", "article"))


def test_a_category_confirms_the_headline_however_it_is_written() -> None:
    reading = weighed(recap("Harbor is Bright"), entry(None, "News", "HARBOR IS BRIGHT!"))

    assert reading.sure


def test_the_feeds_own_show_stands_in_for_an_unsure_one() -> None:
    reading = weighed(recap(None), hints=FeedHints(show="HL"), known=Knows())

    assert (reading.show, reading.sure) == ("Harbor Lights", True)


def test_a_single_known_show_among_the_categories_is_the_show() -> None:
    reading = weighed(recap(None), entry(None, "Recaps", "HL"), known=Knows())

    assert (reading.show, reading.sure) == ("Harbor Lights", True)


def test_an_unconfirmed_name_stays_unsure() -> None:
    assert not weighed(recap("Ned Dies"), entry(None, "Recaps")).sure


def named(show: str, form: Form) -> Headline:
    return Headline(kind=Kind.RECAP, show=show, form=form, ref=EpisodeRef.of(2, 5))


def test_an_article_that_counts_what_is_named_confirms_one_that_is_numbered() -> None:
    article = Article(story=(Spoiler("In this hour of Harbor Nights, Ned finally dies."),))
    episode = Article(story=(Spoiler("In this episode, Red Harvest, Ned Stone finally dies. Red Harvest was grim."),))

    assert weighed(named("Harbor Nights", Form.NUMBERED), article=article).sure
    assert not weighed(named("Harbor Night", Form.NUMBERED), article=article).sure
    assert not weighed(named("Ned Finally Dies", Form.NUMBERED), article=article).sure
    assert not weighed(named("Ned", Form.PLAIN), article=article).sure
    assert not weighed(named("Red Harvest", Form.NUMBERED), article=episode).sure
    assert not weighed(named("Ned Stone", Form.NUMBERED), article=episode).sure
    assert weighed(named("Red Harvest", Form.NUMBERED), article=Article(story=(Spoiler("Red Harvest S2 began."),))).sure


def test_a_known_title_with_more_behind_it_may_be_another_show() -> None:
    assert not weighed(named("HL", Form.PREFIX), known=Knows()).sure
    assert weighed(named("HL", Form.PREFIX), entry(None, "HL"), known=Knows()).sure


def test_no_name_at_all_is_no_show() -> None:
    reading = weighed(recap(None))

    assert (reading.show, reading.sure, reading.origins) == (None, False, ())


def test_the_headline_speaks_first() -> None:
    article = Article(opening_ref=EpisodeRef.of(3, 9), series_ref=EpisodeRef.of(4, 8))
    reading = weighed(recap(ref=EpisodeRef.of(2, 5)), entry("https://x.test/harbor-lights-s1e1"), article)

    assert reading.ref == EpisodeRef.of(2, 5)
    assert ("episode", "headline") in reading.origins


def test_each_source_fills_in_what_the_one_before_left_open() -> None:
    article = Article(opening_ref=EpisodeRef(season=2), series_ref=EpisodeRef.of(None, 5))
    reading = weighed(recap(), article=article)

    assert reading.ref == EpisodeRef.of(2, 5)
    assert reading.origins[1:] == (("season", "article"), ("episode", "series"))


def test_a_source_that_speaks_of_another_season_is_not_believed() -> None:
    reading = weighed(recap(ref=EpisodeRef(season=2)), article=Article(opening_ref=EpisodeRef.of(3, 9)))

    assert reading.ref == EpisodeRef(season=2)


def test_a_source_that_speaks_of_another_episode_does_not_give_the_season() -> None:
    reading = weighed(recap(ref=EpisodeRef.of(None, 5)), article=Article(opening_ref=EpisodeRef.of(3, 9)))

    assert reading.ref == EpisodeRef.of(None, 5)


def test_the_address_tells_the_episode_of_the_show_it_names() -> None:
    reading = weighed(recap(), entry("https://x.test/recaps/harbor-lights-recap-season-4-episode-15-title-123/"))

    assert reading.ref == EpisodeRef.of(4, 15)
    assert ("episode", "address") in reading.origins


def test_the_address_of_another_show_tells_nothing() -> None:
    assert weighed(recap(), entry("https://x.test/faith-ep-23-recap.html")).ref == EpisodeRef()


def test_the_address_of_another_season_tells_nothing() -> None:
    reading = weighed(recap(ref=EpisodeRef(season=2)), entry("https://x.test/Harbor-Lights-Season-3-Episode-3-recap"))

    assert reading.ref == EpisodeRef(season=2)


def test_a_category_may_name_the_season() -> None:
    reading = weighed(recap(ref=EpisodeRef.of(None, 5)), entry(None, "Season 2"))

    assert reading.ref == EpisodeRef.of(2, 5)


def test_a_day_without_a_year_is_the_one_nearest_to_publication() -> None:
    headline = Headline(kind=Kind.RECAP, show="Harbor Lights", day=(12, 31))
    reading = weighed(headline, entry(published=datetime(2025, 1, 2, tzinfo=UTC)))

    assert reading.ref.aired == date(2024, 12, 31)


def test_the_29th_of_february_finds_its_leap_year() -> None:
    headline = Headline(kind=Kind.RECAP, show="Harbor Lights", day=(2, 29))

    assert weighed(headline, entry(published=datetime(2025, 1, 2, tzinfo=UTC))).ref.aired == date(2024, 2, 29)
    assert weighed(headline, entry(published=datetime(2022, 1, 2, tzinfo=UTC))).ref.aired is None
    assert weighed(headline, entry()).ref.aired is None


BARE = Headline(kind=Kind.OTHER, show="Harbor Lights", ref=EpisodeRef.of(2, 5), bare=True)


@pytest.mark.parametrize(
    ("article", "kind"),
    [
        (None, Kind.OTHER),
        (Article(), Kind.OTHER),
        (Article(story=STORY), Kind.RECAP),
        (Article(story=STORY, rating="4/5"), Kind.REVIEW),
        (Article(story=STORY[:1], thoughts=STORY), Kind.REVIEW),
    ],
)
def test_the_article_decides_what_a_bare_headline_is(article: Article | None, kind: Kind) -> None:
    assert weighed(BARE, article=article).kind is kind


def test_where_the_article_tells_an_episode_the_feeds_category_tells_the_kind() -> None:
    article = Article(story=STORY, rating="4/5")

    assert weighed(replace(BARE, filed=Kind.RECAP), article=article).kind is Kind.RECAP
    assert weighed(replace(BARE, filed=Kind.REVIEW), article=Article(story=STORY)).kind is Kind.REVIEW
    assert weighed(replace(BARE, filed=Kind.RECAP), article=Article()).kind is Kind.OTHER


def test_an_article_does_not_turn_news_into_a_recap() -> None:
    news = Headline(kind=Kind.OTHER, show="Harbor Lights", reasons=("news or a preview",))
    reading = weighed(news, article=Article(story=STORY))

    assert reading.kind is Kind.OTHER
    assert reading.reasons == ("news or a preview",)


@pytest.mark.parametrize(
    ("slug", "ref"),
    [
        ("show-season-2-episode-3-recap", EpisodeRef.of(2, 3)),
        ("show-s1e6review", EpisodeRef.of(1, 6)),
        ("show-2x05-review", EpisodeRef.of(2, 5)),
        ("show-episodes-7-8-recap", EpisodeRef(None, 7, 8)),
        ("show-episode-1-and-2-recap", EpisodeRef(None, 1, 2)),
        ("show-episode-5-10-things-we-loved", EpisodeRef.of(None, 5)),
        ("show-staffel-3-folge-4", EpisodeRef.of(3, 4)),
        ("show-s1endingexplained", EpisodeRef(season=1)),
        ("show-2022-05-17", EpisodeRef()),
        ("steps-1-and-2", EpisodeRef()),
    ],
)
def test_addresses_are_read_as_sites_write_them(slug: str, ref: EpisodeRef) -> None:
    assert slug_ref(slug) == ref


NUMBERS = st.none() | st.integers(0, 9999)
REFS = st.builds(EpisodeRef.of, NUMBERS, NUMBERS)


@given(headline=REFS, opening=REFS, series=REFS, link=st.text(max_size=60))
def test_what_the_headline_states_is_never_changed(
    headline: EpisodeRef, opening: EpisodeRef, series: EpisodeRef, link: str
) -> None:
    article = Article(opening_ref=opening, series_ref=series)
    ref = weighed(recap(ref=headline), entry(f"https://x.test/harbor-lights-{link}"), article).ref

    assert headline.season in {None, ref.season}
    assert headline.first in {None, ref.first}
