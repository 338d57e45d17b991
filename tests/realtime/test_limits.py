"""The token bucket that bounds what one socket may do."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hub.realtime.limits import Bucket

STEPS = st.lists(st.tuples(st.integers(0, 64), st.integers(1, 4)), max_size=60)
"""Sixteenths of a second that pass, and what is asked for then: a float holds them exactly."""


def test_a_full_bucket_gives_its_burst_and_then_what_comes_in():
    bucket = Bucket(rate=2, burst=3)

    at_once = [bucket.take(100.0) for _ in range(4)]
    later = [bucket.take(101.0) for _ in range(3)]

    assert (at_once, later) == ([True, True, True, False], [True, True, False])


def test_a_bucket_holds_no_more_than_its_burst_however_long_nobody_asks():
    bucket = Bucket(rate=100, burst=2)
    bucket.take(0.0)

    assert [bucket.take(1e9) for _ in range(3)] == [True, True, False]


def test_what_is_refused_takes_nothing():
    bucket = Bucket(rate=1, burst=10)
    bucket.take(0.0, 8)

    assert [bucket.take(0.5, 3), bucket.take(1.0, 3)] == [False, True]


@given(rate=st.integers(0, 40), burst=st.integers(1, 20), steps=STEPS)
def test_in_no_span_of_time_more_is_given_than_the_burst_and_what_came_in(rate, burst, steps):
    bucket, now, given_at = Bucket(rate, burst), Fraction(50), []
    for sixteenths, cost in steps:
        now += Fraction(sixteenths, 16)
        if bucket.take(float(now), cost):
            given_at.append((now, cost))

    for first in range(len(given_at)):
        given_since = 0
        for at, cost in given_at[first:]:
            given_since += cost
            assert given_since <= burst + rate * (at - given_at[first][0])


@given(rate=st.integers(1, 40), gaps=st.lists(st.integers(0, 64), max_size=60))
def test_who_keeps_to_the_rate_is_never_refused(rate, gaps):
    bucket, now = Bucket(rate, burst=1), Fraction(50)
    for more in gaps:
        now += Fraction(1, rate) + Fraction(more, 16)

        # One part in a thousand million: seconds are floats.
        assert bucket.take(float(now) + 1e-9 * (1 + len(gaps)) * rate)
