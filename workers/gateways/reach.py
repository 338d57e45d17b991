"""How far a gateway may reach: for how long, and to which addresses.

Both are held where connections are made, read and written, because nothing above can: a server that says a little every
second is never late, and a name that was looked up once may mean another machine the next time.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore2

from workers.gateways.errors import GatewayError

CONNECT_SECONDS = 5.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MayReach = Callable[[Address], bool]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def anywhere(address: Address) -> bool:
    return True


def in_public(address: Address) -> bool:
    """On the Internet, and no machine of this house under another name."""
    inner = _ipv4_inside(address)
    return address.is_global and not address.is_multicast and (inner is None or in_public(inner))


def in_public_or_here(address: Address) -> bool:
    return address.is_loopback or in_public(address)


def _ipv4_inside(address: Address) -> ipaddress.IPv4Address | None:
    """The address that a gateway on the way makes of an IPv6 one that only wraps it."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


@dataclass
class _Send:
    until: float
    connections: int = 0
    """That had to be made for it."""


_send: ContextVar[_Send] = ContextVar("send")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever is asked of the outside in the block is over in so many seconds, all of it together."""
    token = _send.set(_Send(monotonic() + seconds))
    try:
        yield
    finally:
        _send.reset(token)


def connections_made() -> int:
    """In this block."""
    return _send.get().connections


def _left(most: float | None, timeout: type[httpcore2.TimeoutException]) -> float:
    left = _send.get().until - monotonic()
    if left <= 0:
        raise timeout("the time for the whole send is over")
    return left if most is None else min(left, most)


class Network(httpcore2.NetworkBackend):
    """Makes connections that keep to the time of their send, and only to addresses that may be reached."""

    def __init__(self, may_reach: MayReach) -> None:
        self._may_reach = may_reach
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        _send.get().connections += 1
        wrong: Exception | None = None
        for address in self._reachable(_look_up(host, port, _left(timeout, httpcore2.ConnectTimeout))):
            seconds = _left(timeout, httpcore2.ConnectTimeout)
            try:
                return _Stream(self._plain.connect_tcp(address, port, seconds, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                wrong = failed
        raise wrong or GatewayError(f"{host} is no public address; a push service would be one", permanent=True)

    def _reachable(self, addresses: Iterable[str]) -> list[str]:
        return [address for address in addresses if self._may_reach(ipaddress.ip_address(address))]


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, in the order in which they are to be tried.

    The system's own look-up knows no timeout, so a thread waits for it, and is left behind when it takes too long.
    """
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look_up_into, args=(found, host, port), name="look-up", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore2.ConnectTimeout("the name could not be looked up in time") from None
    if isinstance(answer, Exception):
        raise httpcore2.ConnectError(f"the name could not be looked up: {answer}")
    return answer


def _look_up_into(found: queue.SimpleQueue[list[str] | Exception], host: str, port: int) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # A link-local address names its interface too.
        found.put(list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows)))
    except (OSError, UnicodeError) as wrong:
        found.put(wrong)


class _Stream(httpcore2.NetworkStream):
    """A connection whose every read and write ends with the send that it is made for."""

    def __init__(self, plain: httpcore2.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, _left(timeout, httpcore2.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        seconds = _left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, seconds))

    def close(self) -> None:
        self._plain.close()

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)
