"""Tokens: only a whole, genuine, living one says who calls; everything else is one and the same refusal."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import credentials
from hub.domain.actors import Actor
from hub.domain.credentials import (
    ALGORITHM,
    LONGEST_TOKEN,
    REQUIRED,
    SIGN_IN_KINDS,
    Claims,
    CredentialRevoked,
    DeadCredential,
    Keys,
)
from hub.perform import run, run_reading
from models import Account, RevokedCredential
from tests.build import SECRET
from tests.conftest import NOON
from tests.domain.doing import at_once, facts_of

KEYS = Keys(SECRET)
A_WEEK = timedelta(days=7)
GENUINE = {
    "sub": "0123456789abcdef01234567",
    "jti": "one",
    "iss": "hub",
    "aud": "hub",
    "iat": NOON.replace(tzinfo=UTC),
    "exp": NOON.replace(tzinfo=UTC) + A_WEEK,
    "typ": "vivere",
}


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str | None = ALGORITHM) -> str:
    return jwt.encode(claims, secret, algorithm)


def is_dead(token: str) -> bool:
    try:
        KEYS.read(token, SIGN_IN_KINDS)
    except DeadCredential:
        return True
    return False


def test_a_token_says_whose_it_is_and_until_when():
    claims = KEYS.read(KEYS.mint("0123456789abcdef01234567", "vivere", A_WEEK), SIGN_IN_KINDS)

    assert claims == Claims("0123456789abcdef01234567", claims.jti, NOON + A_WEEK)
    assert len(claims.jti) == 32


@pytest.mark.parametrize("kind", ["password-reset", "", None, 7, ["vivere"], {"vivere": 1}])
def test_a_genuine_token_of_another_kind_signs_nobody_in(kind):
    assert is_dead(signed(GENUINE | {"typ": kind}))


def test_two_tokens_of_one_account_have_different_names():
    first, second = (KEYS.read(KEYS.mint("a", "vivere", A_WEEK), SIGN_IN_KINDS).jti for _ in range(2))

    assert first != second


def test_a_token_holds_what_is_required_and_nothing_else():
    claims = jwt.decode(KEYS.mint("a", "vivere", A_WEEK), options={"verify_signature": False})

    assert sorted(claims) == sorted(REQUIRED)


def test_what_these_tests_forge_would_be_genuine_with_the_secret():
    assert KEYS.read(signed(GENUINE), SIGN_IN_KINDS) == Claims(GENUINE["sub"], "one", NOON + A_WEEK)


@pytest.mark.parametrize("claim", REQUIRED)
def test_a_token_that_lacks_a_claim_is_dead(claim):
    assert is_dead(signed({name: value for name, value in GENUINE.items() if name != claim}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "another"},
        {"aud": "another"},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": 10**30},
        {"exp": None},
        {"sub": 7},
        {"jti": 7},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_dead(wrong):
    assert is_dead(signed(GENUINE | wrong))


def test_a_token_signed_by_another_or_by_nobody_is_dead():
    assert is_dead(signed(GENUINE, secret=SECRET[::-1]))
    assert is_dead(signed(GENUINE, secret="", algorithm=None))
    assert is_dead(signed(GENUINE, secret=SECRET * 2, algorithm="HS512"))
    assert is_dead(signed(GENUINE).rpartition(".")[0] + ".")


def test_a_token_dies_by_the_clock_of_the_hub(clock):
    token = KEYS.mint("a", "vivere", timedelta(minutes=15))

    clock.forward(minutes=15, seconds=-1)
    assert not is_dead(token)
    clock.forward(seconds=1)
    assert is_dead(token)


def test_a_token_of_the_longest_length_is_read_and_a_longer_one_is_not(monkeypatch):
    token = signed(GENUINE | {"sub": "x" * 100})
    monkeypatch.setattr(credentials, "LONGEST_TOKEN", len(token))
    assert not is_dead(token)

    monkeypatch.setattr(credentials, "LONGEST_TOKEN", len(token) - 1)
    assert is_dead(token)
    assert LONGEST_TOKEN == 4096


segments = st.binary(max_size=80).map(lambda content: base64.urlsafe_b64encode(content).rstrip(b"=").decode())


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.one_of(segments, st.text(max_size=20)), min_size=3, max_size=3).map(".".join),
        st.integers(0, 240).map(lambda place: KEYS.mint("a", "vivere", A_WEEK)[:place]),
    )
)
def test_garbage_of_every_kind_is_dead_and_nothing_worse(token):
    assert is_dead(token)


@pytest.mark.parametrize("text", ["[" * 2900, '{"a":' * 580, "1" * 2900], ids=["lists", "objects", "digits"])
@pytest.mark.parametrize("place", [0, 1], ids=["header", "claims"])
def test_a_token_that_would_exhaust_the_parser_is_dead(text, place):
    parts = signed(GENUINE).split(".")
    parts[place] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    assert is_dead(".".join(parts))


@given(st.integers(0, 10_000), st.sampled_from("ABCDabcd0123-_"))
def test_a_token_with_one_letter_changed_is_dead(place, letter):
    token = signed(GENUINE)
    place %= len(token) - 1
    if token[place] != letter:
        assert is_dead(token[:place] + letter + token[place + 1 :])


def claims_of(actor: Actor) -> Claims:
    return KEYS.read(KEYS.mint(actor.public_id, "vivere", A_WEEK), SIGN_IN_KINDS)


def test_behind_a_genuine_token_is_the_person_with_all_they_may_do(database, ada, olga):
    assert run_reading(credentials.actor_behind, claims_of(ada)) == Actor(
        ada.id, ada.public_id, "ada@example.org", "Ada", False, False
    )
    assert run_reading(credentials.actor_behind, claims_of(olga)).organises is True


def test_a_revoked_token_is_dead_and_others_of_the_same_person_live(database, ada):
    revoked, other = claims_of(ada), claims_of(ada)

    assert facts_of(credentials.revoke, revoked) == [CredentialRevoked(revoked.jti)]

    with pytest.raises(DeadCredential):
        run_reading(credentials.actor_behind, revoked)
    assert run_reading(credentials.actor_behind, other) == ada


def test_revoking_twice_is_revoking_once(database, ada):
    claims = claims_of(ada)

    at_once(*[lambda: run(credentials.revoke, claims)] * 3)

    assert run_reading(lambda: RevokedCredential.select().count()) == 1


def test_a_token_whose_account_is_gone_is_dead(database, ada):
    claims = claims_of(ada)
    run(lambda: Account.get_by_id(ada.id).delete_instance())

    with pytest.raises(DeadCredential):
        run_reading(credentials.actor_behind, claims)


def test_a_revocation_is_forgotten_when_its_token_has_died_by_itself(database, ada, clock):
    claims = claims_of(ada)
    run(credentials.revoke, claims)

    def remembered(now: datetime) -> int:
        run(credentials.forget_expired, now)
        return run_reading(lambda: RevokedCredential.select().count())

    assert remembered(claims.expires_at - timedelta(seconds=1)) == 1
    assert remembered(claims.expires_at) == 0
