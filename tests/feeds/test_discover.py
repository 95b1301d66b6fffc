"""A site's address is enough."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.discover import MOST_CANDIDATES, Candidate, address_of, linked_feeds, usual_places
from bot.feeds.outcomes import FetchFailed, Reason
from bot.feeds.reader import FeedReader
from tests.feeds.samples import NOW, item, rss
from tests.feeds.site import Site

URL = "https://lantern.example/blog/"
RSS = 'rel="alternate" type="application/rss+xml"'


def found(html: str) -> list[tuple[str, str]]:
    return [(feed.url, feed.title) for feed in linked_feeds(html.encode(), url=URL, content_type="text/html").feeds]


def test_the_feeds_that_a_page_links_to_are_found() -> None:
    page = f"""
        <!doctype html><head>
        <link rel="stylesheet" href="x.css" type="text/css">
        <link {RSS} title="Lantern &raquo; Comments Feed" href="/comments/feed/">
        <link {RSS} title="Lantern &raquo; <b>Feed</b>" href="feed/">
        <link REL="Alternate home" TYPE="Application/Atom+XML; charset=utf-8" HREF="//other.example/atom">
        <link rel="alternate" type="application/json" href="/wp-json/">
        <link rel="alternate" hreflang="de" href="/de/">
        <link {RSS} href="feed/">
        <link {RSS} href="javascript:alert(1)">
        <link {RSS}>
    """

    assert found(page) == [
        ("https://lantern.example/blog/feed/", "Lantern » Feed"),
        ("https://other.example/atom", ""),
        ("https://lantern.example/comments/feed/", "Lantern » Comments Feed"),
    ]


def test_a_page_may_say_what_its_links_are_relative_to() -> None:
    page = f'<base href="https://cdn.example/x/"><link {RSS} href="feed">'

    assert found(page) == [("https://cdn.example/x/feed", "")]


def test_a_page_with_a_thousand_feeds_offers_the_first() -> None:
    assert len(found("".join(f'<link {RSS} href="/{number}">' for number in range(1000)))) == MOST_CANDIDATES


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text())
def test_no_page_is_too_odd(page: str, href: str) -> None:
    assert isinstance(found(page), list)
    assert all(
        url.startswith(("http://", "https://")) for url, _ in found(f"<base href='{page}'><link {RSS} href='{href}'>")
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" lantern.example ", "https://lantern.example"),
        ("<https://lantern.example/x>", "https://lantern.example/x"),
        ("http://lantern.example", "http://lantern.example"),
    ],
)
def test_what_people_type_becomes_an_address(typed: str, address: str) -> None:
    assert address_of(typed) == address


def test_feeds_are_looked_for_beside_the_page_and_at_the_root() -> None:
    places = usual_places("https://lantern.example/blog?page=2#top")

    assert places[0] == "https://lantern.example/blog/feed/"
    assert "https://lantern.example/feed/" in places
    assert len(set(places)) == len(places)


async def test_a_feed_is_its_own_answer(reader: FeedReader, site: Site) -> None:
    url = site.serves("/feed", rss(item()))

    assert await reader.discover(url, now=NOW) == (Candidate(url, "Lantern Street"),)


@pytest.mark.parametrize(
    "page",
    [
        "<html>{link}</html>",
        "<!doctype html><meta charset=utf-8><title>Lantern</title>{link}<p>Welcome",
        "<!-- Lantern --><body class=home><div>{link}</div>",
        "<center>Welcome</center>{link}",
        "Welcome! {link}",
    ],
    ids=["page", "page without html", "link in the body", "old markup", "text first"],
)
async def test_a_page_gives_its_feeds_away(reader: FeedReader, site: Site, page: str) -> None:
    url = site.serves("/", page.format(link=f'<link {RSS} href="/all.xml" title="All">'))

    assert await reader.discover(url, now=NOW) == (Candidate(site.url("/all.xml"), "All"),)


async def test_a_page_that_says_nothing_has_its_feed_at_a_usual_place(reader: FeedReader, site: Site) -> None:
    url = site.serves("/", "<html><p>Welcome</p></html>")
    place = site.serves("/rss.xml", rss(item()))

    assert await reader.discover(url, now=NOW) == (Candidate(place, "Lantern Street"),)


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/sub/lantern.rss">RSS</a>',
        '<a href="/archive/feed?kind=all">Follow us</a>',
        '<link rel="alternate" type="text/xml" href="/lantern.xml">',
        '<link rel="feed" href="/old/atom.xml">',
    ],
)
async def test_what_looks_like_a_feed_is_tried_until_one_is(reader: FeedReader, site: Site, link: str) -> None:
    broken = '<a href="/not/rss">RSS</a>'
    place = site.serves(link.partition('href="')[2].partition('"')[0], rss(item()))

    assert await reader.discover(site.serves("/", f"<body>{broken}{link}"), now=NOW) == (
        Candidate(place, "Lantern Street"),
    )


async def test_a_site_without_a_feed_says_so(reader: FeedReader, site: Site) -> None:
    for path in ("/", "/feed/"):
        site.serves(path, "<html><p>Welcome</p></html>")

    outcome = await reader.discover(site.url("/"), now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is Reason.NO_FEED_FOUND


@pytest.mark.parametrize(("path", "reason"), [("/missing", Reason.NOT_FOUND), ("/cut", Reason.CUT)])
async def test_a_page_that_cannot_be_read_says_why(reader: FeedReader, site: Site, path: str, reason: Reason) -> None:
    site.serves("/cut", rss(item())[:-20])

    outcome = await reader.discover(site.url(path), now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is reason
