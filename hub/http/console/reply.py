"""Saying yes in the console: the bare object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hub.wire import strict_json

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def ok(said: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(said, status=status, headers=HEADERS, dumps=strict_json.dumps)


def created(said: Mapping[str, Any]) -> web.Response:
    return ok(said, 201)
