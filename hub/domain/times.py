"""The four times of a hackathon, from which clients count down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.actors import Actor, organisers_only
from hub.domain.facts import record
from hub.domain.refusals import Invalid
from models import Times

THE_ROW = 1
NOT_SET = datetime(1970, 1, 1)
"""Told until organisers set the times: clients need a string in each place, and a moment long past counts down to nothing."""


@dataclass(frozen=True)
class TimesSet:
    times: Times


def current() -> Times:
    return Times.get_or_none(id=THE_ROW) or Times(
        event_start_time=NOT_SET, event_end_time=NOT_SET, hacking_start_time=NOT_SET, hacking_end_time=NOT_SET
    )


def change(*, by: Actor, **moments: datetime) -> Times:
    """Set the times given and keep the others."""
    organisers_only(by)
    times = current()
    for name, moment in moments.items():
        setattr(times, name, moment)
    _refuse_backwards(times, "event")
    _refuse_backwards(times, "hacking")
    _store(times)
    record(TimesSet(times))
    return times


def _store(times: Times) -> None:
    is_new = times.id is None
    times.id = THE_ROW
    times.save(force_insert=is_new)


def _refuse_backwards(times: Times, what: str) -> None:
    start, end = getattr(times, f"{what}_start_time"), getattr(times, f"{what}_end_time")
    if NOT_SET not in (start, end) and end < start:
        raise Invalid(f"{what}_end_time", f"lies before {what}_start_time")
