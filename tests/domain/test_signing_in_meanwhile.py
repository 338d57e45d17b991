"""Who is shut out while their password is compared does not come in by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub.domain import departures, logins, sign_ins, sign_outs, token_pairs, users
from hub.domain.actors import Actor
from hub.domain.credentials import AccountDisabled, Keys
from hub.domain.logins import WrongPassword
from hub.domain.token_pairs import Minting
from hub.perform import run, run_reading
from models import Account, LoginSession, RefreshToken
from tests.build import SECRET
from tests.domain.doing import at_once

MINTING = Minting(Keys(SECRET), timedelta(minutes=15), timedelta(days=30))
WAYS_IN: list[Callable[[logins.Candidate], object]] = [
    logins.confirm,
    lambda candidate: token_pairs.grant_for(candidate, MINTING),
    lambda candidate: sign_ins.sign_in_for(candidate, None),
]
BY = ["token", "pair", "session"]


def candidate_of(who: Actor) -> logins.Candidate:
    return run(logins.begin, who.username, address="192.0.2.1", limited=False)


def set_hash(who: Actor, text: str | None) -> None:
    run(lambda: Account.update(password_hash=text).where(Account.id == who.id).execute())


def disabled_for_a_moment(who: Actor, by: Actor) -> None:
    run(users.disable, who.username, by=by)
    run(users.enable, who.username, by=by)


SHUT_OUT: dict[str, Callable[[Actor, Actor], object]] = {
    "another password": lambda ada, olga: set_hash(ada, "another"),
    "no password": lambda ada, olga: set_hash(ada, None),
    "signed out": lambda ada, olga: run(sign_outs.everywhere, ada.id),
    "disabled": lambda ada, olga: run(users.disable, ada.username, by=olga),
    "disabled and enabled": disabled_for_a_moment,
    "gone": lambda ada, olga: run(departures.leave, by=ada),
}


def sign_ins_of(who: Actor) -> int:
    tables = (RefreshToken, LoginSession)
    return run_reading(lambda: sum(table.select().where(table.account == who.id).count() for table in tables))


@pytest.mark.parametrize("way_in", WAYS_IN, ids=BY)
@pytest.mark.parametrize("shut_out", SHUT_OUT)
def test_who_is_shut_out_while_their_password_is_compared_stays_out(ada, olga, way_in, shut_out):
    candidate = candidate_of(ada)
    SHUT_OUT[shut_out](ada, olga)

    with pytest.raises(WrongPassword):
        run(way_in, candidate)

    assert sign_ins_of(ada) == 0


@pytest.mark.parametrize("way_in", WAYS_IN, ids=BY)
def test_whoever_nothing_happened_to_comes_in(ada, way_in):
    assert run(way_in, candidate_of(ada)) is not None


@pytest.mark.parametrize("way_in", WAYS_IN, ids=BY)
def test_who_has_no_account_stays_out(database, way_in):
    with pytest.raises(WrongPassword):
        run(way_in, logins.Candidate(None, None))


@pytest.mark.parametrize("way_in", WAYS_IN[1:], ids=BY[1:])
def test_who_signs_in_at_the_very_moment_keeps_nothing_either(ada, way_in):
    candidate = candidate_of(ada)

    at_once(*[lambda: run(way_in, candidate)] * 4, lambda: run(sign_outs.everywhere, ada.id))

    assert sign_ins_of(ada) == 0


def test_who_is_disabled_comes_in_by_no_provider(database, olga):
    names = {"first_name": "Eve", "last_name": "Lee", "phone": None}
    account_id = run(sign_ins.sign_in_by, "facebook", "1", **names).profile.account_id
    run(lambda: Account.update(is_disabled=True).where(Account.id == account_id).execute())

    with pytest.raises(AccountDisabled):
        run(sign_ins.sign_in_by, "facebook", "1", **names)
