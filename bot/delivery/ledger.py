"""The ledger: what many tasks report at the same time is written in one transaction, and synced to disk once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.store.posts import Carded, Posted
from bot.store.store import Store, Unit

Entry = Posted | Carded | Callable[[Unit], Awaitable[object]]


@dataclass(eq=False, slots=True)
class _Waiting:
    entry: Entry
    written: asyncio.Future[None]


class Ledger:
    """Writes entries in the order they came. Whoever comes first writes for all who came meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writing = asyncio.Lock()
        self._waiting: list[_Waiting] = []

    async def write(self, entry: Entry) -> None:
        """Write this down; on return it is on disk.

        Raises whatever the store raises for this entry, of which then nothing is written.
        """
        mine = _Waiting(entry, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        async with self._writing:
            if not mine.written.done():
                await self._write_for_all(mine)
        await mine.written

    async def _write_for_all(self, mine: _Waiting) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._write_together(batch)
        except asyncio.CancelledError:
            # The next in line writes what is not ours.
            self._waiting = [each for each in batch if each is not mine] + self._waiting
            raise

    async def _write_together(self, batch: list[_Waiting]) -> None:
        try:
            async with self._store.transaction(wakes=False) as unit:
                await _write(unit, [each.entry for each in batch])
        except Exception as error:  # noqa: BLE001  its owner raises it
            if len(batch) > 1:
                # One that cannot be written does not take the others with it.
                for each in batch:
                    await self._write_together([each])
            elif not batch[0].written.done():
                batch[0].written.set_exception(error)
            return
        for each in batch:
            if not each.written.done():
                each.written.set_result(None)


async def _write(unit: Unit, entries: Sequence[Entry]) -> None:
    # Nearly all of them are of these two kinds, and each kind is one statement.
    await unit.posts.mark_posted([entry for entry in entries if isinstance(entry, Posted)])
    await unit.posts.mark_carded([entry for entry in entries if isinstance(entry, Carded)])
    for entry in entries:
        if not isinstance(entry, Posted | Carded):
            await entry(unit)
