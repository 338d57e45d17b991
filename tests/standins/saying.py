"""What a stand-in hears, what it says, and what it does wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any


class Fault(Enum):
    """Done instead of an answer."""

    GOAWAY = auto()
    """The request was not looked at, and the connection ends."""
    RST_STREAM = auto()
    RESET = auto()
    """Of the TCP connection."""
    RESET_AFTER_TAKING = auto()
    """The request is carried out, and the answer gets lost."""
    HANG = auto()
    """Taken, and never answered."""
    TRICKLE = auto()
    """A ping now and then, and never an answer."""
    GARBAGE = auto()
    FLOOD = auto()
    """Much of a body, and never its end."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    """As JSON, unless it is bytes."""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return (
            self.body if isinstance(self.body, bytes) else b"" if self.body is None else json.dumps(self.body).encode()
        )


@dataclass
class Heard:
    """A request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)
