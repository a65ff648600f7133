"""Where a webhook may go: which URLs and addresses, and a network that dials no other.

A channel's URL is somebody's input, and the notifier sits in somebody's private network. A
name is resolved once, every address of it is judged, and a judged address is dialled, so that
a second DNS answer cannot slip in; Host and SNI stay the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpcore
import httpx

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# The list of svix-webhooks, core/webhook_http_client.rs, and what was registered since. Python's
# `is_private` misses CGNAT, NAT64 and 6to4.
REFUSED: Final[tuple[Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::1/128", "fe80::/10", "fc00::/7", "ff00::/8", "2001:db8::/32", "2001::/32",
        "fec0::/10", "::/96", "3fff::/20", "100::/64", "2002::/16", "64:ff9b::/96",
        "64:ff9b:1::/48", "5f00::/16",
    )
)  # fmt: skip

_DIALLED: Final = 3  # addresses of a name at most: the time to connect is shared among them


class RefusedError(Exception):
    """The egress rules forbid the URL or an address of its host. The message has no URL."""


class UnresolvedError(Exception):
    """The host has no address."""


@dataclass(frozen=True, slots=True)
class Egress:
    """The rules, and what is let through in spite of them."""

    allowed: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset()

    def judge(self, address: str) -> str | None:
        """Return why an address is refused; None: it is fine.

        Anything but an address in its usual form is refused, and so is one with a zone.
        """
        try:
            parsed: IPv4Address | IPv6Address = ip_address(address)
        except ValueError:
            return "not an address"
        if isinstance(parsed, IPv6Address):
            if parsed.scope_id:
                return "an address with a zone"
            parsed = parsed.ipv4_mapped or parsed
        if any(parsed in network for network in self.allowed):
            return None
        for network in REFUSED:
            if parsed in network:
                return f"within {network}"
        return None

    def judge_url(self, url: str) -> str | None:
        """Return why a URL is refused before its host is resolved; None: it is fine so far."""
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):  # ValueError: httpx lets some out, as for ports
            return "not a URL"
        if parsed.scheme not in {"http", "https"}:
            return "neither http nor https"
        if parsed.userinfo or not parsed.host:
            return "with a user or without a host"
        usual = 443 if parsed.scheme == "https" else 80
        port = usual if parsed.port is None else parsed.port
        if not (port in {80, 443} or 1024 <= port <= 65535 or port in self.ports):
            return f"port {port}"
        try:
            ip_address(parsed.host)
        except ValueError:
            return None
        return self.judge(parsed.host)


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses in the order to try them. Raises OSError, UnicodeError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """A network that resolves a name once and dials only addresses that were judged."""

    def __init__(self, egress: Egress, resolve: Resolve = resolved) -> None:
        self._egress = egress
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's interface)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to the host. Raises RefusedError, UnresolvedError, ConnectError."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._judged(host, port)
        except TimeoutError as error:
            raise UnresolvedError("no answer in time") from error
        dialled = addresses[:_DIALLED]
        share = timeout / len(dialled) if timeout else None
        failure: Exception | None = None
        for address in dialled:
            try:
                return await self._network.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def _judged(self, host: str, port: int) -> list[str]:
        """Return the host's addresses. One that is refused refuses them all."""
        try:
            addresses = list(dict.fromkeys(await self._resolve(host, port)))
        except (OSError, UnicodeError) as error:
            raise UnresolvedError(type(error).__name__) from error
        if not addresses:
            raise UnresolvedError("no address")
        for address in addresses:
            if why := self._egress.judge(address):
                raise RefusedError(why)
        return addresses
