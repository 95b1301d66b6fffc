"""The outbox: takes up what is due, hands it to the courier, and sleeps until there is more.

At most one message is created at a time in each channel, and at most one edited; channels do not wait for each other.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from bot.delivery.courier import Courier, utc_now
from bot.recaps.model import ChannelId, PostId, RecapId
from bot.store.errands import Errand
from bot.store.notices import Notice
from bot.store.posts import Order
from bot.store.store import Store

log = logging.getLogger(__name__)

#: So many messages are created or looked for at the same time, and so many edited.
HANDS: Final = 128
#: So many errands are run at the same time.
ERRAND_HANDS: Final = 8
#: How long a message in flight may take when everything stops, in seconds: the whole bot promises to end within ten.
GRACE: Final = 7.0

#: Hands are filled when half of them are free, since a round costs the same for one as for many. Every so many seconds
#: any free one is filled: those that are stuck in slow channels hold up nobody else.
_BETWEEN_ROUNDS: Final = 0.5
_AFTER_FAILURE: Final = 5.0
_LONGEST_SLEEP: Final = 60.0
_BETWEEN_NOTICES: Final = timedelta(seconds=30)


Key = TypeVar("Key")
Step = Callable[[Order], Coroutine[Any, Any, None]]


class Outbox:
    """Delivers what the store says is due. `run` it in one task, `stop` it from another."""

    def __init__(self, store: Store, courier: Courier, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._posting: dict[PostId, asyncio.Task[None]] = {}
        self._editing: dict[ChannelId, asyncio.Task[None]] = {}
        self._running: dict[ChannelId, asyncio.Task[None]] = {}
        self._telling: asyncio.Task[None] | None = None
        self._tells_next_at = datetime.min.replace(tzinfo=UTC)
        self._tops_up_at = self._tells_next_at
        #: Recaps whose line in the log is still to come.
        self._recaps: dict[RecapId, str] = {}
        self._freed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._resting = asyncio.Event()
        self._resting.set()

    async def run(self) -> None:
        """Deliver until told to stop. A round that fails is logged, and the next one comes."""
        self._resting.clear()
        try:
            while not self._stopping.is_set():
                await self._round()
        finally:
            self._resting.set()

    async def _round(self) -> None:
        # Taken before looking, so that no change is missed.
        changed = self._store.changed.next()
        self._freed.clear()
        try:
            now = self._clock()
            await self._take_up(now)
            sleep = await self._until_next(now)
        except Exception:
            log.exception("a round of deliveries failed")
            sleep = _AFTER_FAILURE
        await _first_of(changed, self._freed, self._stopping, timeout=sleep)

    async def deliver_due(self) -> bool:
        """One round: take up what is due now, and see it through. Whether there was anything."""
        taken_up = await self._take_up(self._clock())
        await asyncio.gather(*self._tasks())
        return bool(taken_up)

    async def stop(self) -> None:
        """Begin nothing new, and let what is in flight finish. What takes too long is looked for at the next start."""
        self._stopping.set()
        self._courier.stop()
        # A round under way may still claim; what it claims is released.
        await self._resting.wait()
        tasks = self._tasks()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=GRACE)
        for task in late:
            task.cancel()
        if late:
            log.warning("%d messages were still in flight; they are looked for at the next start", len(late))
            await asyncio.wait(late)

    def _tasks(self) -> set[asyncio.Task[None]]:
        telling = {self._telling} if self._telling else set()
        return {*self._posting.values(), *self._editing.values(), *self._running.values(), *telling}

    async def _take_up(self, now: datetime) -> int:
        """Take up what is due, as far as there are hands; returns how many things that were."""
        if now < self._courier.rests_until:
            return 0
        least = HANDS // 2
        if now >= self._tops_up_at:
            self._tops_up_at = now + timedelta(seconds=_BETWEEN_ROUNDS)
            least = 1
        posts = await self._claim(now, least)
        cards, notices = await self._look_up(now, least)
        errands = await self._set_about(now)
        await self._count_finished()
        return posts + cards + notices + errands

    async def _claim(self, now: datetime, least: int) -> int:
        """Take up posts, if at least so many hands are free: those in doubt before new ones."""
        room = HANDS - len(self._posting)
        if room < least:
            return 0
        async with self._store.transaction(wakes=False) as unit:
            await unit.guilds.roll_quiet_hours(now)
            doubts = await unit.posts.in_doubt(now, room, in_hand=list(self._posting))
            claimed = await unit.posts.claim_due(now, room - len(doubts))
        for order in doubts:
            self._hand(self._posting, order.post, order, self._courier.settle)
        for order in claimed:
            self._recaps[order.recap.id] = _name(order)
            self._hand(self._posting, order.post, order, self._courier.post)
        return len(doubts) + len(claimed)

    async def _look_up(self, now: datetime, least: int) -> tuple[int, int]:
        """Take up cards and notices, which need no claim: repeating them does no harm."""
        room = HANDS - len(self._editing)
        asks = self._telling is None and now >= self._tells_next_at
        if room < least and not asks:
            return 0, 0
        async with self._store.reading() as unit:
            cards = await unit.posts.cards_due(now, room, busy=list(self._editing)) if room else []
            notices = await unit.notices.untold(limit=10) if asks else []
        for order in cards:
            self._hand(self._editing, order.channel, order, self._courier.card)
        if notices:
            self._tells_next_at = now + _BETWEEN_NOTICES
            self._telling = asyncio.create_task(self._tell(notices), name="delivery: notices")
        return len(cards), len(notices)

    async def _set_about(self, now: datetime) -> int:
        """Take up errands, with hands of their own: Discord may let them wait for long."""
        room, busy = ERRAND_HANDS - len(self._running), list(self._running)
        async with self._store.reading() as unit:
            if not room or not await unit.errands.any_due(now, busy=busy):
                return 0
        async with self._store.transaction(wakes=False) as unit:
            errands = await unit.errands.claim_due(now, room, busy=busy)
        for errand in errands:
            self._send_out(errand)
        return len(errands)

    def _send_out(self, errand: Errand) -> None:
        channel = errand.order.channel
        task = asyncio.create_task(self._run(errand), name=f"delivery: {errand.kind} post {errand.order.post}")
        self._running[channel] = task
        task.add_done_callback(lambda _: self._let_go(self._running, channel))

    async def _run(self, errand: Errand) -> None:
        try:
            await self._courier.run(errand)
        except Exception:
            log.exception("post %d: its errand failed", errand.order.post)
            await self._courier.put_off(errand)

    async def _tell(self, notices: list[Notice]) -> None:
        try:
            for notice in notices:
                await self._courier.say(notice)
        except Exception:
            log.exception("a notice could not be said")
        finally:
            self._telling = None

    def _hand(self, hands: dict[Key, asyncio.Task[None]], key: Key, order: Order, step: Step) -> None:
        task = asyncio.create_task(self._see_through(order, step), name=f"delivery: post {order.post}")
        hands[key] = task
        task.add_done_callback(lambda _: self._let_go(hands, key))

    def _let_go(self, hands: dict[Key, asyncio.Task[None]], key: Key) -> None:
        del hands[key]
        # Waking for each single one would cost more than it delivers sooner.
        if len(hands) <= HANDS // 2:
            self._freed.set()

    async def _see_through(self, order: Order, step: Step) -> None:
        try:
            await step(order)
        except Exception:
            log.exception("post %d: delivering it failed", order.post)
            await self._courier.stumbled(order)

    async def _until_next(self, now: datetime) -> float:
        """How many seconds there is nothing to do, as far as is known."""
        if now < self._courier.rests_until:
            return (self._courier.rests_until - now).total_seconds()
        if self._tasks():
            return _BETWEEN_ROUNDS
        async with self._store.reading() as unit:
            dues = (await unit.posts.next_due(now), await unit.errands.next_due(now))
        due = min(filter(None, dues), default=None)
        return _LONGEST_SLEEP if due is None else min(_LONGEST_SLEEP, (due - self._clock()).total_seconds())

    async def _count_finished(self) -> None:
        """One line in the log for each recap that is everywhere it should be."""
        if self._posting or self._editing or not self._recaps:
            return
        async with self._store.reading() as unit:
            tallies = await unit.posts.tallies(self._recaps)
        for recap, tally in tallies.items():
            log.info("%s: %d posted, %d given up", self._recaps.pop(recap), tally.carded, tally.given_up)


def _name(order: Order) -> str:
    title = order.recap.show_title or "a show not known for certain"
    return f"recap {order.recap.id} ({f'{title} {order.recap.ref}'.rstrip()})"


async def _first_of(*events: asyncio.Event, timeout: float) -> None:  # noqa: ASYNC109  it ends with the first
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=max(timeout, 0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.wait(waits)
