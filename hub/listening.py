"""Where a server listens, and how somebody on the same machine reaches it there."""

from __future__ import annotations

import socket

BACKLOG = 1024
SEND_BUFFER_BYTES = 256 * 1024
"""What the kernel holds for one connection, which inherits it. By itself it would take megabytes for a client that does
not read, and nobody could tell how old they are."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, of whichever family the address is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def tune(listener: socket.socket) -> None:
    """Set what every connection inherits from it, whoever opened it."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    # A second small answer must not wait until the first was acknowledged. asyncio sees to it for sockets that say
    # their protocol, which those of `create_server` do not.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def reachable(host: str) -> str:
    """An address to call where the server listens on all of them."""
    return EVERYWHERE.get(host, host)


def url_of(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"
