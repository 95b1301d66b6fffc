"""Forms that are sent in after a restart, and presses that nobody knows any more."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from discord import ui

from bot.client import RecapClient
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Message
from bot.sandbox.people import Modal, Person
from bot.sandbox.server import EmbeddedDiscord
from cogs.admin import say
from cogs.forms import Form, add_forms
from cogs.views import Interaction, answered
from tests.cogs.club import answering
from tests.delivery.scene import Clock, opened

TYPED = "Europe/Berlin ||twice||"


class Echo(Form, template=r"echo:(?P<what>\w+)"):
    """Says what was typed, and what it is about."""

    def __init__(self, what: str) -> None:
        super().__init__(title="Echo", custom_id=f"echo:{what}")
        self.what = what
        self.add_item(ui.Label(text="Text", component=ui.TextInput(custom_id="text")))

    @classmethod
    def from_custom_id(cls, match: re.Match[str], /) -> Self:
        return cls(match["what"])

    async def sent_in(self, interaction: Interaction, texts: Mapping[str, str]) -> None:
        await say(interaction, f"{self.what}: {texts['text']}")


class AskEcho(ui.DynamicItem[ui.Button[Any]], template="ask-echo"):
    def __init__(self) -> None:
        super().__init__(ui.Button(label="Echo", custom_id="ask-echo"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, Echo("harbour").open(interaction))


async def ask(client: RecapClient, world: EmbeddedDiscord, item: ui.Item[Any]) -> tuple[Person, Message]:
    """A message with this button, and somebody who sees it."""
    channel = next(iter(world.world.guilds.values())).channel("general")
    view = ui.View(timeout=None).add_item(item)
    view.stop()
    sent = await client.get_partial_messageable(channel.id).send("Press", view=view)
    return world.person(world.world.people[0].id), channel.messages[sent.id]


async def opened_form(client: RecapClient, world: EmbeddedDiscord) -> tuple[Person, Modal]:
    client.add_dynamic_items(AskEcho)
    person, message = await ask(client, world, AskEcho())
    form = (await person.click(message, "Echo")).modal
    assert form is not None
    return person, form


@pytest.fixture
async def world() -> Any:
    async with EmbeddedDiscord(demo_world()) as running:
        yield running


@pytest.mark.parametrize(("custom_id", "says"), [("echo:harbour", f"harbour: {TYPED}"), ("echo", "open it again")])
async def test_a_form_is_answered_after_a_restart(
    world: EmbeddedDiscord, database: Path, monkeypatch: pytest.MonkeyPatch, custom_id: str, says: str
) -> None:
    clock = Clock(datetime.now(UTC))
    async with opened(database) as store:
        async with answering(world, store, clock, monkeypatch) as client:
            person, form = await opened_form(client, world)
        async with answering(world, store, clock, monkeypatch) as client:
            add_forms(client, Echo)
            form.data["custom_id"] = custom_id
            reply = await person.submit(form, text=TYPED)

    assert says in reply.text
    assert "twice" in reply.text
    assert reply.ephemeral


async def test_a_form_that_is_open_is_not_kept(
    world: EmbeddedDiscord, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database) as store, answering(world, store, Clock(datetime.now(UTC)), monkeypatch) as client:
        await opened_form(client, world)

        assert not client._connection._view_store._modals


async def test_a_press_that_nobody_knows_is_answered(
    world: EmbeddedDiscord, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database) as store, answering(world, store, Clock(datetime.now(UTC)), monkeypatch) as client:
        person, message = await ask(client, world, ui.Button(label="Old", custom_id="from-long-ago"))
        reply = await person.click(message, "Old")

    assert "run its command again" in reply.text
    assert reply.ephemeral
