"""What clients may say and what they hear: the events that a namespace declares, and how what is said is answered.

A declared event takes exactly one argument, an object. The answer is its acknowledgement: `{ok: true, ...}` once what
was asked for is committed, `{ok: false, code, ...}` where nothing was changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from hub.domain.actors import Actor
from hub.domain.refusals import Invalid, Refusal, TooMany
from hub.realtime.classes import EventClass
from hub.realtime.connection import Connection
from hub.wire.faults import first_fault

Answer = Mapping[str, Any]
Shape = Any
"""What something looks like, for the document: a TypedDict, or a type such as `list[...]` of one."""


class Argument(BaseModel):
    """What a client sends with an event. Unknown keys are ignored; texts stay texts and numbers numbers."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Declared(Generic[M]):
    """An event that clients of a namespace may send, and what is done about it.

    `handle` returns when everything it changed is committed. It raises a Refusal to say no; whatever else it raises
    leaves the client without an answer and closes its transport. `answer` is the shape of what its acknowledgement
    holds beside `ok`.
    """

    model: type[M]
    handle: Callable[[Connection, M], Awaitable[Answer | None]]
    answer: Shape = None

    def read(self, arguments: list[Any]) -> M:
        """What came with the event; the first field that is missing or wrong is refused by name."""
        if len(arguments) != 1 or not isinstance(arguments[0], dict):
            raise Invalid("argument", "is not exactly one object")
        try:
            return self.model.model_validate(arguments[0])
        except ValidationError as wrong:
            raise first_fault(wrong, whole="argument") from None


@dataclass(frozen=True)
class Verbatim:
    """An event whose arguments are taken as they come, whatever they are, and answered at once by a list of others."""

    handle: Callable[[Connection, list[Any]], list[Any]]


class Namespace(Protocol):
    """What the server asks of a namespace."""

    @property
    def name(self) -> str: ...

    @property
    def is_public(self) -> bool: ...

    @property
    def events(self) -> Mapping[str, Declared[Any] | Verbatim]:
        """What its clients may send."""

    @property
    def hears(self) -> Mapping[str, Shape]:
        """What its clients hear, with the shape of each event's payload. A test compares it with what is told."""

    @property
    def not_kept(self) -> Mapping[str, EventClass]:
        """What of it is told and not kept, so that it carries no offset, and what may be done with it."""

    @property
    def takes_binary(self) -> bool:
        """Whether its clients may send attachments."""

    @property
    def greets(self) -> Callable[[Connection, Any], None] | None:
        """Called once a client has joined, with what it said when it connected."""

    def stream_of(self, actor: Actor | None) -> str: ...

    def refusal_of(self, no: Refusal, /) -> Answer:
        """A refusal in the words of the namespace's contract: its code, and whatever else belongs to it."""


def plainly(no: Refusal) -> Answer:
    """A refusal as the hub itself says it."""
    return {"code": no.code, "field": no.field, "detail": no.reason} if isinstance(no, Invalid) else {"code": no.code}


async def answer(namespace: Namespace, connection: Connection, event: str, arguments: list[Any]) -> Answer:
    """Carry out an event that the namespace declares; what comes back is for the client."""
    declared = namespace.events[event]
    assert isinstance(declared, Declared)
    try:
        return {"ok": True, **(await declared.handle(connection, declared.read(arguments)) or {})}
    except TooMany as no:
        return {"ok": False, **namespace.refusal_of(no), "retryAfter": no.retry_after}
    except Refusal as no:
        return {"ok": False, **namespace.refusal_of(no)}
