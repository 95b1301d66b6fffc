"""A store with something to deliver, and a Discord of a few lines that keeps its messages when the bot is killed."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bot.delivery.courier import Courier
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.pace import Pace
from bot.delivery.sender import (
    CannotLook,
    Carded,
    Created,
    Done,
    Edited,
    Looked,
    NotThere,
    Ran,
    Said,
    Sent,
    Spoken,
)
from bot.recaps.model import (
    ChannelId,
    EntryId,
    EpisodeRef,
    FeedId,
    GuildId,
    Kind,
    MessageId,
    PostId,
    Recap,
    RecapId,
    RoleId,
    ShowId,
    Spoiler,
    Summary,
    UserId,
)
from bot.store.database import migrate
from bot.store.errands import Errand, ErrandKind
from bot.store.notices import Notice
from bot.store.posts import Order
from bot.store.recaps import RecapDraft, from_row, recap_rows
from bot.store.schema import entries, feeds, posts, recaps
from bot.store.store import Store, open_store
from bot.store.subscriptions import SubscriptionDraft

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD = GuildId(1)
ADMIN = UserId(77)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Clock:
    """A clock that moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def channels(count: int) -> list[ChannelId]:
    return [ChannelId(100 + number) for number in range(count)]


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite+aiosqlite:///{path}") as store:
        yield store


class Scene:
    """Sets the scene in a store: feeds, shows, subscriptions, recaps."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    async def feed(self, name: str = "Recap Weekly") -> FeedId:
        async with self.store.transaction() as unit:
            row = insert(feeds).values(
                url=f"https://recaps.example/{name}", name=name, in_catalogue=True, added_at=NOW, next_poll_at=NOW
            )
            return FeedId(await unit.posts._connection.scalar(row.returning(feeds.c.id)))

    async def show(self, title: str = "Harbour Lights") -> ShowId:
        async with self.store.transaction() as unit:
            return await unit.shows.ensure(title, NOW)

    async def subscribe(
        self,
        channel: ChannelId,
        show: ShowId | None = None,
        *,
        guild: GuildId = GUILD,
        role: RoleId | None = None,
        **options: object,
    ) -> None:
        draft = SubscriptionDraft(guild=guild, channel=channel, show=show, role=role, created_by=ADMIN)
        async with self.store.transaction() as unit:
            await unit.guilds.join(guild, NOW)
            await unit.subscriptions.save(replace(draft, **options), NOW - timedelta(days=1))  # type: ignore[arg-type]

    async def recap(
        self, feed: FeedId, show: ShowId | None, episode: int = 1, *, age: timedelta = timedelta()
    ) -> Recap:
        """A new recap, queued wherever it is subscribed to."""
        now = self.clock()
        async with self.store.transaction() as unit:
            connection = unit.posts._connection
            entry = insert(entries).values(feed_id=feed, kind="recap", content_hash="", first_seen_at=now, fresh=True)
            entry_id = EntryId(await connection.scalar(entry.returning(entries.c.id)))
            added = await unit.recaps.add(_draft(feed, entry_id, show, episode, now, now - age))
            row = (await connection.execute(recap_rows().where(recaps.c.id == added))).one()
            recap = from_row(row)
            await unit.announcements.queue(recap, now)
            return recap

    async def fan_out(self, count: int, episodes: int = 1) -> list[Recap]:
        """Recaps of one show, due in this many channels."""
        feed, show = await self.feed(), await self.show()
        for channel in channels(count):
            await self.subscribe(channel, show)
        return [await self.recap(feed, show, episode) for episode in range(1, episodes + 1)]

    async def states(self) -> list[str]:
        async with self.store.reading() as unit:
            return list(await unit.posts._connection.scalars(select(posts.c.state).order_by(posts.c.id)))


def _draft(
    feed: FeedId, entry: EntryId, show: ShowId | None, episode: int, seen: datetime, published: datetime
) -> RecapDraft:
    return RecapDraft(
        feed=feed,
        entry=entry,
        kind=Kind.RECAP,
        show=show,
        ref=EpisodeRef.of(1, episode),
        finale=False,
        premiere=False,
        link="https://recaps.example/1",
        author=None,
        streaming=None,
        reading_minutes=3,
        summary=Summary(Spoiler("short"), Spoiler("card"), Spoiler("full")),
        published=published,
        seen=seen,
    )


@dataclass
class Message:
    id: MessageId
    post: PostId
    recap: RecapId
    version: int = 0
    roles: tuple[RoleId, ...] = ()


#: What a fault does instead of, or after, the real thing: answers, or kills the process.
Fault = Callable[[], object]


@dataclass
class FakeDiscord:
    """Channels and their messages. `nonces`: whether a repeated creation is recognised, which forum posts are not."""

    nonces: bool = True
    readable: bool = True
    channels: dict[ChannelId, list[Message]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    errands: list[tuple[ErrandKind, PostId]] = field(default_factory=list)
    requests: list[tuple[str, ChannelId]] = field(default_factory=list)

    def create(self, order: Order) -> Message:
        known = self.find(order)
        if known is not None and self.nonces:
            return known
        message = Message(MessageId(1000 + len(self.all())), order.post, order.recap.id, version=0, roles=order.roles)
        self.channels.setdefault(order.channel, []).append(message)
        return message

    def find(self, order: Order) -> Message | None:
        return next((each for each in self.channels.get(order.channel, []) if each.post == order.post), None)

    def all(self) -> list[Message]:
        return [message for messages in self.channels.values() for message in messages]


class FakeSender:
    """A Sender on the fake Discord. A fault `before` comes instead of the deed, one `after` it hides its reply."""

    def __init__(self, discord: FakeDiscord) -> None:
        self.discord = discord
        self.faults: dict[tuple[str, str], list[Fault]] = {}
        self.broken: dict[ChannelId, object] = {}
        self.dead = False

    def fail(self, step: str, when: str, *answers: object) -> None:
        """Script faults for the next calls of a step: values are answered, exceptions raised, None is no fault."""
        self.faults.setdefault((step, when), []).extend(_fault(answer) for answer in answers)

    def _fault(self, step: str, when: str) -> object:
        if self.dead:
            raise Killed
        script = self.faults.get((step, when))
        try:
            return script.pop(0)() if script else None
        except Killed:
            self.dead = True
            raise

    async def create(self, order: Order) -> Created:
        self.discord.requests.append(("create", order.channel))
        if (answer := self.broken.get(order.channel) or self._fault("create", "before")) is not None:
            return answer  # type: ignore[return-value]
        message = self.discord.create(order)
        return self._fault("create", "after") or Sent(message.id)  # type: ignore[return-value]

    async def find(self, order: Order) -> Looked:
        self.discord.requests.append(("find", order.channel))
        if (answer := self._fault("find", "before")) is not None:
            return answer  # type: ignore[return-value]
        if not self.discord.readable:
            return CannotLook(has_nonce=self.discord.nonces)
        message = self.discord.find(order)
        return NotThere() if message is None else Sent(message.id)

    async def edit(self, order: Order) -> Carded:
        self.discord.requests.append(("edit", order.channel))
        if (answer := self.broken.get(order.channel) or self._fault("edit", "before")) is not None:
            return answer  # type: ignore[return-value]
        message = self.discord.find(order)
        assert message is not None
        assert message.id == order.message
        message.version = order.version
        return self._fault("edit", "after") or Edited()  # type: ignore[return-value]

    async def run(self, errand: Errand) -> Ran:
        self.discord.requests.append((errand.kind.value, errand.order.channel))
        if (answer := self._fault(errand.kind, "before")) is not None:
            return answer  # type: ignore[return-value]
        self.discord.errands.append((errand.kind, errand.order.post))
        return self._fault(errand.kind, "after") or Done()  # type: ignore[return-value]

    async def say(self, notice: Notice) -> Spoken:
        self.discord.said.append(str(notice.text))
        return Said()


def _fault(answer: object) -> Fault:
    def act() -> object:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return act


def outbox(store: Store, sender: FakeSender, clock: Clock) -> Outbox:
    courier = Courier(sender, Ledger(store), Pace(None), clock=clock, jitter=lambda: 1.0)
    return Outbox(store, courier, clock=clock)


async def deliver_all(
    store: Store,
    box: Outbox,
    clock: Clock,
    *,
    within: timedelta = timedelta(hours=2),
    sender: FakeSender | None = None,
) -> None:
    """Rounds, as time goes by, until nothing is left to do within this time, or until the process is dead."""
    end = clock.now + within
    while sender is None or not sender.dead:
        now = clock.now
        if await box.deliver_due():
            continue
        async with store.reading() as unit:
            dues = (await unit.posts.next_due(now), await unit.errands.next_due(now))
        due = min(filter(None, dues), default=None)
        if due is None or due > end:
            break
        clock.now = due
    clock.now = end
    await box.deliver_due()


async def kill(box: Outbox) -> None:
    """Nothing that was in hand goes on."""
    for task in (tasks := box._tasks()):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def fresh_database(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "previously.db"))


def template_database(folder: Path) -> Path:
    path = folder / "template.db"
    migrate(path)
    return path
