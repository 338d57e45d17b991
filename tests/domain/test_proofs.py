"""Proving again who calls: whatever ended a credential since its holder came, they do nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from hub.domain import credentials, departures, login_sessions, member_secrets, proofs, sign_ins, sign_outs, token_pairs
from hub.domain.actors import OPERATOR, Actor
from hub.domain.credentials import ACCESS, DeadCredential, Keys
from hub.domain.token_pairs import Minting
from hub.perform import run, run_reading
from models import Account, Device
from tests.build import SECRET
from tests.domain.doing import at_once

KEYS = Keys(SECRET)
DAY = timedelta(days=1)
MINTING = Minting(KEYS, DAY, DAY)
BROWSER = {"endpoint": "https://push.example/1", "keys": {"p256dh": "a", "auth": "b"}}


def by_access_token(who: Actor) -> Actor:
    pair = run(token_pairs.grant, who.id, MINTING)
    return run_reading(credentials.actor_behind, KEYS.read(pair.access, [ACCESS]))


def by_vivere_token(who: Actor) -> Actor:
    token = KEYS.mint(who.public_id, "vivere", DAY)
    return run_reading(credentials.actor_behind, KEYS.read(token, ["vivere"]))


def by_login_session(who: Actor) -> Actor:
    secret, _ = run(login_sessions.begin, who.id)
    return run_reading(login_sessions.caller_with, secret, idle=DAY).actor


def by_secret(who: Actor) -> Actor:
    secret = run(member_secrets.mint, who.id, member_secrets.LINK, KEYS)
    return run_reading(member_secrets.caller_with, secret, KEYS).actor


def without_proof(who: Actor) -> Actor:
    return who


SIGNED_IN = [by_access_token, by_vivere_token, by_login_session, by_secret]


def set_account(who: Actor, **columns: bool) -> None:
    run(lambda: Account.update(**columns).where(Account.id == who.id).execute())


@pytest.mark.parametrize("come", SIGNED_IN)
@pytest.mark.parametrize("end", ["signed out", "disabled", "gone"])
def test_who_was_shut_out_since_they_came_does_nothing_any_more(ada, come: Callable[[Actor], Actor], end):
    by, done = come(ada), []
    if end == "signed out":
        run(sign_outs.everywhere, ada.id)
    elif end == "disabled":
        set_account(ada, is_disabled=True)
    else:
        run(departures.leave, by=ada)

    with pytest.raises(DeadCredential):
        run(proofs.proven, lambda by: done.append(by), by=by)

    assert done == []


@pytest.mark.parametrize("come", [*SIGNED_IN, without_proof])
def test_who_was_demoted_since_acts_as_what_they_are_now(olga, come: Callable[[Actor], Actor]):
    by = come(olga)
    set_account(olga, is_staff=False)

    now = run(proofs.proven, lambda by: by, by=by)

    assert (by.is_staff, now.is_staff) == (True, False)
    assert (now.proof, now.login_session_id) == (by.proof, by.login_session_id)


def test_whoever_has_the_machine_needs_no_proof(database):
    assert run(proofs.again, OPERATOR) is OPERATOR


@pytest.mark.parametrize("come", [by_access_token, by_vivere_token])
def test_no_browser_is_added_by_a_token_that_was_taken_back(ada, come: Callable[[Actor], Actor]):
    by = come(ada)
    assert by.proof is not None
    run(sign_outs.everywhere, ada.id)

    with pytest.raises(DeadCredential):
        run(sign_ins.add_browser, **BROWSER, jti=by.proof.jti, by=by)

    assert run_reading(lambda: Device.select().count()) == 0


def test_a_browser_that_is_added_at_the_moment_of_signing_out_is_not_kept(ada):
    pair = run(token_pairs.grant, ada.id, MINTING)
    by_pair = run_reading(credentials.actor_behind, KEYS.read(pair.access, [ACCESS]))
    by_token = by_vivere_token(ada)
    assert by_pair.proof is not None
    assert by_token.proof is not None

    at_once(
        partial(run, sign_ins.add_browser, **BROWSER, jti=by_pair.proof.parent, by=by_pair),
        partial(run, token_pairs.revoke, pair.refresh, KEYS, by=ada),
    )
    at_once(
        partial(run, sign_ins.add_browser, **BROWSER, jti=by_token.proof.jti, by=by_token),
        partial(run, sign_ins.sign_out, by_token.proof),
    )

    assert run_reading(lambda: Device.select().count()) == 0
