from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recaps.card import (
    CHARACTER_LIMIT,
    COMPONENT_LIMIT,
    DISPLAY_SIZE,
    SIZE_LIMIT,
    Action,
    ActionButton,
    Button,
    Card,
    CardOptions,
    LinkButton,
    SpoilerMode,
    links_to,
    make_answer,
    make_card,
    reference,
)
from bot.recaps.model import (
    EpisodeRef,
    FeedId,
    Kind,
    Picture,
    Recap,
    RecapId,
    ShowId,
    Spoiler,
    Summary,
)
from bot.recaps.spoilers import Markup
from bot.texts import ENGLISH, Language, spoken_in
from tests.pseudo import language, wordy
from tests.recaps.discord_markdown import RAW_HAZARDS, formats, shown
from tests.recaps.test_spoilers import texts

TAGGED = CardOptions()
BUTTON = CardOptions(spoilers=SpoilerMode.BUTTON)
PLOT = "Mara burns the letter."

RECAP = Recap(
    id=RecapId(7),
    feed=FeedId(1),
    kind=Kind.RECAP,
    show=ShowId(3),
    show_title="Salt Harbour",
    ref=EpisodeRef.of(3, 5),
    site="Couch Notes",
    link="https://couch.test/salt-harbour-mara-burns-the-letter",
    seen=datetime(2026, 5, 1, 20, tzinfo=UTC),
    author="Nora Quill",
    streaming="Disney+",
    reading_minutes=5,
    summary=Summary(Spoiler("Mara burns it."), Spoiler(PLOT), Spoiler(f"{PLOT}\n\nThe tide comes in.")),
    extras=(Spoiler("Bonus: Mara kept a copy."),),
    thoughts=(Spoiler("Mara was right to burn it."),),
    verdict=Spoiler("Mara at her best."),
    pictures=(Picture("https://couch.test/mara-burns.png", Spoiler("Mara and the fire")),),
)
UNKNOWN = replace(RECAP, show=None, show_title=None)
EMPTY = replace(
    RECAP, summary=Summary(Spoiler(""), Spoiler(""), Spoiler("")), extras=(), thoughts=(), verdict=None, pictures=()
)


def card(recap: Recap = RECAP, options: CardOptions = TAGGED, *, siblings: tuple[Recap, ...] = ()) -> Card:
    return make_card(recap, options, siblings=siblings)


def labels(buttons: tuple[Button, ...]) -> list[str]:
    return [button.label for button in buttons]


def sibling(number: int) -> Recap:
    return replace(RECAP, id=RecapId(100 + number), site=f"Site {number}", link=f"https://site{number}.test/a")


def everything_seen(cards: Card) -> str:
    """What Discord shows of a card to somebody who clicked nothing."""
    return "\n".join(
        (shown(cards.line), *map(shown, cards.texts), *labels((*cards.buttons, *cards.others)), cards.thread_title)
    )


def test_a_card_says_what_is_certain_and_hides_the_plot() -> None:
    recap_card = card()

    assert recap_card.line == "**Salt Harbour** S3E5 · new recap"
    assert recap_card.title == "### Salt Harbour S3E5"
    assert recap_card.facts == "-# Couch Notes · Nora Quill · 5 min read · Disney+"
    assert recap_card.summary == f"||{PLOT}||"
    assert recap_card.gallery == ("https://couch.test/mara-burns.png",)
    assert labels(recap_card.buttons) == ["Read the recap", "Reveal", "I've watched it"]
    assert recap_card.thread_title == "Salt Harbour S3E5 recap"


@pytest.mark.parametrize("recap_card", [card(), card(options=BUTTON), card(UNKNOWN), make_answer(RECAP, open=False)])
def test_nothing_of_the_plot_is_seen_before_choosing(recap_card: Card) -> None:
    seen = everything_seen(recap_card) + " ".join(recap_card.visible)

    for word in ("Mara", "burn", "letter", "tide", "right", "best", "fire"):
        assert word not in seen


def test_in_button_mode_nothing_of_the_plot_is_in_the_channel_at_all() -> None:
    recap_card = card(options=BUTTON)

    assert recap_card.hidden == ()
    assert recap_card.note is None
    assert Action.REVEAL in [button.action for button in recap_card.buttons if isinstance(button, ActionButton)]


def test_hidden_is_everything_that_choosing_shows() -> None:
    assert card().hidden == (f"||{PLOT}||", "https://couch.test/mara-burns.png")


def test_a_show_that_is_not_known_for_certain_is_not_named() -> None:
    recap_card = card(UNKNOWN)

    assert recap_card.line == "New recap · Couch Notes"
    assert recap_card.title == "### New recap · Couch Notes"
    assert recap_card.facts == "-# Nora Quill · 5 min read · Disney+"
    assert recap_card.thread_title == "New recap · Couch Notes"
    assert reference(UNKNOWN) == "Recap · Couch Notes"
    assert "S3E5" not in everything_seen(recap_card)


def test_a_review_says_so() -> None:
    recap_card = card(replace(RECAP, kind=Kind.REVIEW))

    assert recap_card.line == "**Salt Harbour** S3E5 · new review"
    assert recap_card.facts.startswith("-# Review · Couch Notes")
    assert recap_card.thread_title == "Salt Harbour S3E5 review"
    assert "Read the review" in labels(recap_card.buttons)


@pytest.mark.parametrize(
    ("ref", "finale", "premiere", "called"),
    [
        (EpisodeRef.of(3, 5), False, False, "**Salt Harbour** S3E5"),
        (EpisodeRef.of(None, 2), False, False, "**Salt Harbour** E2"),
        (EpisodeRef(season=1, first=5, last=6), False, False, "**Salt Harbour** S1E5–6"),
        (EpisodeRef.of(1, 16), True, False, "**Salt Harbour** S1E16 finale"),
        (EpisodeRef(season=1), True, False, "**Salt Harbour** S1 finale"),
        (EpisodeRef.of(2, 1), False, True, "**Salt Harbour** S2E1 premiere"),
        (EpisodeRef(aired=date(2026, 3, 31)), False, False, "**Salt Harbour** 31 Mar 2026"),
        (EpisodeRef(), False, False, "**Salt Harbour**"),
    ],
)
def test_a_reference_is_short(ref: EpisodeRef, finale: bool, premiere: bool, called: str) -> None:
    assert reference(replace(RECAP, ref=ref, finale=finale, premiere=premiere)) == called


@pytest.mark.parametrize(
    "author", ["Nora Quill", "J. R. Vane Jr.", "Ana de la Cruz", "김하늘", "Zoë O’Hara-Smith", "आर्ची सेन"]
)
def test_an_author_with_a_name_is_shown(author: str) -> None:
    assert author in card(replace(RECAP, author=author)).facts


@pytest.mark.parametrize(
    "author",
    [
        *(None, "", " ", "admin", "nora@couch.test", "@nora", "https://couch.test", "Couch Notes", "couch notes"),
        *(
            "Mara burns the letter",
            "Mara Dies.",
            "Mara: Alive",
            "Mara, Alive",
            "A B C D E F",
            "Mara\nDies!",
            "N" * 61,
            "Agent 47",
        ),
    ],
)
def test_what_is_no_name_is_not_shown_as_an_author(author: str | None) -> None:
    assert card(replace(RECAP, author=author)).facts == "-# Couch Notes · 5 min read · Disney+"


def test_a_card_without_facts_has_no_empty_line() -> None:
    bare = replace(UNKNOWN, author=None, reading_minutes=None, streaming=None)

    assert card(bare).facts == ""
    assert card(bare).texts[0] == "### New recap · Couch Notes"


def test_an_unsafe_link_gives_no_button() -> None:
    for link in (None, "javascript:alert(1)", "https://user:secret@couch.test/"):
        assert labels(card(replace(RECAP, link=link)).buttons) == ["Reveal", "I've watched it"]


def test_an_episode_without_a_number_cannot_be_watched() -> None:
    for recap in (UNKNOWN, replace(RECAP, ref=EpisodeRef(season=1)), replace(RECAP, ref=EpisodeRef())):
        assert "I've watched it" not in labels(card(recap).buttons)


def test_a_recap_without_text_says_so_and_has_nothing_to_reveal() -> None:
    for recap_card in (card(EMPTY), make_answer(EMPTY, open=True), make_answer(EMPTY, open=False)):
        assert recap_card.note == "The feed gives no summary of this one."
        assert recap_card.hidden == ()
        assert "Reveal" not in labels(recap_card.buttons)


def test_pictures_with_good_addresses_are_shown_once_and_at_most_four() -> None:
    urls = ("data:a", *("https://couch.test/a.png",) * 2, *(f"https://couch.test/{number}.png" for number in range(9)))
    gallery = card(replace(RECAP, pictures=tuple(map(Picture, urls)))).gallery

    assert gallery == tuple(f"https://couch.test/{name}.png" for name in ("a", 0, 1, 2))


def test_siblings_are_links_that_cannot_unfurl() -> None:
    recap_card = card(siblings=(sibling(1), RECAP, sibling(2), sibling(2), replace(sibling(3), link=None)))

    assert recap_card.others == (
        LinkButton("Also on Site 1", "https://site1.test/a"),
        LinkButton("Also on Site 2", "https://site2.test/a"),
    )


def test_more_siblings_than_a_row_holds_are_asked_for() -> None:
    assert len(card(siblings=tuple(map(sibling, range(5)))).others) == 5

    assert labels(card(siblings=tuple(map(sibling, range(6)))).others)[3:] == ["Also on Site 3", "Other recaps"]
    assert len(links_to(tuple(map(sibling, range(6))), besides=RECAP)) == 6


def test_an_open_answer_shows_everything_in_order() -> None:
    answer = make_answer(RECAP, open=True)

    assert answer.more == (
        f"{PLOT}\n\nThe tide comes in.",
        "**Bonus scenes**\nBonus: Mara kept a copy.",
        "**Verdict**\nMara at her best.",
        "**Final thoughts**\nMara was right to burn it.",
    )
    assert answer.summary is None
    assert labels(answer.buttons) == ["Read the recap", "I've watched it"]
    assert "<t:1777665600:D>" in answer.facts


def test_a_closed_answer_keeps_the_full_summary_behind_bars() -> None:
    before = replace(RECAP, id=RecapId(6), ref=EpisodeRef.of(3, 4))
    after = replace(RECAP, id=RecapId(8), ref=EpisodeRef())
    answer = make_answer(RECAP, open=False, before=before, after=after)

    assert answer.summary == f"||{PLOT}\nThe tide comes in.||"
    assert answer.more == ()
    assert labels(answer.buttons) == ["← S3E4", "Next →", "Read the recap", "Reveal", "Share to channel"]
    assert answer.buttons[0] == ActionButton(Action.PREVIOUS, "← S3E4", RecapId(6))


def test_long_names_shorten_and_leave_the_episode() -> None:
    recap = replace(RECAP, show_title="Harbour " * 100)

    assert card(recap).thread_title.endswith("… S3E5 recap")
    assert reference(recap).endswith("…** S3E5")


@pytest.mark.parametrize("text", ["Mara burns the letter. " * 200, "마라" * 2000, "😀" * 4000, "*" * 4000])
def test_an_open_answer_gives_the_room_to_what_is_most_wanted(text: str) -> None:
    long = Spoiler(text)
    full = replace(RECAP, summary=Summary(long, long, long), extras=(long,), verdict=long, thoughts=(long,))
    answer = make_answer(full, open=True)

    assert answer.characters <= CHARACTER_LIMIT
    assert answer.size <= SIZE_LIMIT
    assert len(answer.more[0]) > 1700
    assert max(answer.characters / CHARACTER_LIMIT, answer.size / SIZE_LIMIT) > 0.85


def test_a_closed_answer_without_more_than_a_summary_has_nothing_to_reveal() -> None:
    bare = replace(RECAP, extras=(), thoughts=(), verdict=None)

    assert labels(make_answer(bare, open=False).buttons) == ["Read the recap", "Share to channel"]


@pytest.mark.parametrize("minutes", [None, 0, -5, 10**6])
def test_a_reading_time_that_cannot_be_is_left_out(minutes: int | None) -> None:
    assert "min read" not in card(replace(RECAP, reading_minutes=minutes)).facts


def test_a_long_name_of_a_site_is_shortened_on_its_button() -> None:
    (button,) = card(siblings=(replace(sibling(1), site="Couch " * 50),)).others

    assert len(button.label) <= 80


def test_a_card_that_would_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="fits"):
        replace(card(), summary=Markup("||" + "a" * CHARACTER_LIMIT + "||"))
    with pytest.raises(ValueError, match="line"):
        replace(card(), line=Markup("a" * 201))
    with pytest.raises(ValueError, match="row"):
        replace(card(), buttons=card().buttons * 2)


numbers = st.one_of(st.none(), st.integers(0, 9999))
refs = st.one_of(
    st.builds(EpisodeRef.of, numbers, numbers),
    st.builds(lambda season, first: EpisodeRef(season=season, first=first, last=9999), numbers, st.integers(0, 9999)),
    st.builds(EpisodeRef, aired=st.dates()),
)
spoilers = st.one_of(
    texts.map(Spoiler), st.tuples(texts, st.integers(1, 40)).map(lambda pair: Spoiler(pair[0] * pair[1]))
)
links = st.one_of(st.none(), texts, texts.map("https://a.test/{}".format))
recaps = st.builds(
    Recap,
    id=st.integers(1, 2**63 - 1).map(RecapId),
    feed=st.just(FeedId(1)),
    kind=st.sampled_from(Kind),
    show=st.one_of(st.none(), st.just(ShowId(1))),
    show_title=st.one_of(st.none(), texts),
    ref=refs,
    site=texts,
    link=links,
    seen=st.datetimes(timezones=st.just(UTC)),
    finale=st.booleans(),
    premiere=st.booleans(),
    author=st.one_of(st.none(), texts),
    streaming=st.one_of(st.none(), texts),
    reading_minutes=st.one_of(st.none(), st.integers()),
    summary=st.builds(Summary, spoilers, spoilers, spoilers),
    extras=st.lists(spoilers, max_size=2).map(tuple),
    thoughts=st.lists(spoilers, max_size=2).map(tuple),
    verdict=st.one_of(st.none(), spoilers),
    pictures=st.lists(st.builds(Picture, texts.map("https://a.test/{}".format)), max_size=6).map(tuple),
)
options = st.sampled_from([TAGGED, BUTTON])
OURS = {"strong", "heading", "subtext", "spoiler", "timestamp"}


@settings(deadline=None, max_examples=60)
@given(recaps, options, st.lists(recaps, max_size=3), st.booleans(), st.sampled_from([ENGLISH, language(wordy)]))
def test_whatever_a_feed_or_a_translator_wrote_the_card_fits_and_is_inert(
    recap: Recap, chosen: CardOptions, siblings: list[Recap], is_open: bool, spoken: Language
) -> None:
    with spoken_in(spoken):
        cards = (
            make_card(recap, chosen, siblings=siblings),
            make_answer(recap, open=is_open, siblings=siblings, before=recap, after=recap),
        )
    for recap_card in cards:
        assert sum(map(len, recap_card.texts)) <= CHARACTER_LIMIT
        assert sum(len(text.encode()) + DISPLAY_SIZE for text in recap_card.texts) <= SIZE_LIMIT
        assert recap_card.components <= COMPONENT_LIMIT
        assert 0 < len(recap_card.line) <= 200
        assert 0 < len(recap_card.thread_title) <= 100
        assert all(0 < len(label) <= 80 for label in labels((*recap_card.buttons, *recap_card.others)))
        for text in (recap_card.line, *recap_card.texts, reference(recap)):
            assert formats(text) <= OURS
            assert not RAW_HAZARDS.search(text.replace("<t:", ""))
        assert all("\n" not in text for text in recap_card.visible)


@settings(deadline=None, max_examples=60)
@given(recaps, options)
def test_no_word_of_a_summary_is_seen_in_a_channel(recap: Recap, chosen: CardOptions) -> None:
    secret = "Zzyzx"
    plot = Spoiler(f"{secret} {recap.summary.card.text} {secret}")
    summary = Summary(plot, plot, plot)
    changed = replace(recap, summary=summary, extras=(plot,), thoughts=(plot,), verdict=plot)

    assert secret not in everything_seen(make_card(changed, chosen))
    assert secret not in everything_seen(make_answer(changed, open=False))
