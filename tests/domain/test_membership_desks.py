"""What those see who run the validation queue and the phone bank: counts, who is next, and who calls."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta

import pytest

from hub.domain import call_desk, check_desk, departures, member_checks, phone_bank
from hub.domain.actors import OPERATOR, Actor
from hub.domain.roles import RoleNeeded
from hub.perform import run, run_reading
from models import Member
from tests.conftest import NOON
from tests.domain.membership import NUMBER, change, join


@pytest.fixture
def vera(database) -> Actor:
    """Checks others, and does not wait to be checked."""
    who = join("Vera", role="admin")
    run(lambda: Member.update(needs_validating=False).where(Member.account == who.id).execute())
    return who


def check(by: Actor, *, is_right: bool = True, is_second: bool = False) -> None:
    handed = run(member_checks.hand_out, is_second=is_second, by=by)
    run(member_checks.report, handed.alias, is_right=is_right, is_second=is_second, by=by)


def counts_of_checks() -> tuple[int, ...]:
    """Members, waiting, valid, double-checked, invalid, held."""
    return astuple(run_reading(check_desk.desk, by=OPERATOR).counts)


def test_everybody_waits_or_is_valid_or_is_not(vera, clock):
    for name in ("Ada", "Grace", "Linus"):
        join(name)
        clock.forward(seconds=1)
    before = counts_of_checks()

    check(vera)
    check(vera, is_right=False)
    run(member_checks.hand_out, by=vera)

    assert (before, counts_of_checks()) == ((4, 3, 0, 0, 1, 0), (4, 1, 1, 0, 2, 1))


def test_who_was_checked_twice_is_counted_among_the_valid_and_waits_again_after_ninety_days(vera, clock):
    join("Ada")
    check(vera)
    clock.forward(minutes=2)

    check(vera, is_second=True)
    valid = counts_of_checks()
    clock.forward(days=91)

    assert (valid, counts_of_checks()) == ((2, 0, 1, 1, 1, 0), (2, 1, 0, 0, 1, 0))


def test_nobody_holds_a_member_for_longer_than_a_minute(vera, clock):
    join("Ada")
    run(member_checks.hand_out, by=vera)
    clock.forward(seconds=61)

    assert counts_of_checks()[-1] == 0


def test_those_shown_are_those_who_are_handed_out_next_in_that_order(vera, clock):
    for name in ("Ada", "Grace", "Linus"):
        join(name, addr_suburb=f"{name}ville", addr_postcode="2000")
        clock.forward(seconds=1)
    linus = run_reading(lambda: [one.name for one in check_desk.desk(by=vera).first])
    check(vera)

    desk = run_reading(check_desk.desk, by=vera)

    assert linus == ["Ada Lee", "Grace Lee", "Linus Lee"]
    first = desk.first[0]
    assert astuple(first) == ("Grace Lee", "nsw", "Graceville", NOON + timedelta(seconds=1))
    assert run(member_checks.hand_out, by=vera).details.given["addr_suburb"] == "Graceville"


def test_who_changed_their_details_waits_since_then_and_who_was_right_since_that_was_long_ago(vera, clock):
    ada, _ = join("Ada"), clock.forward(minutes=1)
    grace = join("Grace")
    check(vera)
    clock.forward(days=91)
    changed_at = clock.forward(seconds=1)
    change(grace, addr_suburb="Perth")

    waiting = {one.name: one.since for one in run_reading(check_desk.desk, by=vera).first}

    checked_at = run_reading(Member.get_by_id, ada.id).validated_at
    assert waiting == {"Ada Lee": checked_at + timedelta(days=90), "Grace Lee": changed_at}


def test_no_more_than_twenty_are_shown(vera):
    for number in range(21):
        join(f"m{number}")

    assert len(run_reading(check_desk.desk, by=vera).first) == 20


def call(by: Actor, *, was_answered: bool = True, do_not_call: bool = False) -> None:
    number = run(phone_bank.claim, lasts=timedelta(minutes=15), limited=False, by=by)
    run(phone_bank.report, number, comment="Hm", was_answered=was_answered, do_not_call=do_not_call, by=by)


def counts_of_calls() -> tuple[int, ...]:
    """Callable, claimed, called, answered, do not call."""
    return astuple(run_reading(call_desk.desk, by=OPERATOR).counts)


def test_calls_are_counted_by_whom_they_reached(database, clock):
    tom = join("Tom", role="phonebank")
    for name in ("Ada", "Grace", "Linus"):
        join(name, contact_number=NUMBER)

    call(tom)
    call(tom, was_answered=False, do_not_call=True)
    run(phone_bank.claim, lasts=timedelta(minutes=15), limited=False, by=tom)

    assert counts_of_calls() == (2, 1, 2, 1, 1)
    clock.forward(minutes=16)
    assert counts_of_calls() == (2, 0, 2, 1, 1)


@pytest.mark.parametrize(
    ("said", "number"),
    [(True, 1), ("true", 1), ("yes", 1), (1, 1), (False, 0), ("no", 0), ("False", 0), ("", 0), (0, 0), (None, 0)],
)
def test_who_said_that_they_do_not_want_to_be_called_is_counted_however_they_spelled_it(database, said, number):
    join("Ada", do_not_call=said, member_comment='I said "do_not_call": true')

    assert counts_of_calls()[-1] == number


def test_callers_are_shown_by_how_many_calls_they_made_and_calls_newest_first(database, clock):
    tom, eve = join("Tom", role="phonebank"), join("Eve", role="phonebank")
    for name in ("Ada", "Grace", "Linus"):
        join(name, contact_number=NUMBER)
    call(eve, was_answered=False)
    for _ in range(2):
        clock.forward(minutes=1)
        call(tom)

    desk = run_reading(call_desk.desk, by=OPERATOR)

    shown = [(one.account.username, one.made, one.answered, one.last_at) for one in desk.callers]
    later = NOON + timedelta(minutes=2)
    assert shown == [("tom@example.org", 2, 2, later), ("eve@example.org", 1, 0, NOON)]
    assert [one.caller.id for one in desk.recent] == [tom.id, tom.id, eve.id]


def test_calls_stay_when_their_caller_leaves(database):
    tom = join("Tom", role="phonebank")
    join("Ada", contact_number=NUMBER)
    call(tom)

    run(departures.remove, tom.username, by=OPERATOR)

    desk = run_reading(call_desk.desk, by=OPERATOR)
    assert (desk.callers, [one.caller for one in desk.recent]) == ([], [None])


@pytest.mark.parametrize("query", [check_desk.desk, call_desk.desk])
def test_both_are_for_admins_and_superusers_alone(vera, query):
    tom = join("Tom", role="phonebank")

    with pytest.raises(RoleNeeded):
        run_reading(query, by=tom)
    assert run_reading(query, by=vera) == run_reading(query, by=OPERATOR)
