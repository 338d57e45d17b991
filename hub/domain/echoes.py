"""What the conformance profile keeps: what a client said, so that the way through the journal can be tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain.facts import record


@dataclass(frozen=True)
class EchoKept:
    payload: Any


def keep(payload: Any) -> None:
    record(EchoKept(payload))
