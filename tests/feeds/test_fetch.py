"""One address in, one of three outcomes out; a real server answers, well or badly."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.coding import ACCEPT_ENCODING
from bot.feeds.fetch import Fetcher, Limits, open_http
from bot.feeds.guard import Guard
from bot.feeds.headers import LONGEST_WAIT, freshness, wait_asked
from bot.feeds.hosts import Hosts
from bot.feeds.outcomes import SENTENCES, Fetched, FetchFailed, Reason, Request, Unchanged, failed
from tests.feeds.samples import NOW, item, rss
from tests.feeds.site import Site, open_raw

FEED = rss(item())


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(Limits(body=200_000)) as fetcher:
        yield fetcher


@asynccontextmanager
async def open_fetcher(limits: Limits) -> AsyncIterator[Fetcher]:
    guard = Guard(allow_private=True)
    async with open_http(user_agent="Previously/test (+https://bot.example)", guard=guard, limits=limits) as http:
        yield Fetcher(http, guard=guard, hosts=Hosts(pause=0), limits=limits)


async def fetched(fetcher: Fetcher, url: str) -> Fetched:
    outcome = await fetcher.fetch(Request(url=url), now=NOW)
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def failure(fetcher: Fetcher, url: str) -> FetchFailed:
    outcome = await fetcher.fetch(Request(url=url), now=NOW)
    assert isinstance(outcome, FetchFailed), outcome
    assert str(outcome.sentence).endswith(".")
    return outcome


async def test_a_good_answer_comes_with_all_that_is_worth_remembering(fetcher: Fetcher, site: Site) -> None:
    headers = {
        "ETag": '"v1"',
        "Last-Modified": "Sun, 01 Mar 2026 10:00:00 GMT",
        "Content-Type": "application/rss+xml; charset=utf-8",
        "Cache-Control": "public, max-age=600",
    }
    url = site.serves("/feed", FEED, headers=headers)

    outcome = await fetched(fetcher, url)

    assert outcome.body == FEED.encode()
    assert outcome.etag == '"v1"'
    assert outcome.last_modified == "Sun, 01 Mar 2026 10:00:00 GMT"
    assert outcome.content_type == "application/rss+xml; charset=utf-8"
    assert outcome.fresh_for == timedelta(minutes=10)
    assert outcome.url == url
    assert outcome.moved_to is None


async def test_the_server_learns_who_asks_and_what_we_can_read(fetcher: Fetcher, site: Site) -> None:
    await fetched(fetcher, site.serves("/feed", FEED))

    _, headers = site.asked[0]
    assert headers["User-Agent"] == "Previously/test (+https://bot.example)"
    assert headers["Accept-Encoding"] == ACCEPT_ENCODING
    assert "application/rss+xml" in headers["Accept"]
    assert not {"If-None-Match", "If-Modified-Since", "Cookie", "Authorization"} & headers.keys()


async def test_what_is_remembered_is_sent_back_and_304_is_unchanged(fetcher: Fetcher, site: Site) -> None:
    url = site.serves("/feed", status=304)

    outcome = await fetcher.fetch(Request(url=url, etag='W/"v1"', last_modified="yesterday"), now=NOW)

    assert outcome == Unchanged(url=url, etag='W/"v1"', last_modified="yesterday")
    assert site.asked[0][1]["If-None-Match"] == 'W/"v1"'
    assert site.asked[0][1]["If-Modified-Since"] == "yesterday"


async def test_an_unasked_304_is_no_answer(fetcher: Fetcher, site: Site) -> None:
    assert (await failure(fetcher, site.serves("/feed", status=304))).reason is Reason.STATUS


async def test_the_same_body_is_unchanged_though_the_server_does_not_say_so(fetcher: Fetcher, site: Site) -> None:
    url = site.serves("/feed", FEED)
    first = await fetched(fetcher, url)
    site.serves("/feed", gzip.compress(FEED.encode()), headers={"Content-Encoding": "gzip", "ETag": '"v2"'})

    outcome = await fetcher.fetch(Request(url=url, body_hash=first.body_hash), now=NOW)

    assert outcome == Unchanged(url=url, etag='"v2"')


async def test_no_cookie_and_no_connection_outlives_an_answer(fetcher: Fetcher, site: Site) -> None:
    url = site.serves("/feed", FEED, headers={"Set-Cookie": "id=1; Path=/"})

    await fetched(fetcher, url)
    await fetched(fetcher, url)

    assert [(headers.get("Cookie"), headers["Connection"]) for _, headers in site.asked] == [(None, "close")] * 2


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.FORBIDDEN),
        (403, Reason.FORBIDDEN),
        (404, Reason.NOT_FOUND),
        (410, Reason.GONE),
        (418, Reason.STATUS),
        (429, Reason.THROTTLED),
        (451, Reason.FORBIDDEN),
        (500, Reason.SERVER_ERROR),
        (503, Reason.SERVER_ERROR),
        (520, Reason.SERVER_ERROR),
        (999, Reason.SERVER_ERROR),
        (499, Reason.STATUS),
        (302, Reason.STATUS),
    ],
)
async def test_every_refusal_has_a_reason(fetcher: Fetcher, site: Site, status: int, reason: Reason) -> None:
    outcome = await failure(fetcher, site.serves("/feed", "sorry", status=status))

    assert (outcome.reason, outcome.status, outcome.retry_after) == (reason, status, None)
    assert outcome.gone == (status == 410)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_may_ask_us_to_stay_away(fetcher: Fetcher, site: Site, status: int) -> None:
    url = site.serves("/feed", status=status, headers={"Retry-After": "120"})

    assert (await failure(fetcher, url)).retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", timedelta()),
        (" 90 ", timedelta(seconds=90)),
        ("9" * 300, LONGEST_WAIT),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), timedelta(hours=1)),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), timedelta()),
        ("Sun, 01 Mar 9999 10:00:00 GMT", LONGEST_WAIT),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_how_long_to_stay_away_is_understood(text: str, wait: timedelta | None) -> None:
    assert wait_asked(text, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({"Cache-Control": "max-age=60"}, timedelta(seconds=60)),
        ({"Cache-Control": "s-maxage=9, Max-Age=60", "Age": "20"}, timedelta(seconds=40)),
        ({"Cache-Control": "max-age=60", "Age": "80"}, None),
        ({"Cache-Control": "no-cache, max-age=60"}, None),
        ({"Cache-Control": "s-maxage=60"}, None),
        ({"Expires": format_datetime(NOW + timedelta(hours=2), usegmt=True)}, timedelta(hours=2)),
        ({"Expires": "0"}, None),
        ({"Cache-Control": "max-age=0", "Expires": format_datetime(NOW + timedelta(hours=2), usegmt=True)}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_stays_fresh_is_understood(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert freshness(headers, NOW) == fresh


@given(st.text(max_size=50))
def test_no_header_is_too_odd(text: str) -> None:
    wait = wait_asked(text, NOW)
    fresh = freshness({"Cache-Control": f"max-age={text}", "Expires": text, "Age": text}, NOW)

    assert wait is None or timedelta() <= wait <= LONGEST_WAIT
    assert fresh is None or fresh > timedelta()


async def test_a_temporary_redirect_is_followed_and_forgotten(fetcher: Fetcher, site: Site) -> None:
    url = site.redirects("/old", "/new", status=302)
    new = site.serves("/new", FEED)

    outcome = await fetched(fetcher, url)

    assert (outcome.url, outcome.moved_to) == (new, None)


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_is_reported(fetcher: Fetcher, site: Site, status: int) -> None:
    url = site.redirects("/old", "/newer", status=301)
    site.redirects("/newer", site.url("/newest"), status=status)
    newest = site.serves("/newest", FEED)

    assert (await fetched(fetcher, url)).moved_to == newest


async def test_only_the_permanent_beginning_of_a_chain_is_reported(fetcher: Fetcher, site: Site) -> None:
    url = site.redirects("/old", "/new", status=301)
    new = site.redirects("/new", "/today", status=307)
    site.redirects("/today", "/now", status=301)
    site.serves("/now", FEED)

    assert (await fetched(fetcher, url)).moved_to == new


async def test_a_redirect_is_unchanged_too_and_reported(fetcher: Fetcher, site: Site) -> None:
    url = site.redirects("/old", "/new", status=301)
    new = site.serves("/new", status=304)

    outcome = await fetcher.fetch(Request(url=url, etag='"v1"'), now=NOW)

    assert outcome == Unchanged(url=new, etag='"v1"', moved_to=new)


async def test_a_redirect_in_a_circle_is_an_error(fetcher: Fetcher, site: Site) -> None:
    url = site.redirects("/a", "/b")
    site.redirects("/b", "/a")

    assert (await failure(fetcher, url)).reason is Reason.REDIRECTS
    assert site.paths == ["/a", "/b"]


async def test_a_chain_of_redirects_ends(fetcher: Fetcher, site: Site) -> None:
    for number in range(9):
        site.redirects(f"/{number}", f"/{number + 1}")

    assert (await failure(fetcher, site.url("/0"))).reason is Reason.REDIRECTS
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://me:secret@127.0.0.1/",
        "http://[::1",
        "javascript:alert(1)",
        "http://x:99999/",
        "https:///",
    ],
)
async def test_a_redirect_to_nowhere_good_is_refused(fetcher: Fetcher, site: Site, location: str) -> None:
    assert (await failure(fetcher, site.redirects("/feed", location))).reason is Reason.ADDRESS


async def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    """The site plays a proxy, so that there is a public address to begin at."""
    site.redirects("/feed", "http://169.254.169.254/latest/meta-data")
    guard = Guard(proxies={"http": site.address})
    async with open_http(user_agent="test", guard=guard) as http:
        fetcher = Fetcher(http, guard=guard, hosts=Hosts(pause=0))
        outcome = await fetcher.fetch(Request(url="http://far.example/feed"), now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is Reason.ADDRESS
    assert "leads to another" in str(outcome.sentence)
    assert len(site.asked) == 1


async def test_a_body_beyond_the_limit_is_not_read_to_its_end(fetcher: Fetcher, site: Site) -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while sent < 500:
                await response.write(bytes(100_000))
                sent += 1
        except ConnectionError:
            pass
        return response

    assert (await failure(fetcher, site.handles("/feed", endless))).reason is Reason.TOO_BIG
    assert sent < 500


async def test_a_body_that_says_it_is_too_big_is_believed(fetcher: Fetcher, site: Site) -> None:
    assert (await failure(fetcher, site.serves("/feed", bytes(200_001)))).reason is Reason.TOO_BIG


async def test_a_gzip_bomb_does_not_go_off(fetcher: Fetcher, site: Site) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    url = site.serves("/feed", bomb, headers={"Content-Encoding": "gzip"})

    assert len(bomb) < 200_000
    assert (await failure(fetcher, url)).reason is Reason.TOO_BIG


async def test_a_body_that_broke_off_is_a_failure(fetcher: Fetcher, site: Site) -> None:
    cut = gzip.compress(FEED.encode())[:-9]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"

    assert (await failure(fetcher, site.serves("/gz", cut, headers={"Content-Encoding": "gzip"}))).reason is Reason.CUT
    assert (await failure(fetcher, site.serves("/empty", b" \n"))).reason is Reason.CUT
    async with open_raw(head + b"Content-Length: 900\r\n\r\n<rss>") as url:
        assert (await failure(fetcher, url)).reason is Reason.CUT
    async with open_raw(head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n") as url:
        assert (await failure(fetcher, url)).reason is Reason.CUT


async def test_a_body_packed_in_an_unknown_way_is_a_failure(fetcher: Fetcher, site: Site) -> None:
    url = site.serves("/feed", FEED, headers={"Content-Encoding": "compress"})

    assert (await failure(fetcher, url)).reason is Reason.PACKED_BADLY


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n\r\n<rss>"])
async def test_a_server_that_falls_silent_is_left(said: bytes) -> None:
    async with open_raw(said, hang=True) as url, open_fetcher(Limits(silence=0.1)) as fetcher:
        assert (await failure(fetcher, url)).reason is Reason.TIMEOUT


async def test_a_server_that_drips_is_left(site: Site) -> None:
    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.02)

    async with open_fetcher(Limits(total=0.3)) as fetcher:
        assert (await failure(fetcher, site.handles("/feed", drip))).reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\0" * 100,
        b"",
    ],
)
async def test_what_is_no_http_is_a_failure(fetcher: Fetcher, answer: bytes) -> None:
    async with open_raw(answer) as url:
        assert (await failure(fetcher, url)).reason in {Reason.CONNECTION, Reason.CUT}


async def test_odd_headers_are_not_sent_back(fetcher: Fetcher) -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nETag: \xff\xfe\r\nLast-Modified: " + b"x" * 2000 + b"\r\nContent-Length: 6\r\n\r\n<rss/>"
    )
    async with open_raw(head) as url:
        outcome = await fetched(fetcher, url)

    assert (outcome.etag, outcome.last_modified) == (None, None)


async def test_a_site_that_is_not_there_is_a_failure(fetcher: Fetcher) -> None:
    async with open_raw() as url:
        pass

    assert (await failure(fetcher, url)).reason is Reason.CONNECTION
    assert (await failure(fetcher, "http://nowhere.invalid/feed")).reason is Reason.NO_SUCH_HOST
    assert (await failure(fetcher, f"http://{'a' * 64}.example/feed")).reason is Reason.NO_SUCH_HOST


async def test_a_site_that_speaks_no_tls_is_a_failure(fetcher: Fetcher, site: Site) -> None:
    url = site.url("/feed").replace("http:", "https:")

    assert (await failure(fetcher, url)).reason in {Reason.CERTIFICATE, Reason.CONNECTION}


async def test_being_cancelled_is_not_a_failure(fetcher: Fetcher) -> None:
    async with open_raw(b"HTTP/1.1 200 OK\r\n\r\n", hang=True) as url:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await fetcher.fetch(Request(url=url), now=NOW)


async def test_a_mistake_of_ours_is_not_hidden(site: Site) -> None:
    guard = Guard(allow_private=True)
    async with open_http(user_agent="test", guard=guard) as http:
        fetcher = Fetcher(http, guard=guard, hosts=Hosts(pause=0))

    with pytest.raises(RuntimeError, match="closed"):
        await fetcher.fetch(Request(url=site.url("/feed")), now=NOW)


def test_every_reason_has_a_sentence_that_names_the_site_and_a_next_step() -> None:
    for reason in Reason:
        outcome = failed(reason, "https://www.lantern.example/feed?s1e1-she-dies", detail="it is odd", status=500)

        assert str(outcome.sentence).count(". ") >= 1
        assert "she-dies" not in str(outcome.sentence)
        assert "lantern.example" in str(outcome.sentence) or reason is Reason.ADDRESS
    assert SENTENCES.keys() == set(Reason)


@pytest.mark.parametrize("url", ["http://@everyone/", "http://a*b_c/", "no address", "http://[::1", ""])
def test_a_host_that_could_say_something_is_not_named(url: str) -> None:
    assert "the site" in str(failed(Reason.TIMEOUT, url).sentence)


def test_a_body_does_not_show_in_logs() -> None:
    outcome = Fetched(url="https://lantern.example/", body_hash="0", body=b"she dies")

    assert "dies" not in repr(outcome)
