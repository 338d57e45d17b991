"""Login sessions: how long one lives, what keeps it alive, and that it is dead at once when its owner signs out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain import credentials, login_sessions
from hub.domain.credentials import Claims, CredentialRevoked, DeadCredential
from hub.domain.login_sessions import Caller
from hub.perform import run, run_reading
from models import Device, LoginSession
from tests.conftest import NOON
from tests.domain.doing import facts_of
from tests.domain.tutoring import claims_of, sign_in

IDLE = timedelta(days=90)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def session(ann) -> tuple[str, int]:
    """A sign-in of Ann's of which nothing but the session was made: its secret and its number."""
    return run(login_sessions.begin, ann.id)


def caller(secret: str, idle: timedelta = IDLE) -> Caller:
    return run_reading(login_sessions.caller_with, secret, idle=idle)


def is_alive(secret: str) -> bool:
    try:
        caller(secret)
    except DeadCredential:
        return False
    return True


def used_at(number: int) -> datetime:
    return run_reading(lambda: LoginSession.get_by_id(number).used_at)


def test_a_secret_brings_back_the_person_and_the_sign_in(ann, session):
    secret, number = session
    hashed = hashlib.sha256(secret.encode()).hexdigest()

    found = caller(secret)

    assert (found.actor, found.actor.login_session_id) == (ann, number)
    assert found.claims == Claims(ann.public_id, f"login-session-{hashed}", NOON + IDLE)
    assert found.is_worth_touching is False


def test_a_secret_is_32_hex_digits_that_differ_each_time_and_are_stored_nowhere(ann, session):
    secrets = {session[0], *(run(login_sessions.begin, ann.id)[0] for _ in range(20))}

    assert len(secrets) == 21
    assert {login_sessions.looks_like_one(secret) for secret in secrets} == {True}
    stored = run_reading(lambda: str(list(LoginSession.select().tuples())))
    assert [secret for secret in secrets if secret in stored] == []


@pytest.mark.parametrize("text", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32 + "\n", " " + "a" * 31])
def test_what_is_no_secret_is_told_from_one_without_asking_the_database(text):
    assert login_sessions.looks_like_one(text) is False


def test_a_secret_that_was_never_given_out_is_nobody_s(session):
    with pytest.raises(DeadCredential):
        caller("0" * 32)


@pytest.mark.parametrize(("later", "lives"), [(IDLE - A_MOMENT, True), (IDLE, False)], ids=["in time", "too late"])
def test_a_session_lives_for_exactly_so_long_without_being_used(session, clock, later, lives):
    secret, _ = session
    claims = caller(secret).claims

    clock.moment += later

    assert is_alive(secret) is lives
    assert (run_reading(login_sessions.still_good, claims, idle=IDLE) is not None) is lives


def test_each_use_that_is_noted_lets_it_live_on(session, clock):
    secret, number = session
    claims = caller(secret).claims
    clock.moment += IDLE - A_MOMENT

    run(login_sessions.touch, claims)
    clock.moment += IDLE - A_MOMENT

    assert is_alive(secret)
    assert run_reading(login_sessions.still_good, claims, idle=IDLE) == replace(
        claims, expires_at=used_at(number) + IDLE
    )


@pytest.mark.parametrize(
    ("idle", "worth_it_after"),
    [(IDLE, timedelta(hours=1)), (timedelta(minutes=100), timedelta(minutes=10))],
    ids=["long", "short"],
)
def test_a_use_is_worth_noting_once_an_hour_or_a_tenth_of_its_life(session, clock, idle, worth_it_after):
    secret, number = session

    clock.moment += worth_it_after - A_MOMENT
    assert caller(secret, idle).is_worth_touching is False
    clock.moment += A_MOMENT
    assert caller(secret, idle).is_worth_touching is True

    run(login_sessions.touch, caller(secret, idle).claims)
    assert (caller(secret, idle).is_worth_touching, used_at(number)) == (False, NOON + worth_it_after)


def test_signing_out_is_told_once_and_takes_the_device_of_that_sign_in_along(ann):
    other = sign_in(ann, phone="a1")
    claims = claims_of(ann)

    facts = facts_of(login_sessions.end, claims)

    assert facts == [CredentialRevoked(claims.jti)]
    assert facts_of(login_sessions.end, claims) == []
    left = run_reading(lambda: [(device.address, device.login_session_id) for device in Device.select()])
    assert left == [("a1", other.login_session_id)]


def test_a_session_that_was_ended_is_dead_and_no_other_is(ann, session):
    other, _ = run(login_sessions.begin, ann.id)
    secret, _ = session
    claims = caller(secret).claims

    run(login_sessions.end, claims)

    assert (is_alive(secret), is_alive(other)) == (False, True)
    assert run_reading(login_sessions.still_good, claims, idle=IDLE) is None


def test_who_signs_in_after_somebody_signed_out_is_not_taken_for_them(ann, session):
    secret, _ = session
    ended = caller(secret).claims
    run(login_sessions.end, ended)

    next_secret, _ = run(login_sessions.begin, ann.id)

    assert caller(next_secret).claims.jti != ended.jti
    assert (facts_of(login_sessions.end, ended), is_alive(next_secret)) == ([], True)


def test_claims_say_whether_they_are_of_a_session(session):
    secret, _ = session
    token = credentials.Keys("a secret of thirty-two bytes or more").mint("a" * 24, "vivere", timedelta(days=1))
    signed = credentials.Keys("a secret of thirty-two bytes or more").read(token, credentials.SIGN_IN_KINDS)

    assert login_sessions.is_of_a_session(caller(secret).claims) is True
    assert login_sessions.is_of_a_session(signed) is False


def test_sessions_that_died_of_disuse_are_tidied_away(ann, session, clock):
    clock.moment += timedelta(days=1)
    _, fresh = run(login_sessions.begin, ann.id)

    run(login_sessions.forget_idle, NOON + IDLE, IDLE)

    assert run_reading(lambda: [row.id for row in LoginSession.select()]) == [fresh]


def test_when_one_more_begins_than_a_person_may_have_the_one_that_was_used_longest_ago_ends(ann, tom, clock):
    run(login_sessions.end_all, ann.id)
    secrets = []
    for _ in range(login_sessions.MOST_SESSIONS):
        secrets.append(run(login_sessions.begin, ann.id)[0])
        clock.forward(milliseconds=1)
    run(login_sessions.touch, caller(secrets[0]).claims)
    oldest = caller(secrets[1]).claims

    facts = facts_of(login_sessions.begin, ann.id)

    assert facts == [CredentialRevoked(oldest.jti)]
    assert [is_alive(secrets[number]) for number in (0, 1, 2, -1)] == [True, False, True, True]
    assert run_reading(lambda: LoginSession.select().where(LoginSession.account == tom.id).count()) == 1


def test_who_has_very_many_from_before_signs_in_all_the_same(ann, clock):
    rows = [
        {"account": ann.id, "secret_hash": f"{number}", "created_at": NOON, "used_at": NOON} for number in range(1000)
    ]
    run(lambda: LoginSession.insert_many(rows).execute())

    secret, _ = run(login_sessions.begin, ann.id)

    assert is_alive(secret)
    assert len(facts_of(login_sessions.begin, ann.id)) == login_sessions.MOST_SESSIONS
