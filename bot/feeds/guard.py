"""Where a feed may live: on the public web, and nowhere near the machine that reads it.

Anybody may add a feed, so anybody may choose what we connect to. An address is checked as it is written, at every
redirect, and a name is checked again by what it resolves to at the moment of connecting, so that a name that changes
its mind gets nowhere either.
"""

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.request import getproxies, proxy_bypass

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.texts import N_, Text

#: What the internet uses of IPv6. Multicast, link-local, unique local and site-local addresses all lie outside.
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: Public IPv4 addresses, as networks without IPv4 see them (RFC 6052).
NAT64: Final = IPv6Network("64:ff9b::/96")
#: Tunnels that carry an IPv4 address of the sender's choice (Teredo, 6to4). Nobody serves feeds through them.
TUNNELS: Final = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
#: A public address at which Azure's host agent answers its own machines.
AZURE_AGENT: Final = IPv4Address("168.63.129.16")

_HOST: Final = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)
#: As browsers have it: a host that ends in a number, in any spelling, is an IPv4 address.
_ENDS_IN_NUMBER: Final = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)


class PrivateAddress(OSError):  # noqa: N818  as FileNotFound would be
    """The name leads to an address that is not public."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether `address` is on the public internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        return address in GLOBAL_UNICAST and address.is_global and not any(address in net for net in TUNNELS)
    return address.is_global and not address.is_multicast and address != AZURE_AGENT


def environment_proxies() -> dict[str, str]:
    """The proxies for http and https that the usual environment variables name."""
    named = getproxies()
    proxies = {}
    for scheme in ("http", "https"):
        proxy = named.get(scheme) or named.get("all") or ""
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        if proxy.startswith(("http://", "https://")) and _host_of(proxy):
            proxies[scheme] = proxy
    return proxies


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which addresses may be asked, and finds the proxy to ask through."""

    #: Lets feeds live on loopback and private addresses.
    allow_private: bool = False
    #: By scheme, as the usual environment variables give them.
    proxies: Mapping[str, str] = field(default_factory=environment_proxies)

    def checked(self, address: str) -> URL | Text:
        """`address` as it will be asked for, or why it may not be, as the end of a sentence."""
        try:
            url = URL(address)
            # As it will be asked for: "１２７.０.０.１" is 127.0.0.1 by then.
            host, port = url.raw_host, url.port
        except ValueError:
            return N_("it cannot be read as a web address")
        if url.scheme not in {"http", "https"} or not host or not port:
            return N_("it does not begin with http:// or https:// and a name")
        if not _HOST.fullmatch(host):
            return N_("it does not name a site, such as example.com")
        if url.user is not None or url.password is not None:
            return N_("it contains a user name or password")
        if self.allow_private:
            return url
        if port not in {80, 443} and port < 1024:
            return N_("port {port} is not one that websites use", port=port)
        return self._host_problem(host) or url

    def _host_problem(self, host: str) -> Text | None:
        if host.casefold() in self.trusted_hosts:
            return N_("it is the proxy of this bot")
        if ":" not in host and not _ENDS_IN_NUMBER.search(host):
            return None
        try:
            public = is_public(ip_address(host))
        except ValueError:
            return N_("its numbers are not written as an ordinary IP address")
        return None if public else N_("it is not on the public internet")

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """The hosts of the proxies, which the operator chose and which may well be private."""
        return frozenset(host.casefold() for proxy in self.proxies.values() if (host := _host_of(proxy)))

    def proxy_for(self, url: URL) -> str | None:
        """The proxy to ask for `url`, as the usual environment variables say.

        aiohttp's own `trust_env` would do it too, but also sends what it finds in ~/.netrc.
        """
        if url.scheme not in self.proxies:
            return None
        host = url.raw_host or ""
        # No proxy can reach this machine for us.
        return None if _is_this_machine(host) or proxy_bypass(host) else self.proxies[url.scheme]


class GuardedResolver(AbstractResolver):
    """Resolves names, and forgets the addresses that are not public."""

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._allowed = guard.trusted_hosts
        self._allow_all = guard.allow_private
        self._inner = inner or ThreadedResolver(asyncio.get_running_loop())

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of `host`.

        Raises:
            PrivateAddress: it has addresses, and none of them is public.
            OSError: it has none.

        """
        try:
            found = await self._inner.resolve(host, port, family)
        except UnicodeError as error:
            raise OSError(f"{host} is no name that could be looked up") from error
        if self._allow_all or host.casefold() in self._allowed:
            return found
        public = [result for result in found if _is_public_text(result["host"])]
        if found and not public:
            raise PrivateAddress(f"{host} is not on the public internet")
        return public

    async def close(self) -> None:
        await self._inner.close()


def _host_of(address: str) -> str | None:
    try:
        return URL(address).host
    except ValueError:
        return None


def _is_public_text(address: str) -> bool:
    try:
        return is_public(ip_address(address))
    except ValueError:
        return False


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
