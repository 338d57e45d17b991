"""When an event is: days and times of day as bodies say them, whole or in part."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field

from hub.domain.festival_events import LASTS
from hub.domain.refusals import Invalid
from hub.wire.local_times import moment_at, parts_of

DAY = r"\d{4}-\d{2}-\d{2}"
CLOCK = r"\d{2}:\d{2}(:\d{2})?"
CLOCKS = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"
"""Those of which each fits a day."""
OUTSIDE = "lies outside the calendar"
A_DAY = timedelta(days=1)

T = TypeVar("T")


def _read_by(form: str, from_iso: Callable[[str], T], example: str) -> Callable[[object], T]:
    def read(value: object) -> T:
        # Python takes more forms of ISO 8601 than the contract has.
        if not (isinstance(value, str) and re.fullmatch(form, value, re.ASCII)):
            raise ValueError(f"has not the form {example}")
        try:
            return from_iso(value)
        except ValueError:
            raise ValueError("does not exist") from None

    return read


DayText = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2019-09-24"])]
ClockText = Annotated[str, Field(pattern=CLOCKS, examples=["09:30"])]
Day = Annotated[date, BeforeValidator(_read_by(DAY, date.fromisoformat, "YYYY-MM-DD"), json_schema_input_type=DayText)]
Clock = Annotated[time, BeforeValidator(_read_by(CLOCK, time.fromisoformat, "HH:MM"), json_schema_input_type=ClockText)]


@dataclass(frozen=True)
class When:
    """What a body says of start and end; called with both as they are so far, it answers both as they will be.

    An end of which nothing is said moves along with the start, and of a new event it lies an hour behind it. Where
    only its day or only its time is said, a new event takes the other from its start, and one that exists keeps it.

    But where both times of day are said and no day of the end, it ends at the first such time after its start, which
    may be the next day. What lasts for days already keeps the day of its end.
    """

    day: date | None
    clock: time | None
    end_day: date | None
    end_clock: time | None

    def __call__(self, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
        if start is None or end is None:
            # Bodies of new events have both.
            assert self.day is not None
            assert self.clock is not None
            begins = _at("date", self.day, self.clock)
            ends = begins if self.says_of_end else _later(begins, LASTS)
        else:
            begins = _set("date", start, self.day, self.clock)
            ends = _later(begins, end - start)
        end_day = self._day_of_end(begins) if ends - begins < A_DAY else self.end_day
        return begins, _set("endDate", ends, end_day, self.end_clock)

    def _day_of_end(self, begins: datetime) -> date | None:
        """The day that is said, or on which both times of day are in order; None where neither is known."""
        if self.end_day is not None or self.clock is None or self.end_clock is None:
            return self.end_day
        day, clock = parts_of(begins)
        return day if self.end_clock >= clock.replace(second=0, microsecond=0) else _next("endTime", day)

    @property
    def says_of_end(self) -> bool:
        return self.end_day is not None or self.end_clock is not None


def _set(field: str, moment: datetime, day: date | None, clock: time | None) -> datetime:
    """The moment with another day, another time of day, or both.

    What is said as it is shown is no change: neither seconds, which are not shown, are lost by it, nor the second of
    two hours that clocks show twice in autumn.
    """
    day_shown, clock_there = parts_of(moment)
    if clock is None or clock == clock_there.replace(second=0, microsecond=0):
        clock = clock_there
    if (day or day_shown, clock) == (day_shown, clock_there):
        return moment
    return _at(field, day or day_shown, clock)


def _next(field: str, day: date) -> date:
    try:
        return day + A_DAY
    except OverflowError:
        raise Invalid(field, OUTSIDE) from None


def _at(field: str, day: date, clock: time) -> datetime:
    try:
        return moment_at(day, clock)
    except OverflowError:
        raise Invalid(field, OUTSIDE) from None


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        raise Invalid("date", OUTSIDE) from None
