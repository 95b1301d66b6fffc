"""Every text that people read goes through the catalogue, and is in the language of whoever reads it.

The bot speaks a language in which every message of the template stands in brackets. Whatever has letters outside of
them, and is neither a name nor a value, went another way.
"""

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import discord
import pytest

from bot.delivery import notice_texts
from bot.delivery.courier import Courier
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import RULES, explain, rule_for
from bot.delivery.pace import Pace
from bot.delivery.sender import Refusal
from bot.feed_health import failing_notice, recovery_notice
from bot.feeds.outcomes import Reason, failed
from bot.recaps.card import SpoilerMode
from bot.recaps.model import (
    NO_SUMMARY,
    ChannelId,
    EpisodeRef,
    FeedId,
    GuildId,
    Kind,
    Picture,
    PostId,
    Recap,
    ShowId,
    Spoiler,
    UserId,
)
from bot.recaps.show_facts import SafeFacts
from bot.sandbox.demo_world import demo_world
from bot.sandbox.model import Message
from bot.sandbox.server import EmbeddedDiscord
from bot.store.errands import ErrandKind
from bot.store.feeds import PollFailure
from bot.store.subscriptions import SubscriptionDraft
from bot.texts import Languages
from cogs.destinations import READ_HISTORY, SEND_MESSAGES, VIEW_CHANNEL
from tests.cogs.club import PLOT, Club, answering
from tests.cogs.curious import Curious, Seen
from tests.cogs.house import reading_sites
from tests.delivery.scene import Clock, deliver_all, opened
from tests.feeds.site import Site, without_proxies
from tests.pseudo import bracketed, language, wordy

#: Names and values of the scene, which are nobody's to translate.
NAMES: Final = (
    *("Salt Harbour", "Grey Meadow", "The Quarry Line", "Nobody Knows It", "소금 항구", "Ida Holm", "Maren Vik"),
    *("Recap Weekly", "Broken Notes", "Other Site", "site.example", "Streambox", "K-drama Corner", "Previously", "UTC"),
    *("Nowhere", "Mars", "Salt Harb", f"Thought: {PLOT}", PLOT),
)
#: What may stand outside of the brackets: plot, names, episodes, mentions, times; and the brackets with what they hold.
VALUES: Final = re.compile(
    "|".join(
        (
            r"⟦[^⟦⟧]*⟧",
            r"\|\|[^|]*\|\|",
            r"<[@#t][^>]*>|#[a-z-]+",
            r"`/[^`]*`",
            r"\bS\d+(?:E\d+)?\b",
            *map(re.escape, sorted(NAMES, key=len, reverse=True)),
        )
    )
)


@pytest.fixture
def translate() -> Callable[[str], str]:
    return bracketed


@pytest.fixture
def locale() -> str:
    """Whose language it is; people and servers speak English unless something else is said."""
    return "en"


def astray(seen: Seen) -> list[str]:
    """Texts with words of ours that did not go through the catalogue."""
    return sorted({text for text in seen.texts if re.search(r"[^\W\d_]{2,}", VALUES.sub(" ", text))})


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
async def club(
    database: Path, monkeypatch: pytest.MonkeyPatch, translate: Callable[[str], str], locale: str, seen: Seen
) -> AsyncIterator[Club]:
    """The club, spoken to in brackets."""
    clock, languages = Clock(datetime.now(UTC)), Languages({locale: language(translate)})
    async with (
        opened(database) as store,
        EmbeddedDiscord(demo_world(), inspectors=[seen]) as discord,
        answering(discord, store, clock, monkeypatch, languages) as client,
    ):
        yield Club(discord, client, clock)


@pytest.fixture
async def site(club: Club, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    without_proxies(monkeypatch)
    async with reading_sites(club) as site:
        yield site


#: What members ask for: something of everything, and what there is not.
MEMBERS_ASK: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("help", {}),
    ("watching", {}),
    ("watched", {"show": "Salt Harbour", "episode": "S1E2"}),
    ("watched", {"show": "Grey Meadow", "episode": "1"}),
    ("watched", {"show": "Grey Meadow", "episode": "finale"}),
    ("watched", {"show": "Grey Meadow", "episode": "latest"}),
    ("recap", {"show": "Salt Harbour"}),
    ("recap", {"show": "Salt Harbour", "episode": "S1E12"}),
    ("recap", {"show": "Salt Harbour", "episode": "99"}),
    ("recap", {"show": "Grey Meadow", "episode": "finale"}),
    ("recap", {"show": "Salt Harbour", "episode": "Nowhere"}),
    ("recap", {"show": "Salt Harb"}),
    ("latest", {}),
    ("latest", {"show": "Salt Harbour"}),
    ("latest", {"show": "Nowhere"}),
    ("show", {"show": "Salt Harbour"}),
    ("show", {"show": "Grey Meadow"}),
    ("search", {"query": "Salt Harbour"}),
    ("search", {"query": "Nowhere"}),
    ("search", {"query": "?"}),
    ("watching", {}),
)
#: The same for admins; `Site` stands for the address of one.
ADMINS_ASK: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("settings", {}),
    ("subscribe", {"show": "Salt Harbour"}),
    ("subscribe", {"show": "every", "feed": "Recap Weekly", "delay": 90, "spoilers": "button"}),
    ("subscribe", {"show": "every", "feed": "Nowhere"}),
    ("subscribe", {"show": "Nobody Knows It"}),
    ("subscribe", {"show": "Salt Harb"}),
    ("subscribe", {"show": "show:999"}),
    ("subscriptions", {}),
    ("unsubscribe", {"subscription": "Nowhere"}),
    ("feeds add", {"url": "Site/feed"}),
    ("feeds add", {"url": "Site/feed"}),
    ("feeds add", {"url": "Site/nothing"}),
    ("feeds add", {"url": "ftp://Nowhere"}),
    ("feeds list", {}),
    ("feeds preview", {"feed": "127.0.0.1"}),
    ("feeds preview", {"feed": "Nowhere"}),
    ("feeds remove", {"feed": "Recap Weekly"}),
    ("feeds remove", {"feed": "127.0.0.1"}),
)


async def test_nothing_that_is_said_goes_another_way(
    club: Club,
    seen: Seen,
    site: Site,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pressed = await _ask_for_everything(club, site)

    assert len(pressed) > 35
    assert astray(seen) == []
    assert not _failures(caplog)


@pytest.mark.parametrize("translate", [wordy])
async def test_a_wordy_language_fits_wherever_something_is_said(
    club: Club,
    site: Site,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await _ask_for_everything(club, site)

    assert not _failures(caplog)


async def test_where_there_is_nothing_yet_that_is_said_through_the_catalogue_too(club: Club, seen: Seen) -> None:
    for command, options in (*MEMBERS_ASK, *ADMINS_ASK):
        if not command.startswith("feeds add"):
            await Curious(club.admin, club.guild).explore(club.here, command, **options)

    assert astray(seen) == []


async def test_what_is_posted_is_in_the_servers_language(club: Club, seen: Seen) -> None:
    feed, show = await club.feed(), await club.show()
    await club.subscribe(show)
    for name in ("news", "episodes"):
        await _subscribe(club, show, name)
    await _set(club, notice_channel=ChannelId(club.guild.channel("general").id), thread_minutes=60, reviews=True)
    for number, more in enumerate(ODD_RECAPS, start=1):
        await _publish(club, feed, show, number, more)
    await _raise_notices(club, feed)
    await _deliver(club)
    curious = Curious(club.admin, club.guild)
    for message in _posted(club):
        await curious.look_at(message)

    assert len(_posted(club)) > 3 * len(ODD_RECAPS)
    assert any(bracketed("Post again") in message.labels for message in _posted(club))
    assert astray(seen) == []


@pytest.mark.parametrize("locale", ["de"])
async def test_whoever_asks_is_answered_in_their_own_language_and_everybody_in_the_servers(club: Club) -> None:
    """People speak English here; the server speaks German, in brackets."""
    server = club.client.get_guild(club.guild.id)
    assert server is not None
    server.preferred_locale = discord.Locale.german
    await club.season(1)

    answer = (await club.member.run(club.here, "recap", show="Salt Harbour")).messages[0]
    assert answer.labels == ["Read the recap", "Reveal", "Share to channel"]
    shared = (await club.member.click(answer, "Share to channel")).messages[0]
    assert shared.labels == ["⟦Read the recap⟧", "⟦Reveal⟧", "⟦I've watched it⟧"]
    revealed = (await club.member.click(shared, "⟦Reveal⟧")).messages[0]
    assert revealed.labels == ["Read the recap", "I've watched it"]


async def test_commands_are_described_in_every_language_and_keep_their_names(club: Club, seen: Seen) -> None:
    [commands] = seen.commands
    described = [part for part in _nested(commands) if "description" in part]

    assert len(described) > 30
    for part in described:
        assert part["description_localizations"]["en-US"] == bracketed(part["description"]), part["name"]
        assert not part.get("name_localizations")


def _nested(parts_: list[Any]) -> Iterator[Any]:
    for part in parts_:
        yield part
        yield from _nested(part.get("options") or [])


async def _ask_for_everything(club: Club, site: Site) -> set[str]:
    """Run every command, and press everything; returns what was pressed."""
    await _furnish(club)
    member, admin = Curious(club.member, club.guild), Curious(club.admin, club.guild)
    for command, options in MEMBERS_ASK:
        await member.explore(club.here, command, **options)
    await member.explore(club.direct(club.member), "help")
    for command, options in ADMINS_ASK:
        asked = {name: it.replace("Site", site.url("")) if name == "url" else it for name, it in options.items()}
        await admin.explore(club.here, command, **asked)
    staff, everyone = club.guild.channel("staff-only"), club.guild.roles[club.guild.id]
    await admin.explore(club.here, "subscribe", show="every", channel=staff, role=club.guild.role("Member"))
    await admin.explore(club.here, "subscribe", show="every", role=everyone)
    for command, option in (("subscribe", "show"), ("unsubscribe", "subscription"), ("feeds remove", "feed")):
        assert await club.admin.suggest(club.here, command, option, "")
    assert await club.member.suggest(club.here, "recap", "episode", "", show="Salt Harbour")
    return member.pressed | admin.pressed


def _failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


#: Recaps of every kind that is said in words of its own.
ODD_RECAPS: Final[tuple[dict[str, Any], ...]] = (
    {"thoughts": (Spoiler(PLOT),), "extras": (Spoiler(PLOT),), "verdict": Spoiler(PLOT)},
    {"kind": Kind.REVIEW, "author": "Ida Holm", "streaming": "Streambox", "finale": True},
    {"premiere": True, "pictures": (Picture("https://site.example/1.png"),)},
    {"show": None, "ref": EpisodeRef()},
    {"show": None, "ref": EpisodeRef(), "kind": Kind.REVIEW},
    {"summary": NO_SUMMARY},
    {"ref": EpisodeRef(aired=date(2026, 3, 31)), "link": None},
)


async def _publish(club: Club, feed: FeedId, show: ShowId, number: int, more: Mapping[str, Any]) -> None:
    """A recap that is announced wherever it is subscribed to."""
    recap = await _recap(club, feed, show, number, more)
    async with club.store.transaction() as unit:
        await unit.announcements.queue(recap, club.clock())


async def _subscribe(club: Club, show: ShowId | None, channel: str, **options: Any) -> None:
    here = ChannelId(club.guild.channel(channel).id)
    draft = SubscriptionDraft(
        guild=GuildId(club.guild.id), channel=here, show=show, created_by=UserId(club.admin.user.id), **options
    )
    async with club.store.transaction() as unit:
        await unit.subscriptions.save(draft, club.clock() - timedelta(days=1))


async def _set(club: Club, **values: Any) -> None:
    async with club.store.transaction() as unit:
        await unit.guilds.change(GuildId(club.guild.id), lambda settings: replace(settings, **values), club.clock())


async def _raise_notices(club: Club, feed: FeedId) -> None:
    """Everything that admins may hear."""
    channel, reason = ChannelId(club.here.id), failed(Reason.NOT_FOUND, "https://site.example/feed").sentence
    why = explain(rule_for(Refusal(403, 50013)), Refusal(403, 50013, (VIEW_CHANNEL, SEND_MESSAGES, READ_HISTORY)))
    said = [
        notice_texts.paused(channel, why),
        notice_texts.stale(channel, 1),
        notice_texts.stale(channel, 2),
        notice_texts.role_gone(channel),
        notice_texts.role_gone(None),
        notice_texts.channel_gone("recaps", 1),
        notice_texts.channel_gone(None, 2),
        *(notice_texts.undone(channel, kind, why) for kind in ErrandKind),
        *(notice_texts.dropped(channel, explain(rule, Refusal(403))) for rule in RULES.values() if rule.for_admins),
    ]
    async with club.store.transaction() as unit:
        known = await unit.feeds.get(GuildId(club.guild.id), feed)
        assert known is not None
        failing = replace(known, failing_since=club.clock() - timedelta(days=2))
        said += filter(None, [failing_notice(failing, reason, gone=gone, now=club.clock()) for gone in (True, False)])
        said += filter(None, [recovery_notice(replace(known, told_failing=True))])
        for text in said:
            await unit.notices.raise_(GuildId(club.guild.id), text, club.clock(), about=channel)
        doubtful = notice_texts.doubtful(channel)
        await unit.notices.raise_(GuildId(club.guild.id), doubtful, club.clock(), about=channel, post=PostId(1))


async def _deliver(club: Club) -> None:
    assert club.client.sender is not None
    courier = Courier(club.client.sender, Ledger(club.store), Pace(None), clock=club.clock, jitter=lambda: 1.0)
    outbox = Outbox(club.store, courier, clock=club.clock)
    await deliver_all(club.store, outbox, club.clock)
    # Notices are said a few at a time.
    club.clock.pass_(minutes=1)
    while await outbox.deliver_due():
        club.clock.pass_(minutes=1)


def _posted(club: Club) -> list[Message]:
    """Everything in the server's channels."""
    places = (*club.guild.channels.values(), *club.guild.threads.values())
    return [message for place in places for message in place.messages.values()]


async def _furnish(club: Club) -> None:
    """A server where there is something of everything."""
    feed, show = await club.feed(), await club.show()
    await club.season(12, feed=feed)
    facts = SafeFacts(
        native_title="소금 항구", cast=("Ida Holm",), makers=("Maren Vik",), episodes=16, runtime_minutes=50
    )
    for number, more in enumerate(ODD_RECAPS, start=20):
        await _recap(club, feed, show, number, {"facts": facts, **more})
    for number in range(7):
        await club.recap(await club.feed(f"Other Site {number}"), show, EpisodeRef.of(1, 12))
    broken = await club.feed("Broken Notes", own=club.guild)
    error = failed(Reason.NOT_FOUND, "https://127.0.0.1/feed").sentence
    async with club.store.transaction() as unit:
        await unit.feeds.mark_failed([PollFailure(feed=broken, next_poll_at=club.clock(), error=error)], club.clock())
    for channel in ("general", "recaps", "news", "episodes", "staff-only"):
        for of, options in ((None, {}), (show, {"spoilers": SpoilerMode.TAGGED, "delay": timedelta(minutes=90)})):
            await _subscribe(club, of, channel, **options)
    await _publish(club, feed, show, 30, {})
    for season in (1, 2):
        await club.recap(feed, await club.show("Grey Meadow"), EpisodeRef.of(season, 1))
    await _raise_notices(club, broken)


async def _recap(club: Club, feed: FeedId, show: ShowId, number: int, more: Mapping[str, Any]) -> Recap:
    odd = {"show": show, "ref": EpisodeRef.of(1, number), **more}
    return await club.recap(feed, odd.pop("show"), odd.pop("ref"), **odd)
