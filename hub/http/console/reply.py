"""Saying yes in the console: the bare object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hub.domain.actors import Actor
from hub.domain.privileges import READ, USER
from hub.wire import strict_json
from hub.wire.console import without_addresses

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def ok(said: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(said, status=status, headers=HEADERS, dumps=strict_json.dumps)


def ok_for(by: Actor, said: Mapping[str, Any]) -> web.Response:
    """Yes, without the usernames that are e-mail addresses for staff who may not read users."""
    return ok(said if by.may(USER, READ) else without_addresses(said))


def created(said: Mapping[str, Any]) -> web.Response:
    return ok(said, 201)
