"""Saying yes in Flux: a JSON object without a key `error`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.wire import flux, strict_json


def ok(**fields: Any) -> web.Response:
    return plain({**flux.OKAY, **fields})


def plain(said: dict[str, Any]) -> web.Response:
    """What the contract shows without a `status`."""
    return web.json_response(said, dumps=strict_json.dumps)


def failed(reason: str, **fields: Any) -> web.Response:
    """A failure that the contract says with HTTP 200."""
    return plain(flux.error(reason, **fields))
