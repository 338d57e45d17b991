"""Members' secrets: several to a person, good until they are taken back, and kept as keyed hashes only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from hub.domain import member_secrets
from hub.domain.credentials import CredentialRevoked, DeadCredential, Keys
from hub.domain.member_secrets import ASKED_AGAIN_AFTER, LINK, MAILED, REGISTERED
from hub.perform import run, run_reading
from models import MemberSecret
from tests.build import SECRET
from tests.domain.doing import at_once, facts_of

KEYS = Keys(SECRET)


def mint(person, origin: str = REGISTERED) -> str:
    return run(member_secrets.mint, person.id, origin, KEYS)


def caller(secret: object, keys: Keys = KEYS) -> member_secrets.Caller:
    return run_reading(member_secrets.caller_with, secret, keys)


def is_good(secret: object, keys: Keys = KEYS) -> bool:
    try:
        caller(secret, keys)
    except DeadCredential:
        return False
    return True


def mailed(secret_id: int) -> tuple[int, str] | None:
    return run_reading(member_secrets.mailed, secret_id, KEYS)


def test_a_member_may_have_several_and_each_says_who_they_are(ada, grace):
    adas = [mint(ada) for _ in range(3)]

    assert [caller(secret).actor for secret in [*adas, mint(grace)]] == [ada] * 3 + [grace]
    assert len(set(adas)) == 3
    assert [bool(re.fullmatch("[0-9a-f]{40}", secret)) for secret in adas] == [True] * 3


@pytest.mark.parametrize(
    "other",
    [
        *(None, 5, 0, True, 1.5, [], {}, {"$ne": None}, ["a" * 40], b"a" * 40, "", " ", "a", "a" * 40, "a" * 39),
        *("0" * 41, "0" * 20_000, "g" * 40, "\0", "\ud800", "\u0660" * 40, "' OR 1=1 --"),
    ],
    ids=lambda value: ascii(value)[:15],
)
def test_whatever_else_is_sent_is_nobody_s(ada, other):
    mint(ada)

    assert not is_good(other)


def test_a_secret_in_another_spelling_is_nobody_s(ada):
    secret = mint(ada)

    spellings = [secret.upper(), f" {secret}", f"{secret}\n", f"{secret}\0", secret[:-1], [secret], {"s": secret}]

    assert [is_good(one) for one in spellings] == [spelling == secret for spelling in spellings]


def test_the_hash_that_is_kept_lets_nobody_in(ada):
    secret = mint(ada)

    row = run_reading(lambda: MemberSecret.select().dicts().get())

    assert secret not in repr(row)
    assert [is_good(row["secret_hash"][:length]) for length in (64, 40)] == [False, False]
    assert not is_good(secret, Keys("another secret of the hub, as long as it has to be"))


def test_one_that_is_taken_back_is_dead_and_the_others_are_not(ada):
    first, second = mint(ada), mint(ada)

    facts = facts_of(member_secrets.revoke, caller(first).claims)

    assert (is_good(first), is_good(second)) == (False, True)
    assert [type(fact) for fact in facts] == [CredentialRevoked]


def test_taking_one_back_twice_is_told_once(ada):
    claims = caller(mint(ada)).claims

    assert len([*facts_of(member_secrets.revoke, claims), *facts_of(member_secrets.revoke, claims)]) == 1


def test_all_of_a_member_are_taken_back_and_nobody_else_s(ada, grace):
    adas, graces = [mint(ada) for _ in range(3)], mint(grace)
    names = {caller(secret).claims.jti for secret in adas}

    facts = facts_of(member_secrets.revoke_all, ada.id)

    assert [is_good(secret) for secret in [*adas, graces]] == [False] * 3 + [True]
    assert {fact.jti for fact in facts if isinstance(fact, CredentialRevoked)} == names


def test_an_open_socket_asks_again_and_hears_whether_it_was_taken_back(ada, clock):
    claims = caller(mint(ada)).claims
    assert claims.expires_at == clock.moment + ASKED_AGAIN_AFTER

    clock.forward(days=30)
    again = run_reading(member_secrets.still_good, claims)
    run(member_secrets.revoke, claims)

    assert again == replace(claims, expires_at=clock.moment + ASKED_AGAIN_AFTER)
    assert run_reading(member_secrets.still_good, claims) is None


def test_its_use_is_noted_once_an_hour(ada, clock):
    secret = mint(ada)
    first = caller(secret)
    run(member_secrets.touch, first.claims)
    at_once_after = caller(secret).is_worth_touching
    clock.forward(hours=1)

    worth = (first.is_worth_touching, at_once_after, caller(secret).is_worth_touching)

    assert worth == (True, False, True)


def test_a_secret_that_was_mailed_and_never_used_is_mailed_again(ada):
    first = run(member_secrets.to_mail, ada.id, KEYS)
    again = run(member_secrets.to_mail, ada.id, KEYS)
    said = mailed(first)

    assert again == first
    assert said is not None
    assert said[0] == ada.id
    assert caller(said[1]).actor == ada


def test_one_that_was_used_is_mailed_no_more_and_the_next_is_another(ada):
    first = run(member_secrets.to_mail, ada.id, KEYS)
    said = mailed(first)
    assert said is not None

    run(member_secrets.touch, caller(said[1]).claims)

    assert mailed(first) is None
    assert run(member_secrets.to_mail, ada.id, KEYS) != first
    assert is_good(said[1])


@pytest.mark.parametrize("origin", [REGISTERED, LINK])
def test_a_secret_that_was_not_made_for_the_mail_is_not_mailed(ada, origin):
    """SQLite gives its number to another once it was taken back, and a job may come late."""
    secret = mint(ada)
    number = run_reading(lambda: MemberSecret.get().id)
    run(member_secrets.revoke, caller(secret).claims)

    mint(ada, origin)

    newest = run_reading(lambda: MemberSecret.get().id)
    assert (mailed(number), mailed(newest)) == (None, None)


def test_many_can_be_minted_and_taken_back_at_once(ada):
    outcomes = at_once(*[partial(mint, ada, MAILED)] * 5, *[lambda: run(member_secrets.revoke_all, ada.id)] * 3)

    assert len({secret for secret in outcomes if secret is not None}) == 5
    run(member_secrets.revoke_all, ada.id)
    assert run_reading(lambda: MemberSecret.select().count()) == 0


def test_a_secret_does_not_depend_on_when_it_is_asked_for(ada, clock):
    number = run(member_secrets.to_mail, ada.id, KEYS)
    before = mailed(number)

    clock.moment += timedelta(days=400)

    assert mailed(number) == before
