"""The phone bank: who is called next, who may report, and what becomes of several at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.domain import departures, members, phone_bank
from hub.domain.actors import Actor
from hub.domain.phone_bank import CallOver, CallToMake
from hub.domain.refusals import TooMany
from hub.domain.roles import RoleNeeded
from hub.perform import run, run_reading
from models import Member, PhoneCall, Role, Tally, db
from tests.domain.doing import at_once, codes
from tests.domain.membership import KEYS, NUMBER, change, join, row_of

LASTS = timedelta(minutes=15)
DAY = timedelta(days=1)


@pytest.fixture
def paul(database) -> Actor:
    """He calls others, and cannot be called himself."""
    return join("Paul", role="phonebank")


@pytest.fixture
def rosa(database) -> Actor:
    """She does too; an admin may do whatever others may."""
    return join("Rosa", role="admin")


def callable_member(name: str, **said: Any) -> Actor:
    return join(name, contact_number=NUMBER, **said)


def claim(by: Actor, limited: bool = False, **wanted: Any) -> int | None:
    return run(phone_bank.claim, **wanted, lasts=LASTS, limited=limited, by=by)


def to_make(call_id: int | None, by: Actor) -> CallToMake:
    assert call_id is not None
    return run_reading(phone_bank.to_make, call_id, by=by)


def next_name(by: Actor, **wanted: Any) -> str | None:
    call_id = claim(by, **wanted)
    return None if call_id is None else to_make(call_id, by).name.removesuffix(" Lee")


def report(call_id: int | None, by: Actor, **said: Any) -> None:
    said = {"comment": "Nice", "was_answered": True, "do_not_call": False, **said}
    run(phone_bank.report, call_id, **said, by=by)


def call(by: Actor, **said: Any) -> None:
    """Call whoever is next, and report."""
    report(claim(by), by, **said)


def calls() -> list[tuple[int, int | None, datetime, str, bool]]:
    rows = PhoneCall.select().order_by(PhoneCall.id).tuples()
    return run_reading(lambda: [row[1:] for row in rows])


def test_whoever_was_not_called_for_longest_is_next(paul, clock):
    for name in ("Ada", "Eve", "Ian"):
        callable_member(name)
    for _ in range(3):
        clock.forward(minutes=1)
        call(paul)
    joined_later = callable_member("Uwe")

    names = [next_name(paul) for _ in range(5)]

    assert names == ["Uwe", "Ada", "Eve", "Ian", None]
    assert row_of(joined_later).call_until == clock.moment + LASTS


def test_only_who_has_a_number_and_may_be_called_is_called_and_nobody_calls_themselves(paul):
    join("Ada")
    callable_member("Eve", do_not_call=True)
    change(paul, contact_number=NUMBER)

    assert next_name(paul) is None


def test_a_state_may_be_asked_for(paul):
    callable_member("Ada", addr_postcode="0800")
    callable_member("Eve", addr_postcode="3000")

    assert [next_name(paul, state=state) for state in ("tas", "vic", "vic", "nt")] == [None, "Eve", None, "Ada"]


def test_whoever_was_called_lately_may_be_left_out(paul, clock):
    callable_member("Ada")
    call(paul, was_answered=False)
    clock.forward(days=1)

    asked = [
        next_name(paul, no_call_within=DAY + timedelta(seconds=1)),
        next_name(paul, no_call_within=DAY),
    ]

    assert asked == [None, "Ada"]


def test_whoever_has_answered_lately_may_be_left_out(paul, clock):
    callable_member("Ada")
    callable_member("Eve")
    call(paul, was_answered=True)
    call(paul, was_answered=False)
    clock.forward(hours=1)

    assert [next_name(paul, no_answered_call_within=DAY) for _ in range(2)] == ["Eve", None]


def test_whoever_was_never_called_was_not_within_a_century(paul):
    callable_member("Ada")
    century = timedelta(days=36600)

    assert next_name(paul, no_call_within=century, no_answered_call_within=century) == "Ada"


def test_a_call_shows_who_it_is_and_how_earlier_ones_went(paul, rosa, clock):
    ada = callable_member("Ada", addr_postcode="0800")
    call(paul, comment="Nobody there", was_answered=False)
    noon = clock.moment
    call(rosa, comment="")

    shown = to_make(claim(paul), paul)

    assert (shown.name, shown.given["contact_number"], shown.given["addr_postcode"]) == ("Ada Lee", NUMBER, "0800")
    assert [(earlier.comment, earlier.was_answered) for earlier in shown.earlier] == [
        ("Nobody there", False),
        ("", True),
    ]
    assert calls() == [
        (ada.id, paul.id, noon, "Nobody there", False),
        (ada.id, rosa.id, noon, "", True),
    ]


def test_a_number_is_a_new_one_each_time_and_one_that_clients_can_hold(paul, clock):
    callable_member("Ada")
    numbers = []
    for _ in range(3):
        numbers.append(claim(paul))
        clock.forward(minutes=15)

    assert len(set(numbers)) == 3
    assert all(0 < number < 2**53 for number in numbers)


def test_only_who_was_asked_to_call_reports_and_once(paul, rosa):
    ada = callable_member("Ada")
    call_id = claim(paul)

    with pytest.raises(CallOver):
        report(call_id, rosa)
    with pytest.raises(CallOver):
        run_reading(phone_bank.to_make, call_id, by=rosa)
    report(call_id, paul)
    with pytest.raises(CallOver):
        report(call_id, paul, comment="Again", do_not_call=True)

    assert [comment for *_, comment, _ in calls()] == ["Nice"]
    assert row_of(ada).is_callable


def test_a_call_is_reported_within_its_time_or_leaves_no_trace(paul, rosa, clock):
    ada = callable_member("Ada")
    call_id = claim(paul)
    clock.forward(minutes=15, microseconds=-1)
    claimed_meanwhile = claim(rosa)

    clock.forward(microseconds=1)
    with pytest.raises(CallOver):
        report(call_id, paul, do_not_call=True)

    assert (claimed_meanwhile, calls(), row_of(ada).is_callable) == (None, [], True)
    assert next_name(rosa) == "Ada"


def test_whoever_does_not_want_to_be_called_is_not_and_their_details_stay_checked(paul):
    ada = callable_member("Ada", fname="Ada", address="1 X ST")
    run(lambda: Member.update(needs_validating=False, details_valid=True).execute())
    before = run_reading(lambda: Member.get_by_id(ada.id).given)

    call(paul, do_not_call=True)

    row = row_of(ada)
    assert row.given == before[:-1] + ', "do_not_call": true}'
    assert (row.is_callable, row.needs_validating, row.details_valid) == (False, False, True)
    assert next_name(paul) is None


def test_a_later_report_never_takes_that_back(paul):
    ada = callable_member("Ada")
    call_id = claim(paul)
    change(ada, do_not_call=True)

    report(call_id, paul, do_not_call=False)

    assert (row_of(ada).is_callable, next_name(paul)) == (False, None)


def test_whose_role_was_taken_away_neither_asks_nor_looks_nor_reports(paul):
    callable_member("Ada")
    call_id = claim(paul)
    run(lambda: Role.delete().execute())

    for work in (
        lambda: claim(paul),
        lambda: to_make(call_id, paul),
        lambda: report(call_id, paul),
    ):
        with pytest.raises(RoleNeeded):
            work()

    assert calls() == []


def test_a_hundred_and_twenty_calls_an_hour_are_enough(paul, rosa, clock):
    for name in ("Ada", "Eve", "Ian"):
        callable_member(name)
    claim(paul, limited=True)
    run(lambda: Tally.update(count=Tally.count + 118).execute())

    the_last = claim(paul, limited=True)
    with pytest.raises(TooMany):
        claim(paul, limited=True)
    of_another = claim(rosa, limited=True)
    clock.forward(hours=1)

    assert None not in (the_last, of_another)
    assert claim(paul, limited=True) is not None


def test_where_there_is_nobody_to_call_nothing_is_counted(paul):
    assert claim(paul, limited=True) is None

    assert run_reading(lambda: Tally.select().count()) == 0


def test_what_was_said_stays_when_the_caller_leaves_and_goes_with_the_member(paul, rosa):
    ada = callable_member("Ada")
    call(paul)
    open_call = claim(rosa)

    run(departures.leave, by=paul)
    (said,) = calls()
    run(departures.leave, by=ada)

    assert said[:2] == (ada.id, None)
    assert calls() == []
    with pytest.raises(CallOver):
        report(open_call, rosa)


def test_of_callers_at_the_same_instant_each_gets_another_member(paul, rosa):
    for name in ("Ada", "Eve", "Ian", "Uwe"):
        callable_member(name)

    claimed = at_once(*(lambda by=by: claim(by) for by in (paul, rosa) * 3))

    assert claimed.count(None) == 2
    assert len(set(claimed)) == 5


def test_of_reports_at_the_same_instant_one_is_written_down(paul):
    callable_member("Ada")
    call_id = claim(paul)

    outcomes = at_once(*(lambda: report(call_id, paul) for _ in range(6)))

    assert (outcomes.count(None), codes(outcomes), len(calls())) == (1, ["call_over"] * 5, 1)


def test_a_report_waits_for_what_the_member_is_just_changing(postgres_database):
    paul, ada = join("Paul", role="phonebank"), callable_member("Ada")
    call_id = claim(paul)
    has_changed = threading.Event()

    def change_slowly() -> None:
        members.change({"address": "2 Y ST"}, country="AU", keys=KEYS, by=ada)
        has_changed.set()
        while not somebody_waits():
            pass

    def report_meanwhile() -> None:
        has_changed.wait()
        report(call_id, paul, do_not_call=True)

    at_once(lambda: run(change_slowly), report_meanwhile)

    row = row_of(ada)
    assert '"address": "2 Y ST"' in row.given
    assert '"do_not_call": true' in row.given
    assert (row.is_callable, len(calls())) == (False, 1)


def somebody_waits() -> bool:
    return db.execute_sql("SELECT COUNT(*) FROM pg_locks WHERE NOT granted").fetchone() != (0,)
