"""What a node says of how it is, and what the hub was like at one moment. `hub/realtime/vitals` has nodes say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from hub.domain.queue import Depth


class Vitals(BaseModel):
    """How a node is, in the form in which it lies in Redis."""

    model_config = ConfigDict(frozen=True)

    name: str
    started_at: datetime
    version: str
    sockets: int
    streams: int
    """That this node follows."""
    lag_ms: float
    """By how much the latest timer came too late, of those since the node last spoke."""
    memory_mb: int
    is_draining: bool


@dataclass(frozen=True)
class Sample:
    """How the hub was at one moment. Who is missing did not say; `queue` is None where the database did not."""

    at: datetime
    queue: Depth | None
    nodes: tuple[Vitals, ...]
