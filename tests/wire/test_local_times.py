"""Days and times of day on the spot, with all their zeros, up to the ends of the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest

from hub.wire.local_times import local_date, local_time, moment_at, parts_of, speak_in


@pytest.fixture(autouse=True)
def _zone() -> Iterator[None]:
    yield
    speak_in("UTC")


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("UTC", datetime(2019, 9, 24, 9, 30, 59), ("2019-09-24", "09:30")),
        ("Asia/Kolkata", datetime(2019, 9, 23, 20, 0), ("2019-09-24", "01:30")),
        ("America/New_York", datetime(2019, 9, 24, 3, 0), ("2019-09-23", "23:00")),
        ("UTC", datetime(76, 1, 2, 3, 4), ("0076-01-02", "03:04")),
        # There is no day on the spot.
        ("Asia/Kolkata", datetime.max, ("9999-12-31", "23:59")),
        ("America/New_York", datetime.min, ("0001-01-01", "00:00")),
    ],
)
def test_a_moment_is_shown_as_the_clocks_on_the_spot_show_it(zone, moment, shown):
    speak_in(zone)

    assert (local_date(moment), local_time(moment)) == shown
    assert [part.isoformat()[:length] for part, length in zip(parts_of(moment), (10, 5), strict=True)] == list(shown)


def test_a_day_and_a_time_on_the_spot_are_a_moment():
    speak_in("Asia/Kolkata")

    assert moment_at(date(2019, 9, 24), time(1, 30)) == datetime(2019, 9, 23, 20, 0)
    with pytest.raises(OverflowError):
        moment_at(date.min, time.min)
