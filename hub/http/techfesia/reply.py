"""Saying yes in Techfesia: the bare object or array, with the status that the document prints."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.wire import strict_json


def ok(said: Any, status: int = 200) -> web.Response:
    return web.json_response(said, status=status, dumps=strict_json.dumps)


def created(said: Any) -> web.Response:
    return ok(said, 201)


def gone() -> web.Response:
    """Deleted: 204 and nothing else."""
    return web.Response(status=204)


def nothing(_: object = None) -> None:
    """How the answer of an action is spelled that has none."""
