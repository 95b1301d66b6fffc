"""The page's own protocol: what it asks, what it hears, what its people do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import yarl

from bot.sandbox import page_routes
from bot.sandbox.model import Channel, Guild
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot


class Browser:
    """What a page does, without a page."""

    def __init__(self, session: aiohttp.ClientSession, base: str, world: World) -> None:
        self.session = session
        self.base = base
        self.world = world

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(self.base + path, params=query) as response:
            return await response.json()

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self.session.post(self.base + path, json=body) as response:
            return response.status, await response.json()

    def command_id(self, name: str) -> str:
        return next(str(it["id"]) for it in self.world.global_commands if it["name"] == name)

    @asynccontextmanager
    async def listening(self, user: Any) -> AsyncIterator["Stream"]:
        async with self.session.get(f"{self.base}/people/events", params={"user": str(user.id)}) as response:
            assert response.content_type == "text/event-stream"
            stream = Stream(response.content)
            await stream.hello()
            yield stream


class Stream:
    def __init__(self, content: aiohttp.StreamReader) -> None:
        self.content = content

    async def hello(self) -> None:
        assert await self._line() == ": hello"
        assert await self._line() == ""

    async def event(self) -> tuple[str, Any]:
        name, data, _ = await self._line(), await self._line(), await self._line()
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def until(self, wanted: str) -> Any:
        while (told := await self.event())[0] != wanted:
            pass
        return told[1]

    async def _line(self) -> str:
        async with asyncio.timeout(5):
            return (await self.content.readline()).decode().rstrip("\n")


@pytest.fixture
async def browser(server: EmbeddedDiscord, world: World) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield Browser(session, server.base_url, world)


async def test_the_state_names_people_guilds_and_commands(browser: Browser, live: LiveBot, world: World) -> None:
    state = await browser.get("/people/state")

    assert [user["global_name"] for user in state["users"]] == ["Robin", "Sasha"]
    assert state["bot"]["global_name"] == "Previously"
    assert state["bot"]["online"] is True
    assert [guild["name"] for guild in state["guilds"]] == ["K-drama Corner", "Prestige TV Club"]
    kinds = {channel["name"]: channel["type"] for channel in state["guilds"][0]["channels"]}
    assert kinds == {"general": 0, "recaps": 0, "news": 5, "episodes": 15, "staff-only": 0}
    admins = {member["user_id"]: member["admin"] for member in state["guilds"][0]["members"]}
    assert [admins[user["id"]] for user in state["users"][:2]] == [True, False]
    assert "say" in [command["name"] for command in state["commands"]]


async def test_the_page_is_served_beside_the_api(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("<h1>Discord</h1>")
    (folder / "page.js").write_text("let a")
    monkeypatch.setattr(page_routes, "PAGE", folder)

    for path, kind, status in (
        ("/", "text/html", 200),
        ("/page/page.js", "text/javascript", 200),
        ("/page/none.js", "application/json", 404),
        ("/page/..%2Fserver.py", "application/json", 404),
    ):
        async with browser.session.get(yarl.URL(browser.base + path, encoded=True)) as response:
            assert (response.content_type, response.status) == (kind, status)


async def test_messages_are_listed_oldest_first_and_in_pages(browser: Browser, world: World, recaps: Channel) -> None:
    person = world.people[0]
    said = [world.say(person, recaps, str(number)) for number in range(5)]
    path = f"/people/channels/{recaps.id}/messages"

    newest = await browser.get(path, user=str(person.id), limit=2)
    earlier = await browser.get(path, user=str(person.id), limit=2, before=str(said[3].id))

    assert [message["content"] for message in newest["messages"]] == ["3", "4"]
    assert [message["content"] for message in earlier["messages"]] == ["1", "2"]


async def test_a_forum_lists_its_posts(browser: Browser, live: LiveBot, world: World, guild: Guild) -> None:
    forum = live.place("episodes")
    made, _ = await forum.create_thread(name="S3E5", content="x", applied_tags=[forum.available_tags[0]])

    listed = await browser.get(f"/people/channels/{forum.id}/messages", user=str(world.people[0].id))

    assert listed["threads"] == [{"id": str(made.id), "name": "S3E5", "message_count": 1, "applied_tags": ["Recap"]}]
    state = await browser.get("/people/state")
    assert [it["parent_id"] for it in state["guilds"][0]["channels"] if it["type"] == 11] == [str(forum.id)]


async def test_a_command_is_run_and_heard_about(browser: Browser, live: LiveBot, world: World, recaps: Channel) -> None:
    robin, sasha = world.people[:2]
    async with browser.listening(sasha) as own, browser.listening(robin) as other:
        status, answer = await browser.post(
            "/people/commands",
            user=str(sasha.id),
            guild_id=str(recaps.guild_id),
            channel_id=str(recaps.id),
            command_id=browser.command_id("say"),
            options=[{"name": "text", "type": 3, "value": "hello"}],
        )
        world.say(robin, recaps, "aloud")

        assert (status, answer["status"], answer["type"]) == (200, "acknowledged", 4)
        assert answer["message"]["content"] == "hello"
        assert answer["message"]["interaction"]["name"] == "say"
        heard = await own.until("message_create")
        assert (heard["content"], heard["ephemeral_for"]) == ("hello", str(sasha.id))
        assert (await other.until("message_create"))["content"] == "aloud"
    listed = await browser.get(f"/people/channels/{recaps.id}/messages", user=str(robin.id))
    assert [message["content"] for message in listed["messages"]] == ["aloud"]


async def test_autocomplete_and_its_silence(
    browser: Browser, live: LiveBot, world: World, recaps: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"user": str(world.people[1].id), "guild_id": str(recaps.guild_id), "channel_id": str(recaps.id)}
    body["command_id"] = browser.command_id("say")

    async def suggest(typed: str) -> tuple[int, Any]:
        options = [{"name": "text", "type": 3, "value": typed, "focused": True}]
        return await browser.post("/people/autocomplete", **body, options=options)

    assert await suggest("the bear") == (200, {"choices": [{"name": "The Bear", "value": "the bear"}]})
    monkeypatch.setattr(page_routes, "PATIENCE", 0.2)
    assert await suggest("many") == (504, {"status": "failed", "error": "The application did not respond"})


async def test_a_modal_is_opened_and_sent(browser: Browser, live: LiveBot, world: World, recaps: Channel) -> None:
    who = {"user": str(world.people[1].id), "channel_id": str(recaps.id)}
    _, opened = await browser.post("/people/commands", **who, command_id=browser.command_id("modal"), options=[])
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": "word", "value": "bear"}},
        {"type": 18, "component": {"type": 3, "custom_id": "mode", "values": ["l"]}},
        {"type": 18, "component": {"type": 8, "custom_id": "where", "values": []}},
    ]

    modal = opened["modal"]
    status, sent = await browser.post(
        "/people/modals", **who, modal_id=modal["modal_id"], custom_id=modal["custom_id"], components=fields
    )

    assert (opened["type"], modal["title"]) == (9, "Filter")
    assert (status, sent["message"]["content"].strip()) == (200, "bear l")


async def test_components_are_used(browser: Browser, live: LiveBot, world: World, recaps: Channel) -> None:
    who = {"user": str(world.people[1].id), "channel_id": str(recaps.id)}
    _, shown = await browser.post("/people/commands", **who, command_id=browser.command_id("panel"), options=[])
    used = {**who, "message_id": shown["message"]["id"]}

    _, picked = await browser.post("/people/components", **used, custom_id="words", component_type=3, values=["1"])
    async with browser.listening(world.people[0]) as other:
        _, clicked = await browser.post("/people/components", **used, custom_id="next", component_type=2)
        changed = await other.until("message_update")

    assert picked["message"]["content"] == "word 1"
    assert (clicked["type"], changed["id"]) == (7, shown["message"]["id"])
    assert changed["edited_timestamp"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("commands", {"command_id": "1"}),
        ("commands", {"user": "1"}),
        ("commands", {"user": "x"}),
        ("commands", {"channel_id": "1"}),
        ("components", {"message_id": "1", "custom_id": "x"}),
        ("modals", {"modal_id": "1", "custom_id": "x", "components": []}),
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence(
    browser: Browser, world: World, recaps: Channel, path: str, body: dict[str, str]
) -> None:
    who = {"user": str(world.people[0].id), "channel_id": str(recaps.id)}

    status, answer = await browser.post(f"/people/{path}", **(who | body))

    assert status == 400
    assert answer["error"]


async def test_only_json_is_taken(browser: Browser) -> None:
    async with browser.session.post(f"{browser.base}/people/commands", data="{}") as response:
        assert response.status == 400


async def test_the_page_hears_of_channels_commands_and_the_bot(
    browser: Browser, world: World, guild: Guild, recaps: Channel
) -> None:
    async with browser.listening(world.people[1]) as stream:
        world.add_channel(guild, "new")
        world.delete_channel(guild.channel("staff-only"))
        world.delete_channel(guild.channel("general"))
        world.register([], None)
        world.set_bot_online(online=True)
        world.delete_message(world.say(world.people[0], recaps, "oops"))
        world.add_role(guild, "Extra")

        heard = [await stream.event() for _ in range(7)]

    assert [name for name, _ in heard] == [
        "channel_create",
        "channel_delete",
        "commands",
        "bot",
        "message_create",
        "message_delete",
        "state",
    ]
    assert heard[3][1] == {"online": True}
    assert heard[5][1]["channel_id"] == str(recaps.id)


async def test_a_reader_far_behind_is_let_go(
    browser: Browser, world: World, recaps: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_routes, "EVENTS_WAITING", 3)
    async with browser.listening(world.people[0]) as stream:
        for number in range(5):
            world.say(world.people[0], recaps, str(number))

        assert await stream.content.read() == b""


async def test_streams_end_when_the_server_stops(world: World) -> None:
    async with aiohttp.ClientSession() as session:
        async with EmbeddedDiscord(world) as server:
            browser = Browser(session, server.base_url, world)
            response = await session.get(f"{browser.base}/people/events", params={"user": str(world.people[0].id)})
            assert await response.content.readline() == b": hello\n"

        assert await response.content.read() == b"\n"
        response.close()
