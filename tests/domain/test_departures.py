"""Leaving: whoever is gone can sign in by nothing, others notice at once, and nothing personal stays."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.delivery import Emit, deliveries
from hub.domain import (
    accounts,
    credentials,
    departures,
    feedback,
    login_sessions,
    magic_links,
    member_secrets,
    members,
    mentor_tickets,
    once,
    pins,
    polls,
    sign_ins,
    tutoring_sessions,
)
from hub.domain.actors import Actor
from hub.domain.counters import CountersMoved
from hub.domain.credentials import DeadCredential, Keys
from hub.domain.departures import AccountDeleted
from hub.domain.magic_links import LinkAsked
from hub.domain.mentor_tickets import MentorTicketClosed, MentorTicketReopened
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.profiles import ImagesDropped
from hub.domain.tutoring_sessions import OfferExpired, SessionEnded
from hub.perform import run, run_reading
from models import TABLES, Account, MentorTicket, Message, Pin, TutoringSession, Vote
from tests import people
from tests.build import SECRET
from tests.domain import tutoring
from tests.domain.doing import at_once, codes, facts_of

KEYS = Keys(SECRET)
DAY = timedelta(days=1)


def leave(by: Actor) -> list[Any]:
    """What is told."""
    return facts_of(departures.leave, by=by)


def of_kind(facts: list[Any], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def is_dead(query: Any, *args: Any, **named: Any) -> bool:
    try:
        run_reading(query, *args, **named)
    except DeadCredential:
        return True
    return False


def everything() -> str:
    """All that stands in the database."""
    return run_reading(lambda: repr([list(table.select().tuples()) for table in TABLES]))


def rows() -> list[list[Any]]:
    return run_reading(lambda: [list(table.select().tuples()) for table in TABLES])


def test_credentials_of_all_dialects_die_at_once_and_are_ended_everywhere(tom):
    claims = KEYS.read(KEYS.mint(tom.public_id, "vivere", DAY), ["vivere"])
    session = run(sign_ins.sign_in, tom.id, None).secret
    secret = run(member_secrets.mint, tom.id, member_secrets.REGISTERED, KEYS)
    (asked,) = facts_of(magic_links.ask, "tom@example.org", lasts=DAY, keys=KEYS)
    assert isinstance(asked, LinkAsked)
    token = run_reading(magic_links.to_mail, asked.link_id, asked.round, KEYS)[1]

    facts = leave(tom)

    assert is_dead(credentials.actor_behind, claims)
    assert is_dead(login_sessions.caller_with, session, idle=DAY)
    assert is_dead(member_secrets.caller_with, secret, KEYS)
    with pytest.raises(magic_links.DeadLink):
        run(magic_links.redeem, token, KEYS)
    (gone,) = of_kind(facts, AccountDeleted)
    assert deliveries(gone) == [Emit("credentials", "revoked", {"jti": credentials.name_of_all(tom.public_id)})]


def test_mails_and_codes_that_were_asked_for_are_not_sent_any_more(tom):
    number = run(member_secrets.to_mail, tom.id, KEYS)
    (asked,) = facts_of(magic_links.ask, "tom@example.org", lasts=DAY, keys=KEYS)

    leave(tom)

    assert run_reading(member_secrets.mailed, number, KEYS) is None
    assert run_reading(magic_links.to_mail, asked.link_id, asked.round, KEYS) is None
    assert run_reading(members.address_of, tom.id) is None


@pytest.mark.parametrize("order", [(2, 3), (3, 2), (3, 2, 1), (1, 3, 2), (3, 1)], ids=str)
def test_a_number_is_never_given_to_another_account(database, order):
    """Clients, streams and jobs know people by it."""
    cast = {number: people.make(f"Person{number}") for number in (1, 2, 3)}
    assert [actor.id for actor in cast.values()] == [1, 2, 3]

    for number in order:
        leave(cast[number])
    newcomers = [people.make(f"Newcomer{number}").id for number in range(3)]

    assert newcomers == [4, 5, 6]


def test_a_number_is_never_given_again_however_people_come_and_go(database):
    given = []
    for number in range(6):
        newcomer = people.make(f"Person{number}")
        given.append(newcomer.id)
        leave(newcomer)

    assert given == [1, 2, 3, 4, 5, 6]


def test_the_address_is_free_for_somebody_new_who_is_not_them(ada):
    leave(ada)

    again = people.make("Ada")

    assert again.id != ada.id
    assert again.public_id != ada.public_id


def test_what_they_wrote_is_unread_no_more(ann, tom, eve):
    tutoring.write(tom, by=ann)
    tutoring.write(ann, by=eve, mode=TUTOR)

    facts = leave(ann)

    told = {fact.account_id: fact.counters.count for fact in of_kind(facts, CountersMoved)}
    assert told == {tom.id: 0}
    assert run_reading(lambda: Message.select().count()) == 0


def test_a_session_that_runs_ends_and_the_other_is_free_again(ann, tom, eve, clock):
    session = tutoring.shake_hands(ann, tom)
    clock.forward(minutes=10)

    facts = leave(ann)

    assert [(fact.session.id, fact.ended_by) for fact in of_kind(facts, SessionEnded)] == [(session.id, ann.id)]
    kept = run_reading(TutoringSession.get)
    assert (kept.student_id, kept.tutor_id, kept.duration) == (None, tom.id, 600)
    assert [fact.counters.session for fact in of_kind(facts, CountersMoved) if fact.account_id == tom.id][-1:] == [None]
    assert run_reading(tutoring_sessions.current, tom.id) is None


def test_hands_in_the_air_are_taken_back_and_the_others_hear_of_it(ann, tom, eve):
    tutoring.press(tom, by=ann, mode=STUDENT)
    tutoring.press(ann, by=eve, mode=TUTOR)

    facts = leave(ann)

    hands = {(fact.offer.offered_by_id, fact.offer.offered_to_id) for fact in of_kind(facts, OfferExpired)}
    assert hands == {(ann.id, tom.id), (eve.id, ann.id)}


def test_pins_disappear_with_their_pictures_also_one_that_is_over_since_a_moment(tom, ann, clock):
    place = {"latitude": 1, "longitude": 1, "longest": 604_800}
    run(pins.drop, STUDENT, by=tom, seconds=60, images=["one"], **place)
    run(pins.drop, TUTOR, by=tom, seconds=7200, images=["two"], **place)
    clock.forward(hours=1)

    facts = leave(tom)

    assert sorted(name for fact in of_kind(facts, ImagesDropped) for name in fact.names) == ["one", "two"]
    assert run_reading(lambda: Pin.select().count()) == 0


def test_their_tickets_are_closed_and_those_they_had_claimed_wait_again(ada, grace, linus):
    def ask(by: Actor) -> MentorTicket:
        lasts = timedelta(minutes=30)
        return run(mentor_tickets.create, description="", location="", contact="555", lasts=lasts, by=by)

    graces, linuses, done = ask(grace), ask(linus), ask(linus)
    for ticket in (linuses, done):
        run(mentor_tickets.claim, ticket.public_id, by=grace)
    run(mentor_tickets.close, done.public_id, by=grace)

    facts = leave(grace)

    assert [fact.ticket.public_id for fact in of_kind(facts, MentorTicketClosed)] == [graces.public_id]
    assert [fact.ticket.public_id for fact in of_kind(facts, MentorTicketReopened)] == [linuses.public_id]
    assert [ticket.public_id for ticket in run_reading(mentor_tickets.queue)] == [linuses.public_id]
    assert run_reading(lambda: sorted(ticket.contact for ticket in MentorTicket.select())) == ["", "555", "555"]


def test_nothing_personal_stays_and_what_counts_for_others_does(database, clock):
    said = {"email": "planted@example.org", "name": "Planted Name", "contact_number": "0412345678", "dob": "planted"}
    joined = run(members.register, said, country="AU", keys=KEYS)
    ada = run_reading(member_secrets.caller_with, joined.secret, KEYS).actor
    run(members.change, {"member_comment": "planted"}, country="AU", keys=KEYS, by=ada)
    run(polls.cast, 1, "100", keys=KEYS, by=ada)
    run(feedback.give, "I like it", by=ada)
    key = once.Key(ada.id, "call", "key", "hash")
    run(once.once, key, lambda: {"name": "planted"})
    for staffs, named in enumerate([{"id": ada.public_id}, {"username": ada.username}], start=ada.id + 1):
        run(once.once, once.Key(staffs, "call", "key", "hash"), lambda named=named: {**named, "name": "planted"})
    assert "planted" in everything()

    leave(ada)

    left = everything().lower()
    assert [word for word in ("planted", "412345678", joined.secret) if word in left] == []
    assert run_reading(polls.figures, 1)["100"] == run_reading(lambda: Vote.select().count()) == 1


def test_somebody_who_has_left_cannot_leave_again(ada):
    leave(ada)
    before = rows()

    with pytest.raises(DeadCredential):
        leave(ada)

    assert rows() == before


def test_of_several_devices_on_which_one_leaves_at_once_one_does(tom, ann):
    tutoring.shake_hands(ann, tom)

    outcomes = at_once(*[partial(run, departures.leave, by=tom)] * 4)

    assert codes(outcomes) == ["dead_credential"] * 3
    assert run_reading(lambda: Account.select().where(Account.id == tom.id).count()) == 0


def test_both_of_a_session_may_leave_at_once(tom, ann):
    tutoring.shake_hands(ann, tom)
    tutoring.write(tom, by=ann)
    tutoring.write(ann, by=tom, mode=TUTOR)

    outcomes = at_once(*(partial(run, departures.leave, by=person) for person in (tom, ann)))

    assert outcomes == [None, None]
    assert run_reading(lambda: (Account.select().count(), TutoringSession.select().count())) == (0, 1)


def test_others_who_act_while_somebody_leaves_are_refused_at_worst(tom, ann, eve):
    def register_again() -> None:
        run(accounts.join, email="tom@example.org", name="Tom")

    possible = {"recipient_not_found", "partner_not_found", "email_taken", "tutor_profile_missing", "dead_credential"}
    works = [
        partial(run, departures.leave, by=tom),
        partial(tutoring.write, tom, by=ann),
        partial(tutoring.press, tom, by=ann, mode=STUDENT),
        partial(tutoring.read, tom, by=ann, mode=STUDENT),
        partial(tutoring.write, ann, by=tom, mode=TUTOR),
        register_again,
    ]

    outcomes = at_once(*works)

    assert outcomes[0] is None
    assert set(codes(outcomes)) <= possible
