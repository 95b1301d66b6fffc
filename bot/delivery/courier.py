"""The courier: takes one post one step further, and writes down what came of it.

Save, send, mark, in that order. A post is `sending` on disk before anything is sent; whatever interrupts the sending
leaves it so, and a post that is `sending` is looked for before it is sent again.
"""

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.delivery import notice_texts
from bot.delivery.backoff import delay
from bot.delivery.ledger import Ledger
from bot.delivery.outcome import Meaning, Rule, explain, rule_for
from bot.delivery.pace import Kind, Pace
from bot.delivery.sender import (
    CannotLook,
    Created,
    Done,
    Edited,
    NothingToDo,
    NotNow,
    NotThere,
    Refusal,
    Said,
    Sender,
    Sent,
    Unknown,
    Unsaid,
)
from bot.store.errands import Errand, wanted
from bot.store.notices import Notice
from bot.store.posts import Carded, Order, Posted
from bot.store.store import Unit
from bot.texts import N_, Text

log = logging.getLogger(__name__)

#: How long Discord is sure to know a nonce again; it says "a few minutes".
NONCE_HOLDS: Final = timedelta(minutes=2)
#: What has waited longer than this is not news any more.
STALE_AFTER: Final = timedelta(days=7)
#: How often a paused destination is tried, should nobody tell that it was mended.
PAUSE: Final = timedelta(hours=1)
#: How long everything rests when Discord refuses the whole process.
COOL_DOWN: Final = timedelta(minutes=10)

#: Discord limits edits of older messages. A card that is there is not edited again after this time.
EDITS_WITHIN: Final = timedelta(hours=1)

#: What has not been done with a post by then is not worth doing any more.
ERRANDS_WITHIN: Final = timedelta(days=1)

STALE: Final = N_("It waited for more than seven days.")
LATE_EDIT: Final = N_("Its card is too old to be edited again.")
WAIT: Final = N_("Discord asked to wait.")
DOUBTFUL: Final = N_("Nobody could tell whether it had arrived.")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Courier:
    def __init__(
        self,
        sender: Sender,
        ledger: Ledger,
        pace: Pace,
        *,
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._ledger = ledger
        self._pace = pace
        self._clock = clock
        self._jitter = jitter
        self._stopping = False
        #: Nothing is to be sent before this time.
        self.rests_until = datetime.min.replace(tzinfo=UTC)

    def stop(self) -> None:
        """Begin nothing new; what has been sent is still written down."""
        self._stopping = True

    @property
    def _may_send(self) -> bool:
        return not self._stopping and self._clock() >= self.rests_until

    async def post(self, order: Order) -> None:
        """Send a post that was just claimed."""
        await self._pace.slot(Kind.POST)
        if self._may_send:
            await self._create(order, certain=True)
        else:
            await self._ledger.write(lambda unit: unit.posts.release(order))

    async def settle(self, order: Order) -> None:
        """Find out whether the message of a post in doubt is there; send it where that does no harm."""
        await self._pace.slot(Kind.POST)
        if not self._may_send:
            return
        match await self._sender.find(order):
            case Sent() as sent:
                await self._posted(order, sent)
            case NotThere():
                await self._send_again(order, certain=True)
            case CannotLook(has_nonce=True) if self._clock() < _claimed(order) + NONCE_HOLDS:
                await self._send_again(order, certain=False)
            case CannotLook():
                await self._leave_in_doubt(order)
            case Refusal() as refusal:
                await self._refused(order, refusal, certain=False)
            case NotNow(retry_after):
                await self._doubt(order, N_("It could not be looked for."), retry_after)
            case Unknown(problem):
                await self._doubt(order, problem)

    async def card(self, order: Order) -> None:
        """Turn a message into its card, or into the card's newest version."""
        due_for = (self._clock() - order.due_at).total_seconds()
        await self._pace.slot(Kind.EDIT, due_for=due_for)
        if not self._may_send:
            return
        match await self._sender.edit(order):
            case Edited():
                if order.shown == 0:
                    await self._note_errands(order)
                await self._ledger.write(Carded(order, self._clock()))
            case Refusal() as refusal:
                await self._refused(order, refusal, certain=True)
            case NotNow(retry_after):
                await self._again(order, WAIT, retry_after)
            case Unknown(problem):
                await self._again(order, problem)

    async def run(self, errand: Errand) -> None:
        """Do an errand for a post that shows its card. The post is complete without it, so nothing waits for it."""
        if not errand.is_wanted:
            await self._leave_undone(errand, None)
            return
        await self._pace.slot(Kind.EDIT)
        if not self._may_send:
            return
        match await self._sender.run(errand):
            case Done():
                await self._ledger.write(lambda unit: unit.errands.done(errand, self._clock()))
            case NothingToDo():
                await self._leave_undone(errand, None)
            case Refusal() as refusal:
                await self._errand_refused(errand, refusal)
            case NotNow(retry_after):
                await self.put_off(errand, retry_after)
            case Unknown():
                await self.put_off(errand, certain=False)

    async def _errand_refused(self, errand: Errand, refusal: Refusal) -> None:
        rule = rule_for(refusal)
        match rule.meaning:
            case Meaning.AGAIN:
                await self.put_off(errand)
            case Meaning.DOUBT:
                await self.put_off(errand, certain=False)
            case Meaning.COOL_DOWN:
                self._cool_down(refusal)
                await self.put_off(errand, COOL_DOWN.total_seconds())
            case Meaning.PAUSE:
                await self._leave_undone(errand, explain(rule, refusal))
            case _:
                log.info("post %d: %s was refused, code %d", errand.order.post, errand.kind, refusal.code)
                await self._leave_undone(errand, None)

    async def put_off(self, errand: Errand, retry_after: float = 0.0, *, certain: bool = True) -> None:
        """Try an errand again later, as long as it is worth it."""
        now = self._clock()
        if now - (errand.order.posted_at or now) > ERRANDS_WITHIN:
            await self._leave_undone(errand, None)
            return
        due_at = now + max(delay(errand.attempts + 1, self._jitter()), timedelta(seconds=retry_after))
        await self._ledger.write(lambda unit: unit.errands.put_off(errand, due_at, certain=certain))

    async def _leave_undone(self, errand: Errand, reason: Text | None) -> None:
        """It will not be done; `reason` is what admins can mend, and hear once."""
        order, now = errand.order, self._clock()

        async def leave(unit: Unit) -> None:
            if await unit.errands.give_up(errand, reason, now):
                text = notice_texts.undone(order.channel, errand.kind, reason or Text(""))
                await unit.notices.raise_(order.guild, text, now, about=order.channel)

        await self._ledger.write(leave)

    async def say(self, notice: Notice) -> None:
        """Say a notice, once; one that reaches nobody waits for the next admin reply."""
        await self._pace.slot(Kind.POST)
        if not self._may_send:
            return
        answer = await self._sender.say(notice)
        now = self._clock()
        match answer:
            case Said():
                await self._ledger.write(lambda unit: unit.notices.mark_said([notice.id], now))
            case Unsaid():
                await self._ledger.write(lambda unit: unit.notices.mark_tried([notice.id], now))
            case NotNow():
                log.info("notice %d: nobody can be reached at the moment", notice.id)

    async def stumbled(self, order: Order) -> None:
        """Something failed that should not have: it is tried again later, as far as it may have happened."""
        await self._again(order, N_("The bot itself failed; its log says how."), certain=False)

    async def _send_again(self, order: Order, *, certain: bool) -> None:
        await self._pace.slot(Kind.POST)
        if self._may_send:
            await self._create(order, certain=certain)

    async def _create(self, order: Order, *, certain: bool) -> None:
        """Create the message. `certain`: that it was not there before."""
        answer: Created = await self._sender.create(order)
        match answer:
            case Sent() as sent:
                await self._posted(order, sent)
            case Refusal() as refusal:
                await self._refused(order, refusal, certain=certain)
            case NotNow(retry_after):
                await self._again(order, WAIT, retry_after, certain=certain)
            case Unknown(problem):
                await self._doubt(order, problem)

    async def _note_errands(self, order: Order) -> None:
        # Before the card is written down as shown: were it the other way round, a crash between would forget them.
        if wanted(order):
            await self._ledger.write(lambda unit: unit.errands.add(order, self._clock()))

    async def _posted(self, order: Order, sent: Sent) -> None:
        if sent.is_card:
            await self._note_errands(order)
        await self._ledger.write(Posted(order, sent.message, self._clock(), thread=sent.thread, is_card=sent.is_card))

    async def _refused(self, order: Order, refusal: Refusal, *, certain: bool) -> None:
        rule = rule_for(refusal, in_own_thread=order.thread is not None)
        reason = explain(rule, refusal)
        now = self._clock()
        match rule.meaning:
            case Meaning.AGAIN:
                await self._again(order, WAIT, certain=certain)
            case Meaning.DOUBT:
                await self._again(
                    order, N_("Discord failed with status {status}.", status=refusal.status), certain=False
                )
            case Meaning.PAUSE if certain:
                await self._pause(order, reason)
            case Meaning.PAUSE:
                await self._doubt(order, reason)
            case Meaning.DROP:
                await self._drop(order, rule, refusal)
            case Meaning.MESSAGE_GONE:
                await self._ledger.write(lambda unit: unit.posts.give_up(order, reason, now))
            case Meaning.CHANNEL_GONE:
                await self._ledger.write(lambda unit: unit.posts.end_channel(order.channel, reason, now))
            case Meaning.GUILD_GONE:
                await self._ledger.write(lambda unit: unit.posts.end_guild(order.guild, reason, now))
            case Meaning.COOL_DOWN:
                self._cool_down(refusal)
                await self._again(order, WAIT, COOL_DOWN.total_seconds(), certain=certain)

    def _cool_down(self, refusal: Refusal) -> None:
        log.error("Discord refuses everything (status %d, code %d); resting", refusal.status, refusal.code)
        self.rests_until = self._clock() + COOL_DOWN

    async def _again(self, order: Order, reason: Text, retry_after: float = 0.0, *, certain: bool = True) -> None:
        """Try the same later. An edit may always be repeated; a creation only if it `certain`ly did not happen."""
        if not certain and order.message is None:
            await self._doubt(order, reason, retry_after)
        elif self._is_late_edit(order):
            now = self._clock()
            await self._ledger.write(lambda unit: unit.posts.give_up(order, LATE_EDIT, now))
        elif self._is_stale(order):
            await self._give_up_stale(order)
        else:
            due_at = self._next_attempt(order, retry_after)
            await self._ledger.write(lambda unit: unit.posts.put_off(order, due_at, reason))

    async def _doubt(self, order: Order, reason: Text, retry_after: float = 0.0) -> None:
        """It may have happened: look, later."""
        if self._is_stale(order):
            await self._leave_in_doubt(order)
        else:
            look_at = self._next_attempt(order, retry_after)
            await self._ledger.write(lambda unit: unit.posts.doubt(order, look_at, reason))

    def _next_attempt(self, order: Order, retry_after: float) -> datetime:
        wait = max(delay(order.attempts + 1, self._jitter()), timedelta(seconds=retry_after))
        return self._clock() + wait

    def _is_stale(self, order: Order) -> bool:
        return self._clock() - order.queued_at > STALE_AFTER

    def _is_late_edit(self, order: Order) -> bool:
        return order.shown > 0 and order.posted_at is not None and self._clock() - order.posted_at > EDITS_WITHIN

    async def _leave_in_doubt(self, order: Order) -> None:
        """Nobody can tell whether it arrived: rather once too few than once too many, and somebody is asked to look."""
        now = self._clock()

        async def leave(unit: Unit) -> None:
            await unit.posts.give_up(order, DOUBTFUL, now)
            text = notice_texts.doubtful(order.channel)
            await unit.notices.raise_(order.guild, text, now, about=order.channel, post=order.post)

        await self._ledger.write(leave)

    async def _pause(self, order: Order, reason: Text) -> None:
        """Wait for an admin, and tell them if they do not know yet. What has waited for too long is given up."""
        now = self._clock()

        async def pause(unit: Unit) -> None:
            if await unit.posts.pause(order, now + PAUSE, reason, now):
                await unit.notices.raise_(
                    order.guild, notice_texts.paused(order.channel, reason), now, about=order.channel
                )
            stale = await unit.posts.give_up_stale(order.channel, now - STALE_AFTER, STALE, now)
            if stale:
                text = notice_texts.stale(order.channel, stale)
                await unit.notices.raise_(order.guild, text, now, about=order.channel)

        await self._ledger.write(pause)

    async def _give_up_stale(self, order: Order) -> None:
        now = self._clock()

        async def give_up(unit: Unit) -> None:
            await unit.posts.give_up(order, STALE, now)
            if order.message is None:
                text = notice_texts.stale(order.channel, 1)
                await unit.notices.raise_(order.guild, text, now, about=order.channel)

        await self._ledger.write(give_up)

    async def _drop(self, order: Order, rule: Rule, refusal: Refusal) -> None:
        """It is refused for good. Where its message is there, that is a complete post, and nobody need hear of it."""
        now = self._clock()
        log.warning("post %d was refused: status %d, code %d", order.post, refusal.status, refusal.code)

        async def drop(unit: Unit) -> None:
            await unit.posts.give_up(order, rule.sentence, now)
            if rule.for_admins and order.message is None:
                text = notice_texts.dropped(order.channel, rule.sentence)
                await unit.notices.raise_(order.guild, text, now, about=order.channel)

        await self._ledger.write(drop)


def _claimed(order: Order) -> datetime:
    return order.claimed_at or order.queued_at
