"""The one clock. Everything that asks what time it is asks here, so that tests can hold it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Source = Callable[[], datetime]


def system() -> datetime:
    """The moment by the machine's clock, in UTC and without an offset, as it is stored."""
    return datetime.now(UTC).replace(tzinfo=None)


_source: Source = system


def now() -> datetime:
    """The present moment: UTC, naive."""
    return _source()


def use(source: Source) -> None:
    """Take the time from `source` from now on, in the whole process."""
    global _source
    _source = source
