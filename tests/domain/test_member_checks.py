"""The validation queue: who is handed out, what a report does, and what becomes of several at once."""

from __future__ import annotations

import re

import pytest

from hub.domain import departures, member_checks
from hub.domain.actors import Actor
from hub.domain.member_checks import CheckOfAnotherKind, CheckOver, ToCheck
from hub.domain.members import ValidationMoved
from hub.domain.roles import RoleNeeded
from hub.perform import run, run_reading
from models import JournalRow, Member, Role
from tests.domain.doing import at_once, codes, facts_of
from tests.domain.membership import change, join, row_of


@pytest.fixture
def vera(database) -> Actor:
    return checker("Vera")


@pytest.fixture
def otto(database) -> Actor:
    return checker("Otto")


def checker(name: str) -> Actor:
    """Somebody who checks others, and does not wait to be checked."""
    who = join(name, role="admin")
    run(lambda: Member.update(needs_validating=False).where(Member.account == who.id).execute())
    return who


def hand_out(by: Actor, **wanted) -> ToCheck | None:
    return run(member_checks.hand_out, **wanted, by=by)


def name_of(found: ToCheck | None) -> str | None:
    return None if found is None else found.details.given["name"].removesuffix(" Lee")


def report(found: ToCheck, by: Actor, **said) -> None:
    run(member_checks.report, found.alias, **{"is_right": True, **said}, by=by)


def state_of(who: Actor) -> tuple[bool, bool, bool]:
    row = row_of(who)
    return row.needs_validating, row.details_valid, row.double_checked


def test_whoever_joined_first_comes_first_and_nobody_comes_twice_within_a_minute(vera, clock):
    for name in ("Ada", "Eve"):
        clock.forward(seconds=1)
        join(name)

    first = [name_of(hand_out(vera)) for _ in range(3)]
    clock.forward(seconds=59, microseconds=999_999)
    within_the_minute = name_of(hand_out(vera))
    clock.forward(microseconds=1)
    again = [name_of(hand_out(vera)) for _ in range(3)]

    assert (first, within_the_minute, again) == (["Ada", "Eve", None], None, ["Ada", "Eve", None])


def test_nobody_checks_themselves(vera, otto):
    for who in (vera, otto):
        change(who, address="1 X ST")

    assert [name_of(hand_out(vera)) for _ in range(2)] == ["Otto", None]
    assert [name_of(hand_out(otto)) for _ in range(2)] == ["Vera", None]


def test_on_the_roll_or_not_they_are_handed_out_by_state(vera):
    join("Ada", addr_postcode="2000", onAECRoll=True)
    join("Eve", addr_postcode="3000", onAECRoll=False)

    assert name_of(hand_out(vera, state="vic")) == "Eve"
    assert name_of(hand_out(vera, state="tas")) is None
    assert name_of(hand_out(vera, state="nsw")) == "Ada"


def test_a_checker_never_sees_a_secret_and_each_hand_out_has_another_alias(vera, clock):
    join("Ada")

    first = hand_out(vera)
    clock.forward(seconds=60)
    second = hand_out(vera)

    assert all(re.fullmatch("[0-9a-f]{40}", found.alias) for found in (first, second))
    assert first.alias != second.alias
    assert second.details.member.handed_out_at == clock.moment


def test_details_found_right_are_valid_from_then_on(vera, clock):
    ada = join("Ada")
    found = hand_out(vera)
    clock.forward(minutes=10)

    facts = facts_of(member_checks.report, found.alias, is_right=True, federal=True, of_state=False, by=vera)

    row = row_of(ada)
    assert state_of(ada) == (False, True, False)
    assert (row.valid_federal, row.valid_state, row.validated_at) == (True, False, clock.moment)
    assert facts == [ValidationMoved(row)]


def test_details_found_wrong_say_why_until_they_are_right(vera, clock):
    ada = join("Ada")
    report(hand_out(vera), vera, is_right=False, federal=True, reason="No such street")
    wrong, row = state_of(ada), row_of(ada)
    change(ada, address="1 X ST")
    clock.forward(seconds=60)

    report(hand_out(vera), vera)

    assert (wrong, row.validation_reason) == ((False, False, False), "No such street")
    assert (row.valid_federal, row.valid_state, row.validated_at) == (False, False, None)
    assert (state_of(ada), row_of(ada).validation_reason) == ((False, True, False), None)


@pytest.mark.parametrize(("is_right", "after"), [(True, (False, True, True)), (False, (False, False, False))])
def test_what_was_found_right_is_looked_at_a_second_time(vera, clock, is_right, after):
    ada = join("Ada")
    report(hand_out(vera), vera)
    validated_at = clock.moment
    clock.forward(seconds=60)

    report(hand_out(vera, is_second=True), vera, is_right=is_right, is_second=True)

    assert (state_of(ada), row_of(ada).validated_at) == (after, validated_at)
    clock.forward(days=1)
    assert hand_out(vera, is_second=True) is None


def test_details_are_checked_anew_after_ninety_days(vera, clock):
    ada = join("Ada")
    report(hand_out(vera), vera)
    clock.forward(seconds=60)
    report(hand_out(vera, is_second=True), vera, is_second=True)

    clock.forward(days=90, seconds=-60)
    on_the_day = hand_out(vera)
    clock.forward(microseconds=1)
    report(hand_out(vera), vera)

    assert on_the_day is None
    assert (state_of(ada), row_of(ada).validated_at) == ((False, True, False), clock.moment)


def test_what_is_checked_anew_and_what_waits_are_one_queue(vera, clock):
    join("Ada")
    report(hand_out(vera), vera)
    clock.forward(days=60)
    join("Eve")
    hand_out(vera)
    clock.forward(days=31)

    names = [name_of(hand_out(vera)) for _ in range(3)]

    assert names == ["Ada", "Eve", None]


def test_a_report_is_of_the_kind_that_was_asked_for(vera, clock):
    ada, eve = join("Ada"), join("Eve")
    report(hand_out(vera), vera)
    clock.forward(seconds=60)
    second, first = hand_out(vera, is_second=True), hand_out(vera)
    before = row_of(ada).__data__, row_of(eve).__data__

    for found, said in ((second, False), (first, True)):
        with pytest.raises(CheckOfAnotherKind):
            report(found, vera, is_second=said)

    assert (row_of(ada).__data__, row_of(eve).__data__) == before
    report(second, vera, is_second=True)
    report(first, vera)


def test_only_whoever_was_given_the_member_reports_and_once(vera, otto):
    ada = join("Ada")
    found = hand_out(vera)

    with pytest.raises(CheckOver):
        report(found, otto)
    report(found, vera, is_right=False)
    with pytest.raises(CheckOver):
        report(found, vera)

    assert state_of(ada) == (False, False, False)


def test_an_alias_dies_when_the_member_is_handed_out_anew(vera, otto, clock):
    join("Ada")
    first = hand_out(vera)
    clock.forward(seconds=60)
    second = hand_out(otto)

    with pytest.raises(CheckOver):
        report(first, vera)

    report(second, otto)


def test_an_alias_dies_when_the_member_changes_their_details(vera):
    ada = join("Ada")
    found = hand_out(vera)

    change(ada, address="2 Y ST")
    with pytest.raises(CheckOver):
        report(found, vera)

    assert state_of(ada) == (True, False, False)


def test_whose_role_was_taken_away_neither_asks_nor_reports(vera):
    ada = join("Ada")
    found = hand_out(vera)
    run(lambda: Role.delete().where(Role.account == vera.id).execute())

    with pytest.raises(RoleNeeded):
        report(found, vera)
    with pytest.raises(RoleNeeded):
        hand_out(vera)

    assert state_of(ada) == (True, False, False)


def test_the_phone_bank_checks_nobody(vera):
    paul = join("Paul", role="phonebank")

    with pytest.raises(RoleNeeded):
        hand_out(paul)


def test_a_checker_may_leave_and_the_member_waits_on(vera, otto, clock):
    ada = join("Ada")
    hand_out(vera)

    run(departures.leave, by=vera)
    clock.forward(seconds=60)

    assert hand_out(otto).details.member.account_id == ada.id


def test_of_checkers_at_the_same_instant_each_gets_another_member(vera, otto):
    uwe = checker("Uwe")
    for name in ("Ada", "Eve", "Ian"):
        join(name)

    found = at_once(*(lambda by=by: hand_out(by) for by in (vera, otto, uwe)))

    people = [one.details.member.account_id for one in found]
    assert len(set(people)) == 3


def test_the_last_member_goes_to_one_of_many_checkers(vera, otto):
    ada = join("Ada")

    found = at_once(*(lambda by=by: hand_out(by) for by in (vera, otto) * 4))

    assert [one.details.member.account_id for one in found if one is not None] == [ada.id]


def test_of_reports_at_the_same_instant_one_counts_and_is_told(vera):
    join("Ada")
    found = hand_out(vera)

    outcomes = at_once(*(lambda right=right: report(found, vera, is_right=right) for right in (True, False) * 3))

    told = run_reading(lambda: JournalRow.select().where(JournalRow.event == "validation").count())
    assert (outcomes.count(None), codes(outcomes), told) == (1, ["check_over"] * 5, 1)


def test_a_report_never_outlives_what_the_member_changes_at_the_same_instant(vera):
    ada = join("Ada")
    found = hand_out(vera)

    at_once(lambda: report(found, vera), lambda: change(ada, address="2 Y ST"))

    assert state_of(ada) == (True, False, False)
