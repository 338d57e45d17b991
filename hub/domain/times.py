"""The four times of a hackathon, from which clients count down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import TIMES, UPDATE, demand
from hub.domain.refusals import EndsTooEarly
from models import Times, locked

THE_ROW = 1
NOT_SET = datetime(1970, 1, 1)
"""Told until organisers set the times: clients need text everywhere, and a moment long past counts down to nothing."""
NOTHING_SET = dict.fromkeys(("event_start_time", "event_end_time", "hacking_start_time", "hacking_end_time"), NOT_SET)


@dataclass(frozen=True)
class TimesSet:
    times: Times


def current() -> Times:
    return Times.get_or_none(id=THE_ROW) or Times(**NOTHING_SET)


def change(*, by: Actor, **moments: datetime) -> Times:
    """Set the times given and keep the others."""
    demand(by, TIMES, UPDATE)
    times = _the_row()
    for name, moment in moments.items():
        setattr(times, name, moment)
    _refuse_backwards(times, "event")
    _refuse_backwards(times, "hacking")
    times.save()
    record(TimesSet(times))
    return times


def _the_row() -> Times:
    """The one row, made where it is missing, which nobody else may change until this unit ends."""
    Times.insert(id=THE_ROW, **NOTHING_SET).on_conflict_ignore().execute()
    return locked(Times.select().where(Times.id == THE_ROW)).get()


def _refuse_backwards(times: Times, what: str) -> None:
    start, end = getattr(times, f"{what}_start_time"), getattr(times, f"{what}_end_time")
    if NOT_SET not in (start, end) and end < start:
        raise EndsTooEarly(f"{what}_end_time", f"{what}_start_time")
