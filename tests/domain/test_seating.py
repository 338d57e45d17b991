"""Seats: who sits, who waits and who owes, one step at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.domain import events, fees, registrations, seating
from hub.domain.seating import MoreToSeat, PaidForNothing, RegistrationEnded, RegistrationMoved
from hub.perform import run, run_reading
from models import Event
from tests.domain.doing import facts_of
from tests.domain.entering import code_of, enter, event, staff, states, student, team

PENDING, WAITING, CONFIRMED = seating.STATES


def moves(facts: list[Any]) -> list[tuple[str, str | None, str]]:
    """Who moved, from where and to where; all else is spelled as it is."""
    return [
        (fact.registration.account.username, fact.was, fact.registration.state)
        if isinstance(fact, RegistrationMoved)
        else fact
        for fact in facts
    ]


def change(event_id: str, **fields: Any) -> None:
    locked = events.get_locked(event_id)
    Event.update(**fields).where(Event.id == locked.id).execute()
    seating.event_changed(events.get(event_id))


@pytest.fixture
def people(database):
    return [student(name) for name in ("ada", "grace", "linus")]


@pytest.fixture
def olga(database):
    return staff("olga")


def test_seats_are_given_until_there_are_none_and_then_one_waits(people, clock):
    place = event(seats=1)

    told = [moves(facts_of(registrations.register, place, by=person)) for person in people[:2]]

    assert told == [[("ada", None, CONFIRMED)], [("grace", None, WAITING)]]


def test_where_seats_are_not_counted_everybody_sits(people):
    place = event()

    for person in people:
        enter(place, person)

    assert set(states(place).values()) == {CONFIRMED}


def test_a_freed_seat_goes_to_who_waits_longest_and_both_are_told(people, clock):
    ada, grace, linus = people
    place = event(seats=1)
    first, second = enter(place, ada), enter(place, grace)
    clock.forward(seconds=1)
    enter(place, linus)

    facts = facts_of(registrations.withdraw, place, first, by=ada)

    ended, moved = facts
    assert isinstance(ended, RegistrationEnded)
    assert isinstance(moved, RegistrationMoved)
    assert (ended.registration.public_id, ended.people) == (first, (ada.id,))
    assert (moved.registration.public_id, moved.people) == (second, (grace.id,))
    assert states(place) == {"grace": CONFIRMED, "linus": WAITING}


def test_who_waits_and_withdraws_frees_nothing(people):
    ada, grace, linus = people
    place = event(seats=1)
    enter(place, ada)
    second = enter(place, grace)
    enter(place, linus)

    facts = facts_of(registrations.withdraw, place, second, by=grace)

    assert [type(fact) for fact in facts] == [RegistrationEnded]
    assert states(place) == {"ada": CONFIRMED, "linus": WAITING}


def test_who_has_not_paid_holds_no_seat_and_waits_from_when_they_pay(people, olga, clock):
    ada, grace, linus = people
    place = event(seats=1, fee="Rs 300")
    entered = {person: enter(place, person) for person in people}
    assert set(states(place).values()) == {PENDING}

    told = []
    for person in (linus, grace, ada):
        clock.forward(seconds=1)
        told += moves(facts_of(registrations.receive_payment, place, entered[person], by=olga))
    run(registrations.withdraw, place, entered[linus], by=linus)

    assert told == [("linus", PENDING, CONFIRMED), ("grace", PENDING, WAITING), ("ada", PENDING, WAITING)]
    assert states(place) == {"ada": WAITING, "grace": CONFIRMED}


def test_more_seats_are_filled_by_age_and_fewer_throw_nobody_out(people):
    place = event(seats=1)
    for person in people:
        enter(place, person)

    told = [moves(facts_of(change, place, seats=seats)) for seats in (2, 0, None)]

    assert told == [[("grace", WAITING, CONFIRMED)], [], [("linus", WAITING, CONFIRMED)]]


def test_one_unit_of_work_seats_a_team_at_least_and_no_more_people_than_it_can_tell(people, monkeypatch):
    ada, grace, linus = people
    place = event(seats=0, sizes=(1, 2))
    for name, *members in (("Gingers", ada, grace), ("Rookies", linus), ("Latecomers", student("eve"))):
        enter(place, members[0], team(name, *members))
    number = run_reading(lambda: Event.get().id)

    monkeypatch.setattr(seating, "AT_ONCE", 1)
    first = facts_of(change, place, seats=None)
    monkeypatch.setattr(seating, "AT_ONCE", 2)
    then = [facts_of(seating.go_on, number) for _ in range(2)]

    assert [fact.people for fact in first if isinstance(fact, RegistrationMoved)] == [(ada.id, grace.id)]
    assert [len([fact for fact in facts if isinstance(fact, RegistrationMoved)]) for facts in then] == [2, 0]
    assert [MoreToSeat(number) in facts for facts in (first, *then)] == [True, True, False]


def test_seats_that_were_taken_away_are_not_given_on_when_somebody_leaves(people):
    ada, grace, linus = people
    place = event(seats=2)
    first = enter(place, ada)
    enter(place, grace)
    enter(place, linus)
    run(change, place, seats=1)

    run(registrations.withdraw, place, first, by=ada)

    assert states(place) == {"grace": CONFIRMED, "linus": WAITING}


def test_a_fee_that_falls_away_seats_those_who_owed_it_behind_those_who_waited(people, olga, clock):
    linus = people[-1]
    place = event(seats=0, fee="300")
    entered = {person: enter(place, person) for person in people}
    clock.forward(seconds=1)
    run(registrations.receive_payment, place, entered[linus], by=olga)
    clock.forward(seconds=1)

    told = moves(facts_of(change, place, fees=json.dumps("free"), seats=2))

    # In the order of registration; each once, where it ended. Linus has paid for what is free now.
    assert isinstance(told[0], PaidForNothing)
    assert told[1:] == [("ada", PENDING, CONFIRMED), ("grace", PENDING, WAITING), ("linus", WAITING, CONFIRMED)]


def test_a_new_fee_is_for_those_who_come_later(people):
    ada, grace, linus = people
    place = event(seats=1)
    enter(place, ada)
    enter(place, grace)

    facts = facts_of(change, place, fees=json.dumps(300))
    enter(place, linus)

    assert facts == []
    assert states(place) == {"ada": CONFIRMED, "grace": WAITING, "linus": PENDING}


def test_a_team_takes_one_seat_and_all_of_it_are_told(people):
    ada, grace, linus = people
    place = event(seats=2, sizes=(1, 3))
    gingers, rookies = team("Gingers", ada, grace), team("Rookies", linus)

    (moved,) = facts_of(registrations.register, place, team_id=gingers, by=ada)
    enter(place, linus, rookies)

    assert (moved.people, moved.was, moved.registration.team.leader.username) == ((ada.id, grace.id), None, "ada")
    assert states(place) == {"Gingers": CONFIRMED, "Rookies": CONFIRMED}


@pytest.mark.parametrize(
    ("fee", "amount"),
    [
        ("Rs 300", "300"),
        ("Rs.300/-", "300"),
        ("300", "300"),
        (300, "300"),
        (99.5, "99.5"),
        (1e-7, "1E-7"),
        ("1,500.50", "1500.50"),
        ("₹1,50,000", "150000"),
        ("150 for students, 300 for others", "150"),
        ("0 for students, 300, cash", "300"),
        ("३००", "300"),
        ("0.00", None),
        ("free", None),
        ("", None),
        (0, None),
        (None, None),
        (True, None),
    ],
)
def test_a_fee_is_due_when_it_has_a_digit_that_is_not_zero(fee, amount):
    said = Event(fees=json.dumps(fee))

    found = fees.amount(said)

    assert (None if found is None else str(found), fees.is_due(said)) == (amount, amount is not None)


def test_staff_note_a_payment_once_and_only_where_one_is_due(people, olga):
    ada, grace, _ = people
    paid, free = event(fee="300"), event()
    due, owes_nothing = enter(paid, ada), enter(free, grace)

    outcomes = [
        code_of(registrations.receive_payment, *which, by=olga)
        for which in ((paid, due), (paid, due), (free, owes_nothing))
    ]

    assert outcomes == [None, "nothing_due", "nothing_due"]
