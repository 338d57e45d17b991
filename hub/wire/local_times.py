"""Dates and times of day as people on the spot mean them: in the festival's zone, told once when a process starts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_zone = ZoneInfo("UTC")


def speak_in(zone: str) -> None:
    global _zone
    _zone = ZoneInfo(zone)


def local_date(moment: datetime) -> str:
    """`2019-09-24`: the day of a naive UTC moment on the spot."""
    # `strftime` leaves out the zeros of an early year.
    return _local(moment).date().isoformat()


def local_time(moment: datetime) -> str:
    """`09:30`."""
    return _local(moment).time().isoformat("minutes")


def _local(moment: datetime) -> datetime:
    there = moment.replace(tzinfo=UTC)
    try:
        return there.astimezone(_zone)
    except OverflowError:
        # In its first and last hours the calendar has no day on the spot.
        return there


def parts_of(moment: datetime) -> tuple[date, time]:
    """The day and the time of day on the spot of a naive UTC moment."""
    local = _local(moment).replace(tzinfo=None)
    return local.date(), local.time()


def moment_at(day: date, clock: time) -> datetime:
    """The naive UTC moment of a day and a time on the spot; raises OverflowError at the ends of the calendar."""
    return datetime.combine(day, clock, _zone).astimezone(UTC).replace(tzinfo=None)
