"""One bot for all tests of a module, and for each test a server of its own whose every id is known."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.feeds.hosts import Hosts
from bot.feeds.reader import open_reader
from bot.feeds.workers import Workers
from bot.own_feeds import OwnFeeds
from bot.recaps.headline import HeadlineWords
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap, ShowId, UserId
from bot.recaps.progress import Mark
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Channel, ComponentType, Guild, Message, MessageFlag
from bot.sandbox.people import Person, Reply
from bot.sandbox.permissions import Permission, Role
from bot.sandbox.server import EmbeddedDiscord
from bot.shipped import tables
from bot.store.store import Store
from bot.texts import N_
from bot.understanding import Understanding
from tests.cogs.announcing import eventually
from tests.cogs.club import Club, answering
from tests.delivery.scene import Clock, opened
from tests.feeds.site import Site, open_site, without_proxies
from tests.newsroom import history, rss
from tests.server import Server, new_server

#: What everybody may know of, what a server follows before its first recap, and what another server alone may know of.
KNOWN, FOLLOWED, SECRET = "Salt Harbour", "Night Tide", "Hidden Meridian"
XML = {"Content-Type": "application/rss+xml"}


@asynccontextmanager
async def reading_sites(club: Club) -> AsyncIterator[Site]:
    """A site with a feed, and a bot that may read it."""
    async with (
        open_site() as site,
        Workers() as workers,
        open_reader(workers, user_agent="Previously/test", allow_private=True, hosts=Hosts(pause=0)) as reader,
    ):
        words = HeadlineWords.from_tables(tables("headlines.toml"))
        await club.show("The Quarry Line")
        understanding = Understanding(words, club.client.directory, workers, reader)
        club.client.own_feeds = OwnFeeds(club.store, reader, understanding, club.clock)
        site.serves("/feed", rss(history(3, newest=club.clock() - timedelta(hours=1))), headers=XML)
        yield site


@dataclass(frozen=True, slots=True)
class House:
    """The bot with a site to read, and another server with a feed that nobody else may hear of."""

    club: Club
    site: Site
    feed: FeedId
    recaps: tuple[Recap, ...]
    secret_feed: FeedId
    secret: Recap
    secret_subscription: int
    secret_post: int

    async def home(self) -> "Home":
        """A new server, which follows a show, has a feed of its own, and has two posts: one due, and one given up."""
        club, server = self.club, new_server(self.club.discord.world)
        guild, store, now = GuildId(server.guild.id), self.club.store, self.club.clock()
        sealed = club.discord.world.add_channel(server.guild, "sealed")
        club.discord.world.set_overwrite(sealed, server.guild.role("Previously"), deny=Permission.SEND_MESSAGES)
        await eventually(lambda: _knows(club, server, sealed))
        followed = await club.show(FOLLOWED)
        subscription = await _subscribe(club, server.guild, followed)
        async with store.transaction() as unit:
            own = await unit.feeds.ensure(self.site.url(f"/own-{guild}"), "Own Notes", now)
            await unit.feeds.add_for_guild(guild, own, UserId(server.admin.id), now)
            await unit.progress.keep(UserId(server.member.id), followed, Mark(1, 1), now)
            posts = {
                name: await unit.announcements.post_here(self.recaps[1], guild, _channel(server, name), now)
                for name in ("general", "episodes")
            }
            await unit.posts.end_channel(_channel(server, "general"), N_("I do not know whether it arrived."), now)
        self.site.serves(f"/own-{guild}", rss(history(2, newest=now - timedelta(hours=1))), headers=XML)
        ids = {
            "instance": store.instance,
            "site": self.site.address,
            "show": self.recaps[1].show,
            "followed": followed,
            "recap": self.recaps[1].id,
            "feed": self.feed,
            "own": own,
            "sub": subscription,
            "post": posts["episodes"],
            "lost": posts["general"],
            "here": _channel(server, "recaps"),
            "general": _channel(server, "general"),
            "fans": server.guild.role("Fans").id,
            "secret_show": self.secret.show,
            "secret_recap": self.secret.id,
            "secret_feed": self.secret_feed,
            "secret_sub": self.secret_subscription,
            "secret_post": self.secret_post,
        }
        return Home(self, server, {name: str(id_) for name, id_ in ids.items()})


@dataclass(frozen=True, slots=True)
class Home:
    """A server of a test's own. In what is typed and pressed there, `{sub}` and the like stand for ids."""

    house: House
    server: Server
    ids: dict[str, str]

    def who(self, name: str) -> Person:
        user = self.server.admin if name == "admin" else self.server.member
        return self.house.club.discord.person(user.id)

    def where(self, name: str, who: str = "member") -> Channel:
        return self.house.club.direct(self.who(who)) if name == "direct" else self.server.guild.channel(name)

    def text(self, text: str) -> str:
        """A text with the ids in it."""
        return text.format(**self.ids)

    def meant(self, value: Any) -> Any:
        """What a value of a table stands for: a channel (`#recaps`), a role (`@Fans`), or a text."""
        if not isinstance(value, str):
            return value
        if value.startswith("#"):
            return self.server.guild.channel(value[1:])
        if value.startswith("@"):
            return self.server.guild.role(value if value == "@everyone" else value[1:])
        return self.text(value)

    async def run(self, command: str, who: str, where: str = "recaps", **options: Any) -> Reply:
        given = {name: self.meant(value) for name, value in options.items()}
        return await self.who(who).run(self.where(where, who), command, **given)

    async def press(self, custom_id: str, who: str, *values: Any) -> Reply:
        """Press a button, or choose from a menu, below a message of the bot from long ago."""
        world, channel = self.house.club.discord.world, self.where("recaps")
        chosen = [self.meant(value) for value in values]
        part = _component(self.text(custom_id), chosen)
        row = {"type": int(ComponentType.ACTION_ROW), "id": 1, "components": [part]}
        old = Message(world.new_id(), channel.id, world.bot.id, world.now(), components=[row])
        old.flags |= MessageFlag.IS_COMPONENTS_V2
        return await self.who(who).choose(world.add_message(old), part["custom_id"], *chosen)


@asynccontextmanager
async def open_house(database: Path) -> AsyncIterator[House]:
    clock = Clock(datetime.now(UTC))
    async with AsyncExitStack() as stack:
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        without_proxies(monkeypatch)
        store: Store = await stack.enter_async_context(opened(database))
        discord = await stack.enter_async_context(EmbeddedDiscord(demo_world()))
        client = await stack.enter_async_context(answering(discord, store, clock, monkeypatch))
        club = Club(discord, client, clock)
        site = await stack.enter_async_context(reading_sites(club))
        feed = await club.feed()
        recaps = await club.season(3, title=KNOWN, feed=feed)
        await club.recap(await club.feed("Lantern"), recaps[1].show, recaps[1].ref, age=timedelta(days=7))
        secret_feed = await club.feed("Private Notes", own=club.other_guild)
        [secret] = await club.season(1, title=SECRET, feed=secret_feed)
        assert secret.show is not None
        subscription = await _subscribe(club, club.other_guild, secret.show)
        other = GuildId(club.other_guild.id)
        async with store.transaction() as unit:
            here = ChannelId(club.elsewhere.id)
            post = await unit.announcements.post_here(secret, other, here, clock())
        assert post is not None
        yield House(club, site, feed, tuple(recaps), secret_feed, secret, subscription, post)


async def _subscribe(club: Club, guild: Guild, show: ShowId) -> int:
    await club.subscribe(show, guild=guild)
    async with club.store.reading() as unit:
        [only] = await unit.subscriptions.of_guild(GuildId(guild.id))
    return only.subscription.id


def _channel(server: Server, name: str) -> ChannelId:
    return ChannelId(server.guild.channel(name).id)


def _knows(club: Club, server: Server, sealed: Channel) -> bool:
    """Whether the bot has heard of all that was set up."""
    known = club.client.get_channel(sealed.id)
    guild = club.client.get_guild(server.guild.id)
    return guild is not None and known is not None and not known.permissions_for(guild.me).send_messages  # type: ignore[union-attr]


def _component(custom_id: str, chosen: list[Any]) -> dict[str, Any]:
    part: dict[str, Any] = {"id": 2, "custom_id": custom_id}
    match chosen:
        case []:
            return part | {"type": int(ComponentType.BUTTON), "style": 2, "label": "Press"}
        case [Role()]:
            return part | {"type": int(ComponentType.ROLE_SELECT)}
        case [Channel()]:
            return part | {"type": int(ComponentType.CHANNEL_SELECT)}
        case _:
            return part | {"type": int(ComponentType.STRING_SELECT), "options": _options(chosen)}


def _options(values: list[str]) -> list[dict[str, str]]:
    return [{"label": value, "value": value} for value in values]
