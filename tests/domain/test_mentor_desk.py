"""The mentor queue as staff see it: every ticket with its people, and anybody's moved."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import mentor_desk, mentor_tickets, privileges
from hub.domain.actors import OPERATOR, Actor, StaffOnly
from hub.domain.mentor_desk import CLOSED, EXPIRED, IN_PROGRESS, OPEN, Desk
from hub.domain.mentor_tickets import (
    CATEGORIES,
    MentorTicketClaimed,
    MentorTicketClosed,
    MentorTicketReopened,
    TicketAlreadyClaimed,
    TicketNotFound,
    TicketStillOpen,
)
from hub.perform import run, run_reading
from models import Account, MentorTicket
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

HALF_AN_HOUR = timedelta(minutes=30)
MOVES = [mentor_desk.claim, mentor_desk.close, partial(mentor_desk.reopen, lasts=HALF_AN_HOUR)]


def ask(by: Actor, description: str = "CSS") -> MentorTicket:
    named = {"description": description, "location": "T4", "contact": "red hat", "lasts": HALF_AN_HOUR}
    return run(mentor_tickets.create, **named, by=by)


def look(by: Actor, category: str = OPEN, **how) -> Desk:
    return run_reading(mentor_desk.desk, category, **{"size": 100, **how}, by=by)


def words(desk: Desk) -> list[str]:
    return [ticket.description for ticket in desk.tickets]


def names(ticket: MentorTicket) -> tuple[str | None, ...]:
    return tuple(person and person.name for person in (ticket.opened_by, ticket.claimed_by))


@pytest.fixture
def busy(database, ada, grace, clock) -> None:
    """Two tickets in each category, a minute apart; one of those that are closed had been claimed."""
    for category in (EXPIRED, IN_PROGRESS, CLOSED, OPEN):
        if category == IN_PROGRESS:
            clock.forward(minutes=31)
        for word in ("first", "second"):
            ticket = ask(ada, f"{word} {category}")
            clock.forward(minutes=1)
            if category == IN_PROGRESS or (word, category) == ("first", CLOSED):
                run(mentor_tickets.claim, ticket.public_id, by=grace)
            if category == CLOSED:
                run(mentor_tickets.close, ticket.public_id, by=ada)


def test_who_waits_longest_comes_first_and_what_is_over_comes_last_first(busy, olga):
    found = {category: words(look(olga, category)) for category in CATEGORIES}

    assert found == {
        OPEN: ["first open", "second open"],
        IN_PROGRESS: ["first in_progress", "second in_progress"],
        EXPIRED: ["second expired", "first expired"],
        CLOSED: ["second closed", "first closed"],
    }
    assert look(olga).counts == dict.fromkeys(CATEGORIES, 2)


def test_tickets_come_with_their_people_and_their_places(busy, olga):
    waiting, helped = look(olga), look(olga, IN_PROGRESS)

    assert [(names(ticket), ticket.position) for ticket in waiting.tickets] == [(("Ada", None), 1), (("Ada", None), 2)]
    assert [(names(ticket), ticket.position) for ticket in helped.tickets] == [(("Ada", "Grace"), None)] * 2


@pytest.mark.parametrize("category", CATEGORIES)
def test_pages_go_on_where_they_ended_also_among_tickets_of_one_moment(busy, ada, grace, olga, category, clock):
    for number in range(3):
        ticket = ask(ada, f"{number}")
        if category == IN_PROGRESS:
            run(mentor_tickets.claim, ticket.public_id, by=grace)
        if category == CLOSED:
            run(mentor_tickets.close, ticket.public_id, by=ada)
    if category == EXPIRED:
        clock.forward(minutes=31)
    whole = words(look(olga, category))

    read, after = [], None
    while after is not None or not read:
        part = look(olga, category, after=after, size=2)
        read, after = read + words(part), part.last

    assert read == whole
    assert len(set(read)) == len(read) >= 5


def test_the_last_page_says_that_it_is_the_last(busy, olga):
    assert look(olga, size=2).last is None
    assert look(olga, size=1).last == (NOON + timedelta(minutes=37), look(olga, size=1).tickets[0].id)


def test_a_ticket_whose_people_are_gone_is_still_on_the_desk(database, ada, grace, olga):
    ticket = ask(ada)
    run(mentor_tickets.claim, ticket.public_id, by=grace)
    run(lambda: Account.delete().where(Account.id == ada.id).execute())

    (left,) = look(olga, IN_PROGRESS).tickets

    assert names(left) == (None, "Grace")


def test_staff_claim_as_anybody_may(database, ada, olga):
    ticket = ask(ada)

    assert facts_of(mentor_desk.claim, ticket.public_id, by=olga) == [MentorTicketClaimed(ticket)]

    (claimed,) = look(olga, IN_PROGRESS).tickets
    assert names(claimed) == ("Ada", "Olga")
    with pytest.raises(TicketAlreadyClaimed):
        run(mentor_desk.claim, ticket.public_id, by=olga)


def test_staff_close_anybodys_ticket_and_closing_again_changes_nothing(database, ada, grace, olga, clock):
    ticket = ask(ada)
    run(mentor_tickets.claim, ticket.public_id, by=grace)

    assert facts_of(mentor_desk.close, ticket.public_id, by=olga) == [MentorTicketClosed(ticket)]
    clock.forward(minutes=1)

    assert facts_of(mentor_desk.close, ticket.public_id, by=olga) == []
    closed = run(mentor_desk.close, ticket.public_id, by=olga)
    assert (closed.closed_at, names(closed)) == (NOON, ("Ada", "Grace"))


@pytest.mark.parametrize("before", [IN_PROGRESS, EXPIRED, CLOSED])
def test_staff_put_anybodys_ticket_back_with_the_whole_time(database, ada, grace, olga, clock, before):
    ticket = ask(ada)
    if before == IN_PROGRESS:
        run(mentor_tickets.claim, ticket.public_id, by=grace)
    if before == CLOSED:
        run(mentor_tickets.close, ticket.public_id, by=ada)
    now = clock.forward(minutes=31)

    reopen = partial(mentor_desk.reopen, ticket.public_id, lasts=HALF_AN_HOUR, by=olga)
    assert facts_of(reopen) == [MentorTicketReopened(ticket)]

    (waiting,) = look(olga).tickets
    assert (waiting.expires_at, waiting.created_at, names(waiting)) == (now + HALF_AN_HOUR, NOON, ("Ada", None))
    with pytest.raises(TicketStillOpen):
        run(reopen)


def test_of_staff_and_mentors_who_reach_for_a_ticket_one_gets_it(database, ada, grace, olga):
    ticket = ask(ada)

    outcomes = at_once(
        partial(run, mentor_desk.claim, ticket.public_id, by=olga),
        partial(run, mentor_tickets.claim, ticket.public_id, by=grace),
        partial(run, mentor_desk.claim, ticket.public_id, by=olga),
    )

    assert codes(outcomes) == ["ticket_already_claimed"] * 2


def test_staff_need_no_privilege_for_the_queue(database, ada, olga):
    run(privileges.change, "olga", state=None, privileges={}, by=OPERATOR)
    ticket = ask(ada)

    assert words(look(olga)) == ["CSS"]
    assert run(mentor_desk.close, ticket.public_id, by=olga).closed_at == NOON


@pytest.mark.parametrize("move", [*MOVES, lambda _, by: mentor_desk.desk(OPEN, size=1, by=by)])
def test_whoever_is_not_staff_sees_and_moves_nothing_here(database, ada, move):
    ticket = ask(ada)

    with pytest.raises(StaffOnly):
        run(move, ticket.public_id, by=ada)

    assert run_reading(lambda: MentorTicket.get().closed_at) is None


@pytest.mark.parametrize("move", MOVES)
def test_a_ticket_that_does_not_exist_cannot_be_moved(database, olga, move):
    with pytest.raises(TicketNotFound):
        run(move, "0" * 24, by=olga)

    assert nothing_is_left()
