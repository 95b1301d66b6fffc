"""Who has watched how far, and what would spoil them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recaps.episodes import read_episode
from bot.recaps.model import NO_EPISODE, EpisodeRef
from bot.recaps.progress import Mark, furthest, last_watched, mark_of, raised, short_of, surpassed, with_season

seasons = st.none() | st.integers(0, 5)
marks = st.lists(st.builds(Mark, seasons, st.integers(0, 20)), max_size=5)
refs = st.builds(EpisodeRef.of, seasons, st.integers(0, 20))


def ref(text: str) -> EpisodeRef:
    read = read_episode(text)
    assert isinstance(read, EpisodeRef)
    return read


def at(*texts: str) -> list[Mark]:
    return [Mark(each.season, each.last or 0) for each in map(ref, texts)]


@pytest.mark.parametrize(
    ("watched", "episode"),
    [
        ("S1E3", "S1E3"),
        ("S1E3", "S1E1"),
        ("S2E1", "S1E9"),
        ("E3", "E3"),
        ("S0E2", "S0E1"),
        ("S1E6", "S1E5-6"),
    ],
)
def test_what_was_watched_spoils_nothing(watched: str, episode: str) -> None:
    assert short_of(at(watched), ref(episode)) is None


@pytest.mark.parametrize(
    ("watched", "episode"),
    [
        ("S1E3", "S1E4"),
        ("S1E30", "S2E1"),
        ("S1E5", "S1E5-6"),
        # Without a season, or among specials, nobody knows what comes first.
        ("S1E9", "E1"),
        ("E9", "S1E1"),
        ("S2E1", "S0E1"),
        ("S0E9", "S1E1"),
    ],
)
def test_whoever_has_not_watched_that_far_is_asked(watched: str, episode: str) -> None:
    assert short_of(at(watched), ref(episode)) == at(watched)[0]


def test_an_episode_without_a_number_is_asked_about_unless_its_season_is_over() -> None:
    assert short_of(at("S1E3"), NO_EPISODE) is not None
    assert short_of(at("S1E3"), EpisodeRef(season=1)) is not None
    assert short_of(at("S2E1"), EpisodeRef(season=1)) is None


@given(refs)
def test_without_progress_nobody_is_asked(episode: EpisodeRef) -> None:
    assert short_of([], episode) is None


@given(marks, refs)
def test_watching_an_episode_is_enough_to_see_it_and_takes_nothing_back(noted: list[Mark], episode: EpisodeRef) -> None:
    new = raised(noted, episode)
    after = [*([new] if new else []), *noted]

    assert short_of(after, episode) is None
    for before in noted:
        assert short_of(after, EpisodeRef.of(before.season, before.episode)) is None


@given(marks)
def test_the_furthest_marks_say_as_much_as_all(noted: list[Mark]) -> None:
    kept = furthest(noted)

    assert set(kept) <= set(noted)
    assert all(short_of(kept, EpisodeRef.of(mark.season, mark.episode)) is None for mark in noted)


@given(marks, st.lists(refs, max_size=8))
def test_previously_on_never_goes_beyond_what_was_watched(noted: list[Mark], known: list[EpisodeRef]) -> None:
    last = last_watched(noted, known)

    if last is not None:
        assert last in known
        assert short_of(noted, last) is None


def test_previously_on_is_the_last_known_episode_that_was_watched() -> None:
    known = [ref(text) for text in ("S1E1", "S1E2", "S1E5", "S2E1", "E9")]

    assert last_watched(at("S1E4"), known) == ref("S1E2")
    assert last_watched(at("S2E7", "S1E4"), known) == ref("S2E1")
    assert last_watched(at("E2"), known) is None


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("5", ["S3E5"], ["S3E5"]),
        ("9", ["S3E5"], ["S3E9"]),
        ("5", ["S1E5", "S3E5"], ["S1E5", "S3E5"]),
        ("5", ["E5"], ["E5"]),
        ("5", ["E5", "S2E5"], ["S2E5"]),
        ("5", [], ["E5"]),
        ("9", ["S1E5", "S2E5"], ["E9"]),
        ("S1E5", ["S3E5"], ["S1E5"]),
    ],
)
def test_a_season_left_out_is_the_one_that_is_known(typed: str, known: list[str], meant: list[str]) -> None:
    assert list(with_season(ref(typed), map(ref, known))) == list(map(ref, meant))


def test_a_range_is_watched_to_its_end() -> None:
    assert mark_of(ref("S1E5-6")) == Mark(1, 6)
    assert mark_of(NO_EPISODE) is None


@pytest.mark.parametrize(
    ("watched", "known", "furthest_known"),
    [
        ("S2E1", ["S1E8", "S1E9", "S1E2"], "S1E9"),
        ("S1E9", ["S1E8-9"], None),
        ("S1E3", ["S2E1"], None),
        ("S1E3", ["E1", "S0E1"], None),
        ("E7", ["E5", "S9E9"], "E5"),
        ("S1E3", [], None),
    ],
)
def test_who_watched_further_than_anything_known_is_told_how_far_that_goes(
    watched: str, known: list[str], furthest_known: str | None
) -> None:
    [mark] = at(watched)
    told = surpassed(mark, map(ref, known))

    assert told == (None if furthest_known is None else at(furthest_known)[0])


def test_an_episode_without_a_number_tells_nothing_about_how_far_it_goes() -> None:
    assert surpassed(Mark(1, 3), [NO_EPISODE, EpisodeRef(season=1)]) is None
