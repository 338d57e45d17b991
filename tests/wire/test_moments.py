"""Moments as text: what goes out comes back, every form of ISO 8601 is understood, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.wire.moments import from_iso, naive_iso

FIVE_TO_FOUR = datetime(2017, 2, 25, 15, 55, 5)

offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes())
def test_what_the_hub_says_it_understands(moment):
    text = naive_iso(moment)

    assert from_iso(text) == moment
    assert naive_iso(from_iso(text)) == text


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=offsets))
def test_a_moment_anywhere_in_the_world_is_kept_in_utc(moment):
    kept = moment.astimezone(UTC).replace(tzinfo=None)

    assert from_iso(moment.isoformat()) == kept
    assert from_iso(moment.isoformat(" ", "microseconds").replace("+", " ")) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2017-02-25T15:55:05",
        "2017-02-25 15:55:05",
        "  2017-02-25T15:55:05Z ",
        "2017-02-25T15:55:05.000",
        "2017-02-25T15:55:05+00:00",
        "2017-02-25T17:55:05+02:00",
        "2017-02-25T17:55:05+0200",
        "2017-02-25T17:55:05+02",
        "2017-02-25T17:55:05 02:00",
        "2017-02-25T10:25:05-05:30",
        "20170225T155505Z",
        "2017-W08-6T15:55:05",
    ],
)
def test_one_moment_has_many_forms(text):
    assert from_iso(text) == FIVE_TO_FOUR


def test_a_day_is_its_first_moment():
    assert from_iso("2017-02-25") == datetime(2017, 2, 25)


def test_no_moment_is_said_as_nothing():
    assert naive_iso(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1488038105",
        "2017-02-30",
        "2017-02-25T25:00:00",
        "25.02.2017",
        "2017-02-25T15:55:05+25:00",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "\uff12\uff10\uff11\uff17-02-25",
        "2017-02-25T15:55:05\x00",
        "9" * 5000,
    ],
)
def test_what_names_no_moment_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  (each form has words of its own)
        from_iso(text)


@given(st.one_of(st.text(max_size=30), st.text("0123456789-:.+TZW ", max_size=30)))
def test_any_text_is_a_moment_or_is_refused(text):
    try:
        moment = from_iso(text)
    except ValueError:
        return
    assert from_iso(naive_iso(moment)) == moment
