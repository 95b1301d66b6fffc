"""What admins do, through the real bot: subscribe, look at the preview, post it, unsubscribe."""

from typing import Final

import pytest

from bot.sandbox.demo_world import BOT
from bot.sandbox.people import Reply
from bot.sandbox.permissions import Permission
from bot.sandbox.usage import ClientRefusal
from tests.e2e.conftest import Home, Stage
from tests.e2e.site import recap_of
from tests.e2e.witness import barred, pictures, shown

#: A show that the site has recapped before the bot came: two episodes.
KNOWN: Final = "Clockwork Orchard"

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_preview_is_private_and_posts_nothing_by_itself(home: Home) -> None:
    reply = await home.subscribe(KNOWN)

    assert reply.ephemeral
    assert reply.message
    assert any(text.startswith(f"### {KNOWN} S1E2\n") for text in shown(reply.message))
    assert len(barred(reply.message)) == 1
    assert all(picture["spoiler"] for picture in pictures(reply.message))
    assert home.posts() == []


async def test_post_it_here_posts_that_one_and_once(home: Home) -> None:
    reply = await home.subscribe(KNOWN)
    assert reply.message
    first = await home.admin.click(reply.message, "Post it here")
    (card,) = await home.cards()
    second = await home.admin.click(reply.message, "Post it here")

    assert "on its way" in first.text
    assert "already" in second.text
    assert home.posts() == [card]
    assert shown(card)[0].startswith(f"### {KNOWN} S1E2\n")


async def test_what_was_known_before_is_not_announced(stage: Stage, home: Home, show: str) -> None:
    stage.feed.publish(recap_of(show, 1))
    await stage.feed.taken_in()
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 2))
    (card,) = await home.cards()

    assert shown(card)[0].startswith(f"### {show} S1E2\n")


async def test_an_unknown_show_is_accepted_once_it_is_confirmed(stage: Stage, home: Home, show: str) -> None:
    asked = await home.admin.run(home.recaps, "subscribe", show=show)
    assert asked.message
    menu = asked.message.components[-1]["components"][0]
    accepted = await home.admin.choose(asked.message, menu["custom_id"], show)
    stage.feed.publish(recap_of(show, 1))

    assert show in asked.text
    assert f"**{show}** will be posted in {home.recaps.mention}" in accepted.text
    assert len(await home.cards()) == 1


async def test_a_show_can_be_picked_from_the_suggestions(home: Home) -> None:
    (best, *_) = await home.admin.suggest(home.recaps, "subscribe", "show", "clokwork orchrd")
    reply = await home.admin.run(home.recaps, "subscribe", show=best.value)

    assert best.name == KNOWN
    assert best.value.startswith("show:")
    assert f"**{KNOWN}** will be posted" in reply.text


async def test_every_show_is_offered_and_taken(home: Home) -> None:
    (first, *_) = await home.admin.suggest(home.recaps, "subscribe", "show", "")
    reply = await home.admin.run(home.recaps, "subscribe", show=first.value)

    assert first == ("Every show", "every")
    assert "Every show will be posted" in reply.text


async def test_missing_permissions_are_named_at_once(stage: Stage, home: Home, show: str) -> None:
    role = home.guild.role("Previously")
    stage.world.set_overwrite(home.general, role, deny=Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    reply = await home.subscribe(show, channel=home.general)

    assert "Send Messages" in reply.text
    assert "Read Message History" in reply.text
    assert home.general.mention in reply.text


async def test_posts_wait_for_permissions_and_come_when_they_are_given(stage: Stage, home: Home, show: str) -> None:
    role = home.guild.role("Previously")
    stage.world.change_role(home.guild, role, BOT & ~Permission.SEND_MESSAGES)
    await home.subscribe(show)
    stage.feed.publish(recap_of(show, 1))
    await stage.feed.taken_in()
    listed = await _listed_with(home, "1 waiting")
    stage.world.change_role(home.guild, role, BOT)

    assert show in listed.text
    assert len(await home.cards()) == 1


async def _listed_with(home: Home, text: str) -> Reply:
    reply = await home.admin.run(home.recaps, "subscriptions")
    assert text in reply.text
    return reply


async def test_unsubscribing_ends_what_was_waiting(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show, delay=60)
    stage.feed.publish(recap_of(show, 1))
    await stage.feed.taken_in()
    await _listed_with(home, "1 waiting")
    (subscription,) = await home.admin.suggest(home.recaps, "unsubscribe", "subscription", show.casefold())
    reply = await home.admin.run(home.recaps, "unsubscribe", subscription=subscription.value)
    await home.subscribe(show)
    listed = await home.admin.run(home.recaps, "subscriptions")

    assert "no longer posted" in reply.text
    assert "waiting" not in listed.text
    assert home.posts() == []


async def test_a_subscription_can_be_removed_from_the_list(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    await home.subscribe("every", channel=home.general)
    listed = await home.admin.run(home.recaps, "subscriptions")
    assert listed.message
    removed = await home.admin.choose(listed.message, "remove-subscription", show)
    again = await home.admin.choose(listed.message, "remove-subscription", show)
    after = await home.admin.run(home.recaps, "subscriptions")

    assert show in listed.text
    assert f"**{show}** is no longer posted" in removed.text
    assert "no such subscription" in again.text
    assert show not in after.text
    assert "Every show" in after.text


@pytest.mark.parametrize("command", ["subscribe", "unsubscribe", "subscriptions"])
async def test_members_are_not_offered_what_is_for_admins(home: Home, command: str) -> None:
    with pytest.raises(ClientRefusal):
        await home.member.run(home.recaps, command, show="every")


async def test_another_servers_subscription_is_out_of_reach(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe(show)
    (mine,) = await home.admin.suggest(home.recaps, "unsubscribe", "subscription", "")
    stranger = stage.home()
    offered = await stranger.admin.suggest(stranger.recaps, "unsubscribe", "subscription", "")
    reply = await stranger.admin.run(stranger.recaps, "unsubscribe", subscription=mine.value)
    listed = await home.admin.run(home.recaps, "subscriptions")

    assert offered == []
    assert "no such subscription" in reply.text
    assert show in listed.text
