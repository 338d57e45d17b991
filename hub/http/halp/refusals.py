"""Saying no in Halp: one JSON object with a `code` that is not `success`.

What the document speaks of travels with HTTP 200, as its clients look at `code` alone. The rest has its natural status
and the document's generic `server_error`. `detail` and `field` are ours, for whoever writes a client.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain.once import KeyUsedForAnother
from hub.domain.refusals import Refusal, TooMany
from hub.http.bodies import BadRequest
from hub.http.dialect import RETRY_AFTER_SECONDS, Crash, Unavailable
from hub.wire import strict_json
from hub.wire.halp import SERVER_ERROR, refusal

HTTP_WORDS = {404: "there is nothing at this address", 405: "this address does not take that method"}


def refuse(no: Exception) -> web.Response:
    if isinstance(no, TooMany):
        return _say(429, f"try again in {no.retry_after} seconds", {"Retry-After": str(no.retry_after)})
    if isinstance(no, KeyUsedForAnother):
        return _say(409, "this Idempotency-Key came with another body; use a new one")
    if isinstance(no, Refusal):
        return _reply(200, refusal(no))
    if isinstance(no, BadRequest):
        return _say(no.status, no.reason)
    if isinstance(no, web.HTTPException):
        allowed = no.headers.get("Allow")
        return _say(no.status, HTTP_WORDS.get(no.status, no.reason), {"Allow": allowed} if allowed else None)
    if isinstance(no, Unavailable):
        retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return _say(503, "the server cannot answer just now; try again in a moment", retry)
    assert isinstance(no, Crash)
    return _say(500, "the error was noted")


def _say(status: int, detail: str, headers: dict[str, str] | None = None) -> web.Response:
    return _reply(status, {"code": SERVER_ERROR, "detail": detail}, headers)


def _reply(status: int, said: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(said, status=status, headers=headers, dumps=strict_json.dumps)
