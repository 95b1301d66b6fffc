import asyncio
from contextlib import suppress
from typing import NoReturn

import pytest

from bot.delivery.ledger import Ledger
from bot.store.store import Store, Unit
from bot.texts import N_
from tests.delivery.scene import GUILD, NOW


class Transactions:
    """Counts a store's transactions."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self._begin = store.transaction
        store.transaction = self._counted  # type: ignore[method-assign]

    def _counted(self, *, wakes: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN202
        self.count += 1
        return self._begin(wakes=wakes)


async def raise_notice(unit: Unit) -> None:
    await unit.notices.raise_(GUILD, N_("Something."), NOW)


async def fail(_unit: Unit) -> NoReturn:
    raise LookupError("this entry is wrong")


@pytest.fixture
async def ledger(store: Store) -> Ledger:
    async with store.transaction() as unit:
        await unit.guilds.join(GUILD, NOW)
    return Ledger(store)


async def unsaid(store: Store) -> int:
    async with store.reading() as unit:
        return len(await unit.notices.unsaid(GUILD))


async def test_what_comes_together_is_written_together(store: Store, ledger: Ledger) -> None:
    transactions = Transactions(store)
    await asyncio.gather(*(ledger.write(raise_notice) for _ in range(50)))

    assert await unsaid(store) == 50
    assert transactions.count <= 3


async def test_one_bad_entry_fails_alone(store: Store, ledger: Ledger) -> None:
    results = await asyncio.gather(
        *(ledger.write(fail if number == 5 else raise_notice) for number in range(10)), return_exceptions=True
    )

    assert await unsaid(store) == 9
    assert [type(result) for result in results if result is not None] == [LookupError]


async def test_whoever_is_cancelled_takes_nobody_along(store: Store, ledger: Ledger) -> None:
    tasks = [asyncio.create_task(ledger.write(raise_notice)) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task

    assert await unsaid(store) >= 9
