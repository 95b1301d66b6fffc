"""What is done with posts once they show their card: after it, at Discord's own speed, and in nobody's way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.delivery.outbox import Outbox
from bot.delivery.sender import NothingToDo, NotNow, Refusal, Unknown
from bot.store.errands import ErrandKind
from bot.store.store import Store
from bot.texts import N_
from tests.delivery.scene import (
    GUILD,
    Clock,
    FakeDiscord,
    FakeSender,
    Killed,
    Scene,
    channels,
    deliver_all,
    kill,
    outbox,
)

LOST = Unknown(N_("The connection broke."))
PUBLISH, THREAD = ErrandKind.PUBLISH, ErrandKind.THREAD
NO_THREADS = Refusal(403, 50013, ("Create Public Threads",))


async def publishing(store: Store, clock: Clock, **more: object) -> None:
    values = {"publish": True} | more
    async with store.transaction() as unit:
        await unit.guilds.change(GUILD, lambda settings: replace(settings, **values), clock())  # type: ignore[arg-type]


def staged(store: Store, clock: Clock) -> tuple[FakeDiscord, FakeSender, Outbox]:
    discord = FakeDiscord()
    sender = FakeSender(discord)
    return discord, sender, outbox(store, sender, clock)


async def test_nothing_is_done_with_posts_unless_the_server_wants_it(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(2)
    discord, _, box = staged(store, clock)
    await deliver_all(store, box, clock)

    assert discord.errands == []


async def test_errands_come_after_the_card(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock, thread_minutes=1440)
    await scene.fan_out(1)
    discord, _, box = staged(store, clock)
    await deliver_all(store, box, clock)

    assert [step for step, _ in discord.requests] == ["create", "edit", "publish", "thread"]


async def test_a_limit_puts_off_the_errands_of_its_channel_and_nothing_else(
    store: Store, scene: Scene, clock: Clock
) -> None:
    await publishing(store, clock)
    await scene.fan_out(1, episodes=3)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", NotNow(retry_after=3000))
    begun = clock()
    await deliver_all(store, box, clock, within=timedelta(minutes=40))

    assert await scene.states() == ["carded"] * 3
    assert discord.errands == []
    assert discord.requests.count(("publish", channels(1)[0])) == 1

    clock.now = begun + timedelta(minutes=55)
    await deliver_all(store, box, clock)
    assert len(discord.errands) == 3


async def test_an_errand_that_hangs_holds_up_no_post(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    recaps = await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    hangs, reached = asyncio.Event(), asyncio.Event()
    run = sender.run

    async def slow(errand: object) -> object:
        reached.set()
        await hangs.wait()
        return await run(errand)  # type: ignore[arg-type]

    sender.run = slow  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(box.run())
    await reached.wait()
    await scene.recap(recaps[0].feed, recaps[0].show, 2)
    async with asyncio.timeout(10):
        while await scene.states() != ["carded"] * 2:
            store.changed.ring()
            await asyncio.sleep(0)
    hangs.set()
    await box.stop()
    await running

    assert len(discord.all()) == 2


async def test_an_errand_whose_reply_was_lost_is_repeated(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", LOST)
    await deliver_all(store, box, clock)

    assert [kind for kind, _ in discord.errands] == [PUBLISH]


async def test_an_errand_survives_the_death_of_the_bot(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", Killed())
    await box.deliver_due()
    await box.deliver_due()
    try:
        await box.deliver_due()
    except Killed:
        await kill(box)
    await deliver_all(store, outbox(store, FakeSender(discord), clock), clock)

    assert [kind for kind, _ in discord.errands] == [PUBLISH]


async def test_what_is_published_is_not_edited_afterwards(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    (recap,) = await scene.fan_out(1)
    discord, _, box = staged(store, clock)
    await deliver_all(store, box, clock, within=timedelta(minutes=1))
    async with store.transaction() as unit:
        await unit.announcements.corrected(recap, clock())
    await deliver_all(store, box, clock)

    assert [step for step, _ in discord.requests] == ["create", "edit", "publish"]


async def test_a_card_that_cannot_be_published_is_edited_as_ever(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    (recap,) = await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", NothingToDo())
    await deliver_all(store, box, clock, within=timedelta(minutes=1))
    async with store.transaction() as unit:
        await unit.announcements.corrected(recap, clock())
    await deliver_all(store, box, clock)

    assert [step for step, _ in discord.requests] == ["create", "edit", "publish", "edit"]


async def test_a_missing_permission_is_told_once_and_the_posts_are_complete(
    store: Store, scene: Scene, clock: Clock
) -> None:
    await publishing(store, clock, publish=False, thread_minutes=60)
    await scene.fan_out(1, episodes=3)
    discord, sender, box = staged(store, clock)
    sender.fail("thread", "before", NO_THREADS, NO_THREADS, NO_THREADS)
    await deliver_all(store, box, clock)

    assert await scene.states() == ["carded"] * 3
    (notice,) = discord.said
    assert "**Create Public Threads**" in notice


async def test_an_errand_that_is_no_longer_wanted_is_not_run(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", NotNow(retry_after=600))
    await deliver_all(store, box, clock, within=timedelta(minutes=5))
    await publishing(store, clock, publish=False)
    await deliver_all(store, box, clock)

    assert discord.errands == []
    async with store.reading() as unit:
        assert not await unit.errands.any_due(clock() + timedelta(days=1))


async def test_an_errand_is_not_tried_for_ever(store: Store, scene: Scene, clock: Clock) -> None:
    await publishing(store, clock)
    await scene.fan_out(1)
    discord, sender, box = staged(store, clock)
    sender.fail("publish", "before", *[NotNow(retry_after=7200)] * 20)
    await deliver_all(store, box, clock, within=timedelta(days=3))

    assert discord.requests.count(("publish", channels(1)[0])) == 14
    assert discord.errands == []
