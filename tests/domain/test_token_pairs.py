"""Token pairs: an access token dies with the refresh token that it was made from, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain import sign_outs, token_pairs
from hub.domain.actors import Actor
from hub.domain.credentials import (
    ACCESS,
    REFRESH,
    AccountDisabled,
    AccountGone,
    CredentialRevoked,
    DeadCredential,
    Keys,
    actor_behind,
)
from hub.domain.token_pairs import MOST_TOKENS, Minting, NotYourToken, Pair
from hub.perform import run, run_reading
from models import Account, Device, RefreshToken
from tests.build import SECRET
from tests.conftest import HeldClock
from tests.domain.doing import at_once, facts_of

KEYS = Keys(SECRET)
MINTING = Minting(KEYS, timedelta(minutes=15), timedelta(days=30))


def granted(who: Actor, minting: Minting = MINTING) -> Pair:
    return run(token_pairs.grant, who.id, minting)


def lets_in(token: str) -> bool:
    try:
        return run_reading(lambda: actor_behind(KEYS.read(token, [ACCESS]))) is not None
    except DeadCredential:
        return False


def renewed(pair: Pair) -> str:
    return run_reading(token_pairs.renew, pair.refresh, MINTING)


def test_a_pair_lasts_a_quarter_of_an_hour_and_thirty_days(ada, clock: HeldClock):
    pair = granted(ada)

    clock.forward(minutes=15)
    assert not lets_in(pair.access)
    assert lets_in(renewed(pair))
    clock.forward(days=30)
    with pytest.raises(DeadCredential):
        renewed(pair)


def test_an_access_token_does_not_outlive_the_token_that_it_was_made_from(ada, clock: HeldClock):
    pair = granted(ada)
    clock.forward(days=29, hours=23, minutes=50)

    access = renewed(pair)

    assert KEYS.read(access, [ACCESS]).expires_at == KEYS.read(pair.refresh, [REFRESH]).expires_at


def test_signing_in_is_noted(ada, clock: HeldClock):
    granted(ada)

    assert run_reading(lambda: Account.get_by_id(ada.id).last_login_at) == clock.moment


def test_taking_one_back_ends_what_was_made_from_it_and_nothing_else(ada):
    pair, other = granted(ada), granted(ada)
    made = renewed(pair)

    assert run(token_pairs.revoke, pair.refresh, KEYS, by=ada) == 1

    assert [lets_in(token) for token in (pair.access, made, other.access)] == [False, False, True]
    assert run(token_pairs.revoke, pair.refresh, KEYS, by=ada) == 0


def test_every_node_is_told_of_the_token_that_was_taken_back(ada):
    pair = granted(ada)

    facts = facts_of(token_pairs.revoke, pair.refresh, KEYS, by=ada)

    jti = KEYS.read(pair.refresh, [REFRESH]).jti
    assert facts == [CredentialRevoked(jti)]
    assert jti in KEYS.read(pair.access, [ACCESS]).names


def test_nobody_takes_back_another_person_s_token(ada, grace):
    pair = granted(grace)

    with pytest.raises(NotYourToken):
        run(token_pairs.revoke, pair.refresh, KEYS, by=ada)

    assert lets_in(pair.access)


@pytest.mark.parametrize("token", ["", "garbage", "access"])
def test_what_is_no_refresh_token_renews_nothing(ada, token):
    said = granted(ada).access if token == "access" else token

    with pytest.raises(DeadCredential):
        run_reading(token_pairs.renew, said, MINTING)


def test_whoever_is_disabled_or_gone_gets_nothing(ada):
    pair = granted(ada)
    run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    for refused in (lambda: renewed(pair), lambda: granted(ada), lambda: run_reading(_behind, pair)):
        with pytest.raises(AccountDisabled):
            refused()

    run(lambda: Account.delete().where(Account.id == ada.id).execute())
    for refused in (lambda: renewed(pair), lambda: granted(ada), lambda: run_reading(_behind, pair)):
        with pytest.raises(AccountGone):
            refused()


def _behind(pair: Pair) -> Actor:
    return actor_behind(KEYS.read(pair.access, [ACCESS]))


def test_of_two_who_take_the_same_token_back_one_did(ada):
    pair = granted(ada)

    counts = at_once(*[lambda: run(token_pairs.revoke, pair.refresh, KEYS, by=ada)] * 2)

    assert sorted(counts) == [0, 1]


def test_signing_in_while_one_is_signed_out_everywhere_leaves_no_dead_pair_alive(ada):
    pairs = [granted(ada) for _ in range(3)]

    at_once(lambda: run(sign_outs.everywhere, ada.id), lambda: granted(ada))

    assert not any(lets_in(pair.access) for pair in pairs)
    assert run_reading(lambda: RefreshToken.select().count()) in (0, 1)


def test_rows_of_tokens_that_died_by_themselves_are_forgotten(ada, clock: HeldClock):
    granted(ada)
    clock.forward(days=15)
    later = granted(ada)
    clock.forward(days=15)

    run(token_pairs.forget_expired, clock.moment)

    rows = run_reading(lambda: [row.jti for row in RefreshToken.select()])
    assert rows == [KEYS.read(later.refresh, [REFRESH]).jti]


def test_for_one_more_than_a_person_may_have_the_oldest_is_taken_back(ada, grace, clock: HeldClock):
    another = granted(grace)
    pairs = []
    for _ in range(MOST_TOKENS):
        pairs.append(granted(ada))
        clock.forward(milliseconds=1)
    row = {"account": ada.id, "kind": "web", "address": "https://push.example/1", "registered_at": clock.moment}
    run(lambda: Device.create(address_hash="a", jti=KEYS.read(pairs[0].refresh, [REFRESH]).jti, **row))

    facts = facts_of(token_pairs.grant, ada.id, MINTING)

    assert facts == [CredentialRevoked(KEYS.read(pairs[0].refresh, [REFRESH]).jti)]
    assert [lets_in(pair.access) for pair in (pairs[0], pairs[1], pairs[-1], another)] == [False, True, True, True]
    assert run_reading(lambda: Device.select().count()) == 0
