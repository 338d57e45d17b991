"""Moments as text. The hub keeps UTC without an offset; clients send every form of ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LOST_PLUS = re.compile(r"(T\S+) (?=\d\d(:?\d\d)?$)")
"""The blank that an offset's "+" becomes when a client forgets to escape it in a query string."""


def naive_iso(moment: datetime | None) -> str | None:
    """`2017-02-25T15:55:05.978298`: UTC, never an offset, the fraction only where there is one."""
    return None if moment is None else moment.isoformat()


def from_iso(text: str) -> datetime:
    """The moment that `text` names, in naive UTC; without an offset it is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+", text.strip()))
    try:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        raise ValueError("lies outside the calendar") from None
