"""The console's spelling, where all its objects share it."""

from __future__ import annotations

from datetime import datetime


def moment(at: datetime | None) -> str | None:
    """`2026-11-22T09:00:00Z`: UTC, with a fraction only where there is one."""
    return None if at is None else f"{at.isoformat()}Z"
