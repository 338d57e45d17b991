"""Where a server listens, and how somebody on the same machine reaches it there."""

from __future__ import annotations

import socket

BACKLOG = 1024
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, of whichever family the address is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def reachable(host: str) -> str:
    """An address to call where the server listens on all of them."""
    return EVERYWHERE.get(host, host)


def url_of(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"
