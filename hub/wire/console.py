"""The console's spelling, where all its objects share it."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def moment(at: datetime | None) -> str | None:
    """`2026-11-22T09:00:00Z`: UTC, with a fraction only where there is one."""
    return None if at is None else f"{at.isoformat()}Z"


def without_addresses(said: Any) -> Any:
    """The same with null for each username that is an e-mail address."""
    if isinstance(said, dict):
        return {name: None if _is_address(name, value) else without_addresses(value) for name, value in said.items()}
    return [without_addresses(one) for one in said] if isinstance(said, list) else said


def _is_address(name: str, value: Any) -> bool:
    return name == "username" and isinstance(value, str) and "@" in value
