"""Who is at the other end of a connection, seen through the proxies that the operator trusts, and no others."""

from __future__ import annotations

import ipaddress

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
TRUSTED: web.AppKey[list[Network]] = web.AppKey("trusted_proxies", list)


def networks(words: tuple[str, ...]) -> list[Network]:
    """`10.0.0.0/8`, `127.0.0.1` … as networks; raises ValueError for anything else."""
    return [ipaddress.ip_network(word, strict=False) for word in words]


def address_of(request: web.Request) -> str:
    """The client's address: the last hop that no trusted proxy vouches for."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    return client_behind(request.remote, forwarded, request.config_dict[TRUSTED])


def came_over_tls(request: web.Request) -> bool:
    """Whether the browser's end of the way is encrypted, as a trusted proxy says who takes TLS off."""
    if _is_in(request.remote or "", request.config_dict[TRUSTED]):
        # Of several proxies the first is the one that the browser spoke to.
        first, _, _ = request.headers.get("X-Forwarded-Proto", request.scheme).partition(",")
        return first.strip().lower() == "https"
    return request.secure


def client_behind(remote: str | None, forwarded: str, trusted: list[Network]) -> str:
    """Who has sent what came from `remote`; `forwarded` is what its X-Forwarded-For says, empty where there is none."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    address = remote or "unknown"
    while hops and _is_in(address, trusted):
        address = _without_port(hops.pop())
    return address if len(address) <= 64 else "unknown"


def _without_port(hop: str) -> str:
    """Some proxies say `192.0.2.1:4711` or `[2001:db8::1]:4711`: each connection would be somebody else."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_in(address: str, trusted: list[Network]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in trusted)
    except ValueError:
        return False
