"""The panel of `/settings`, pressed in an embedded Discord."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.recaps.card import SpoilerMode
from bot.recaps.model import GuildId
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Message
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.usage import ClientRefusal
from bot.store.guilds import GuildSettings, Siblings
from bot.texts import N_
from cogs.setting_fields import MENUS, SWITCHES, Menu, Switch
from tests.cogs.announcing import Stage, announcing, eventually
from tests.delivery.scene import Clock, Scene, opened


async def panel(stage: Stage) -> Message:
    reply = await stage.admin.run(stage.channel("general"), "settings")
    assert reply.ephemeral
    assert reply.message is not None
    return reply.message


@pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu.name)
def test_every_choice_of_a_menu_is_read_back_as_it_was_chosen(menu: Menu[GuildSettings]) -> None:
    values = [value for value, _ in menu.choices]
    before = GuildSettings(quiet_end=time(23, 59))

    assert [menu.read(menu.write(before, value)) for value in values] == values
    assert menu.read(GuildSettings()) in values
    assert len(values) <= 25


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_a_switch_turns_its_setting_on_and_off(switch: Switch) -> None:
    for on in (True, False):
        assert switch.read(switch.write(GuildSettings(), on)) is on


async def test_each_menu_changes_its_own_setting_and_the_panel_shows_it(stage: Stage) -> None:
    shown = await panel(stage)
    for menu, value in (("spoilers", "button"), ("siblings", "own"), ("quiet_from", "22:00"), ("threads", "1440")):
        reply = await stage.admin.choose(shown, f"set:{menu}", value)
        assert reply.message is shown

    settings = await stage.settings()
    assert (settings.spoilers, settings.siblings) == (SpoilerMode.BUTTON, Siblings.OWN)
    assert (settings.quiet_start, settings.quiet_end, settings.thread_minutes) == (time(22), time(8), 1440)
    chosen = [
        option["label"]
        for row in shown.components
        for part in row.get("components", ())
        for option in part.get("options", ())
        if option.get("default")
    ]
    assert {"It gets a post of its own", "From 22:00", "Until 08:00", "1 day"} <= set(chosen)


async def test_quiet_hours_do_not_end_when_they_begin(stage: Stage) -> None:
    shown = await panel(stage)
    await stage.admin.choose(shown, "set:quiet_from", "08:00")
    assert "Quiet hours that begin and end at the same time would be none" in shown.text
    assert (await stage.settings()).quiet_start is None

    await stage.admin.choose(shown, "set:quiet_from", "22:00")
    assert "would be none" not in shown.text
    await stage.admin.choose(shown, "set:quiet_until", "22:00")
    assert "would be none" in shown.text
    assert (await stage.settings()).quiet_end == time(8)


async def test_a_switch_says_what_is_and_turns_it(stage: Stage) -> None:
    shown = await panel(stage)
    await stage.admin.click(shown, "Reviews too: no")

    assert (await stage.settings()).reviews
    assert "Reviews too: yes" in shown.labels


async def test_a_panel_and_its_forms_outlive_a_restart(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(datetime.now(UTC))
    async with opened(database) as store, EmbeddedDiscord(demo_world()) as discord:
        async with announcing(discord, store, clock, monkeypatch, "cogs.settings") as client:
            stage = Stage(discord, client, Scene(store, clock))
            shown = await panel(stage)
            form = await stage.admin.click(shown, "Time zone: UTC")
            assert form.modal is not None
        async with announcing(discord, store, clock, monkeypatch, "cogs.settings") as client:
            stage = Stage(discord, client, Scene(store, clock))
            await stage.admin.choose(shown, "set:delay", "60")
            await stage.admin.submit(form.modal, zone="berlin")

            settings = await stage.settings()
            assert (settings.delay, settings.time_zone) == (timedelta(hours=1), "Europe/Berlin")
            assert "Time zone: Europe/Berlin" in shown.labels


async def test_a_form_can_be_sent_in_twice(stage: Stage) -> None:
    shown = await panel(stage)
    form = await stage.admin.click(shown, "set:tag")
    assert form.modal is not None
    await stage.admin.submit(form.modal, tag="Recap")
    await stage.admin.submit(form.modal, tag="Recap")

    assert (await stage.settings()).forum_tag == "Recap"
    assert "Forum tag: Recap" in shown.labels


async def test_two_admins_at_once_do_not_undo_each_other(stage: Stage) -> None:
    one, other = await panel(stage), await panel(stage)
    await stage.admin.click(one, "Reviews too: no")
    await stage.admin.click(other, "Reviews too: no")
    await stage.admin.choose(other, "set:spoilers", "button")
    await stage.admin.choose(one, "set:siblings", "none")

    settings = await stage.settings()
    assert (settings.reviews, settings.spoilers, settings.siblings) == (True, SpoilerMode.BUTTON, Siblings.NONE)
    assert "Reviews too: yes" in other.labels


async def test_a_time_zone_is_typed_and_found_by_its_city(stage: Stage) -> None:
    shown = await panel(stage)
    form = await stage.admin.click(shown, "Time zone: UTC")
    assert form.modal is not None
    await stage.admin.submit(form.modal, zone="berlin")

    assert (await stage.settings()).time_zone == "Europe/Berlin"
    assert "Time zone: Europe/Berlin" in shown.labels


async def test_a_time_zone_is_called_what_it_was_typed_as(stage: Stage) -> None:
    shown = await panel(stage)
    for now in ("UTC", "UTC+1"):
        form = await stage.admin.click(shown, f"Time zone: {now}")
        assert form.modal is not None
        await stage.admin.submit(form.modal, zone="utc+1")

    assert (await stage.settings()).time_zone == "Etc/GMT-1"
    assert "Time zone: UTC+1" in shown.labels


async def test_an_unknown_time_zone_changes_nothing_and_is_answered(stage: Stage) -> None:
    form = await stage.admin.click(await panel(stage), "Time zone: UTC")
    assert form.modal is not None
    reply = await stage.admin.submit(form.modal, zone="Gotham ||x||")

    assert "no time zone" in reply.text
    assert "||" not in reply.text
    assert (await stage.settings()).time_zone == "UTC"


async def test_a_form_does_not_write_over_what_it_did_not_show(stage: Stage) -> None:
    shown = await panel(stage)
    form = await stage.admin.click(shown, "set:tag")
    await stage.set(forum_tag="Review")
    assert form.modal is not None
    await stage.admin.submit(form.modal, tag="Recap")

    assert (await stage.settings()).forum_tag == "Review"
    assert "Somebody else has changed that meanwhile" in shown.text


async def test_a_notice_channel_is_chosen_and_taken_back(stage: Stage) -> None:
    shown = await panel(stage)
    await stage.admin.choose(shown, "set:notices", stage.channel("general"))
    assert (await stage.settings()).notice_channel == stage.channel("general").id

    await stage.admin.choose(shown, "set:notices")
    assert (await stage.settings()).notice_channel is None


async def test_a_notice_channel_that_cannot_be_used_is_said_at_once(stage: Stage) -> None:
    await stage.deny(stage.channel("recaps"), Permission.SEND_MESSAGES)
    shown = await panel(stage)
    await stage.admin.choose(shown, "set:notices", stage.channel("recaps"))

    assert "Send Messages" in shown.text


async def test_a_notice_channel_that_was_deleted_is_no_longer_shown_as_chosen(stage: Stage) -> None:
    general = stage.channel("general")
    await stage.notices_in("general")
    stage.discord.world.delete_channel(general)
    await eventually(lambda: stage.client.get_channel(general.id) is None)

    reply = await stage.admin.run(stage.channel("recaps"), "settings")

    assert "The channel for notices was deleted" in reply.text
    assert reply.message is not None
    assert str(general.id) not in str(reply.message.components)


@pytest.mark.parametrize(("tag", "is_known"), [("theory", True), ("Rumour", False)])
async def test_a_tag_that_no_forum_has_is_pointed_out(stage: Stage, tag: str, *, is_known: bool) -> None:
    shown = await panel(stage)
    form = await stage.admin.click(shown, "set:tag")
    assert form.modal is not None
    await stage.admin.submit(form.modal, tag=tag)

    assert (await stage.settings()).forum_tag == tag
    assert ("No forum of this server has a tag" in shown.text) is not is_known
    assert shown.text == (await panel(stage)).text


async def test_a_role_is_chosen_and_everyone_is_refused(stage: Stage) -> None:
    fans, everyone = stage.guild.role("Recap fans"), stage.guild.roles[stage.guild.id]
    shown = await panel(stage)
    await stage.admin.choose(shown, "set:role", fans)
    await stage.admin.choose(shown, "set:role", everyone)

    assert (await stage.settings()).role == fans.id
    assert "never mention @everyone" in shown.text


async def test_a_role_that_notifies_nobody_is_pointed_out(stage: Stage) -> None:
    shown = await panel(stage)
    await stage.admin.choose(shown, "set:role", stage.guild.role("Member"))

    assert "cannot be notified" in shown.text


async def test_who_may_no_longer_manage_the_server_presses_in_vain(stage: Stage) -> None:
    shown = await panel(stage)
    form = await stage.admin.click(shown, "set:tag")
    stage.discord.world.change_role(stage.guild, stage.guild.role("Admin"), Permission.VIEW_CHANNEL)
    for custom_id, *values in (["set:spoilers", "button"], ["set:reviews:on"], ["set:zone"], ["set:notices"]):
        reply = await stage.admin.choose(shown, custom_id, *values)
        assert "may manage this server" in reply.text
    assert form.modal is not None
    assert "may manage this server" in (await stage.admin.submit(form.modal, tag="Recap")).text

    assert await stage.settings() == GuildSettings()


async def test_it_is_for_admins_and_servers(stage: Stage) -> None:
    member = stage.discord.person(stage.discord.world.people[1].id)
    with pytest.raises(ClientRefusal):
        await member.run(stage.channel("general"), "settings")


async def test_what_could_not_be_said_otherwise_stands_on_top(stage: Stage) -> None:
    async with stage.scene.store.transaction() as unit:
        guild = GuildId(stage.guild.id)
        await unit.notices.raise_(guild, N_("I cannot post somewhere."), stage.scene.clock())

    assert "I cannot post somewhere." in (await panel(stage)).text
    assert "I cannot post somewhere." not in (await panel(stage)).text
