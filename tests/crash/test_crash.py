"""The real bot, killed with SIGKILL at every step of claim, send, mark and edit, in bad weather, at random.

`CRASHES=300 pytest tests/crash` kills it at least that often, and `CRASH_SEED` repeats what a failure has printed.
"""

import asyncio
import os
import random
from pathlib import Path
from typing import Final

import pytest

from tests.crash.plays import Place, Step, play
from tests.delivery.scene import template_database

CRASHES: Final = int(os.environ.get("CRASHES", "18"))
SEED: Final = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
#: So many lives are led in one play before its end.
ACTS: Final = 3
#: So many bots live at the same time.
AT_ONCE: Final = 3


@pytest.mark.parametrize("place", Place)
async def test_no_kill_loses_or_doubles_a_post(place: Place, tmp_path: Path) -> None:
    print(f"CRASH_SEED={SEED}")
    dice, template, stage = random.Random(SEED), template_database(tmp_path), asyncio.Semaphore(AT_ONCE)
    rounds = -(-CRASHES // len(Place) // len(Step))
    acts = [(step, place) for _ in range(rounds) for step in dice.sample(list(Step), len(Step))]

    async def see(number: int) -> int:
        (folder := tmp_path / f"{number}").mkdir()
        async with stage:
            return await play(SEED + number, acts[number : number + ACTS], folder=folder, template=template)

    kills = await asyncio.gather(*map(see, range(0, len(acts), ACTS)))

    assert sum(kills) >= CRASHES // len(Place)
