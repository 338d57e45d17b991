"""Moments as text. The hub keeps UTC without an offset; clients send every form of ISO 8601."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta

LONGEST = 64
"""Characters; no form of a moment needs more."""

_MOMENT = re.compile(
    r"(?P<day>\d{4}(?:-\d\d(?:-\d\d)?|\d{4}|-?\d{3}|-?W\d\d(?:-?\d)?)?)"
    r"(?:[Tt ](?P<clock>\d\d(?::?\d\d){0,2})(?:[.,](?P<fraction>\d+))?"
    r"(?P<offset>[Zz]|[-+ ](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
_FORM_OF_DAY = {4: "%Y", 6: "%Y%m", 7: "%Y%j", 8: "%Y%m%d"}
"""By the number of digits."""
_SECONDS_OF_LAST_PLACE = {2: 3600, 4: 60, 6: 1}
"""What a fraction is a fraction of: the hour, the minute or the second."""


def naive_iso(moment: datetime | None) -> str | None:
    """`2017-02-25T15:55:05.978298`: UTC, never an offset, the fraction only where there is one."""
    return None if moment is None else moment.isoformat()


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return calendar.timegm(moment.timetuple())


def from_iso(text: str) -> datetime:
    """The moment that `text` names, in naive UTC; without an offset it is taken as UTC. Raises ValueError."""
    found = _MOMENT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError("is not ISO 8601")
    try:
        return _day(found["day"]) + _clock(found["clock"] or "00", found["fraction"] or "0") - _offset(found["offset"])
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


def _day(text: str) -> datetime:
    if "W" in text:
        return datetime.fromisoformat(text)
    digits = text.replace("-", "")
    day = datetime.strptime(digits, _FORM_OF_DAY[len(digits)])
    if day.year != int(digits[:4]):
        # The 366th day of a common year, which Python takes for the next New Year.
        raise ValueError("is not a day of that year")
    return day


def _clock(text: str, fraction: str) -> timedelta:
    """The time since the day began; 24:00 is its end, and a sixtieth second is a leap second."""
    digits = text.replace(":", "")
    hour, minute, second = (int(digits[at : at + 2] or 0) for at in (0, 2, 4))
    if minute > 59 or second > 60 or (hour, minute, second) > (24, 0, 0):
        raise ValueError("is not a time of day")
    microseconds = int(fraction[:6].ljust(6, "0")) * _SECONDS_OF_LAST_PLACE[len(digits)]
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)


def _offset(text: str | None) -> timedelta:
    """How far the text's clock is ahead of UTC. A blank was a "+" that nobody escaped in a query string."""
    if text is None or text in "Zz":
        return timedelta()
    digits = text[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -ahead if text[0] == "-" else ahead
