"""The mentor queue: one ticket's life, who may move it, and who wins where several reach for it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import mentor_tickets
from hub.domain.actors import Actor
from hub.domain.mentor_tickets import (
    MentorTicketClaimed,
    MentorTicketClosed,
    MentorTicketOpened,
    MentorTicketReopened,
    MentorTicketsExpired,
    NotYourTicket,
    TicketAlreadyClaimed,
    TicketClosed,
    TicketNotFound,
    TicketStillOpen,
)
from hub.perform import run, run_reading
from models import Account, MentorTicket
from tests.conftest import NOON
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

HALF_AN_HOUR = timedelta(minutes=30)


def ask(by: Actor, description: str = "CSS") -> MentorTicket:
    return run(
        mentor_tickets.create, description=description, location="T4", contact="red hat", lasts=HALF_AN_HOUR, by=by
    )


def claim(ticket: MentorTicket, by: Actor) -> MentorTicket:
    return run(mentor_tickets.claim, ticket.public_id, by=by)


def close(ticket: MentorTicket, by: Actor) -> MentorTicket:
    return run(mentor_tickets.close, ticket.public_id, by=by)


def reopen(ticket: MentorTicket, by: Actor) -> MentorTicket:
    return run(mentor_tickets.reopen, ticket.public_id, lasts=HALF_AN_HOUR, by=by)


def waiting() -> list[str]:
    return run_reading(lambda: [ticket.description for ticket in mentor_tickets.queue()])


def row(ticket: MentorTicket) -> dict[str, object]:
    return run_reading(lambda: MentorTicket.select().where(MentorTicket.id == ticket.id).dicts().get())


def test_a_new_ticket_waits_at_the_end_of_the_queue(database, ada, grace):
    ask(grace, "first")
    ticket = ask(ada, "second")

    assert row(ticket) == {
        "id": ticket.id,
        "public_id": ticket.public_id,
        "description": "second",
        "location": "T4",
        "contact": "red hat",
        "opened_by": ada.id,
        "claimed_by": None,
        "created_at": NOON,
        "expires_at": NOON + HALF_AN_HOUR,
        "claimed_at": None,
        "closed_at": None,
        "expiry_told_at": None,
    }
    assert (ticket.as_of, ticket.position, ticket.claimed_by_name) == (NOON, 2, None)
    assert waiting() == ["first", "second"]


def test_a_claimed_ticket_leaves_the_queue_and_names_its_mentor(database, ada, grace, clock):
    ticket = ask(ada)
    now = clock.forward(minutes=5)

    claimed = claim(ticket, by=grace)

    assert (claimed.claimed_by_id, claimed.claimed_at, claimed.claimed_by_name) == (grace.id, now, "Grace")
    assert (claimed.position, claimed.as_of, waiting()) == (None, now, [])


def test_claiming_a_claimed_ticket_is_refused(database, ada, grace, linus):
    ticket = ask(ada)
    claim(ticket, by=grace)
    before = row(ticket)

    for mentor in (linus, grace, ada):
        with pytest.raises(TicketAlreadyClaimed):
            claim(ticket, by=mentor)

    assert row(ticket) == before


def test_claiming_a_closed_ticket_is_refused(database, ada, grace):
    ticket = ask(ada)
    close(ticket, by=ada)

    with pytest.raises(TicketClosed):
        claim(ticket, by=grace)

    assert row(ticket)["claimed_by"] is None


def test_an_expired_ticket_may_still_be_claimed(database, ada, grace, clock):
    """A mentor's list may be a minute old, and help that comes late is help."""
    ticket = ask(ada)
    clock.forward(hours=2)

    assert claim(ticket, by=grace).claimed_by_id == grace.id


def test_one_may_claim_a_ticket_of_ones_own(database, ada):
    ticket = ask(ada)

    assert claim(ticket, by=ada).claimed_by_name == "Ada"


@pytest.mark.parametrize(
    "action", [mentor_tickets.claim, mentor_tickets.close, partial(mentor_tickets.reopen, lasts=HALF_AN_HOUR)]
)
def test_a_ticket_that_does_not_exist_cannot_be_moved(database, ada, action):
    with pytest.raises(TicketNotFound):
        run(action, "0" * 24, by=ada)

    assert nothing_is_left()


def test_of_many_mentors_one_gets_the_ticket(database, ada, grace, linus, olga):
    ticket = ask(ada)
    mentors = [grace, linus, olga] * 3

    outcomes = at_once(*[partial(claim, ticket, by=mentor) for mentor in mentors])

    assert codes(outcomes) == ["ticket_already_claimed"] * 8
    winner = next(outcome for outcome in outcomes if isinstance(outcome, MentorTicket))
    assert row(ticket)["claimed_by"] == winner.claimed_by_id


def test_whoever_asked_or_helps_may_close(database, ada, grace, linus, clock):
    asked, helped = ask(ada), ask(ada)
    claim(asked, by=grace)
    claim(helped, by=grace)
    now = clock.forward(minutes=1)

    with pytest.raises(NotYourTicket):
        close(asked, by=linus)

    assert close(asked, by=ada).closed_at == now
    assert close(helped, by=grace).closed_at == now
    assert close(helped, by=grace).claimed_by_name == "Grace"


def test_closing_again_changes_nothing_and_tells_nobody(database, ada, clock):
    ticket = ask(ada)
    assert facts_of(mentor_tickets.close, ticket.public_id, by=ada) == [MentorTicketClosed(ticket)]
    clock.forward(minutes=1)

    assert facts_of(mentor_tickets.close, ticket.public_id, by=ada) == []
    assert close(ticket, by=ada).closed_at == NOON


@pytest.mark.parametrize("before", ["claimed", "expired", "closed", "claimed and closed"])
def test_a_reopened_ticket_is_back_at_its_old_place_with_the_whole_time(database, ada, grace, clock, before):
    ticket = ask(ada, "early")
    clock.forward(minutes=20)
    ask(grace, "late")
    if "claimed" in before:
        claim(ticket, by=grace)
    if "closed" in before:
        close(ticket, by=ada)
    now = clock.forward(minutes=10, microseconds=1)

    again = reopen(ticket, by=ada)

    assert row(ticket) == row(ticket) | {
        "claimed_by": None,
        "claimed_at": None,
        "closed_at": None,
        "expiry_told_at": None,
        "created_at": NOON,
        "expires_at": now + HALF_AN_HOUR,
    }
    assert (again.position, waiting()) == (1, ["early", "late"])


def test_a_ticket_that_waits_cannot_be_reopened(database, ada, grace, clock):
    ticket = ask(ada)
    clock.forward(minutes=30)
    before = row(ticket)

    with pytest.raises(TicketStillOpen):
        reopen(ticket, by=ada)
    with pytest.raises(NotYourTicket):
        reopen(ticket, by=grace)

    assert row(ticket) == before


def test_who_helped_and_was_let_go_may_not_move_it_any_more(database, ada, grace):
    ticket = ask(ada)
    claim(ticket, by=grace)
    reopen(ticket, by=grace)

    for action in (close, reopen):
        with pytest.raises(NotYourTicket):
            action(ticket, by=grace)


def test_every_move_is_told(database, ada, grace):
    ticket = ask(ada)
    move = ticket.public_id

    assert facts_of(mentor_tickets.claim, move, by=grace) == [MentorTicketClaimed(ticket)]
    assert facts_of(mentor_tickets.close, move, by=grace) == [MentorTicketClosed(ticket)]
    assert facts_of(mentor_tickets.reopen, move, lasts=HALF_AN_HOUR, by=grace) == [MentorTicketReopened(ticket)]
    (opened,) = facts_of(mentor_tickets.create, description="", location="", contact="", lasts=HALF_AN_HOUR, by=ada)
    assert isinstance(opened, MentorTicketOpened)


def test_the_last_moment_still_counts_as_open(database, ada, clock):
    ticket = ask(ada)

    clock.forward(minutes=30)
    assert (waiting(), facts_of(mentor_tickets.expire_overdue, clock.moment)) == (["CSS"], [])

    clock.forward(microseconds=1)
    assert waiting() == []
    assert facts_of(mentor_tickets.expire_overdue, clock.moment) == [MentorTicketsExpired([ticket])]


def test_what_expired_is_told_once_and_together_the_oldest_first(database, ada, grace, clock):
    first, second = ask(ada), ask(grace)
    claimed, closed = ask(ada), ask(ada)
    claim(claimed, by=grace)
    close(closed, by=ada)
    clock.forward(minutes=31)
    ask(ada, "fresh")

    assert facts_of(mentor_tickets.expire_overdue, clock.moment) == [MentorTicketsExpired([first, second])]
    assert facts_of(mentor_tickets.expire_overdue, clock.moment) == []


def test_of_sweeps_that_run_at_once_one_tells_of_an_expiry(database, ada, clock):
    tickets = [ask(ada) for _ in range(5)]
    clock.forward(minutes=31)

    told = at_once(*[partial(facts_of, mentor_tickets.expire_overdue, clock.moment)] * 4)

    assert [ticket.id for facts in told for fact in facts for ticket in fact.tickets] == [one.id for one in tickets]


def test_a_reopened_ticket_expires_and_is_told_again(database, ada, clock):
    ticket = ask(ada)
    clock.forward(minutes=31)
    run(mentor_tickets.expire_overdue, clock.moment)
    reopen(ticket, by=ada)

    clock.forward(minutes=31)

    assert facts_of(mentor_tickets.expire_overdue, clock.moment) == [MentorTicketsExpired([ticket])]


def test_reaching_for_one_ticket_in_every_way_at_once_leaves_it_whole(database, ada, grace, linus):
    for _ in range(5):
        ticket = ask(ada)

        outcomes = at_once(
            partial(claim, ticket, by=grace),
            partial(claim, ticket, by=linus),
            partial(close, ticket, by=ada),
            partial(reopen, ticket, by=ada),
        )

        left = row(ticket)
        assert (left["claimed_by"] is None) == (left["claimed_at"] is None)
        assert any(isinstance(outcome, MentorTicket) for outcome in outcomes)
        assert set(codes(outcomes)) <= {"ticket_already_claimed", "ticket_closed", "ticket_still_open"}
        close(ticket, by=ada)


def test_a_ticket_outlives_the_account_that_opened_it(database, ada, grace):
    ticket = ask(ada)
    claim(ticket, by=grace)

    run(lambda: Account.delete().where(Account.id.in_([ada.id, grace.id])).execute())

    assert (row(ticket)["opened_by"], row(ticket)["claimed_by"]) == (None, None)


def test_everybody_sees_their_own_tickets_by_category_newest_first(database, ada, grace, clock):
    for description in ("old", "older than it looks", "claimed", "closed"):
        ticket = ask(ada, description)
        clock.forward(seconds=1)
        if description == "claimed":
            claim(ticket, by=grace)
        if description == "closed":
            close(ticket, by=ada)
    ask(grace, "not hers")
    clock.forward(minutes=31)
    ask(ada, "new")
    ask(ada, "newest")

    buckets = run_reading(mentor_tickets.opened_by, ada)

    assert {name: [ticket.description for ticket in tickets] for name, tickets in buckets.items()} == {
        "open": ["newest", "new"],
        "in_progress": ["claimed"],
        "expired": ["older than it looks", "old"],
        "closed": ["closed"],
    }
    assert [ticket.position for ticket in buckets["open"]] == [2, 1]
    assert [ticket.description for ticket in run_reading(mentor_tickets.claimed_by, grace)] == ["claimed"]
