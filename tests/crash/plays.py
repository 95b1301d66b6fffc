"""Plays in which the real bot is killed again and again, at a step of a post's life, in bad weather."""

import asyncio
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

from bot.delivery.courier import utc_now
from bot.delivery.marks import parse_post_mark
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap, ShowId
from bot.sandbox.demo_world import BOT
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.model import Channel, ChannelType, Message
from bot.sandbox.permissions import NOTHING
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.delivery.scene import Clock, Scene, opened
from tests.e2e.bot import Bot
from tests.e2e.site import Site

Where = tuple[str, str]

#: Between two lives, so that whatever was put off is due, corrections too.
DOWN_FOR: Final = timedelta(minutes=6)
#: How long a life may take until the blow falls, or until everything is as it should be; in seconds.
PATIENCE: Final = 40.0

EDIT: Final[Where] = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
READ: Final[Where] = ("GET", "/channels/{channel_id}/messages/{message_id}")


class Place(Enum):
    TEXT = ChannelType.TEXT
    FORUM = ChannelType.FORUM


CREATES: Final[dict[Place, Where]] = {
    Place.TEXT: ("POST", "/channels/{channel_id}/messages"),
    Place.FORUM: ("POST", "/channels/{channel_id}/threads"),
}
LOOKS: Final[dict[Place, tuple[Where, ...]]] = {
    Place.TEXT: (("GET", "/channels/{channel_id}/messages"),),
    Place.FORUM: (
        ("GET", "/guilds/{guild_id}/threads/active"),
        ("GET", "/channels/{channel_id}/threads/archived/public"),
        READ,
    ),
}


class Step(Enum):
    """Where in a post's life the process is killed."""

    CLAIMED = "claimed, and the request never arrives"
    SENDING = "the request arrives when the sender is dead"
    SENT = "the message is there, and the reply is lost"
    MARKING = "the reply is there, and cannot be written down"
    LOOKING = "in doubt, and being looked for"
    EDITING = "the edit arrives when the sender is dead"
    EDITED = "the card is there, and the reply is lost"
    MARKING_CARD = "the reply to the edit is there, and cannot be written down"
    ANYWHERE = "at any request"


#: What ends one life.
Act = tuple[Step, Place]


@dataclass(frozen=True, slots=True)
class Blow:
    """How a life ends: at the n-th of such requests."""

    at: tuple[Where, ...]
    nth: int
    after_work: bool = False
    #: Whether the request that is under way is lost with its sender.
    lost: bool = False
    #: Whether the reply still arrives, while the database cannot be written.
    replied: bool = False


def blow(step: Step, place: Place, dice: random.Random) -> Blow:
    """A blow at a step."""
    # One text channel in doubt is one request; of all others there are at least two.
    nth = 1 if (step, place) == (Step.LOOKING, Place.TEXT) else dice.choice((1, 2))
    create, edit, look = (CREATES[place],), (EDIT,), LOOKS[place]
    match step:
        case Step.CLAIMED:
            return Blow(create, nth, lost=True)
        case Step.SENDING:
            return Blow(create, nth)
        case Step.SENT:
            return Blow(create, nth, after_work=True)
        case Step.MARKING:
            return Blow(create, nth, after_work=True, replied=True)
        case Step.LOOKING:
            return Blow(look, nth, after_work=dice.random() < 0.5)
        case Step.EDITING:
            return Blow(edit, nth, lost=dice.random() < 0.5)
        case Step.EDITED:
            return Blow(edit, nth, after_work=True)
        case Step.MARKING_CARD:
            return Blow(edit, nth, after_work=True, replied=True)
        case Step.ANYWHERE:
            late, lost = dice.random() < 0.5, dice.random() < 0.5
            return Blow((*CREATES.values(), EDIT), dice.randint(1, 8), after_work=late, lost=lost)


def bad_weather(faults: Faults, dice: random.Random) -> None:
    """Lost requests, lost replies, failing servers and slow-downs for the next few requests."""
    routes = (*CREATES.values(), EDIT, *LOOKS[Place.TEXT], *LOOKS[Place.FORUM])
    for method, route in dice.sample(routes, 3):
        after_work = dice.random() < 0.5
        match dice.choice(("drop", 429, 500, 502, 503)):
            case int(status):
                faults.fail(method, route, status, after_work=after_work and status != 429)
            case _:
                faults.drop(method, route, after_work=after_work)


@contextmanager
def unwritable(database: Path) -> Iterator[None]:
    """Nobody else can write to the database."""
    with closing(sqlite3.connect(database, timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@dataclass(eq=False)
class Play:
    """A bot, a server with two channels of each kind, and one show's recaps, which all of them want."""

    seed: int
    discord: EmbeddedDiscord
    bot: Bot
    channels: list[Channel]
    recaps: list[Recap] = field(default_factory=list)
    #: How often the bot was killed.
    kills: int = 0

    @property
    def world(self) -> World:
        return self.discord.world

    async def run(self, acts: Sequence[Act]) -> None:
        """Let the bot live and be killed at each of these, then let it live and finish what it has begun."""
        dice = random.Random(self.seed)
        feed, show = await self._begin()
        for step, place in acts:
            if step is Step.LOOKING:
                # What is looked for must be in doubt first.
                await self._publish(feed, show)
                await self._live_until(blow(dice.choice((Step.CLAIMED, Step.SENT)), place, dice))
                self._while_down(dice)
            await self._publish(feed, show)
            await self._live_until(blow(step, place, dice), weather=dice)
            await self._correct(dice)
            self._while_down(dice)
        await self._live_to_the_end()

    async def _begin(self) -> tuple[FeedId, ShowId]:
        async with opened(self.bot.database) as store:
            scene = Scene(store, Clock(utc_now()))
            feed, show = await scene.feed(), await scene.show()
            for channel in self.channels:
                await scene.subscribe(ChannelId(channel.id), show, guild=GuildId(channel.guild_id or 0))
        with closing(sqlite3.connect(self.bot.database)) as database, database:
            # It is the server's own, since the bot starts with an empty catalogue; and nobody asks a site that is none.
            database.execute(
                "INSERT INTO guild_feeds SELECT ?, id, 1, added_at FROM feeds", [self.channels[0].guild_id]
            )
            database.execute("UPDATE feeds SET next_poll_at = '2100-01-01 00:00:00.000000'")
        return feed, show

    async def _publish(self, feed: FeedId, show: ShowId) -> None:
        async with opened(self.bot.database) as store:
            scene = Scene(store, Clock(utc_now()))
            self.recaps.append(await scene.recap(feed, show, len(self.recaps) + 1))

    async def _correct(self, dice: random.Random) -> None:
        async with opened(self.bot.database) as store, store.transaction() as unit:
            await unit.announcements.corrected(dice.choice(self.recaps), utc_now())

    def _while_down(self, dice: random.Random) -> None:
        """Time passes: Discord may forget nonces, and archive what nobody writes in."""
        self.bot.grow_older(DOWN_FOR)
        if dice.random() < 0.5:
            self.world.nonces.clear()
        for guild in self.world.guilds.values():
            for thread in guild.threads.values():
                if dice.random() < 0.3:
                    self.world.set_archived(thread, archived=True)

    async def _live_until(self, blow: Blow, *, weather: random.Random | None = None) -> None:
        """Start the bot, and kill it when the blow falls."""
        fell = asyncio.Event()
        # Faults are met in this order, so that the blow counts what the weather spoils as well.
        held = _hold(self.discord.faults, blow, fell)
        if weather is not None:
            bad_weather(self.discord.faults, weather)
        await self.bot.start()
        async with asyncio.timeout(PATIENCE):
            await fell.wait()
        if blow.replied:
            await self._reply_and_kill(held)
        else:
            await self.bot.kill()
        self.kills += 1
        for fault in held:
            fault.drop = blow.lost and not blow.after_work
            fault.release()
        self.discord.faults.clear()

    async def _reply_and_kill(self, held: list[Fault]) -> None:
        answered = len(self.discord.requests)
        with unwritable(self.bot.database):
            for fault in held:
                fault.release()
            await self.discord.until(lambda _: len(self.discord.requests) > answered)
            await self.bot.kill()

    async def _live_to_the_end(self) -> None:
        await self.bot.start()
        async with asyncio.timeout(PATIENCE):
            while set(self.states()) != {"carded"}:  # noqa: ASYNC110  another process sets no event
                await asyncio.sleep(0.05)
        assert await self.bot.stop() == 0

    # -- what came of it ----------------------------------------------------------------------------------------------

    def states(self) -> Counter[str]:
        return Counter(state for (state,) in self._rows("SELECT state FROM posts"))

    def wanted(self) -> Counter[tuple[int, int]]:
        """Channels and posts as they should be: one post for each recap everywhere."""
        wanted = Counter[tuple[int, int]](self._rows("SELECT channel_id, id FROM posts"))
        assert len(wanted) == len(self.channels) * len(self.recaps)
        return wanted

    def there(self) -> Counter[tuple[int, int]]:
        """Channels and posts as they are at Discord, and nothing but cards."""
        found = Counter[tuple[int, int]]()
        for guild in self.world.guilds.values():
            for channel in (*guild.channels.values(), *guild.threads.values()):
                for message in channel.messages.values():
                    assert message.is_v2, f"message {message.id} is not a card: {message.text}"
                    found[channel.parent_id or channel.id, _post_of(message)] += 1
        return found

    def _rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.bot.database)) as database:
            return database.execute(query).fetchall()


def _hold(faults: Faults, blow: Blow, fell: asyncio.Event) -> list[Fault]:
    """Let the n-th request wait, and say so. There is nothing to wait for between that and the request's own wait."""
    left = blow.nth

    def is_nth(_call: object) -> bool:
        nonlocal left
        left -= 1
        if left == 0:
            fell.set()
        return left == 0

    return [faults.hold(method, route, after_work=blow.after_work, where=is_nth) for method, route in blow.at]


def _post_of(message: Message) -> int:
    marks = {mark.post for text in _custom_ids(message.components) if (mark := parse_post_mark(text))}
    assert len(marks) == 1
    return marks.pop()


def _custom_ids(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        yield from _custom_ids(component.get("components", []))


def world_of_both() -> tuple[World, list[Channel]]:
    world = World()
    guild = world.add_guild("Crash Course", owner=world.add_user("Quinn", away=True), everyone=NOTHING, bot=BOT)
    return world, [
        world.add_channel(guild, f"{place.name}-{i}".lower(), place.value) for place in Place for i in (1, 2)
    ]


async def play(seed: int, acts: Sequence[Act], *, folder: Path, template: Path) -> int:
    """One play from beginning to end; returns how often the bot was killed."""
    world, channels = world_of_both()
    async with EmbeddedDiscord(world) as discord:
        bot = Bot(folder, discord, Site(), ())
        shutil.copy(template, bot.database)
        played = Play(seed, discord, bot, channels)
        try:
            await played.run(acts)
            assert played.there() == played.wanted()
        except Exception:
            print(f"killed {played.kills} times at {acts}: {played.states()}\n{bot.log}")
            raise
        finally:
            if bot.is_running:
                await bot.kill()
    return played.kills
