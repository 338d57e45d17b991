"""The mentor queue against a model of it in plain Python: whatever three people do, both agree at every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hub.domain import mentor_tickets
from hub.domain.actors import Actor
from hub.domain.mentor_tickets import CATEGORIES, MentorTicketsExpired
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import MentorTicket
from tests.conftest import HeldClock
from tests.domain.doing import facts_of

LASTS = timedelta(minutes=30)
A_WHILE = [timedelta(0), timedelta(microseconds=1), timedelta(minutes=11), LASTS, LASTS + timedelta(microseconds=1)]

people = st.integers(0, 2)
places = st.integers(0, 7)


@dataclass
class Ticket:
    """One ticket as the model remembers it."""

    id: str
    opener: Actor
    created_at: datetime
    expires_at: datetime
    claimer: Actor | None = None
    closed: bool = False
    told: bool = False

    def involves(self, person: Actor) -> bool:
        return person in (self.opener, self.claimer)

    def category(self, now: datetime) -> str:
        if self.closed:
            return "closed"
        if self.claimer:
            return "in_progress"
        return "open" if now <= self.expires_at else "expired"


class MentorQueue(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock, cast: list[Actor]) -> None:
        super().__init__()
        self.clock = clock
        self.cast = cast
        self.tickets: list[Ticket] = []
        run(lambda: MentorTicket.delete().execute())

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def at(self, place: int) -> Ticket:
        return self.tickets[place % len(self.tickets)]

    def do(self, action: Any, *arguments: Any, **named: Any) -> str:
        try:
            run(action, *arguments, **named)
        except Refusal as no:
            return no.code
        return "done"

    @rule(who=people)
    def open_one(self, who: int) -> None:
        opener = self.cast[who]
        ticket = run(mentor_tickets.create, description="", location="", contact="", lasts=LASTS, by=opener)
        self.tickets.append(Ticket(ticket.public_id, opener, self.now, self.now + LASTS))

    @precondition(lambda self: self.tickets)
    @rule(place=places, who=people)
    def claim(self, place: int, who: int) -> None:
        ticket, mentor = self.at(place), self.cast[who]
        expected = "done"
        if ticket.claimer:
            expected = "ticket_already_claimed"
        elif ticket.closed:
            expected = "ticket_closed"

        assert self.do(mentor_tickets.claim, ticket.id, by=mentor) == expected

        if expected == "done":
            ticket.claimer = mentor

    @precondition(lambda self: self.tickets)
    @rule(place=places, who=people)
    def close(self, place: int, who: int) -> None:
        ticket, person = self.at(place), self.cast[who]
        expected = "done" if ticket.involves(person) else "not_your_ticket"

        assert self.do(mentor_tickets.close, ticket.id, by=person) == expected

        ticket.closed = ticket.closed or expected == "done"

    @precondition(lambda self: self.tickets)
    @rule(place=places, who=people)
    def reopen(self, place: int, who: int) -> None:
        ticket, person = self.at(place), self.cast[who]
        expected = "done"
        if not ticket.involves(person):
            expected = "not_your_ticket"
        elif ticket.category(self.now) == "open":
            expected = "ticket_still_open"

        assert self.do(mentor_tickets.reopen, ticket.id, lasts=LASTS, by=person) == expected

        if expected == "done":
            ticket.claimer, ticket.closed, ticket.told, ticket.expires_at = None, False, False, self.now + LASTS

    @rule(how_long=st.sampled_from(A_WHILE))
    def wait(self, how_long: timedelta) -> None:
        self.clock.moment += how_long

    @rule()
    def let_everything_expire(self) -> None:
        self.wait(LASTS + timedelta(microseconds=1))
        self.sweep()

    @rule()
    def sweep(self) -> None:
        overdue = [ticket for ticket in self.tickets if ticket.category(self.now) == "expired" and not ticket.told]

        facts = facts_of(mentor_tickets.expire_overdue, self.now)

        told = [ticket.public_id for fact in facts if isinstance(fact, MentorTicketsExpired) for ticket in fact.tickets]
        assert told == [ticket.id for ticket in overdue]
        for ticket in overdue:
            ticket.told = True

    @invariant()
    def everybody_sees_the_same_queue(self) -> None:
        waiting = [ticket.id for ticket in self.tickets if ticket.category(self.now) == "open"]

        queue, positions = run_reading(lambda: (mentor_tickets.queue(), mentor_tickets.positions()))

        assert [ticket.public_id for ticket in queue] == waiting
        assert [ticket.position for ticket in queue] == list(range(1, len(waiting) + 1))
        assert positions == {ticket_id: place for place, ticket_id in enumerate(waiting, 1)}

    @invariant()
    def everybody_sees_their_own(self) -> None:
        seen = run_reading(
            lambda: [(mentor_tickets.opened_by(one), mentor_tickets.claimed_by(one)) for one in self.cast]
        )

        for person, (opened, claimed) in zip(self.cast, seen, strict=True):
            assert {name: [ticket.public_id for ticket in tickets] for name, tickets in opened.items()} == {
                name: [
                    one.id for one in reversed(self.tickets) if one.opener == person and one.category(self.now) == name
                ]
                for name in CATEGORIES
            }
            assert [(ticket.public_id, ticket.claimed_by_name) for ticket in claimed] == [
                (one.id, person.name) for one in self.tickets if one.claimer == person and not one.closed
            ]


def test_the_queue_behaves_as_its_model_does(database, clock, ada, grace, linus):
    run_state_machine_as_test(
        lambda: MentorQueue(clock, [ada, grace, linus]),
        settings=settings(max_examples=15, stateful_step_count=30),
    )
