"""Resume tickets: who somebody was a moment ago, believed only where nobody can have signed out meanwhile."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from hub import clock as the_clock
from hub.domain import login_sessions, member_secrets
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, Keys
from hub.realtime.tickets import KEPT_FOR, LONGEST_TICKET, Revocations, Tickets
from tests.build import SECRET

KEYS = Keys(SECRET)
ADA = Actor(7, "a" * 24, "ada@example.org", "Ada Lovelace")


def new_tickets(hears_all=lambda: True) -> Tickets:
    """As a node has them that runs for long."""
    revocations = Revocations(hears_all)
    revocations.begin([], the_clock.now() - KEPT_FOR)
    return Tickets(KEYS, revocations)


@pytest.fixture
def tickets(clock) -> Tickets:
    return new_tickets()


def signed_token() -> tuple[str, Claims]:
    token = KEYS.mint(ADA.public_id, "vivere", timedelta(days=1), sign_outs=2)
    return token, KEYS.read(token, ["vivere"])


def login_session() -> tuple[str, Claims]:
    secret = secrets.token_hex(16)
    return secret, Claims(ADA.public_id, login_sessions.jti_of(secret), the_clock.now() + timedelta(days=90))


def member_secret() -> tuple[str, Claims]:
    secret = secrets.token_hex(20)
    return secret, Claims(ADA.public_id, member_secrets.jti_of(secret, KEYS), the_clock.now() + timedelta(days=30))


def issued(tickets: Tickets, claims: Claims, actor: Actor = ADA) -> str:
    ticket = tickets.issue(claims, actor, the_clock.now())
    assert ticket is not None
    return ticket


@pytest.mark.parametrize("credential", [signed_token, login_session, member_secret])
def test_a_ticket_says_who_comes_with_the_credential_it_was_made_for(tickets, clock, credential):
    token, claims = credential()
    ticket = issued(tickets, claims, replace(ADA, sign_outs=claims.sign_outs, login_session_id=3))

    opened = tickets.open(ticket, token, clock.forward(seconds=60))

    assert opened == (claims, ADA)
    assert (opened[1].sign_outs, opened[1].login_session_id, opened[1].proof) == (claims.sign_outs, 3, claims)


def test_what_staff_may_do_is_not_in_it(tickets, clock):
    token, claims = signed_token()
    olga = replace(ADA, is_staff=True, is_superuser=True, privileges=frozenset({("user", "read")}))

    _, actor = tickets.open(issued(tickets, claims, olga), token, clock.moment)

    assert (actor.is_staff, actor.is_superuser, actor.privileges) == (False, False, None)


@pytest.mark.parametrize("other", [signed_token, login_session, member_secret, lambda: ("made up", None)])
def test_beside_another_credential_it_is_of_no_use(tickets, clock, other):
    _, claims = signed_token()

    assert tickets.open(issued(tickets, claims), other()[0], clock.moment) is None


def test_after_a_minute_it_is_of_no_use(tickets, clock):
    token, claims = signed_token()
    ticket = issued(tickets, claims)

    assert tickets.open(ticket, token, clock.forward(seconds=60.001)) is None


def test_a_credential_that_has_run_out_is_not_prolonged_by_it(tickets, clock):
    token, claims = login_session()
    ticket = issued(tickets, replace(claims, expires_at=clock.moment + timedelta(seconds=5)))

    assert tickets.open(ticket, token, clock.forward(seconds=5)) is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda ticket: ticket[:-1] + ("0" if ticket[-1] != "0" else "1"),
        lambda ticket: "x" + ticket,
        lambda ticket: ticket.partition(".")[0],
        lambda ticket: "." + ticket.partition(".")[2],
        lambda ticket: ticket + "." + "0" * LONGEST_TICKET,
        lambda ticket: "é.é",
        lambda ticket: "\ud800",
        lambda ticket: "",
        lambda ticket: f"e30=.{KEYS.derive('resume ticket', 'e30=')}",
        lambda ticket: f"x.{KEYS.derive('resume ticket', 'x')}",
    ],
)
def test_what_this_hub_did_not_sign_or_does_not_understand_is_of_no_use(tickets, clock, forge):
    token, claims = signed_token()

    assert tickets.open(forge(issued(tickets, claims)), token, clock.moment) is None


def test_one_of_a_hub_with_another_secret_is_of_no_use(tickets, clock):
    token, claims = signed_token()
    theirs = replace(tickets, keys=Keys("another secret, longer than thirty-two bytes"))

    assert tickets.open(issued(theirs, claims), token, clock.moment) is None


@pytest.mark.parametrize("which", [0, 1, 2], ids=["itself", "signed out everywhere", "the whole account"])
def test_once_its_credential_was_taken_back_it_is_of_no_use(tickets, clock, which):
    token, claims = signed_token()
    ticket = issued(tickets, claims)

    tickets.revocations.note(claims.names[which])

    assert tickets.open(ticket, token, clock.moment) is None


def test_what_was_taken_back_of_others_does_not_matter(tickets, clock):
    token, claims = signed_token()
    ticket = issued(tickets, claims)

    tickets.revocations.note(signed_token()[1].jti)

    assert tickets.open(ticket, token, clock.moment) is not None


def test_a_node_that_may_not_hear_of_everything_neither_issues_nor_believes_any(clock):
    token, claims = signed_token()
    ticket, deaf = issued(new_tickets(), claims), new_tickets(hears_all=lambda: False)

    assert deaf.issue(claims, ADA, clock.moment) is None
    assert deaf.open(ticket, token, clock.moment) is None


def test_a_node_that_has_not_read_the_journal_yet_believes_none(clock):
    token, claims = signed_token()
    ticket = issued(new_tickets(), claims)

    assert Tickets(KEYS, Revocations(lambda: True)).open(ticket, token, clock.moment) is None


def test_a_node_that_missed_something_believes_none_from_before_and_those_from_long_enough_after(tickets, clock):
    token, claims = signed_token()
    before = issued(tickets, claims)
    tickets.revocations.begin_anew()

    assert tickets.open(before, token, clock.moment) is None
    clock.forward(seconds=60)
    assert tickets.open(issued(tickets, claims), token, clock.moment) is not None


def test_a_new_node_knows_what_was_taken_back_before_it_came(clock):
    token, claims = signed_token()
    ticket = issued(new_tickets(), claims)
    revocations = Revocations(lambda: True)
    revocations.begin([claims.jti], clock.forward(seconds=30) - KEPT_FOR)

    assert Tickets(KEYS, revocations).open(ticket, token, clock.moment) is None


def test_what_no_ticket_can_outlive_is_forgotten(tickets, clock):
    tickets.revocations.note("old")
    clock.forward(seconds=KEPT_FOR.total_seconds())
    tickets.revocations.note("newer")
    clock.forward(seconds=1)
    tickets.revocations.note("newest")

    assert [tickets.revocations.have_any_of([name]) for name in ("old", "newer", "newest")] == [False, True, True]
