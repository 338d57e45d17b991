"""Reading what a request brings: bodies, fields and queries. Raises refusals and BadRequest, never a surprise."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from hub.threads import compute
from hub.wire import large_json, strict_json
from hub.wire.faults import FILLED, first_fault
from hub.wire.large_json import Octets

LARGEST_BODY = 1024 * 1024
LARGEST_READ_AT_ONCE = 256 * 1024
"""Bytes that are hashed and parsed while the loop waits; a thread does it with more."""
PATIENCE_SECONDS = 60.0
"""How long a body may take to arrive, however slow the line."""
BODY_DIGEST: web.RequestKey[str] = web.RequestKey("body_digest", str)


class BadRequest(Exception):
    """The request itself cannot be used: not JSON, too large, of a type that is not taken."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Body(BaseModel):
    """A JSON object that a client sends. Unknown keys are ignored; texts stay texts and numbers numbers."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


Filled = Annotated[str, StringConstraints(pattern=FILLED)]
"""A text with something in it."""

B = TypeVar("B", bound=Body)
T = TypeVar("T")


@asynccontextmanager
async def arriving() -> AsyncIterator[None]:
    """Around the reading of a body; one that stops, breaks off or breaks the rules of HTTP is refused."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except TimeoutError:
        raise BadRequest(408, "The body took too long to arrive.") from None
    except (ConnectionError, web.RequestPayloadError):
        raise BadRequest(400, "The body did not arrive whole.") from None


async def read(request: web.Request, *, most: int = LARGEST_BODY) -> bytearray:
    """The whole body; refuses one that is too large before it is in memory, and any that is packed.

    It is handed on as it was gathered: to copy 36 MB, others would have to wait for 50 ms.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BadRequest(415, "Send the body without Content-Encoding.")
    if (request.content_length or 0) > most:
        raise BadRequest(413, f"The body is larger than {most} bytes.")
    body = bytearray()
    async with arriving():
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > most:
                raise BadRequest(413, f"The body is larger than {most} bytes.")
    request[BODY_DIGEST] = await digest(body)
    return body


async def digest(content: Octets) -> str:
    """What tells one body from another, for calls that are sent again."""
    return (await _letting_others_run(hashlib.sha256, content)).hexdigest()


async def _letting_others_run(work: Callable[[Octets], T], content: Octets) -> T:
    return work(content) if len(content) <= LARGEST_READ_AT_ONCE else await compute(work, content)


async def json_object(request: web.Request, *, most: int = LARGEST_BODY) -> dict[str, Any]:
    """The body as an object. Where `most` is above a megabyte, only long texts may make it so large."""
    if request.content_type != "application/json":
        raise BadRequest(400, "Send JSON, with Content-Type: application/json.")
    body = await read(request, most=most)
    try:
        value = await _letting_others_run(_loads, body)
    except large_json.TooLarge as wrong:
        raise BadRequest(413, f"The body {wrong}.") from None
    except strict_json.NotStrictJson as wrong:
        raise BadRequest(400, f"The body {wrong}.") from None
    if not isinstance(value, dict):
        raise BadRequest(400, "The body is not a JSON object.")
    return value


def _loads(body: Octets) -> Any:
    return strict_json.loads(bytes(body)) if len(body) <= LARGEST_READ_AT_ONCE else large_json.loads(body)


async def parse(request: web.Request, kind: type[B], *, most: int = LARGEST_BODY) -> B:
    """The body as `kind`; the first field that is missing or wrong is refused by name."""
    return validated(await json_object(request, most=most), kind)


def validated(value: dict[str, Any], kind: type[B]) -> B:
    """An object as `kind`; the first field that is missing or wrong is refused by name."""
    try:
        return kind.model_validate(value)
    except ValidationError as wrong:
        raise first_fault(wrong, whole="body") from None


async def form(request: web.Request) -> dict[str, str]:
    """A form's fields, as a webhook sends them; the first value of each."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadRequest(400, "Send a form, with Content-Type: application/x-www-form-urlencoded.")
    try:
        pairs = _fields((await read(request)).decode())
    except ValueError:
        raise BadRequest(400, "The form is not UTF-8.") from None
    if any("\0" in name + value for name, value in pairs.items()):
        raise BadRequest(400, "The form contains a NUL character.")
    return pairs


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000, errors="strict"):
        found.setdefault(name, value)
    return found


def query(request: web.Request, name: str) -> str | None:
    """A query parameter; a key with no value counts as absent."""
    return request.query.get(name) or None
