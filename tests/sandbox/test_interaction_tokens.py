"""Tokens of interactions: good for one answer within three seconds, and for follow-ups within fifteen minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.interactions import opened
from bot.sandbox.model import Channel, Interaction, InteractionType
from bot.sandbox.world import World
from tests.sandbox.livebot import Raw

LATER = timedelta(seconds=4)
MUCH_LATER = timedelta(minutes=16)
REPLY = {"type": 4, "data": {"content": "hello"}}
DEFER = {"type": 5}


class Clock:
    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def clock(world: World) -> Clock:
    world.now = Clock()
    return world.now


@pytest.fixture
def asked(world: World, recaps: Channel) -> Interaction:
    """A command that nobody has answered yet."""
    data: dict[str, Any] = {"id": "1", "name": "recap", "type": 1}
    return opened(world, InteractionType.COMMAND, world.people[0].id, recaps.id, data)


def _callback(it: Interaction) -> str:
    return f"/interactions/{it.id}/{it.token}/callback"


def _webhook(world: World, it: Interaction) -> str:
    return f"/webhooks/{world.application_id}/{it.token}"


async def test_an_unknown_interaction_cannot_be_answered(raw: Raw, asked: Interaction) -> None:
    assert await raw.refused("POST", "/interactions/1/x/callback", REPLY) == 10062
    assert await raw.refused("POST", f"/interactions/{asked.id}/wrong/callback", REPLY) == 10062


async def test_an_answer_after_three_seconds_is_too_late(raw: Raw, clock: Clock, asked: Interaction) -> None:
    clock.passed = LATER

    assert await raw.refused("POST", _callback(asked), REPLY) == 10062


async def test_an_interaction_is_answered_once(raw: Raw, asked: Interaction) -> None:
    assert (await raw("POST", _callback(asked), REPLY))[0] == 204
    assert await raw.refused("POST", _callback(asked), REPLY) == 40060


async def test_the_answer_is_told_only_if_asked_for(raw: Raw, asked: Interaction) -> None:
    status, answer = await raw("POST", _callback(asked) + "?with_response=1", REPLY)

    assert status == 200
    assert answer["interaction"]["id"] == str(asked.id)
    assert answer["resource"]["message"]["content"] == "hello"


async def test_there_is_nothing_to_follow_up_before_the_first_answer(
    raw: Raw, world: World, asked: Interaction
) -> None:
    assert await raw.refused("POST", _webhook(world, asked), {"content": "early"}) == 10015


async def test_a_follow_up_after_fifteen_minutes_is_too_late(
    raw: Raw, world: World, clock: Clock, asked: Interaction
) -> None:
    await raw("POST", _callback(asked), REPLY)
    clock.passed = MUCH_LATER

    assert await raw.refused("POST", _webhook(world, asked), {"content": "late"}) == 50027
    assert await raw.refused("PATCH", _webhook(world, asked) + "/messages/@original", {"content": "late"}) == 50027


async def test_the_first_follow_up_takes_the_place_of_thinking(
    raw: Raw, world: World, asked: Interaction, recaps: Channel
) -> None:
    await raw("POST", _callback(asked), DEFER)

    status, message = await raw("POST", _webhook(world, asked) + "?wait=true", {"content": "thought"})

    assert status == 200
    assert [it.text for it in recaps.messages.values()] == ["thought"]
    assert message["id"] == str(asked.original_id)


async def test_the_original_can_be_read_edited_and_deleted(
    raw: Raw, world: World, asked: Interaction, recaps: Channel
) -> None:
    await raw("POST", _callback(asked), REPLY)
    original = _webhook(world, asked) + "/messages/@original"

    assert (await raw("GET", original))[1]["content"] == "hello"
    assert (await raw("PATCH", original, {"content": "changed"}))[1]["content"] == "changed"
    assert (await raw("DELETE", original))[0] == 204
    assert recaps.messages == {}
    assert await raw.refused("PATCH", original, {"content": "gone"}) == 10008


async def test_a_token_reaches_its_own_messages_only(
    raw: Raw, world: World, asked: Interaction, recaps: Channel
) -> None:
    await raw("POST", _callback(asked), REPLY)
    _, other = await raw("POST", f"/channels/{recaps.id}/messages", {"content": "mine, but not by this token"})

    assert await raw.refused("DELETE", f"{_webhook(world, asked)}/messages/{other['id']}") == 10008
    assert await raw.refused("POST", f"/webhooks/1/{asked.token}", {"content": "x"}) == 10015


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99, None, True])
async def test_a_command_is_not_answered_by_an_update_or_by_choices(raw: Raw, asked: Interaction, kind: Any) -> None:
    assert await raw.refused("POST", _callback(asked), {"type": kind, "data": {}}) == 50035


@pytest.mark.parametrize(
    "choices",
    [
        [{"name": str(number), "value": str(number)} for number in range(26)],
        [{"name": "", "value": "x"}],
        [{"name": "x" * 101, "value": "x"}],
        [{"name": "x", "value": "x" * 101}],
        [{"name": "x", "value": ""}],
        [{"name": "x"}],
        "x",
    ],
)
async def test_choices_have_their_limits(raw: Raw, world: World, recaps: Channel, choices: Any) -> None:
    asked = opened(world, InteractionType.AUTOCOMPLETE, world.people[0].id, recaps.id, {"name": "recap"})

    assert await raw.refused("POST", _callback(asked), {"type": 8, "data": {"choices": choices}}) == 50035
    assert (await raw("POST", _callback(asked), {"type": 8, "data": {"choices": []}}))[0] == 204


async def test_a_channel_that_is_gone_takes_its_interactions_along(
    raw: Raw, world: World, asked: Interaction, recaps: Channel
) -> None:
    await raw("POST", _callback(asked), DEFER)
    world.delete_channel(recaps)

    assert await raw.refused("PATCH", _webhook(world, asked) + "/messages/@original", {"content": "late"}) == 10003


async def test_a_form_does_not_answer_a_form(raw: Raw, world: World, recaps: Channel) -> None:
    asked = opened(world, InteractionType.MODAL, world.people[0].id, recaps.id, {"custom_id": "x"})

    assert await raw.refused("POST", _callback(asked), {"type": 9, "data": {}}) == 50035


async def test_an_answer_parses_only_users_where_nothing_is_said(raw: Raw, world: World, asked: Interaction) -> None:
    person = world.people[1]
    fans = world.guilds[asked.guild_id or 0].role("Recap fans")
    content = f"{person.mention} {fans.mention} @everyone"

    _, answer = await raw("POST", _callback(asked) + "?with_response=1", {"type": 4, "data": {"content": content}})

    message = answer["resource"]["message"]
    assert [it["id"] for it in message["mentions"]] == [str(person.id)]
    assert (message["mention_roles"], message["mention_everyone"]) == ([], False)
