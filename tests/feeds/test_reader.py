"""A feed is read as a whole: fetched, parsed in a real worker, and every failure put into a sentence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from bot.feeds.fetch import Fetcher, Limits, open_http
from bot.feeds.guard import Guard
from bot.feeds.hosts import Hosts
from bot.feeds.outcomes import Fetched, FetchFailed, Reason, Request, Unchanged
from bot.feeds.parse import ParseFailed, ParseProblem
from bot.feeds.reader import FeedReader, Page, Read, open_reader
from bot.feeds.workers import Workers
from tests.feeds.samples import NOW, item, rss
from tests.feeds.site import Site

#: Small bodies that keep feedparser busy, or feed it more than it can digest.
HOSTILE = {
    "letters": rss(f"<title>A</title><author>{'a' * 150_000}</author>"),
    "comments": rss(f"<title>A</title><description>{'&lt;!--' * 150_000}</description>").replace("</rss>", "<a</rss>"),
    "attributes": rss("<title " + " ".join(f"a{number}=''" for number in range(60_000)) + ">A</title>"),
    "depth": rss("<title>A</title>" + "<a>" * 150_000),
    "tags": rss(f"<title>{'<' * 300_000}</title>"),
    "blank lines": "\n" * 500_000 + rss(item()),
    "quotes": rss(f"<title>A</title><description>{'&lt;a style=&quot;' * 60_000}</description>"),
    "items": rss(*(item(number) for number in range(8_000))),
}


async def read(reader: FeedReader, url: str) -> Read:
    outcome = await reader.read(Request(url=url), now=NOW)
    assert isinstance(outcome, Read), outcome
    return outcome


async def reason(reader: FeedReader, url: str) -> Reason:
    outcome = await reader.read(Request(url=url), now=NOW)
    assert isinstance(outcome, FetchFailed), outcome
    return outcome.reason


async def test_a_feed_is_read(reader: FeedReader, site: Site) -> None:
    url = site.serves("/feed", rss(item(1), item(2)), headers={"ETag": '"v1"'})

    outcome = await read(reader, url)

    assert [entry.title for entry in outcome.feed.entries] == ["Harbour Lights S1E1 recap", "Harbour Lights S1E2 recap"]
    assert outcome.fetched.etag == '"v1"'


async def test_an_unchanged_feed_costs_no_worker(reader: FeedReader, site: Site, workers: Workers) -> None:
    url = site.serves("/feed", status=304)

    assert isinstance(await reader.read(Request(url=url, etag='"v1"'), now=NOW), Unchanged)
    assert workers.alive == 0


class BusyWorkers:
    """Has begun a job, and takes its time."""

    def __init__(self) -> None:
        self.begun, self.free = asyncio.Event(), asyncio.Event()
        self.jobs = 0

    async def run(self, *_: object, **__: object) -> ParseFailed:
        self.jobs += 1
        self.begun.set()
        await self.free.wait()
        return ParseFailed(ParseProblem.NOT_A_FEED)


@asynccontextmanager
async def busy_reader(workers: BusyWorkers, *, at_once: int) -> AsyncIterator[FeedReader]:
    guard = Guard(allow_private=True, proxies={})
    async with open_http(user_agent="Previously/test", guard=guard) as http:
        fetcher = Fetcher(http, guard=guard, hosts=Hosts(at_once=at_once, pause=0))
        yield FeedReader(fetcher, cast("Workers", workers))


async def test_what_has_been_parsed_is_made_use_of_before_more_is(site: Site) -> None:
    workers = BusyWorkers()
    body = Fetched(url=site.url("/feed"), body_hash="", body=b"<rss/>")
    async with busy_reader(workers, at_once=2) as reader:
        parsing = [asyncio.create_task(reader.parse(body, now=NOW)) for _ in range(3)]
        await workers.begun.wait()
        begun = workers.jobs
        workers.free.set()
        await asyncio.gather(*parsing)

    assert begun == 1
    assert workers.jobs == 3


async def test_bodies_do_not_pile_up_before_the_workers(site: Site) -> None:
    workers = BusyWorkers()
    urls = [site.serves("/one", rss()), site.serves("/other", rss()).replace("127.0.0.1", "localhost")]
    async with busy_reader(workers, at_once=1) as reader:
        reading = asyncio.gather(*(reader.read(Request(url=url), now=NOW) for url in urls))
        await workers.begun.wait()
        asked = list(site.paths)
        workers.free.set()
        await reading

    assert asked == ["/one"]
    assert site.paths == ["/one", "/other"]


async def test_a_relative_link_leads_from_where_the_feed_really_is(reader: FeedReader, site: Site) -> None:
    url = site.redirects("/feed", "/deep/down/feed")
    site.serves("/deep/down/feed", rss("<title>A</title><link>one</link>"))

    assert (await read(reader, url)).feed.entries[0].link == site.url("/deep/down/one")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<html><p>hello</p></html>", Reason.WEB_PAGE),
        ("hello", Reason.NOT_A_FEED),
        (rss(item())[:-9], Reason.CUT),
        (rss().replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss"), Reason.ENTITIES),
    ],
)
async def test_what_is_no_feed_is_a_failure(reader: FeedReader, site: Site, body: str, why: Reason) -> None:
    assert await reason(reader, site.serves("/feed", body)) is why


def test_every_problem_of_parsing_has_a_sentence() -> None:
    assert {problem.value for problem in ParseProblem} <= {reason.value for reason in Reason}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_feed_harms_nobody_else(site: Site, name: str) -> None:
    bad = site.serves("/bad", HOSTILE[name])
    good = site.serves("/good", rss(item()))
    limits = Limits(body=2_000_000)
    async with (
        Workers(1, cpu_seconds=0.4) as workers,
        open_reader(workers, user_agent="test", allow_private=True, hosts=Hosts(pause=0), limits=limits) as reader,
    ):
        outcome = await reader.read(Request(url=bad), now=NOW)

        assert isinstance(outcome, Read) or getattr(outcome, "reason", None) is Reason.UNREADABLE
        assert (await read(reader, good)).feed.entries


async def test_a_feed_that_hangs_the_parser_is_a_failure_and_the_loop_goes_on(site: Site) -> None:
    bad = site.serves("/bad", HOSTILE["letters"])
    async with (
        Workers(1, cpu_seconds=0.3) as workers,
        open_reader(workers, user_agent="test", allow_private=True, hosts=Hosts(pause=0)) as reader,
    ):
        reading = asyncio.create_task(reason(reader, bad))
        turns = 0
        while not reading.done():
            turns += 1
            await asyncio.sleep(0)

        assert await reading is Reason.UNREADABLE
        assert turns > 100


async def test_without_workers_a_feed_is_tried_again(site: Site) -> None:
    url = site.serves("/feed", rss(item()))
    async with Workers(1) as workers:
        pass
    async with open_reader(workers, user_agent="test", allow_private=True) as reader:
        assert await reason(reader, url) is Reason.NO_WORKER


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Été</p>".encode(), "text/html"),
        ("<p>Été</p>".encode("cp1252"), "text/html; charset=latin1"),
        ('<meta charset="windows-1252"><p>Été</p>'.encode("cp1252"), "text/html"),
    ],
)
async def test_a_page_is_read_as_text(reader: FeedReader, site: Site, body: bytes, content_type: str) -> None:
    url = site.serves("/recap", body, headers={"Content-Type": content_type})

    page = await reader.page(url, now=NOW)

    assert isinstance(page, Page)
    assert page.html.endswith("<p>Été</p>")
    assert "Été" not in repr(page)
    assert site.asked[0][1]["Accept"].startswith("text/html")


async def test_a_page_has_to_be_public_too(workers: Workers, site: Site) -> None:
    url = site.serves("/recap", "<p>hello</p>")
    async with open_reader(workers, user_agent="test") as reader:
        outcome = await reader.page(url, now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is Reason.ADDRESS
    assert not site.asked
