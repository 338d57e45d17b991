"""Figures about all members against a count in plain Python: whoever joined, both agree to the last one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain import figures
from hub.domain.member_details import STATES
from hub.perform import run, run_reading
from hub.wire import flux_figures
from models import Account, Member
from tests.conftest import NOON
from tests.domain.doing import at_once

QUARTER = timedelta(days=90)
A_MOMENT = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1)
OF_STATES = ("n_members_state", "n_members_validated_state", "n_members_not_valid_state", "validation_queue_state")
TO_CHECK, WRONG, RIGHT, RIGHT_TWICE = (
    (True, False, False),
    (False, False, False),
    (False, True, False),
    (False, True, True),
)


@dataclass(frozen=True)
class Row:
    """A member as the figures see them; as it stands, one who was just found right and is on the roll."""

    state: str = "nsw"
    postcode: str | None = "2000"
    birth_year: str | None = "1990"
    is_on_roll: bool = True
    is_volunteer: bool = False
    checked: tuple[bool, bool, bool] = RIGHT
    validated_at: datetime | None = NOON
    signed_up_at: datetime = NOON

    @property
    def columns(self) -> dict[str, Any]:
        columns = asdict(self)
        needs, valid, twice = columns.pop("checked")
        return {**columns, "needs_validating": needs, "details_valid": valid, "double_checked": twice, "given": "{}"}


MOMENTS = st.sampled_from([NOON, NOON - A_MOMENT, NOON - QUARTER, NOON - QUARTER - A_MOMENT]) | st.datetimes(
    datetime(2015, 1, 1), NOON
)
ROWS = st.builds(
    Row,
    state=st.sampled_from(STATES[:4]),
    postcode=st.sampled_from([None, "0800", "2000", "2001"]),
    birth_year=st.sampled_from([None, "1066", "1990", "2001"]),
    is_on_roll=st.booleans(),
    is_volunteer=st.booleans(),
    checked=st.sampled_from([TO_CHECK, WRONG, RIGHT, RIGHT_TWICE]),
    validated_at=st.none() | MOMENTS,
    signed_up_at=MOMENTS,
)


def populate(rows: Iterable[Row]) -> None:
    numbered = dict(enumerate(rows, 1))
    accounts = [{"id": number, "username": f"m{number}", "name": "M", "created_at": NOON} for number in numbered]

    def put() -> None:
        Account.delete().execute()
        if numbered:
            Account.insert_many(accounts).execute()
            Member.insert_many({"account": number, **row.columns} for number, row in numbered.items()).execute()

    run(put)


def counted(smallest: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """getinfo and public_stats as clients read them."""
    found = run_reading(figures.count, smallest=smallest)
    texts = flux_figures.texts(found)
    return json.loads(texts[flux_figures.GETINFO]), json.loads(texts[flux_figures.PUBLIC_STATS])


def whole(moments: Iterable[datetime]) -> list[int]:
    return sorted(((moment - EPOCH) // timedelta(seconds=1) for moment in moments), reverse=True)


def of_states(rows: Iterable[Row]) -> dict[str, int]:
    return {**dict.fromkeys(STATES, 0), **Counter(row.state for row in rows)}


def getinfo_by_heart(rows: list[Row]) -> dict[str, Any]:
    roll = [row for row in rows if row.is_on_roll]
    validated = [row for row in rows if row.checked in (RIGHT, RIGHT_TWICE) and row.validated_at]
    stale = [row for row in validated if row.validated_at < NOON - QUARTER]
    queue = [row for row in roll if row.checked == TO_CHECK or row in stale]
    return {
        "_id": {"$oid": "571314e427007d5b703fc031"},
        "id": 1,
        "last_run": (NOON - EPOCH).total_seconds(),
        "last_member_signup": max(((row.signed_up_at - EPOCH).total_seconds() for row in rows), default=0.0),
        "n_members": len(roll),
        "n_members_raw": len(rows),
        "n_members_validated": len(validated),
        "double_checked": sum(row.checked == RIGHT_TWICE for row in validated),
        "double_check_queue": sum(row.checked == RIGHT for row in validated),
        "validation_queue": len(queue),
        "n_volunteers": sum(row.is_volunteer for row in rows),
        "n_members_state": of_states(roll),
        "n_members_validated_state": of_states(validated),
        "n_members_not_valid_state": of_states(row for row in roll if row.checked in (TO_CHECK, WRONG)),
        "validation_queue_state": of_states(queue),
    }


def public_stats_by_heart(rows: list[Row]) -> dict[str, Any]:
    roll = [row for row in rows if row.is_on_roll]
    by_state = {row.state: [other for other in roll if other.state == row.state] for row in roll}
    return {
        "_id": {"$oid": "571314e427007d5b703fc030"},
        "id": 0,
        "last_run": (NOON - EPOCH).total_seconds(),
        "signup_times": whole(row.signed_up_at for row in roll),
        "state_signup_times": {state: whole(row.signed_up_at for row in some) for state, some in by_state.items()},
        "dob_years": Counter(row.birth_year for row in roll if row.birth_year),
        "postcodes": Counter(row.postcode for row in roll if row.postcode),
        "states": Counter(row.state for row in roll),
        "state_dob_years": {
            state: Counter(row.birth_year or "1066" for row in some) for state, some in by_state.items()
        },
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=12))
def test_both_objects_are_what_counting_by_heart_finds(database, rows):
    populate(rows)

    getinfo, public_stats = counted()

    assert getinfo == getinfo_by_heart(rows)
    assert public_stats == public_stats_by_heart(rows)
    assert getinfo["double_checked"] + getinfo["double_check_queue"] == getinfo["n_members_validated"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=12), smallest=st.integers(1, 4))
def test_no_group_is_smaller_than_allowed_and_the_sums_stay(database, rows, smallest):
    def large(counts: dict[str, int]) -> dict[str, int]:
        return {name: number for name, number in counts.items() if number >= smallest}

    populate(rows)

    getinfo, public_stats = counted(smallest)

    plain, stats = getinfo_by_heart(rows), public_stats_by_heart(rows)
    states = large(stats["states"])
    assert getinfo == plain | {name: of_states(()) | large(plain[name]) for name in OF_STATES}
    assert public_stats == stats | {
        "states": states,
        "postcodes": large(stats["postcodes"]),
        "dob_years": large(stats["dob_years"]),
        "state_dob_years": {state: large(stats["state_dob_years"][state]) for state in states},
        "state_signup_times": {state: stats["state_signup_times"][state] for state in states},
    }


def test_before_anybody_joins_every_key_is_there(database):
    getinfo, public_stats = counted()

    assert (getinfo, public_stats) == (getinfo_by_heart([]), public_stats_by_heart([]))
    assert [list(getinfo[name]) for name in OF_STATES] == [list(STATES)] * 4


@pytest.mark.parametrize(("ago", "queued"), [(QUARTER, 0), (QUARTER + A_MOMENT, 1)])
def test_details_are_to_be_checked_again_once_they_are_older_than_ninety_days(database, clock, ago, queued):
    populate([Row(validated_at=NOON)])
    clock.moment = NOON + ago

    getinfo, _ = counted()

    assert (getinfo["validation_queue"], getinfo["n_members_validated"]) == (queued, 1)


@pytest.mark.parametrize("checked", [(True, True, False), (True, True, True), (False, False, True)])
def test_rows_that_nothing_writes_are_not_validated_so_that_the_sum_holds(database, checked):
    populate([Row(checked=checked), Row(checked=RIGHT_TWICE, validated_at=None), Row(), Row(checked=RIGHT_TWICE)])

    getinfo, _ = counted()

    figures_of_it = [getinfo[name] for name in ("n_members_validated", "double_checked", "double_check_queue")]
    assert figures_of_it == [2, 1, 1]


def stored(content: str, at: datetime) -> list[str]:
    """What is served after both objects were stored as `content`, counted at `at`."""
    run(figures.store, {0: content, 1: content}, at)
    return [run_reading(figures.newest, number).content.decode() for number in (0, 1)]


def test_an_older_count_never_takes_the_place_of_a_newer_one(database):
    later = NOON + A_MOMENT

    assert [stored("newer", later), stored("older", NOON)] == [["newer"] * 2] * 2
    assert stored("newest", later + A_MOMENT) == ["newest"] * 2


def test_a_count_by_a_clock_that_was_far_ahead_does_not_stay_for_ever(database, clock):
    stored("from next year", NOON + timedelta(days=365))

    assert run_reading(figures.are_due, timedelta(seconds=60))
    assert stored("from now", NOON) == ["from now"] * 2


def test_both_are_counted_from_one_moment_whoever_joins_meanwhile(database, monkeypatch):
    """Somebody joins after the first object was counted, over a connection of their own."""
    populate([Row()])
    first = figures._checks

    def joined_in_between(now: datetime) -> figures.Checks:
        found = first(now)
        at_once(lambda: run(join_another))
        return found

    monkeypatch.setattr(figures, "_checks", joined_in_between)

    getinfo, public_stats = counted()

    assert (getinfo["n_members"], len(public_stats["signup_times"])) == (1, 1)
    assert run_reading(Member.select().count) == 2


def join_another() -> None:
    Member.create(account=Account.create(id=2, username="m2", name="M", created_at=NOON), **Row().columns)
