"""Only the public web may be asked, however an address is written and whatever its name turns into."""

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.feeds.fetch import Fetcher, open_http
from bot.feeds.guard import Guard, GuardedResolver, PrivateAddress, is_public
from bot.feeds.hosts import Hosts
from bot.feeds.outcomes import FetchFailed, Reason, Request
from bot.texts import Text
from tests.feeds.samples import NOW
from tests.feeds.site import Site

PRIVATE = (
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:5db8:d822::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")


class Names(AbstractResolver):
    """A resolver that knows what it is told."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses[host]
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_in_every_wrapping(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: object) -> None:
    plain = ip_address(str(address))

    assert is_public(ip_address(f"::ffff:{plain}")) == is_public(plain)
    assert is_public(ip_address(f"64:ff9b::{plain}")) == is_public(plain)


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://{f'[{address}]' if ':' in address else address}/feed" for address in PRIVATE),
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://me:secret@example.com/",
        "http://me@example.com/",
        "http://example.com:22/",
        "http://example.com:25/feed",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http:///feed",
        "http://[::1/",
        "ftp://example.com/feed",
        "file:///etc/passwd",
        "feed:https://example.com/",
        "example.com/feed",
        "",
    ],
)
def test_an_address_that_may_not_be_asked_is_explained(url: str) -> None:
    assert isinstance(Guard(proxies={}).checked(url), Text)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/feed",
        "http://example.com:8080/",
        "http://8.8.8.8/feed",
        "http://[2606:4700::1111]/",
        "https://münchen.example/",
        "https://a_b.example/?page=2#top",
        "https://9-1-1.example/",
        "https://24.example",
    ],
)
def test_ordinary_addresses_may_be_asked(url: str) -> None:
    assert Guard(proxies={}).checked(url) == URL(url)


def test_a_home_lab_may_be_asked_if_the_operator_says_so() -> None:
    assert isinstance(Guard(allow_private=True).checked("http://192.168.1.5:81/feed"), URL)
    assert isinstance(Guard(allow_private=True).checked("file:///etc/passwd"), Text)


async def test_a_name_leads_to_its_public_addresses_only() -> None:
    resolver = GuardedResolver(Guard(proxies={}), Names(mixed=["10.0.0.1", "8.8.8.8", "::1"]))

    assert [found["host"] for found in await resolver.resolve("mixed", 80)] == ["8.8.8.8"]


async def test_a_name_without_a_public_address_is_refused() -> None:
    resolver = GuardedResolver(Guard(proxies={}), Names(inside=["127.0.0.1", "fe80::1%eth0"]))

    with pytest.raises(PrivateAddress):
        await resolver.resolve("inside", 80)


async def test_a_name_that_becomes_private_is_refused_when_connecting(site: Site) -> None:
    """The look-up that counts is the one the connection is made with (DNS rebinding)."""
    guard = Guard(proxies={})
    async with open_http(user_agent="test", guard=guard) as http:
        fetcher = Fetcher(http, guard=guard, hosts=Hosts(pause=0))
        port = URL(site.address).port
        outcome = await fetcher.fetch(Request(url=f"http://localhost:{port}/feed"), now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is Reason.PRIVATE
    assert not site.asked


async def test_the_proxy_may_be_private_and_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://gateway.internal:3128")
    monkeypatch.setenv("https_proxy", "gateway.internal:3128")
    monkeypatch.setenv("no_proxy", "direct.example")
    guard = Guard()
    resolver = GuardedResolver(guard, Names(**{"gateway.internal": ["10.0.0.1"]}))

    assert guard.proxy_for(URL("http://example.com/")) == "http://gateway.internal:3128"
    assert guard.proxy_for(URL("https://example.com/")) == "http://gateway.internal:3128"
    assert guard.proxy_for(URL("https://direct.example/")) is None
    assert guard.proxy_for(URL("http://127.0.0.1:8080/demo")) is None
    assert isinstance(guard.checked("http://gateway.internal:3128/"), Text)
    assert len(await resolver.resolve("gateway.internal", 3128)) == 1


async def test_a_proxy_is_asked_for_the_feed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site.address)
    guard = Guard()
    async with open_http(user_agent="test", guard=guard) as http:
        await Fetcher(http, guard=guard, hosts=Hosts(pause=0)).fetch(Request(url="http://far.example/feed"), now=NOW)

    assert [headers["Host"] for _, headers in site.asked] == ["far.example"]


async def test_a_proxy_does_not_open_private_addresses(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site.address)
    guard = Guard()
    async with open_http(user_agent="test", guard=guard) as http:
        fetcher = Fetcher(http, guard=guard, hosts=Hosts(pause=0))
        outcome = await fetcher.fetch(Request(url="http://169.254.169.254/latest"), now=NOW)

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is Reason.ADDRESS
    assert not site.asked
