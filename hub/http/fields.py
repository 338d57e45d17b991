"""Fields that several dialects read alike: moments, ids and whole numbers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field

from hub.domain.refusals import Invalid
from hub.http.bodies import query
from hub.wire.moments import LONGEST, from_iso


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("is not a text")
    try:
        return from_iso(value)
    except ValueError:
        raise ValueError("is not an ISO 8601 date") from None


MomentText = Annotated[
    str,
    Field(
        max_length=LONGEST,
        description="Any form of ISO 8601; without an offset it is UTC.",
        examples=["2017-02-25T15:55:05+01:00"],
    ),
]
Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=MomentText)]
"""Any form of ISO 8601; kept as naive UTC."""

_PUBLIC_ID = re.compile(r"[0-9a-fA-F]{24}")


def public_id(text: str, field: str = "id") -> str:
    """An id as the hub gives them out; anything else cannot name a row."""
    if not _PUBLIC_ID.fullmatch(text):
        raise Invalid(field, "is not an id: 24 hex digits")
    return text.lower()


def whole_number(request: web.Request, name: str, least: int, most: int, *, otherwise: int) -> int:
    """A number in the query; `otherwise` where there is none."""
    text = query(request, name)
    if text is None:
        return otherwise
    # Digits only: Python also takes blanks, underscores and the digits of every script.
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise Invalid(name, f"is no whole number from {least} to {most}")
    return int(text)
