"""`previously check`: reads a feed once, and shows how each entry is understood and how its card will look."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from bot.app import user_agent, utc_now
from bot.explain import stages
from bot.feeds.identity import telling_fingerprints
from bot.feeds.outcomes import Fetched, FetchFailed, Request
from bot.feeds.parse import ParsedFeed
from bot.feeds.reader import FeedReader, Read, open_reader
from bot.feeds.workers import WorkerFailed, Workers
from bot.recaps.card import Card, CardOptions, make_card
from bot.recaps.headline import HeadlineWords
from bot.recaps.model import EntryId, FeedHints, FeedId, Kind, RecapId, ShowId
from bot.recaps.shows import ShowIndex
from bot.saving import draft_of
from bot.shipped import tables
from bot.store.feeds import CatalogueFeed
from bot.trouble import Trouble
from bot.understanding import Understanding, Understood

AGENT = "checks a feed for its operator"


class UnreadableFeedError(Trouble):
    """The feed could not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry as polling would understand it, and the card it would become; None where none would be posted."""

    understood: Understood
    card: Card | None
    #: Why it is understood so, stage by stage.
    stages: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        reading = self.understood.reading
        return {
            "title": self.understood.entry.title,
            "kind": reading.kind.value,
            "show": reading.show,
            "season": reading.ref.season,
            "episode_from": reading.ref.first,
            "episode_to": reading.ref.last,
            "announced": self.card is not None,
            "visible": list(self.card.visible) if self.card else [],
            "hidden": list(self.card.hidden) if self.card else [],
        }


async def check(address: str, *, allow_private: bool) -> list[Checked]:
    """Read the feed at an address or in a file.

    Raises:
        UnreadableFeedError: with a sentence that says why.

    """
    async with (
        Workers() as workers,
        open_reader(workers, user_agent=user_agent(AGENT), allow_private=allow_private) as reader,
    ):
        feed, place = await _read(reader, address)
        shows = ShowIndex.from_tables(tables("shows.toml"))
        understanding = Understanding(HeadlineWords.from_tables(tables("headlines.toml")), shows, workers, reader)
        hints = FeedHints(language=feed.language, site=feed.title or None)
        now = utc_now()
        try:
            understood = await understanding.read(feed.entries, hints, now=now)
        except WorkerFailed as failure:
            raise UnreadableFeedError(f"The articles cannot be read here: {failure.reason}. Try again.") from None
        site = urlsplit(feed.site or place).hostname or Path(place).stem
    names = telling_fingerprints(feed.entries)
    return [Checked(each, _card(each, site.removeprefix("www."), now), stages(each, now, names)) for each in understood]


async def _read(reader: FeedReader, address: str) -> tuple[ParsedFeed, str]:
    """The feed, and where it is."""
    now = utc_now()
    if address.startswith(("http://", "https://")):
        read = await reader.read(Request(url=address), now=now)
        if isinstance(read, Read):
            return read.feed, read.fetched.url
        assert isinstance(read, FetchFailed)
        raise UnreadableFeedError(str(read.sentence))
    try:
        body = await asyncio.to_thread(Path(address).read_bytes)
    except OSError as error:
        raise UnreadableFeedError(f"{address} cannot be read ({error.strerror}). Check the path.") from None
    parsed = await reader.parse(Fetched(url=f"file:///{quote(address)}", body_hash="", body=body), now=now)
    if isinstance(parsed, FetchFailed):
        raise UnreadableFeedError(str(parsed.sentence))
    return parsed, address


def _card(understood: Understood, site: str, now: datetime) -> Card | None:
    """What an *every show* subscription with default settings would get; the settings leave reviews out."""
    reading = understood.reading
    if reading.kind is not Kind.RECAP:
        return None
    show = ShowId(0) if reading.sure and reading.show else None
    draft = draft_of(understood, feed=FeedId(0), entry=EntryId(0), show=show, now=now)
    recap = draft.as_recap(RecapId(0), show_title=reading.show if show is not None else None, site=site)
    return make_card(replace(recap, seen=now), CardOptions())


def print_json(checked: Sequence[Checked]) -> None:
    """One JSON object per entry, a line each."""
    for each in checked:
        print(json.dumps(each.as_json(), ensure_ascii=False))  # noqa: T201  it is the answer


def print_table(checked: Sequence[Checked], console: Console) -> None:
    """The same for people: all entries at a glance, and then each of them stage by stage, with its card."""
    table = Table("Entry", "Kind", "Show", "Episode", "Announced", title="How the entries are understood")
    for each in checked:
        entry, reading = each.understood.entry, each.understood.reading
        table.add_row(
            Text(entry.title),
            reading.kind.value,
            Text(reading.show or "–", style="" if reading.sure else "dim"),
            str(reading.ref) or "–",
            "yes" if each.card else "no",
        )
    console.print(table)
    for each in checked:
        console.print(_explanation(each))


def _explanation(each: Checked) -> Table:
    grid = Table(show_header=False, title=Text(each.understood.entry.title), title_justify="left")
    for stage, why in each.stages:
        grid.add_row(stage, Text(why))
    if each.card is not None:
        grid.add_section()
        for text in each.card.visible:
            grid.add_row("visible", Text(text))
        for text in each.card.hidden:
            grid.add_row("hidden", Text(text, style="dim"))
    return grid


async def check_catalogue(catalogue: Sequence[CatalogueFeed], console: Console, *, allow_private: bool) -> bool:
    """Read every feed of the catalogue once and say how it went; whether all could be read."""
    table = Table("Feed", "Entries", "Problem")
    good = True
    async with (
        Workers() as workers,
        open_reader(workers, user_agent=user_agent(AGENT), allow_private=allow_private) as reader,
    ):
        reads = [asyncio.create_task(reader.read(Request(url=feed.url), now=utc_now())) for feed in catalogue]
        for feed, read in zip(catalogue, track(reads, "Reading the catalogue …", console=console), strict=True):
            outcome = await read
            entries = str(len(outcome.feed.entries)) if isinstance(outcome, Read) else "–"
            problem = str(outcome.sentence) if isinstance(outcome, FetchFailed) else ""
            good = good and not problem
            table.add_row(feed.name, entries, problem)
    console.print(table)
    return good
