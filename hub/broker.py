"""Where Celery's broker is, derived from the one Redis address, and a Celery client that only sends."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from celery import Celery

NAME = "hub"


def broker_address(redis_address: str) -> str:
    """The Redis address in Celery's spelling, which differs for unix sockets."""
    parts = urlsplit(redis_address)
    if parts.scheme != "unix":
        return redis_address
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def client(redis_address: str) -> Celery:
    """Celery set up like the workers, for handing jobs over."""
    app = Celery(NAME, broker=broker_address(redis_address), set_as_current=False)
    app.config_from_object("celeryconfig")
    return app
