"""The door of the API, for requests that no library would send."""

import pytest

from bot.sandbox.demo_world import BOT, demo_world
from bot.sandbox.model import Channel, Guild
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import Raw


async def test_a_wrong_token_is_unauthorized(raw: Raw) -> None:
    assert await raw("GET", "/users/@me", token="wrong") == (401, {"message": "401: Unauthorized", "code": 0})


async def test_an_unknown_route_is_not_found(raw: Raw, bare_server: EmbeddedDiscord) -> None:
    assert (await raw("GET", "/lobbies/1"))[0] == 404
    assert bare_server.requests[-1] == ("GET", "/lobbies/1", 404)


async def test_json_has_the_bare_content_type(raw: Raw, bare_server: EmbeddedDiscord) -> None:
    headers = {"Authorization": f"Bot {bare_server.token}"}
    async with raw.session.get(f"{bare_server.api_base}/users/@me", headers=headers) as response:
        assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("body", [b"{", b"[]", b"", b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_refused(
    raw: Raw, bare_server: EmbeddedDiscord, recaps: Channel, body: bytes
) -> None:
    url = f"{bare_server.api_base}/channels/{recaps.id}/messages"
    headers = {"Authorization": f"Bot {bare_server.token}", "Content-Type": "application/json"}
    async with raw.session.post(url, data=body, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)


async def test_a_refusal_has_the_form_of_discord(raw: Raw, recaps: Channel) -> None:
    status, answer = await raw("POST", f"/channels/{recaps.id}/messages", {"content": "x" * 2001})

    error = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
    assert status == 400
    assert answer == {"message": "Invalid Form Body", "code": 50035, "errors": {"content": {"_errors": [error]}}}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/1", 10003),
        ("GET", "/channels/x", 50035),
        ("GET", "/channels/{channel}/messages/1", 10008),
        ("GET", "/channels/{channel}/messages?limit=101", 50035),
        ("DELETE", "/channels/{channel}/messages/1", 10008),
        ("POST", "/channels/{channel}/messages/1/threads", 10008),
        ("GET", "/guilds/1", 10004),
        ("GET", "/guilds/{guild}/members/1", 10013),
        ("GET", "/users/1", 10013),
        ("GET", "/channels/{hidden}", 50001),
        ("GET", "/channels/{hidden}/messages", 50001),
        ("GET", "/channels/{channel}/threads/archived/public?before=yesterday", 50035),
        ("GET", "/applications/1/commands", 10002),
    ],
)
async def test_what_is_unknown_or_hidden_is_refused(
    raw: Raw, guild: Guild, recaps: Channel, method: str, path: str, code: int
) -> None:
    filled = path.format(channel=recaps.id, guild=guild.id, hidden=guild.channel("staff-only").id)

    assert await raw.refused(method, filled) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": " "}, 50006),
        ({"content": "x", "components": 5}, 50035),
        ({"content": "x", "attachments": [{"id": "0", "filename": "x.png"}]}, 50035),
        ({"content": "x", "message_reference": {"message_id": "x"}}, 50035),
    ],
)
async def test_a_bad_message_is_refused(raw: Raw, recaps: Channel, body: object, code: int) -> None:
    assert await raw.refused("POST", f"/channels/{recaps.id}/messages", body) == code
    assert recaps.messages == {}


async def test_heavy_text_makes_discord_fall_over(raw: Raw, recaps: Channel) -> None:
    body = {"flags": 1 << 15, "components": [{"type": 10, "content": "字" * 3900}]}

    assert (await raw("POST", f"/channels/{recaps.id}/messages", body))[0] == 500
    assert recaps.messages == {}


@pytest.mark.parametrize("body", [{"attachments": 5}, {"components": "x"}, {"flags": "x"}, {"content": ""}])
async def test_a_bad_edit_changes_nothing(raw: Raw, recaps: Channel, body: object) -> None:
    _, sent = await raw("POST", f"/channels/{recaps.id}/messages", {"content": "hello"})

    assert (await raw("PATCH", f"/channels/{recaps.id}/messages/{sent['id']}", body))[0] == 400
    assert recaps.messages[int(sent["id"])].content == "hello"
    assert recaps.messages[int(sent["id"])].edited is None


async def test_the_suppression_of_links_can_be_switched(raw: Raw, recaps: Channel) -> None:
    _, sent = await raw("POST", f"/channels/{recaps.id}/messages", {"content": "hello", "flags": 4})
    path = f"/channels/{recaps.id}/messages/{sent['id']}"

    assert (await raw("PATCH", path, {"content": "again"}))[1]["flags"] == 4
    assert (await raw("PATCH", path, {"flags": 0}))[1]["flags"] == 0


async def test_too_many_commands_are_refused(raw: Raw, world: World) -> None:
    path = f"/applications/{world.application_id}/commands"
    many = [{"name": f"c{number}", "description": "x"} for number in range(101)]

    assert await raw.refused("PUT", path, many) == 30032
    assert await raw.refused("PUT", path, {"name": "x"}) == 50035
    assert (await raw("PUT", path, many[:100]))[0] == 200


async def test_the_bot_may_leave(raw: Raw, world: World, guild: Guild) -> None:
    assert len((await raw("GET", "/users/@me/guilds"))[1]) == 2

    assert (await raw("DELETE", f"/users/@me/guilds/{guild.id}"))[0] == 204

    assert len((await raw("GET", "/users/@me/guilds"))[1]) == 1
    assert await raw.refused("DELETE", f"/users/@me/guilds/{guild.id}") == 50001
    world.invite_bot(guild, BOT)
    assert (await raw("GET", f"/guilds/{guild.id}"))[1]["name"] == guild.name


async def test_what_a_guild_consists_of_can_be_read(raw: Raw, world: World, guild: Guild) -> None:
    channels = (await raw("GET", f"/guilds/{guild.id}/channels"))[1]
    roles = (await raw("GET", f"/guilds/{guild.id}/roles"))[1]
    member = (await raw("GET", f"/guilds/{guild.id}/members/{world.bot.id}"))[1]

    assert [it["name"] for it in channels] == ["general", "recaps", "news", "episodes", "staff-only"]
    assert "Recap fans" in [it["name"] for it in roles]
    assert member["roles"] == [str(guild.role("Previously").id)]


async def test_channels_are_not_the_bots_to_change(raw: Raw, recaps: Channel) -> None:
    assert await raw.refused("PATCH", f"/channels/{recaps.id}", {"name": "mine"}) == 50013


async def test_typing_needs_what_writing_needs(raw: Raw, world: World, guild: Guild, recaps: Channel) -> None:
    assert (await raw("POST", f"/channels/{recaps.id}/typing"))[0] == 204
    world.set_overwrite(recaps, guild.role("Previously"), deny=Permission.SEND_MESSAGES)
    assert await raw.refused("POST", f"/channels/{recaps.id}/typing") == 50013


async def test_a_port_that_is_taken_is_told_and_nothing_is_left_open(bare_server: EmbeddedDiscord) -> None:
    taken = int(bare_server.base_url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        await EmbeddedDiscord(demo_world(), port=taken).__aenter__()


async def test_another_name_for_this_machine_is_not_answered(raw: Raw, bare_server: EmbeddedDiscord) -> None:
    async with raw.session.get(f"{bare_server.base_url}/people/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 421
