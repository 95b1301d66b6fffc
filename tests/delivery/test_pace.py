"""The pace, in virtual time: never faster than allowed, hardly slower, and fair."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pace import CATCH_UP, PATIENCE, Kind, Pace, turn


class Time:
    """A clock that its own sleepers move."""

    def __init__(self, late: Iterable[float] = ()) -> None:
        self.now = 0.0
        self._late = iter(late)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)  # whoever was granted a slot goes first
        self.now += seconds + next(self._late, 0.0)


async def granted(pace: Pace, time: Time, kinds: list[Kind], due_for: float = 0.0) -> list[tuple[float, Kind]]:
    """When each got its slot, once what may be caught up with at the start is used up."""
    for _ in range(10):
        await pace.slot(Kind.POST)
    grants: list[tuple[float, Kind]] = []

    async def take(kind: Kind) -> None:
        await pace.slot(kind, due_for=due_for if kind is Kind.EDIT else 0.0)
        grants.append((time.now, kind))

    await asyncio.gather(*(take(kind) for kind in kinds))
    return grants


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 50), st.lists(st.floats(0, 0.3), max_size=60))
async def test_no_second_has_more_slots_than_the_rate_allows(rate: int, late: list[float]) -> None:
    time = Time(late)
    grants = [at for at, _ in await granted(Pace(rate, clock=time, sleep=time.sleep), time, [Kind.POST] * 80)]

    for begin in grants:
        # a hair less than a second, for floats at its end
        assert sum(begin <= at < begin + 0.999 for at in grants) <= rate * (1 + CATCH_UP) + 1


async def test_the_rate_is_used_although_the_loop_wakes_late() -> None:
    time = Time([0.02] * 1000)
    grants = await granted(Pace(45, clock=time, sleep=time.sleep), time, [Kind.POST] * 900)

    assert 900 / grants[-1][0] >= 0.95 * 45


async def test_while_both_wait_every_third_slot_is_an_edits() -> None:
    time = Time()
    kinds = [Kind.POST] * 60 + [Kind.EDIT] * 60
    grants = await granted(Pace(45, clock=time, sleep=time.sleep), time, kinds)

    assert Counter(kind for _, kind in grants[:45]) == {Kind.POST: 30, Kind.EDIT: 15}


async def test_an_old_edit_goes_first() -> None:
    time = Time()
    kinds = [Kind.POST] * 10 + [Kind.EDIT] * 5
    grants = await granted(Pace(45, clock=time, sleep=time.sleep), time, kinds, due_for=PATIENCE + 1)

    assert [kind for _, kind in grants[:5]] == [Kind.EDIT] * 5


@given(st.integers(0, 1000), st.booleans(), st.none() | st.floats(0, 200))
def test_a_slot_goes_only_to_who_waits(slot: int, posts: bool, oldest_edit: float | None) -> None:
    if not posts and oldest_edit is None:
        return
    kind = turn(slot, posts=posts, oldest_edit=oldest_edit)

    assert posts if kind is Kind.POST else oldest_edit is not None


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 29)))
async def test_who_leaves_the_queue_takes_nobodys_slot_along(leaving: set[int]) -> None:
    time = Time()
    pace = Pace(10, clock=time, sleep=time.sleep)
    tasks = [asyncio.create_task(pace.slot(kind)) for kind in (Kind.POST, Kind.EDIT) * 15]
    for number, task in enumerate(tasks):
        if number in leaving:
            await asyncio.sleep(0)
            task.cancel()

    async with asyncio.timeout(5):
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    assert {number for number, task in enumerate(tasks) if task.cancelled()} <= leaving


async def test_without_a_rate_nobody_waits() -> None:
    time = Time()
    await granted(Pace(None, clock=time, sleep=time.sleep), time, [Kind.POST] * 100)

    assert time.now == pytest.approx(0.0)
