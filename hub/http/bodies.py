"""Reading what a request brings: bodies, fields and queries. Raises refusals and BadRequest, never a surprise."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from hub.domain.refusals import Invalid
from hub.wire import strict_json

LARGEST_BODY = 1024 * 1024
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


Filled = Annotated[str, StringConstraints(pattern=r"\S")]
"""A text with something in it."""

B = TypeVar("B", bound=Body)


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


async def read(request: web.Request, *, most: int = LARGEST_BODY) -> bytes:
    """The whole body; refuses one that is too large before it is in memory, and any that is packed."""
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
    request[BODY_DIGEST] = hashlib.sha256(body).hexdigest()
    return bytes(body)


async def json_object(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest(400, "Send JSON, with Content-Type: application/json.")
    try:
        value = strict_json.loads(await read(request))
    except strict_json.NotStrictJson as wrong:
        raise BadRequest(400, f"The body {wrong}.") from None
    if not isinstance(value, dict):
        raise BadRequest(400, "The body is not a JSON object.")
    return value


async def parse(request: web.Request, kind: type[B]) -> B:
    """The body as `kind`; the first field that is missing or wrong is refused by name."""
    value = await json_object(request)
    try:
        return kind.model_validate(value)
    except ValidationError as wrong:
        raise first_fault(wrong) from None


def first_fault(wrong: ValidationError) -> Invalid:
    fault = wrong.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "body"
    reasons = {
        "missing": "is missing",
        "string_type": "is not a text",
        "string_pattern_mismatch": "is blank",
        "string_too_short": "is blank",
        "string_too_long": "is too long",
        "int_type": "is not a whole number",
        "greater_than_equal": "is too small",
        "less_than_equal": "is too large",
    }
    return Invalid(field, reasons.get(fault["type"], fault["msg"].removeprefix("Value error, ")))


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
