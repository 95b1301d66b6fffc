"""The pure parts of delivery: marks, backoff, and what refusals mean."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.backoff import FIRST_DELAY, LONGEST_DELAY, delay
from bot.delivery.marks import (
    LONGEST_NONCE,
    PostMark,
    notice_nonce,
    parse_post_mark,
    post_mark,
    post_nonce,
)
from bot.delivery.notice_texts import paused
from bot.delivery.outcome import RULES, RULES_IN_OWN_THREAD, Meaning, explain, rule_for
from bot.delivery.sender import Refusal
from bot.recaps.model import ChannelId, PostId

instances = st.text("0123456789abcdef", min_size=8, max_size=8)
ids = st.integers(1, 10**15)


@given(instances, ids)
def test_a_mark_is_read_back_and_fits_in_a_custom_id(instance: str, post: int) -> None:
    mark = post_mark(instance, PostId(post))

    assert len(mark) <= 100
    assert parse_post_mark(mark) == PostMark(instance, PostId(post))


@given(st.text(max_size=60))
def test_anything_else_is_no_mark(text: str) -> None:
    mark = parse_post_mark(text)

    assert mark is None or post_mark(mark.instance, mark.post) == text


def test_a_mark_with_foreign_digits_or_a_line_break_is_none() -> None:
    assert parse_post_mark("reveal:ab12:p٣") is None
    assert parse_post_mark("reveal:ab12:p3\n") is None


@given(instances, ids, ids)
def test_nonces_fit_and_are_the_same_only_for_the_same_thing(instance: str, one: int, other: int) -> None:
    nonces = {post_nonce(instance, PostId(one)), post_nonce(instance, PostId(other)), notice_nonce(instance, one)}

    assert all(len(nonce) <= LONGEST_NONCE for nonce in nonces)
    assert len(nonces) == (2 if one == other else 3)


@given(st.integers(0, 10**9), st.floats(0, 1))
def test_a_delay_is_never_shorter_than_half_the_first_nor_longer_than_the_longest(attempts: int, jitter: float) -> None:
    assert FIRST_DELAY / 2 <= delay(attempts, jitter) <= LONGEST_DELAY


@given(st.integers(1, 50), st.floats(0, 1))
def test_delays_grow(attempts: int, jitter: float) -> None:
    assert delay(attempts, jitter) <= delay(attempts + 1, jitter)


def test_the_longest_delay_is_reached() -> None:
    assert delay(20, 1.0) == LONGEST_DELAY == timedelta(minutes=15)


@given(st.integers(400, 599), st.integers(0, 400_000), st.booleans())
def test_every_refusal_means_something(status: int, code: int, in_own_thread: bool) -> None:
    rule = rule_for(Refusal(status, code), in_own_thread=in_own_thread)

    told = rule.meaning in {Meaning.PAUSE, Meaning.DROP}
    assert bool(explain(rule, Refusal(status, code))) or not told


@given(st.integers(500, 599))
def test_a_failing_server_may_have_done_it(status: int) -> None:
    assert rule_for(Refusal(status)).meaning is Meaning.DOUBT


def test_whatever_pauses_a_destination_says_what_to_do() -> None:
    rules = [*RULES.values(), *RULES_IN_OWN_THREAD.values()]

    for rule in rules:
        if rule.meaning is Meaning.PAUSE:
            assert any(verb in str(rule.sentence) for verb in ("Give", "Choose", "Add", "Open", "Unlock")), rule


def test_a_forum_posts_trouble_is_not_the_forums() -> None:
    for code in (10003, 50083, 160005):
        assert rule_for(Refusal(403, code)).meaning in {Meaning.PAUSE, Meaning.CHANNEL_GONE}
        assert rule_for(Refusal(403, code), in_own_thread=True).meaning in {Meaning.DROP, Meaning.MESSAGE_GONE}


def test_missing_permissions_are_named() -> None:
    refusal = Refusal(403, 50013, missing=("View Channel", "Send Messages", "Read Message History"))
    text = str(paused(ChannelId(7), explain(rule_for(refusal), refusal)))

    assert "**View Channel**, **Send Messages** and **Read Message History**" in text
    assert "<#7>" in text
