"""What `previously check` says about how an entry was understood."""

from datetime import timedelta

import pytest

from bot.explain import stages
from bot.feeds.identity import telling_fingerprints
from bot.recaps.model import NO_SUMMARY, Article, Entry, EpisodeRef, Headline, Kind, Reading, Spoiler
from bot.study import Study
from bot.understanding import Understood
from tests.newsroom import NOW


def understood(
    *, reading: Reading, age: timedelta | None = timedelta(hours=1), study: Study | None = None
) -> Understood:
    entry = Entry(
        identity="guid:1",
        title="The Quarry Line Season 2 Episode 3 Recap",
        link="https://site.example/quarry-line-3",
        published=None if age is None else NOW - age,
    )
    return Understood(entry=entry, headline=Headline(kind=reading.kind), reading=reading, study=study)


def explained(understood: Understood, *others: Entry) -> tuple[tuple[str, str], ...]:
    return stages(understood, NOW, telling_fingerprints([understood.entry, *others]))


RECAP = Reading(
    kind=Kind.RECAP,
    show="The Quarry Line",
    sure=True,
    ref=EpisodeRef.of(2, 3),
    origins=(("show", "known"), ("season", "headline"), ("episode", "address")),
    reasons=("it says recap",),
)


def test_every_number_says_where_it_came_from() -> None:
    told = dict(explained(understood(reading=RECAP)))

    assert told["kind"] == "recap: it says recap"
    assert told["season"] == "2, from the headline"
    assert told["episode"] == "3, from the address of the page"
    assert told["seen before?"].endswith("by its guid, its link, its title and day")
    assert told["goes to"] == "subscriptions of The Quarry Line and of every show"


def test_what_several_entries_share_is_not_what_one_is_looked_up_by() -> None:
    mine = understood(reading=RECAP)
    other = Entry(identity="guid:2", title="Another Recap of the Same Day", link=mine.entry.link, published=NOW)

    told = dict(explained(mine, other))

    assert told["seen before?"].endswith(
        "by its guid, its title and day, and not by its link, which others here have too"
    )


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(hours=1), "so it is news"),
        (timedelta(days=4), "stored in silence"),
        (None, "it has no date"),
    ],
)
def test_what_is_too_old_is_said_to_stay_silent(age: timedelta | None, said: str) -> None:
    told = dict(explained(understood(reading=RECAP, age=age)))

    assert said in told["news"]


def test_a_guessed_show_is_called_a_guess() -> None:
    guess = Reading(kind=Kind.REVIEW, show="Somebody", sure=False, origins=(("show", "headline"),))

    told = dict(explained(understood(reading=guess)))

    assert "a guess" in told["show"]
    assert told["goes to"] == "subscriptions of every show, at servers that want reviews too"


def test_the_plot_is_counted_and_not_quoted() -> None:
    study = Study(Article(story=(Spoiler("She dies."),), words=2), NO_SUMMARY)

    told = explained(understood(reading=RECAP, study=study))

    assert dict(told)["article"] == "2 words, 1 paragraph, 0 pictures"
    assert "dies" not in str(told)


def test_what_is_no_recap_goes_to_nobody() -> None:
    assert dict(explained(understood(reading=Reading(kind=Kind.OTHER))))["goes to"] == "nobody"
