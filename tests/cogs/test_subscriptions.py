"""`/subscriptions`: what is posted where, why something waits, and options changed in place."""

from datetime import time, timedelta

import pytest

from bot.delivery.marks import parse_post_mark
from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, GuildId, ShowId, UserId
from bot.sandbox.model import Message, parts
from bot.sandbox.permissions import Permission
from bot.store.subscriptions import MOST_SUBSCRIPTIONS, Subscription, SubscriptionDraft
from tests.cogs.announcing import SEND, Stage, eventually_in


async def listed(stage: Stage) -> Message:
    reply = await stage.admin.run(stage.channel("general"), "subscriptions")
    assert reply.ephemeral
    assert reply.message is not None
    return reply.message


async def opened_one(stage: Stage) -> tuple[Message, Subscription]:
    """The options of the only subscription."""
    shown = await listed(stage)
    await stage.admin.choose(shown, "edit-subscription", "Harbour Lights")
    return shown, await subscription(stage)


async def subscription(stage: Stage) -> Subscription:
    async with stage.scene.store.reading() as unit:
        (only,) = await unit.subscriptions.of_guild(GuildId(stage.guild.id))
    return only.subscription


async def fill(stage: Stage, count: int) -> None:
    """Subscriptions in so many channels."""
    show, guild = await stage.scene.show(), GuildId(stage.guild.id)
    async with stage.scene.store.transaction() as unit:
        await unit.guilds.join(guild, stage.scene.clock())
        for channel in map(ChannelId, range(1, count + 1)):
            draft = SubscriptionDraft(guild=guild, channel=channel, show=show, created_by=UserId(1))
            await unit.subscriptions.save(draft, stage.scene.clock())


async def test_the_options_of_a_subscription_are_changed_in_place(stage: Stage) -> None:
    await stage.subscribe("recaps")
    shown, it = await opened_one(stage)
    await stage.admin.choose(shown, f"sub:{it.id}:spoilers", "button")
    await stage.admin.choose(shown, f"sub:{it.id}:role", stage.guild.role("Recap fans"))
    await stage.admin.choose(shown, f"sub:{it.id}:delay", "120")

    it = await subscription(stage)
    assert (it.spoilers, it.delay, it.role) == (
        SpoilerMode.BUTTON,
        timedelta(hours=2),
        stage.guild.role("Recap fans").id,
    )
    assert "2 h after publication" in shown.text

    await stage.admin.choose(shown, f"sub:{it.id}:delay", "server")
    assert (await subscription(stage)).delay is None


async def test_a_new_delay_moves_what_is_waiting(stage: Stage) -> None:
    await stage.subscribe("recaps", delay=timedelta(hours=5))
    await stage.publish()
    shown, it = await opened_one(stage)
    assert "1 waiting, due <t:" in shown.text
    await stage.admin.choose(shown, f"sub:{it.id}:delay", "0")
    await stage.deliver()

    assert len(stage.messages("recaps")) == 1


async def test_a_subscription_is_removed_in_place_and_the_list_is_shown(stage: Stage) -> None:
    await stage.subscribe("recaps")
    shown, _ = await opened_one(stage)
    await stage.admin.click(shown, "Remove")

    assert "no longer posted" in shown.text
    assert "Nothing is subscribed to" in shown.text


async def test_one_that_somebody_removed_meanwhile_is_said_to_be_gone(stage: Stage) -> None:
    await stage.subscribe("recaps")
    shown, it = await opened_one(stage)
    async with stage.scene.store.transaction() as unit:
        await unit.subscriptions.remove(GuildId(stage.guild.id), it.id, stage.scene.clock())
    await stage.admin.choose(shown, f"sub:{it.id}:spoilers", "button")

    assert "no such subscription" in shown.text


async def test_everyone_is_refused(stage: Stage) -> None:
    await stage.subscribe("recaps")
    shown, it = await opened_one(stage)
    await stage.admin.choose(shown, f"sub:{it.id}:role", stage.guild.roles[stage.guild.id])

    assert "never mention @everyone" in shown.text
    assert (await subscription(stage)).role is None


async def test_who_may_no_longer_manage_the_server_presses_in_vain(stage: Stage) -> None:
    await stage.subscribe("recaps")
    shown, before = await opened_one(stage)
    stage.discord.world.change_role(stage.guild, stage.guild.role("Admin"), Permission.VIEW_CHANNEL)
    for what, *values in (["spoilers", "button"], ["delay", "60"], ["end"]):
        reply = await stage.admin.choose(shown, f"sub:{before.id}:{what}", *values)
        assert "may manage this server" in reply.text

    assert await subscription(stage) == before


async def test_another_servers_subscription_cannot_be_changed(stage: Stage) -> None:
    await stage.scene.subscribe(ChannelId(5), await stage.scene.show(), guild=GuildId(404))
    async with stage.scene.store.reading() as unit:
        (theirs,) = await unit.subscriptions.of_guild(GuildId(404))
    async with stage.scene.store.transaction() as unit:
        own = GuildId(stage.guild.id)
        assert not await unit.subscriptions.change(own, theirs.subscription.id, lambda it: it, stage.scene.clock())


async def test_it_says_why_something_waits(stage: Stage) -> None:
    await stage.subscribe("recaps")
    now = stage.scene.clock()
    await stage.set(
        quiet_start=time((now.hour - 1) % 24),
        quiet_end=time((now.hour + 2) % 24),
    )
    await stage.publish()
    assert "1 waiting until the quiet hours end <t:" in (await listed(stage)).text

    await stage.set(quiet_start=None)
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    await stage.outbox.deliver_due()
    assert "1 waiting: Give me **Send Messages** there" in (await listed(stage)).text


async def test_a_long_list_has_pages(stage: Stage) -> None:
    await fill(stage, 16)
    shown = await listed(stage)
    assert "page 1 of 3" in shown.text
    await stage.admin.click(shown, "Next →")
    await stage.admin.click(shown, "Next →")
    assert "page 3 of 3" in shown.text
    assert "Next →" not in shown.labels
    await stage.admin.click(shown, "← Previous")
    assert "page 2 of 3" in shown.text


@pytest.mark.parametrize(("had", "says"), [(50, None), (MOST_SUBSCRIPTIONS - 3, "2 more"), (200, "not possible")])
async def test_the_limit_is_told_before_it_bites(stage: Stage, had: int, says: str | None) -> None:
    await fill(stage, had)
    reply = await stage.admin.run(stage.channel("recaps"), "subscribe", show="every")
    async with stage.scene.store.reading() as unit:
        count = await unit.subscriptions.count(GuildId(stage.guild.id))

    assert count == min(had + 1, MOST_SUBSCRIPTIONS)
    assert says in reply.text if says else "more subscription" not in reply.text


async def test_a_subscription_of_the_last_place_can_still_be_changed(stage: Stage) -> None:
    await stage.subscribe("recaps")
    await fill(stage, MOST_SUBSCRIPTIONS - 1)
    show: ShowId = await stage.scene.show()
    reply = await stage.admin.run(stage.channel("recaps"), "subscribe", show=f"show:{show}", delay=30)

    assert "not possible" not in reply.text


async def test_a_question_is_answered_in_its_place(stage: Stage) -> None:
    asked = (await stage.admin.run(stage.channel("recaps"), "subscribe", show="Quokka Boulevard", delay=30)).message
    assert asked is not None
    assert "called “Quokka Boulevard”" in asked.text
    menu = asked.components[-1]["components"][0]
    await stage.admin.choose(asked, menu["custom_id"], "Quokka Boulevard")

    it = await subscription(stage)
    assert (it.show_title, it.delay) == ("Quokka Boulevard", timedelta(minutes=30))
    assert "**Quokka Boulevard** will be posted" in asked.text
    assert menu["custom_id"] not in [part.get("custom_id") for part in parts(asked.components)]


async def test_a_deleted_channel_takes_its_subscriptions_along_and_posts_nothing_more(stage: Stage) -> None:
    await stage.subscribe("episodes")
    await stage.publish()
    channel = stage.channel("recaps")
    preview = (await stage.admin.run(stage.channel("general"), "subscribe", show="every", channel=channel)).message
    assert preview is not None
    stage.discord.world.delete_channel(channel)
    await eventually_in(stage, _has_one_subscription)

    assert channel.mention not in (await listed(stage)).text
    assert "Nothing is subscribed to in that channel" in (await stage.admin.click(preview, "Post it here")).text


async def _has_one_subscription(stage: Stage) -> bool:
    async with stage.scene.store.reading() as unit:
        return await unit.subscriptions.count(GuildId(stage.guild.id)) == 1


async def test_a_channel_that_cannot_be_found_is_pointed_out(stage: Stage) -> None:
    await fill(stage, 1)

    assert "<#1> (gone, or an archived thread)" in (await listed(stage)).text


async def test_subscriptions_to_every_show_are_told_apart_by_their_channels(stage: Stage) -> None:
    for name in ("recaps", "general", "episodes"):
        await stage.admin.run(stage.channel("general"), "subscribe", show="every", channel=stage.channel(name))
    shown = await listed(stage)

    described = [option["description"] for part in parts(shown.components) for option in part.get("options", ())]
    assert sorted(set(described)) == ["#episodes · every feed", "#general · every feed", "#recaps · every feed"]


async def subscribed(stage: Stage, name: str) -> Message:
    """What is said to somebody who has subscribed a channel to every show."""
    reply = await stage.admin.run(stage.channel("general"), "subscribe", show="every", channel=stage.channel(name))
    assert reply.message is not None
    return reply.message


@pytest.mark.parametrize("name", ["recaps", "news", "episodes"])
async def test_a_test_post_shows_the_latest_recap_and_is_no_post(stage: Stage, name: str) -> None:
    await stage.publish()
    reply = await stage.admin.click(await subscribed(stage, name), "Send a test post")
    (message,) = stage.messages(name)

    assert "A test post is in" in reply.text
    assert "Test post · announces nothing" in message.text
    assert "Harbour Lights S1E1" in message.text
    assert "||card||" in message.text
    assert not message.mention_roles
    assert [part for part in message.buttons if parse_post_mark(part.get("custom_id", ""))] == []
    assert await stage.scene.states() == []


async def test_without_any_recap_a_test_post_says_what_will_come(stage: Stage) -> None:
    await stage.admin.click(await subscribed(stage, "recaps"), "Send a test post")

    (message,) = stage.messages("recaps")
    assert "Test post" in message.text
    assert "New recaps will be posted here" in message.text


async def test_a_test_post_that_is_not_allowed_says_what_is_missing(stage: Stage) -> None:
    confirmed = await subscribed(stage, "recaps")
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    reply = await stage.admin.click(confirmed, "Send a test post")

    assert "I still need **Send Messages**" in reply.text
    assert stage.messages("recaps") == []


@pytest.mark.parametrize(("status", "says"), [(403, "Give me"), (404, "I cannot find it"), (503, "I cannot tell")])
async def test_a_test_post_that_fails_says_so(stage: Stage, status: int, says: str) -> None:
    confirmed = await subscribed(stage, "recaps")
    stage.discord.faults.fail("POST", SEND, status)
    reply = await stage.admin.click(confirmed, "Send a test post")

    assert says in reply.text


async def test_what_cannot_be_a_show_is_not_asked_about(stage: Stage) -> None:
    for typed, says in (
        ("   ", "Name a show"),
        ("\u200b", "Name a show"),
        ("https://recaps.example/", "`/feeds add`"),
        ("WWW.recaps.example", "`/feeds add`"),
    ):
        reply = await stage.admin.run(stage.channel("recaps"), "subscribe", show=typed)
        assert says in reply.text

    assert "Nothing is subscribed to" in (await listed(stage)).text


async def test_subscribing_again_changes_only_what_is_named(stage: Stage) -> None:
    fans = stage.guild.role("Recap fans")
    await stage.admin.run(stage.channel("recaps"), "subscribe", show="every", role=fans, spoilers="button")
    reply = await stage.admin.run(stage.channel("recaps"), "subscribe", show="every", delay=30)

    it = await subscription(stage)
    assert (it.role, it.spoilers, it.delay) == (fans.id, SpoilerMode.BUTTON, timedelta(minutes=30))
    for told in ("already", f"mentioning <@&{fans.id}>", "30 min after publication", "behind Reveal only"):
        assert told in reply.text
