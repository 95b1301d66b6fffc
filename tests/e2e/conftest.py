"""One bot for the tests of a module, and for each test a server, channels and shows of its own."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from bot.sandbox.model import Channel, Guild, Message, parts
from bot.sandbox.people import Person, Reply
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.e2e.bot import LOG, Bot
from tests.e2e.site import SECRETS, Feed, Site, library
from tests.e2e.witness import Witness
from tests.sandbox.openapi import OpenApi
from tests.server import new_server

#: The feed that every test may publish in.
MAIN: Final = "Lantern"
#: A feed that may be given to a server, and taken from all others.
OWN: Final = "Private"

#: Their numbers share no divisor, so that no pair comes twice for long.
_ADJECTIVES = itertools.cycle(["Hollow", "Gilded", "Borrowed", "Crooked", "Silent", "Painted", "Distant", "Velvet"])
_NOUNS = itertools.cycle(["Meridian", "Orchard", "Parliament", "Causeway", "Menagerie", "Almanac", "Foundry"])


@dataclass(frozen=True, slots=True)
class Home:
    """A server of a test's own, with an admin and a member."""

    stage: "Stage"
    guild: Guild
    admin: Person
    member: Person

    @property
    def recaps(self) -> Channel:
        return self.guild.channel("recaps")

    @property
    def general(self) -> Channel:
        return self.guild.channel("general")

    async def subscribe(self, show: str, **options: object) -> Reply:
        """Subscribe #recaps to a show, known or not."""
        reply = await self.admin.run(self.recaps, "subscribe", show=show, **options)
        assert reply.message
        asked = [part["custom_id"] for part in parts(reply.message.components) if "options" in part]
        return await self.admin.choose(reply.message, asked[0], show) if asked else reply

    async def press(self, custom_id: str) -> Reply:
        """Have the member press a button that stands below some old message of the bot here."""
        world = self.stage.world
        row = {"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 2, "custom_id": custom_id}]}
        old = Message(world.new_id(), self.general.id, world.bot.id, world.now(), "Once upon a time", components=[row])
        return await self.member.click(world.add_message(old), custom_id)

    def posts(self, channel: Channel | None = None) -> list[Message]:
        """What everybody sees of the bot in a channel."""
        messages = (channel or self.recaps).messages.values()
        return [it for it in messages if it.author_id == self.stage.world.bot.id and it.ephemeral_for is None]

    async def cards(self, count: int = 1, channel: Channel | None = None) -> list[Message]:
        """The cards of a channel, once there are so many posts and all have become cards."""

        def look(_world: World) -> list[Message] | None:
            posts = self.posts(channel)
            return posts if len(posts) >= count and all(post.is_v2 for post in posts) else None

        return await self.stage.discord.until(look, timeout=20)


@dataclass(frozen=True, slots=True)
class Stage:
    """The embedded Discord, the site and the bot between them."""

    discord: EmbeddedDiscord
    site: Site
    bot: Bot
    witness: Witness
    openapi: OpenApi

    @property
    def world(self) -> World:
        return self.discord.world

    @property
    def feed(self) -> Feed:
        return self.site.feed(MAIN)

    def check(self) -> None:
        """Nothing spoilt, nothing went wrong unnoticed, and every request was as Discord describes it."""
        seen, log = self.witness.in_the_open().casefold(), self.bot.log
        assert [word for word in SECRETS if word.casefold() in seen] == []
        assert [word for word in SECRETS if word in log] == []
        assert "Traceback" not in log
        assert self.openapi.problems == []

    def home(self) -> Home:
        """A new server, with the bot in it."""
        server = new_server(self.world)
        admin, member = self.discord.person(server.admin.id), self.discord.person(server.member.id)
        return Home(self, server.guild, admin, member)


@asynccontextmanager
async def open_stage(folder: Path, *feeds: str, seed: bytes | None = None) -> AsyncIterator[Stage]:
    """A stage with the bot ready, which has read its feeds once."""
    world, openapi = World(), OpenApi()
    witness = Witness(world)
    try:
        with world.listening(witness):
            async with EmbeddedDiscord(world, inspectors=[openapi]) as discord, Site() as site:
                for name in feeds:
                    site.feed(name)
                site.feed(MAIN).publish(*library())
                site.feed(OWN).body = seed
                async with Bot(folder, discord, site, feeds) as bot:
                    yield Stage(discord, site, bot, witness, openapi)
    finally:
        # It is shown with whatever failed.
        print((folder / LOG).read_text("utf-8"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The stage that the tests of a module share."""
    async with open_stage(tmp_path_factory.mktemp("bot"), MAIN) as shared:
        await shared.feed.taken_in()
        yield shared


@pytest.fixture
def home(stage: Stage) -> Iterator[Home]:
    """A server of the test's own; in the end nothing was in the open that should not have been."""
    begun = len(stage.bot.log)
    yield stage.home()
    print(stage.bot.log[begun:])
    stage.check()


@pytest.fixture
def show() -> str:
    """A show that no other test knows."""
    return f"{next(_ADJECTIVES)} {next(_NOUNS)}"
