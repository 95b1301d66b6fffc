"""The announcer against an embedded Discord: what is sent, what is found again, and what every trouble means."""

import random

import pytest

from bot.recaps.model import ChannelId, GuildId, RoleId
from bot.sandbox.model import MessageFlag, Thread
from bot.sandbox.permissions import NOTHING, Permission
from tests.cogs.announcing import CROSSPOST, EDIT, FORUM_POST, SEND, THREAD, Stage, eventually, eventually_in

PLACES = pytest.mark.parametrize("place", ["recaps", "episodes"])
ROUTES = {"recaps": SEND, "episodes": FORUM_POST}


@pytest.mark.parametrize("place", ["recaps", "news", "episodes"])
async def test_a_post_is_born_and_becomes_its_card(stage: Stage, place: str) -> None:
    await stage.subscribe(place)
    await stage.publish()
    await stage.deliver()

    (message,) = stage.messages(place)
    assert message.is_v2
    assert "Harbour Lights" in message.text
    assert "||card||" in message.text
    assert "Reveal" in message.labels
    assert await stage.scene.states() == ["carded"]


async def test_a_post_is_born_with_one_safe_line_that_pings_its_role(stage: Stage) -> None:
    fans = stage.guild.role("Recap fans")
    await stage.subscribe("recaps", role=RoleId(fans.id))
    await stage.publish()
    stage.discord.faults.fail("PATCH", EDIT, 403)

    await stage.outbox.deliver_due()
    await stage.outbox.deliver_due()

    (message,) = stage.messages("recaps")
    assert not message.is_v2
    assert "Harbour Lights" in message.content
    assert message.content.endswith(f"<@&{fans.id}>")
    assert "card" not in message.text
    assert message.mention_roles == [fans.id]
    assert MessageFlag.SUPPRESS_EMBEDS in message.flags
    assert "Reveal" in message.labels


async def test_without_push_it_is_a_card_at_once(stage: Stage) -> None:
    await stage.subscribe("recaps")
    await stage.without_push()
    await stage.publish()
    await stage.deliver()

    (message,) = stage.messages("recaps")
    assert message.is_v2
    assert stage.requests("PATCH", EDIT) == 0
    assert await stage.scene.states() == ["carded"]


async def test_a_forum_post_has_a_safe_title_and_the_tag_that_is_wanted(stage: Stage) -> None:
    forum = stage.discord.world.add_channel(
        stage.guild, "tagged", stage.channel("episodes").type, tags=("Theory", "Recaps"), require_tag=True
    )
    await eventually(lambda: stage.client.get_channel(forum.id) is not None)
    await stage.subscribe("tagged")
    await stage.publish()
    await stage.deliver()

    (thread,) = (thread for thread in stage.guild.threads.values() if thread.parent_id == forum.id)
    assert "Harbour Lights" in thread.name
    assert thread.applied_tags == [tag.id for tag in forum.tags if tag.name == "Recaps"]


@PLACES
@pytest.mark.parametrize("trouble", ["lost reply", "lost request", "503 after", "503", "500 after", "500"])
async def test_no_trouble_loses_or_doubles_a_post(stage: Stage, place: str, trouble: str) -> None:
    await stage.subscribe(place)
    await stage.publish()
    after = "after" in trouble or trouble == "lost reply"
    if "lost" in trouble:
        stage.discord.faults.drop("POST", ROUTES[place], after_work=after)
    else:
        stage.discord.faults.fail("POST", ROUTES[place], int(trouble[:3]), after_work=after)

    await stage.deliver()

    (message,) = stage.messages(place)
    assert message.is_v2
    assert await stage.scene.states() == ["carded"]


@PLACES
async def test_a_lost_reply_to_an_edit_is_repeated(stage: Stage, place: str) -> None:
    await stage.subscribe(place)
    await stage.publish()
    stage.discord.faults.drop("PATCH", EDIT, after_work=True)

    await stage.deliver()

    assert stage.requests("PATCH", EDIT) == 2
    assert await stage.scene.states() == ["carded"]


async def test_a_post_in_an_archived_forum_thread_is_found_again(stage: Stage) -> None:
    await stage.subscribe("episodes")
    await stage.publish()
    stage.discord.faults.drop("POST", FORUM_POST, after_work=True)
    await stage.outbox.deliver_due()
    (thread,) = stage.guild.threads.values()
    assert isinstance(thread, Thread)
    stage.discord.world.set_archived(thread, archived=True)

    await stage.deliver()

    assert len(stage.messages("episodes")) == 1
    assert await stage.scene.states() == ["carded"]


async def test_only_the_posts_own_mark_makes_a_message_its_own(stage: Stage) -> None:
    """Another post of ours stands in the same channel when one is looked for."""
    await stage.subscribe("recaps")
    await stage.publish(1)
    await stage.deliver()
    await stage.publish(2)
    stage.discord.faults.drop("POST", SEND)

    await stage.deliver()

    assert len(stage.messages("recaps")) == 2
    assert await stage.scene.states() == ["carded", "carded"]


async def test_a_missing_permission_is_named_and_costs_no_request(stage: Stage) -> None:
    recaps, bot = stage.channel("recaps"), stage.guild.role("Previously")
    await stage.deny(recaps, Permission.SEND_MESSAGES)
    await stage.subscribe("recaps")
    await stage.publish()
    await stage.outbox.deliver_due()
    assert stage.requests("POST", SEND) == 0
    assert await stage.scene.states() == ["waiting"]

    stage.discord.world.set_overwrite(recaps, bot, deny=NOTHING)
    await stage.until_mended()
    await stage.deliver()

    assert await stage.scene.states() == ["carded"]


async def test_a_notice_goes_to_the_notice_channel(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    await stage.subscribe("recaps")
    await stage.notices_in("general")
    await stage.publish()
    await stage.deliver()

    (notice,) = stage.messages("general")
    assert f"<#{stage.channel('recaps').id}>" in notice.content
    assert "**Send Messages**" in notice.content


async def test_without_a_notice_channel_it_goes_once_to_whoever_subscribed(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    await stage.subscribe("recaps", created_by=stage.discord.world.people[0].id)
    await stage.publish()
    await stage.deliver()

    (notice,) = stage.discord.world.direct[stage.discord.world.people[0].id].messages.values()
    assert "K-drama Corner" in notice.content
    async with stage.scene.store.reading() as unit:
        assert await unit.notices.unsaid(GuildId(stage.guild.id)) == []


async def test_a_notice_that_reaches_nobody_waits_for_the_next_reply(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    stage.discord.world.people[0].accepts_dms = False
    await stage.subscribe("recaps", created_by=stage.discord.world.people[0].id)
    await stage.publish()
    await stage.deliver()

    async with stage.scene.store.reading() as unit:
        assert len(await unit.notices.unsaid(GuildId(stage.guild.id))) == 1


async def test_without_history_it_is_not_sent_twice_and_somebody_may_post_it_again(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.READ_MESSAGE_HISTORY)
    await stage.subscribe("recaps")
    await stage.notices_in("general")
    await stage.publish()
    stage.discord.faults.drop("POST", SEND)
    await stage.outbox.deliver_due()
    stage.scene.clock.pass_(minutes=5)
    await stage.deliver()
    assert await stage.scene.states() == ["given up"]
    (notice,) = stage.messages("general")

    reply = await stage.discord.person(stage.discord.world.people[0].id).click(notice, "Post again")
    assert reply.message is not None
    assert "on its way" in reply.message.text
    await stage.deliver()

    assert len(stage.messages("recaps")) == 1
    assert await stage.scene.states() == ["carded"]


async def test_a_deleted_channel_ends_its_queue_and_its_subscriptions_and_the_admins_hear_of_it(stage: Stage) -> None:
    await stage.notices_in("general")
    await stage.subscribe("recaps")
    await stage.subscribe("episodes")
    await stage.publish()
    stage.discord.world.delete_channel(stage.channel("recaps"))
    await eventually_in(stage, _has_one_subscription)

    await stage.deliver()

    assert sorted(await stage.scene.states()) == ["carded", "given up"]
    (notice,) = stage.messages("general")
    assert notice.content == (
        "**#recaps** was deleted, and a subscription ended with it. `/subscribe` takes another channel."
    )


async def test_a_channel_that_was_deleted_while_the_bot_was_away_is_found_to_be_gone(stage: Stage) -> None:
    guild = GuildId(stage.guild.id)
    await stage.subscribe("episodes")
    await stage.scene.subscribe(ChannelId(404), await stage.scene.show(), guild=guild)
    stage.client.dispatch("ready")
    await eventually_in(stage, _has_one_subscription)

    async with stage.scene.store.reading() as unit:
        assert [channel for _, channel in await unit.subscriptions.places()] == [stage.channel("episodes").id]
        assert "A channel was deleted" in str((await unit.notices.unsaid(guild))[0].text)


async def test_an_archived_thread_is_not_taken_for_a_deleted_one(stage: Stage) -> None:
    await stage.subscribe("episodes")
    await stage.publish()
    await stage.deliver()
    (thread,) = stage.guild.threads.values()
    stage.discord.world.set_archived(thread, archived=True)
    await eventually(lambda: stage.client.get_channel(thread.id) is None)
    await stage.scene.subscribe(ChannelId(thread.id), await stage.scene.show(), guild=GuildId(stage.guild.id))
    await stage.scene.subscribe(ChannelId(404), await stage.scene.show(), guild=GuildId(stage.guild.id))
    await stage.client.cogs["Changes"].on_ready()  # type: ignore[attr-defined]

    async with stage.scene.store.reading() as unit:
        channels = {channel for _, channel in await unit.subscriptions.places()}
    assert channels == {thread.id, stage.channel("episodes").id}


async def _has_one_subscription(stage: Stage) -> bool:
    async with stage.scene.store.reading() as unit:
        return await unit.subscriptions.count(GuildId(stage.guild.id)) == 1


async def test_a_deleted_forum_post_leaves_the_forum_alone(stage: Stage) -> None:
    await stage.subscribe("episodes")
    await stage.publish(1)
    stage.discord.faults.fail("PATCH", EDIT, 503)
    await stage.outbox.deliver_due()
    (thread,) = stage.guild.threads.values()
    stage.discord.world.delete_channel(thread)
    await stage.publish(2)

    await stage.deliver()

    assert await stage.scene.states() == ["given up", "carded"]


async def test_an_outage_of_a_server_is_waited_for(stage: Stage) -> None:
    await stage.subscribe("recaps")
    await stage.publish()
    stage.discord.world.set_available(stage.guild, available=False)
    await stage.outage_seen(unavailable=True)
    await stage.outbox.deliver_due()
    assert await stage.scene.states() == ["waiting"]

    stage.discord.world.set_available(stage.guild, available=True)
    await stage.outage_seen(unavailable=False)
    await stage.deliver()

    assert await stage.scene.states() == ["carded"]


async def test_being_removed_ends_the_queue_quietly(stage: Stage) -> None:
    await stage.subscribe("recaps")
    await stage.publish()
    stage.discord.world.remove_bot(stage.guild)

    await stage.deliver()

    assert await stage.scene.states() == ["given up"]


async def test_a_card_is_published_where_others_can_follow_and_nowhere_else(stage: Stage) -> None:
    await stage.set(publish=True)
    for place in ("news", "recaps", "episodes"):
        await stage.subscribe(place)
    await stage.publish()
    await stage.deliver()

    published = {place: MessageFlag.CROSSPOSTED in stage.messages(place)[0].flags for place in ("news", "recaps")}
    assert published == {"news": True, "recaps": False}
    assert stage.messages("news")[0].is_v2
    assert stage.requests("POST", CROSSPOST) == 1


async def test_what_was_published_before_counts_as_published(stage: Stage) -> None:
    await stage.set(publish=True)
    await stage.subscribe("news")
    await stage.publish()
    stage.discord.faults.drop("POST", CROSSPOST, after_work=True)
    await stage.deliver()

    assert stage.requests("POST", CROSSPOST) == 2
    async with stage.scene.store.reading() as unit:
        assert await unit.notices.unsaid(GuildId(stage.guild.id)) == []


async def test_a_thread_with_a_safe_name_is_opened_below_each_card(stage: Stage) -> None:
    await stage.set(thread_minutes=1440)
    await stage.subscribe("recaps")
    await stage.subscribe("episodes")
    await stage.publish()
    stage.discord.faults.drop("POST", THREAD, after_work=True)
    await stage.deliver()

    (thread,) = (it for it in stage.guild.threads.values() if it.parent_id == stage.channel("recaps").id)
    assert thread.name == "Harbour Lights S1E1 recap"
    assert thread.id == stage.messages("recaps")[0].id
    assert stage.requests("POST", THREAD) == 2
    assert await stage.scene.states() == ["carded"] * 2


async def test_without_the_permission_for_threads_somebody_hears_of_it(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.CREATE_PUBLIC_THREADS)
    await stage.set(thread_minutes=1440)
    await stage.notices_in("general")
    await stage.subscribe("recaps")
    await stage.publish()
    await stage.deliver()

    (notice,) = stage.messages("general")
    assert "Create Public Threads" in notice.content
    assert await stage.scene.states() == ["carded"]


@pytest.mark.parametrize(("wanted", "gets"), [("review", ["Review"]), ("Gossip", []), (None, [])])
async def test_a_forum_post_gets_the_tag_that_was_set(stage: Stage, wanted: str | None, gets: list[str]) -> None:
    await stage.set(forum_tag=wanted)
    await stage.subscribe("episodes")
    await stage.publish()
    await stage.deliver()

    (thread,) = stage.guild.threads.values()
    names = {tag.id: tag.name for tag in stage.channel("episodes").tags}
    assert [names[tag] for tag in thread.applied_tags] == gets


async def test_the_servers_role_is_mentioned_where_a_subscription_names_none(stage: Stage) -> None:
    fans = stage.guild.role("Recap fans")
    await stage.set(role=RoleId(fans.id))
    await stage.subscribe("recaps")
    await stage.publish()
    await stage.outbox.deliver_due()

    (message,) = stage.messages("recaps")
    assert message.mention_roles == [fans.id]


async def test_a_deleted_role_is_dropped_and_told_once(stage: Stage) -> None:
    fans = stage.guild.role("Recap fans")
    await stage.notices_in("general")
    await stage.subscribe("recaps", role=RoleId(fans.id))
    stage.discord.world.delete_role(stage.guild, fans)
    await stage.publish(1)
    await stage.outbox.deliver_due()
    first = stage.messages("recaps")[0].content
    await stage.publish(2)
    await stage.deliver()

    assert "<@" not in first
    (notice,) = stage.messages("general")
    assert "was deleted" in notice.content


async def test_a_role_that_was_deleted_while_the_bot_was_away_is_forgotten(stage: Stage) -> None:
    await stage.set(role=RoleId(404))
    stage.client.dispatch("ready")

    async def told(stage: Stage) -> bool:
        async with stage.scene.store.reading() as unit:
            return bool(await unit.notices.unsaid(GuildId(stage.guild.id)))

    await eventually_in(stage, told)
    assert (await stage.settings()).role is None


async def test_everyone_is_never_mentioned(stage: Stage) -> None:
    await stage.subscribe("recaps", role=RoleId(stage.guild.id))
    await stage.publish()
    await stage.outbox.deliver_due()

    (message,) = stage.messages("recaps")
    assert "<@" not in message.content
    assert not message.mention_everyone


async def test_a_removal_while_the_bot_was_away_ends_the_queue_as_well(stage: Stage) -> None:
    await stage.scene.subscribe(ChannelId(5), await stage.scene.show(), guild=GuildId(404))
    await stage.publish()

    await stage.client.on_ready()

    assert await stage.scene.states() == ["given up"]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_goes_wrong_on_the_wire_each_post_is_there_once(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    await stage.subscribe("recaps")
    await stage.subscribe("episodes")
    for _ in range(8):
        for method, route in (("POST", SEND), ("POST", FORUM_POST), ("PATCH", EDIT), ("GET", SEND)):
            if chance.random() < 0.4:
                stage.discord.faults.drop(method, route, after_work=chance.random() < 0.5)
            if chance.random() < 0.4:
                stage.discord.faults.fail(method, route, 503, after_work=chance.random() < 0.5)
    for episode in range(1, 5):
        await stage.publish(episode)

    await stage.deliver()
    await stage.deliver()

    assert len(stage.messages("recaps")) == 4
    assert len(stage.messages("episodes")) == 4
    assert await stage.scene.states() == ["carded"] * 8
