"""People use commands, buttons, menus and forms; a real discord.py answers."""

from typing import Any

import pytest

from bot.sandbox.model import CallbackType, Channel, Guild, MessageFlag
from bot.sandbox.people import NoResponseError, Person, Reply
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.usage import ClientRefusal
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot

pytestmark = pytest.mark.usefixtures("live")


async def test_a_command_is_answered_privately(
    member: Person, admin: Person, recaps: Channel, server: EmbeddedDiscord
) -> None:
    reply = await member.run(recaps, "say", text="hello")

    assert reply.type is CallbackType.MESSAGE
    assert reply.text == "hello"
    assert reply.ephemeral
    assert reply.message
    assert member.sees(recaps) == [reply.message]
    assert admin.sees(recaps) == []
    with pytest.raises(ClientRefusal, match="cannot see it"):
        await admin.choose(reply.message, "anything")


async def test_a_command_is_answered_aloud(member: Person, recaps: Channel, live: LiveBot) -> None:
    reply = await member.run(recaps, "say", text="hello", aloud=True)

    assert not reply.ephemeral
    assert [message.content async for message in live.place("recaps").history()] == ["hello"]


async def test_a_private_answer_is_not_in_the_channel(member: Person, recaps: Channel, live: LiveBot) -> None:
    await member.run(recaps, "say", text="hello")

    assert [message async for message in live.place("recaps").history()] == []


async def test_the_final_answer_replaces_the_thinking(member: Person, recaps: Channel, server: EmbeddedDiscord) -> None:
    reply = await member.run(recaps, "think")

    assert reply.type is CallbackType.DEFER
    assert reply.ephemeral
    assert reply.text == "thought about it"
    assert reply.message
    assert MessageFlag.LOADING not in reply.message.flags
    await server.until(
        lambda _world: any(it[:2] == ("DELETE", WEBHOOK + "/messages/{message_id}") for it in server.requests)
    )
    assert [message.text for message in reply.messages] == ["thought about it", "and one changed"]


WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


async def test_options_are_resolved_by_their_kind(member: Person, recaps: Channel, guild: Guild) -> None:
    fans = guild.role("Recap fans")

    reply = await member.run(recaps, "shout", role=fans, channel=recaps)

    assert reply.text == f"{fans.mention} {recaps.mention} in recaps"
    assert reply.message
    assert reply.message.mention_roles == []


async def test_every_kind_of_value_arrives(member: Person, recaps: Channel, world: World) -> None:
    who = world.people[0]

    reply = await member.run(recaps, "values", number=3, half=0.5, who=who, mode="l", member=who)

    assert reply.text == f"3 0.5 {who.username} l True"


async def test_a_subcommand_is_run_by_both_its_words(member: Person, recaps: Channel) -> None:
    reply = await member.run(recaps, "feeds add", url="site.example")

    assert reply.text == "added site.example"


async def test_a_command_can_be_run_in_direct_messages(member: Person, world: World) -> None:
    reply = await member.run(world.open_dm(member.user), "say", text="hello")

    assert reply.text == "hello"


#: What a person may try, and why a Discord client does not send it.
NOT_SENT: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", {}, "no command /nothing"),
    ("say", {}, "text is required"),
    ("say", {"text": "x" * 51}, "between 1 and 50"),
    ("say", {"text": "x", "volume": 1}, "no option volume"),
    ("staff", {"forum": 1}, "no permission"),
    ("feeds", {}, "subcommands"),
    ("feeds drop", {}, "no subcommand drop"),
    ("shout", {"role": 1, "channel": 1}, "nothing of the right kind"),
    ("values", {"number": 10, "half": 1, "who": 1, "mode": "l"}, "between 1 and 9"),
    ("values", {"number": "ten", "half": 1, "who": 1, "mode": "l"}, "not of the right kind"),
]


async def test_a_client_refuses_what_cannot_be_sent(member: Person, recaps: Channel) -> None:
    for command, options, reason in NOT_SENT:
        with pytest.raises(ClientRefusal, match=reason):
            await member.run(recaps, command, **options)


async def test_a_choice_must_be_one_of_those_offered(member: Person, recaps: Channel) -> None:
    with pytest.raises(ClientRefusal, match="one of the choices"):
        await member.run(recaps, "values", number=1, half=1, who=member.user, mode="x")


async def test_an_admin_command_is_for_admins_and_channels_of_its_kind(
    admin: Person, recaps: Channel, guild: Guild
) -> None:
    reply = await admin.run(recaps, "staff", forum=guild.channel("episodes"))

    assert reply.text == "forum episodes"
    with pytest.raises(ClientRefusal, match="right kind"):
        await admin.run(recaps, "staff", forum=recaps)


async def test_a_guild_command_is_not_for_direct_messages(admin: Person, world: World) -> None:
    with pytest.raises(ClientRefusal, match="cannot be used here"):
        await admin.run(world.open_dm(admin.user), "staff")


async def test_autocomplete_suggests(member: Person, recaps: Channel) -> None:
    assert await member.suggest(recaps, "say", "text", "the bear") == [("The Bear", "the bear")]


async def test_too_many_suggestions_are_refused_and_nobody_sees_any(
    member: Person, recaps: Channel, live: LiveBot
) -> None:
    member.patience = 0.3

    with pytest.raises(NoResponseError):
        await member.suggest(recaps, "say", "text", "many")


async def test_a_bot_that_does_not_answer_has_not_responded(member: Person, recaps: Channel) -> None:
    member.patience = 0.05

    with pytest.raises(NoResponseError, match="did not respond"):
        await member.run(recaps, "silent")


async def test_a_second_first_answer_is_refused(
    member: Person, recaps: Channel, live: LiveBot, server: EmbeddedDiscord
) -> None:
    reply = await member.run(recaps, "twice")
    await server.until(lambda _world: [it for it in server.requests if it.status == 400])

    assert [message.text for message in reply.messages] == ["once"]


async def test_a_modal_is_filled_in_and_sent(member: Person, recaps: Channel) -> None:
    form = (await member.run(recaps, "modal")).modal
    assert form
    assert form.title == "Filter"
    assert form.fields == {"Your word": "word", "Mode": "mode", "Where": "where"}

    reply = await member.submit(form, your_word="bear", mode="l", where=[recaps])

    assert reply.text == "bear l recaps"


WRONGLY_FILLED: list[tuple[dict[str, str], str]] = [
    ({"mode": "l"}, "word is required"),
    ({"word": "x" * 21, "mode": "l"}, "between"),
    ({"word": "x"}, "1 to 1 values"),
    ({"word": "x", "mode": "quiet"}, "no such option"),
    ({"word": "x", "mode": "l", "colour": "red"}, "no field colour"),
]


async def test_a_form_that_is_wrongly_filled_is_not_sent(member: Person, recaps: Channel) -> None:
    form = (await member.run(recaps, "modal")).modal
    assert form

    for values, reason in WRONGLY_FILLED:
        with pytest.raises(ClientRefusal, match=reason):
            await member.submit(form, **values)


async def test_a_form_of_boxes_is_filled_in(member: Person, recaps: Channel) -> None:
    form = (await member.run(recaps, "survey")).modal
    assert form

    reply = await member.submit(form, one="a", some=["x", "z"], sure=True)

    assert reply.text == "a ['x', 'z'] True"


@pytest.fixture
async def panel(member: Person, recaps: Channel) -> Reply:
    return await member.run(recaps, "panel")


async def test_a_button_updates_its_message(member: Person, panel: Reply) -> None:
    assert panel.message
    reply = await member.click(panel.message, "Next")

    assert reply.type is CallbackType.UPDATE
    assert reply.message is panel.message
    assert panel.text == "page 2"


async def test_a_button_defers_and_edits_its_message(member: Person, panel: Reply) -> None:
    assert panel.message
    reply = await member.click(panel.message, "later")

    assert reply.type is CallbackType.DEFER_UPDATE
    assert reply.message is panel.message
    assert reply.text == "done later"


async def test_a_button_defers_and_answers_aside(member: Person, panel: Reply) -> None:
    assert panel.message
    reply = await member.click(panel.message, "Aside")

    assert reply.text == "an aside"
    assert reply.ephemeral


async def test_a_button_that_is_off_or_missing_cannot_be_clicked(member: Person, panel: Reply) -> None:
    assert panel.message
    with pytest.raises(ClientRefusal, match="disabled"):
        await member.click(panel.message, "Off")
    with pytest.raises(ClientRefusal, match="no button Explode"):
        await member.click(panel.message, "Explode")


async def test_every_kind_of_select_menu_can_be_chosen_from(
    member: Person, panel: Reply, guild: Guild, world: World
) -> None:
    message, fans, somebody = panel.message, guild.role("Recap fans"), world.people[0]
    assert message

    assert (await member.choose(message, "words", "One")).text == "word 1"
    assert (await member.choose(message, "users", somebody)).text == f"user {somebody.username}"
    assert (await member.choose(message, "roles", fans)).text == "role Recap fans"
    assert (await member.choose(message, "anyone", fans, somebody)).text == f"anyone Recap fans {somebody.username}"
    assert (await member.choose(message, "channels", guild.channel("news"))).text == "channel news"


async def test_a_select_menu_offers_only_what_it_offers(member: Person, panel: Reply) -> None:
    assert panel.message
    with pytest.raises(ClientRefusal, match="no such option"):
        await member.choose(panel.message, "words", "Two")
    with pytest.raises(ClientRefusal, match="1 to 1 values"):
        await member.choose(panel.message, "words")


async def test_a_persistent_button_is_found_again(member: Person, recaps: Channel) -> None:
    covered = await member.run(recaps, "revealing")
    assert covered.message

    reply = await member.click(covered.message, "Reveal")

    assert reply.text == "hidden 7"
    assert reply.ephemeral
