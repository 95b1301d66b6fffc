"""Exactly once, whatever happens: the outbox on a real store, over a Discord that survives the bot."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.courier import Courier
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import HANDS, Outbox
from bot.delivery.pace import Pace
from bot.delivery.sender import Carded, Created, NotNow, Refusal, Unknown
from bot.recaps.model import GuildId, RoleId
from bot.store.posts import Order
from bot.store.store import Store
from bot.texts import N_
from tests.delivery.scene import (
    GUILD,
    NOW,
    Clock,
    FakeDiscord,
    FakeSender,
    Killed,
    Scene,
    channels,
    deliver_all,
    kill,
    opened,
    outbox,
)

LOST = Unknown(N_("The connection broke."))


async def test_every_channel_gets_its_post_and_then_its_card(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(5)
    discord = FakeDiscord()

    await deliver_all(store, outbox(store, FakeSender(discord), clock), clock, within=timedelta(minutes=3))

    assert sorted(discord.channels) == channels(5)
    assert [message.version for message in discord.all()] == [1] * 5
    assert await scene.states() == ["carded"] * 5


async def test_episodes_come_in_order(store: Store, scene: Scene, clock: Clock) -> None:
    recaps = await scene.fan_out(2, episodes=4)
    discord = FakeDiscord()

    await deliver_all(store, outbox(store, FakeSender(discord), clock), clock, within=timedelta(minutes=6))

    for messages in discord.channels.values():
        assert [message.recap for message in messages] == [recap.id for recap in recaps]


async def test_a_post_that_is_put_off_is_not_overtaken(store: Store, scene: Scene, clock: Clock) -> None:
    recaps = await scene.fan_out(1, episodes=3)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.fail("create", "before", NotNow(retry_after=90), NotNow(retry_after=90))

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=12))

    assert [message.recap for message in discord.all()] == [recap.id for recap in recaps]


async def test_shows_take_turns(store: Store, scene: Scene, clock: Clock) -> None:
    feed = await scene.feed()
    for show, first in (("Harbour Lights", 0), ("Glass Valley", 80)):
        for channel in range(first, first + 80):
            await scene.subscribe(channels(200)[channel], await scene.show(show))
        await scene.recap(feed, await scene.show(show))
    discord = FakeDiscord()

    await outbox(store, FakeSender(discord), clock).deliver_due()

    shows = [message.recap for message in discord.all()]
    assert shows.count(shows[0]) == len(shows) / 2


@pytest.mark.parametrize("step", ["create", "edit"])
@pytest.mark.parametrize(
    "trouble", [LOST, NotNow(3), Refusal(503), Refusal(500), Refusal(429), Refusal(403, 130000), Refusal(401)]
)
async def test_passing_trouble_loses_and_doubles_nothing(
    store: Store, scene: Scene, clock: Clock, step: str, trouble: object
) -> None:
    await scene.fan_out(3)
    discord = FakeDiscord(nonces=False)
    sender = FakeSender(discord)
    sender.fail(step, "before", trouble, None, trouble)

    await deliver_all(store, outbox(store, sender, clock), clock)

    assert [len(messages) for messages in discord.channels.values()] == [1, 1, 1]
    assert await scene.states() == ["carded"] * 3


@pytest.mark.parametrize("nonces", [True, False])
async def test_a_lost_reply_is_looked_for_before_anything_is_sent_again(
    store: Store, scene: Scene, clock: Clock, nonces: bool
) -> None:
    await scene.fan_out(1)
    discord = FakeDiscord(nonces=nonces)
    sender = FakeSender(discord)
    sender.fail("create", "after", LOST)

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=4))

    assert [step for step, _ in discord.requests] == ["create", "find", "edit"]
    assert await scene.states() == ["carded"]


async def test_where_nobody_can_look_the_nonce_decides_for_two_minutes(
    store: Store, scene: Scene, clock: Clock
) -> None:
    await scene.fan_out(1)
    discord = FakeDiscord(readable=False)
    sender = FakeSender(discord)
    sender.fail("create", "after", LOST)
    box = outbox(store, sender, clock)

    await box.deliver_due()
    clock.pass_(seconds=30)
    await deliver_all(store, box, clock, within=timedelta(minutes=2))

    assert len(discord.all()) == 1
    assert await scene.states() == ["carded"]


@pytest.mark.parametrize(("nonces", "wait"), [(True, 130), (False, 30)])
async def test_where_nobody_can_tell_it_is_not_sent_again_and_somebody_is_asked(
    store: Store, scene: Scene, clock: Clock, nonces: bool, wait: int
) -> None:
    await scene.fan_out(1)
    discord = FakeDiscord(nonces=nonces, readable=False)
    sender = FakeSender(discord)
    sender.fail("create", "after", LOST)
    box = outbox(store, sender, clock)

    await box.deliver_due()
    clock.pass_(seconds=wait)
    await deliver_all(store, box, clock, within=timedelta(minutes=5))

    assert len(discord.all()) == 1
    assert [step for step, _ in discord.requests].count("create") == 1
    assert await scene.states() == ["given up"]
    assert len(discord.said) == 1
    assert "<#100>" in discord.said[0]


async def test_a_refusal_after_a_doubt_leaves_the_doubt(store: Store, scene: Scene, clock: Clock) -> None:
    """A 429 to the second attempt says nothing about the first: it must not be sent a third time hours later."""
    await scene.fan_out(1)
    discord = FakeDiscord(nonces=False, readable=False)
    sender = FakeSender(discord)
    sender.fail("create", "after", LOST)
    sender.fail("create", "before", None, NotNow(retry_after=300))
    box = outbox(store, sender, clock)

    await deliver_all(store, box, clock)

    assert len(discord.all()) == 1


async def test_one_channels_trouble_holds_up_no_other(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(4)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.broken[channels(1)[0]] = Refusal(503)

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=3))

    assert sorted(discord.channels) == channels(4)[1:]
    assert (await scene.states())[1:] == ["carded"] * 3


async def test_a_refusing_channel_is_paused_and_told_of_once(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1, episodes=3)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.broken[channels(1)[0]] = Refusal(403, 50013, missing=("Send Messages",))

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=179))

    assert await scene.states() == ["waiting"] * 3
    assert len(discord.requests) == 3  # once an hour
    assert len(discord.said) == 1
    assert "**Send Messages**" in discord.said[0]


async def test_a_mended_channel_resumes_at_once(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1, episodes=3)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.broken[channels(1)[0]] = Refusal(403, 50013)
    box = outbox(store, sender, clock)
    await deliver_all(store, box, clock, within=timedelta(minutes=2))

    sender.broken.clear()
    async with store.transaction() as unit:
        assert await unit.posts.resume(GUILD, clock())
    await deliver_all(store, box, clock, within=timedelta(minutes=6))

    assert await scene.states() == ["carded"] * 3


async def test_what_waited_seven_days_is_given_up_and_counted(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1, episodes=3)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.broken[channels(1)[0]] = Refusal(403, 50001)
    box = outbox(store, sender, clock)
    await deliver_all(store, box, clock, within=timedelta(minutes=2))

    clock.pass_(days=8)
    await deliver_all(store, box, clock, within=timedelta(minutes=2))

    assert await scene.states() == ["given up"] * 3
    assert "3 recaps" in discord.said[-1]


async def test_a_deleted_channel_ends_its_queue_quietly(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(2, episodes=2)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.broken[channels(1)[0]] = Refusal(404, 10003)

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=6))

    assert sorted(await scene.states()) == ["carded", "carded", "given up", "given up"]
    assert not discord.said


async def test_a_blocked_message_is_given_up_and_told_of(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1, episodes=2)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.fail("create", "before", Refusal(400, 200000))

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=6))

    assert await scene.states() == ["given up", "carded"]
    assert "AutoMod" in discord.said[0]


async def test_a_message_deleted_by_a_moderator_stays_deleted(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.fail("edit", "before", Refusal(404, 10008))

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=6))

    assert await scene.states() == ["given up"]
    assert not discord.said


async def test_a_refused_token_stops_everything_for_a_while(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(60)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sender.fail("create", "before", *[Refusal(401)] * 60)

    await deliver_all(store, outbox(store, sender, clock), clock, within=timedelta(minutes=5))

    assert len(discord.requests) == 1
    assert not discord.all()


async def test_a_sibling_joins_the_card_by_an_edit(store: Store, scene: Scene, clock: Clock) -> None:
    feed, show = await scene.feed(), await scene.show()
    await scene.subscribe(channels(1)[0], show)
    await scene.recap(feed, show)
    discord = FakeDiscord()
    box = outbox(store, FakeSender(discord), clock)
    await deliver_all(store, box, clock, within=timedelta(minutes=3))

    await scene.recap(await scene.feed("Second Opinion"), show)
    await deliver_all(store, box, clock, within=timedelta(minutes=6))

    assert [message.version for message in discord.all()] == [2]
    assert await scene.states() == ["carded"]


async def test_one_ping_per_show_and_channel_in_half_an_hour(store: Store, scene: Scene, clock: Clock) -> None:
    feed, show = await scene.feed(), await scene.show()
    fans, everyone = RoleId(5), RoleId(6)
    await scene.subscribe(channels(1)[0], show, role=fans)
    await scene.subscribe(channels(1)[0], role=everyone)
    discord = FakeDiscord()
    box = outbox(store, FakeSender(discord), clock)

    for episode in (1, 2, 3):
        await scene.recap(feed, show, episode)
        await deliver_all(store, box, clock, within=timedelta(minutes=20))

    assert [message.roles for message in discord.all()] == [(fans, everyone), (), (fans, everyone)]


async def test_a_server_that_was_left_gets_nothing_more(store: Store, scene: Scene, clock: Clock) -> None:
    feed, show = await scene.feed(), await scene.show()
    await scene.subscribe(channels(2)[0], show)
    await scene.subscribe(channels(2)[1], show, guild=GuildId(2))
    await scene.recap(feed, show)
    async with store.transaction() as unit:
        await unit.guilds.leave(GuildId(2), NOW)
        await unit.posts.end_guild(GuildId(2), N_("I left."), NOW)
    discord = FakeDiscord()

    await deliver_all(store, outbox(store, FakeSender(discord), clock), clock, within=timedelta(minutes=3))

    assert list(discord.channels) == channels(1)


async def test_a_delay_is_kept(store: Store, scene: Scene, clock: Clock) -> None:
    feed, show = await scene.feed(), await scene.show()
    await scene.subscribe(channels(1)[0], show, delay=timedelta(hours=1))
    await scene.recap(feed, show)
    discord = FakeDiscord()
    box = outbox(store, FakeSender(discord), clock)

    await deliver_all(store, box, clock, within=timedelta(minutes=59))
    assert not discord.all()

    await deliver_all(store, box, clock, within=timedelta(minutes=3))
    assert len(discord.all()) == 1


async def test_the_log_has_one_line_per_recap_and_no_plot(
    store: Store, scene: Scene, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.fan_out(3)

    with caplog.at_level("INFO", "bot.delivery"):
        await deliver_all(store, outbox(store, FakeSender(FakeDiscord()), clock), clock, within=timedelta(minutes=4))

    assert [record.getMessage() for record in caplog.records] == ["recap 1 (Harbour Lights S1E1): 3 posted, 0 given up"]


async def test_it_runs_by_itself_and_stops_in_order(store: Store, scene: Scene, clock: Clock) -> None:
    discord = FakeDiscord()
    sender = FakeSender(discord)
    edit, finished = sender.edit, asyncio.Event()

    async def watched(order: Order) -> Carded:
        answer = await edit(order)
        if [message.version for message in discord.all()] == [1, 1, 1]:
            finished.set()
        return answer

    sender.edit = watched  # type: ignore[method-assign]
    box = outbox(store, sender, clock)
    running = asyncio.create_task(box.run())
    await scene.fan_out(3)

    async with asyncio.timeout(10):
        await finished.wait()
    await box.stop()
    await running

    assert await scene.states() == ["carded"] * 3


async def test_stopping_lets_messages_in_flight_finish(store: Store, scene: Scene, clock: Clock) -> None:
    await scene.fan_out(1)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    sending, reply = asyncio.Event(), asyncio.Event()
    create = sender.create

    async def slow(order: Order) -> Created:
        answer = await create(order)
        sending.set()
        await reply.wait()
        return answer

    sender.create = slow  # type: ignore[method-assign]
    box = outbox(store, sender, clock)
    running = asyncio.create_task(box.run())
    await sending.wait()

    stopping = asyncio.create_task(box.stop())
    asyncio.get_running_loop().call_soon(reply.set)
    await stopping
    await running

    assert await scene.states() == ["posted"]


async def test_slow_channels_hold_up_no_others(store: Store, scene: Scene) -> None:
    """More than half of all hands are stuck where Discord does not answer."""
    await scene.fan_out(HANDS - 8)
    discord = FakeDiscord()
    sender = FakeSender(discord)
    answers, delivered = asyncio.Event(), asyncio.Event()
    create, stuck = sender.create, set(channels(HANDS - 8))
    others = channels(HANDS + 20)[HANDS:]

    async def slow(order: Order) -> Created:
        if order.channel in stuck:
            await answers.wait()
        answer = await create(order)
        if set(others) <= set(discord.channels):
            delivered.set()
        return answer

    sender.create = slow  # type: ignore[method-assign]
    box = Outbox(store, Courier(sender, Ledger(store), Pace(None)))
    running = asyncio.create_task(box.run())
    for channel in others:
        await scene.subscribe(channel, await scene.show())
    await scene.recap(await scene.feed("Second Opinion"), await scene.show(), 2)

    async with asyncio.timeout(20):
        await delivered.wait()
    assert not stuck & set(discord.channels)
    answers.set()
    await box.stop()
    await running


STEPS = [(step, when) for step in ("create", "edit", "find") for when in ("before", "after")]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("nonces", [True, False])
async def test_killed_at_any_step_nothing_is_lost_or_doubled(database: Path, seed: int, nonces: bool) -> None:
    """The bot is killed again and again, between lost replies and refusals, and each time begins anew."""
    chance = random.Random(seed)
    clock = Clock()
    discord = FakeDiscord(nonces=nonces)
    async with opened(database) as store:
        await Scene(store, clock).fan_out(6, episodes=2)

    for _ in range(15):
        async with opened(database) as store:
            sender = FakeSender(discord)
            for step, when in STEPS:
                mishaps = [Killed(), LOST, Refusal(503), None, None, None, None]
                if when == "before":
                    mishaps += [NotNow(1), Refusal(429)]
                sender.fail(step, when, *chance.choices(mishaps, k=8))
            box = outbox(store, sender, clock)
            with suppress(Killed):
                await deliver_all(store, box, clock, within=timedelta(minutes=5), sender=sender)
            await kill(box)

    async with opened(database) as store:
        await deliver_all(store, outbox(store, FakeSender(discord), clock), clock)
        states = await Scene(store, clock).states()

    assert sorted(len(messages) for messages in discord.channels.values()) == [2] * 6
    assert [message.version for message in discord.all()] == [1] * 12
    assert states == ["carded"] * 12
