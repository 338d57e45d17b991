"""Saying yes in Vivere: `{"data": …, "success": true}` with a 2xx status."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.wire import strict_json


def ok(data: Any, status: int = 200) -> web.Response:
    return web.json_response({"data": data, "success": True}, status=status, dumps=strict_json.dumps)


def created(data: Any) -> web.Response:
    return ok(data, status=201)
