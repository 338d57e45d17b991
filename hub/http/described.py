"""What a handler's call is, said beside the handler: what it takes, how it answers, and who may call.

The OpenAPI document of each dialect is made of it (`hub/http/openapi.py`). A description says, and decides nothing:
handlers go on reading their requests by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

Shape = Any
"""A TypedDict, `list[...]`, a pydantic model, None where there is no body, or a media type such as `"image/*"`; a tuple
of these where a reply may be of one type or of another."""
Security = str | Sequence[str | None] | None
"""A security scheme of the dialect, or several of which one is enough; None stands for anybody."""
EMPTY: Mapping[int, Shape] = {200: None}

H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """`replies` are the yeses by status, and `responds` what else has a shape of its own; every other answer is a no in
    the dialect's words."""

    summary: str
    body: type[BaseModel] | None = None
    replies: Mapping[int, Shape] = field(default_factory=lambda: EMPTY)
    query: type[BaseModel] | None = None
    upload: Sequence[str] = ()
    form: type[BaseModel] | None = None
    security: Security = None
    responds: Mapping[int, Shape] = field(default_factory=dict)
    description: str = ""
    body_may_be_missing: bool = False


_operations: dict[Callable[..., Any], Operation] = {}


def described(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    replies: Mapping[int, Shape] = EMPTY,
    query: type[BaseModel] | None = None,
    upload: Sequence[str] = (),
    form: type[BaseModel] | None = None,
    security: Security = None,
    responds: Mapping[int, Shape] | None = None,
    description: str = "",
    body_may_be_missing: bool = False,
) -> Callable[[H], H]:
    """Remember what a handler's call is; the handler stays as it was.

    `upload` names the file fields of a multipart body, of several of which one is enough, or a media type
    (`"image/png"`) that may be the whole body; `form` is an x-www-form-urlencoded body, and with file fields what goes
    along with them. With `security=("token", None)` a token may be sent but need not be.
    """
    said = (body, replies, query, upload, form, security, responds or {}, description, body_may_be_missing)
    operation = Operation(summary, *said)

    def remember(handler: H) -> H:
        _operations[handler] = operation
        return handler

    return remember


def operation_of(handler: Callable[..., Any]) -> Operation | None:
    return _operations.get(handler)
