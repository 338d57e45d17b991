"""Teams that enter an event against a model of it in plain Python: whatever they and the staff do, both agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub import database as databases
from hub.domain import events, invitations, registrations, seating, teams
from hub.domain.actors import Actor
from hub.domain.refusals import Refusal
from hub.domain.seating import CONFIRMED, PAYMENT_PENDING, WAITING, RegistrationMoved
from hub.perform import run, run_reading
from models import Entrant, Event, Registration, Team
from tests.conftest import HeldClock
from tests.domain.doing import facts_of
from tests.domain.entering import event, staff, student, team
from tests.domain.membership import hurry

LEADERS, FRIENDS = ("ada", "grace", "linus", "eve"), ("dan", "kim")
Told = list[tuple[int, str | None, str]]
"""Which team came from which state to which."""

some_team = st.integers(0, len(LEADERS) - 1)
some_friend = st.integers(0, len(FRIENDS) - 1)


@dataclass
class Entry:
    """A team in the event as the model remembers it."""

    team: int
    order: int
    people: tuple[str, ...]
    state: str
    since: datetime | None = None


class Festival(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock, cast: dict[str, Actor], olga: Actor) -> None:
        super().__init__()
        self.clock, self.cast, self.olga = clock, cast, olga
        run(lambda: [table.delete().execute() for table in (Team, Event)])
        self.place = event(seats=1, sizes=(1, 2), fee="Rs 300")
        self.ids = [team(f"Team {leader}", cast[leader]) for leader in LEADERS]
        self.friends: list[str | None] = [None] * len(LEADERS)
        self.entries: list[Entry] = []
        self.seats: int | None = 1
        self.is_due = True
        self.made = 0

    def do(self, action: Callable[..., Any], *args: Any, **named: Any) -> str | Told:
        """Who moved, or the refusal's code."""
        try:
            facts = facts_of(action, *args, **named)
        except Refusal as no:
            return no.code
        moved = [fact for fact in facts if isinstance(fact, RegistrationMoved)]
        return [(self.ids.index(one.registration.team.public_id), one.was, one.registration.state) for one in moved]

    def entry_of(self, number: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.team == number), None)

    def id_of(self, entry: Entry) -> str:
        """The registration's."""
        whose = Team.public_id == self.ids[entry.team]
        return run_reading(Registration.select().join(Team).where(whose).get).public_id

    def admitted(self, admitted: list[Entry], was: str | None) -> Told:
        """They wait; then whoever is first in the line sits, while there are seats. Told in the order of entering."""
        moved = {entry.team: (was, WAITING) for entry in admitted}
        for entry in admitted:
            entry.state, entry.since = WAITING, self.clock.moment
        waiting = sorted(
            (entry for entry in self.entries if entry.state == WAITING), key=lambda one: (one.since, one.order)
        )
        taken = sum(entry.state == CONFIRMED for entry in self.entries)
        free = len(waiting) if self.seats is None else max(0, self.seats - taken)
        for entry in waiting[:free]:
            entry.state = CONFIRMED
            moved[entry.team] = (moved.get(entry.team, (WAITING, ""))[0], CONFIRMED)
        return [(entry.team, *moved[entry.team]) for entry in self.entries if entry.team in moved]

    @initialize(payers=st.permutations(range(len(LEADERS))).map(lambda order: order[1:]))
    def begin(self, payers: list[int]) -> None:
        """All enter, and most of them pay in another order: what is worth trying begins with a line."""
        for number in range(len(LEADERS)):
            self.register(number)
        for number in payers:
            self.pay(number, through_gateway=False)

    @rule(number=some_team)
    def register(self, number: int) -> None:
        """Mostly one that is not in yet."""
        outside = [one for one in range(len(LEADERS)) if not self.entry_of(one)]
        number = outside[number % len(outside)] if outside else number
        expected, by = self.expect_entry(number), self.cast[LEADERS[number]]

        assert self.do(registrations.register, self.place, team_id=self.ids[number], by=by) == expected

    def expect_entry(self, number: int) -> str | Told:
        friend = self.friends[number]
        people = (LEADERS[number], *([friend] if friend else []))
        if self.entry_of(number):
            return "already_registered"
        if any(person in entry.people for entry in self.entries for person in people):
            return "takes_part_already"
        self.made += 1
        entry = Entry(number, self.made, people, PAYMENT_PENDING)
        self.entries.append(entry)
        return [(number, None, PAYMENT_PENDING)] if self.is_due else self.admitted([entry], None)

    @precondition(lambda self: self.entries)
    @rule(which=some_team, by_staff=st.booleans())
    def withdraw(self, which: int, by_staff: bool) -> None:
        entry = self.entries[which % len(self.entries)]
        by = self.olga if by_staff else self.cast[LEADERS[entry.team]]

        assert self.do(registrations.withdraw, self.place, self.id_of(entry), by=by) == self.expect_end(entry)

    def expect_end(self, entry: Entry) -> Told:
        self.entries.remove(entry)
        return self.admitted([], None)

    @precondition(lambda self: self.entries)
    @rule(which=some_team, through_gateway=st.booleans())
    def pay(self, which: int, through_gateway: bool) -> None:
        self.clock.moment += timedelta(seconds=1)
        entry = self.entries[which % len(self.entries)]
        owes, number = entry.state == PAYMENT_PENDING, self.id_of(entry)

        if through_gateway:
            outcome = self.do(registrations.paid, number, "p1")
        else:
            outcome = self.do(registrations.receive_payment, self.place, number, by=self.olga)

        if owes:
            assert outcome == self.admitted([entry], PAYMENT_PENDING)
        else:
            assert outcome == ([] if through_gateway else "nothing_due")

    @rule(number=some_team, friend=some_friend)
    def bring_or_lose_a_friend(self, number: int, friend: int) -> None:
        """One who is in the team leaves; else one joins. In a team that takes part, neither does."""
        by, before = self.cast[LEADERS[number]], self.friends[number]
        takes_part = self.entry_of(number) is not None
        if before:
            outcome = self.do(invitations.remove, self.ids[number], before, by=by)
        else:
            outcome = self.do(invitations.invite, self.ids[number], FRIENDS[friend], by=by)

        assert outcome == ("team_takes_part" if takes_part else [])
        if takes_part:
            return
        self.friends[number] = None if before else FRIENDS[friend]
        if not before:
            run(invitations.accept, FRIENDS[friend], self.ids[number], by=self.cast[FRIENDS[friend]])

    @rule(number=some_team)
    def delete_and_make_again(self, number: int) -> None:
        entry, by = self.entry_of(number), self.cast[LEADERS[number]]

        outcome = self.do(teams.delete, self.ids[number], by=by)

        assert outcome == (self.expect_end(entry) if entry else [])
        self.ids[number], self.friends[number] = team(f"Team {LEADERS[number]}", by), None

    @rule(seats=st.sampled_from([None, 0, 1, 1, 1, 2]))
    def change_seats(self, seats: int | None) -> None:
        self.seats = seats

        assert self.do(self.change, seats=seats) == self.expect_change()

    @rule(fee=st.sampled_from(["Rs 300", "Rs 300", "free"]))
    def change_fee(self, fee: str) -> None:
        self.is_due = fee == "Rs 300"

        assert self.do(self.change, fees=json.dumps(fee)) == self.expect_change()

    def change(self, **fields: Any) -> None:
        locked = events.get_locked(self.place)
        Event.update(**fields).where(Event.id == locked.id).execute()
        seating.event_changed(events.get(self.place))

    def expect_change(self) -> Told:
        pending = [entry for entry in self.entries if entry.state == PAYMENT_PENDING]
        return self.admitted([] if self.is_due else pending, PAYMENT_PENDING)

    @invariant()
    def all_are_as_remembered(self) -> None:
        rows, people = run_reading(
            lambda: (
                list(seating.whole().order_by(Registration.id)),
                list(Entrant.select(Entrant).order_by(Entrant.id)),
            )
        )

        assert [(self.ids.index(row.team.public_id), row.state, row.waiting_since) for row in rows] == [
            (entry.team, entry.state, entry.since) for entry in self.entries
        ]
        assert [one.account_id for one in people] == [
            self.cast[name].id for entry in self.entries for name in entry.people
        ]

    @invariant()
    def nobody_waits_while_a_seat_is_free(self) -> None:
        states = [entry.state for entry in self.entries]

        assert WAITING not in states or (self.seats is not None and states.count(CONFIRMED) >= self.seats)


# Only where it fails does it take long: the shortest way to the failure is looked for then.
@pytest.mark.timeout(600)
def test_seats_are_given_as_their_model_gives_them(database, clock):
    hurry()
    cast = {name: student(name) for name in (*LEADERS, *FRIENDS)}
    olga = staff("olga")
    # The rules are the same on both; how each says them is tried sooner.
    examples = 10 if databases.is_sqlite() else 3
    run_state_machine_as_test(
        lambda: Festival(clock, cast, olga), settings=settings(max_examples=examples, stateful_step_count=30)
    )
