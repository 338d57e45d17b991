"""Signing out everywhere: all that a person is signed in by is dead at once, whichever contract it came from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain import (
    login_sessions,
    magic_links,
    member_secrets,
    members,
    password_resets,
    sign_outs,
    token_pairs,
)
from hub.domain.credentials import ACCESS, SIGN_IN_KINDS, Claims, DeadCredential, Keys, actor_behind
from hub.domain.sign_outs import SignedOutEverywhere
from hub.domain.token_pairs import Minting
from hub.perform import run, run_reading
from models import Account, Device, LoginSession, MagicLink, MemberSecret, PasswordReset
from tests.build import SECRET
from tests.conftest import NOON
from tests.domain.doing import at_once, facts_of

KEYS = Keys(SECRET)
DAY = timedelta(days=1)
MINTING = Minting(KEYS, DAY, DAY)


def lives(token: str) -> bool:
    try:
        if login_sessions.looks_like_one(token):
            run_reading(login_sessions.caller_with, token, idle=DAY)
        elif member_secrets.looks_like_one(token):
            run_reading(member_secrets.caller_with, token, KEYS)
        else:
            run_reading(lambda: actor_behind(KEYS.read(token, SIGN_IN_KINDS)))
    except DeadCredential:
        return False
    return True


def one_of_each(account_id: int) -> list[str]:
    public_id = run_reading(lambda: Account.get_by_id(account_id).public_id)
    sign_outs_so_far = run_reading(lambda: Account.get_by_id(account_id).sign_outs)
    run(members.enrol, account_id)
    return [
        run(token_pairs.grant, account_id, MINTING).access,
        KEYS.mint(public_id, "vivere", DAY, sign_outs=sign_outs_so_far),
        run(login_sessions.begin, account_id)[0],
        run(member_secrets.mint, account_id, member_secrets.LINK, KEYS),
    ]


def test_whatever_one_was_signed_in_by_is_dead_and_what_comes_after_lives(ada):
    before = one_of_each(ada.id)
    assert [lives(token) for token in before] == [True] * 4

    assert run(sign_outs.everywhere, ada.id) == 1

    assert [lives(token) for token in before] == [False] * 4
    assert [lives(token) for token in one_of_each(ada.id)] == [True] * 4


def test_nobody_else_is_signed_out(ada, grace):
    tokens = one_of_each(grace.id)

    run(sign_outs.everywhere, ada.id)

    assert [lives(token) for token in tokens] == [True] * 4


def test_one_may_stay_signed_in_where_one_is(ada):
    here, there = (run(token_pairs.grant, ada.id, MINTING).access for _ in range(2))
    others = one_of_each(ada.id)

    count = run(sign_outs.everywhere, ada.id, but=KEYS.read(here, [ACCESS]))

    assert count == 2
    assert [lives(token) for token in (here, there, *others)] == [True, *[False] * 5]


def test_every_node_is_told_under_a_name_that_only_the_dead_tokens_have(ada):
    old, public_id = KEYS.read(KEYS.mint(ada.public_id, "vivere", DAY), SIGN_IN_KINDS), ada.public_id

    facts = facts_of(sign_outs.everywhere, ada.id)

    assert facts == [SignedOutEverywhere(public_id, 0)]
    assert f"account-{public_id}-0" in old.names
    assert f"account-{public_id}-0" not in Claims(public_id, "another", NOON, sign_outs=1).names


def test_browsers_that_came_with_a_token_are_pushed_to_no_more(ada):
    row = {"account": ada.id, "kind": "web", "address": "https://push.example/1", "registered_at": NOON}
    run(lambda: Device.create(address_hash="a", jti="the token", **row))

    run(sign_outs.everywhere, ada.id)

    assert run_reading(lambda: Device.select().count()) == 0


def test_it_is_told_once_however_many_sessions_there_are(ada):
    rows = [{"account": ada.id, "secret_hash": str(n), "created_at": NOON, "used_at": NOON} for n in range(500)]
    run(lambda: LoginSession.insert_many(rows).execute())

    assert facts_of(sign_outs.everywhere, ada.id) == [SignedOutEverywhere(ada.public_id, 0)]
    assert run_reading(lambda: LoginSession.select().count()) == 0


@pytest.mark.parametrize("but_here", [False, True])
def test_what_lies_in_a_mailbox_lets_nobody_in_afterwards(ada, but_here):
    run(magic_links.ask, "ada@example.org", lasts=DAY, keys=KEYS)
    run(password_resets.ask, "ada@example.org", keys=KEYS, limited=False)
    secret_id = run(member_secrets.to_mail, ada.id, KEYS)
    here = KEYS.read(run(token_pairs.grant, ada.id, MINTING).access, [ACCESS])

    run(sign_outs.everywhere, ada.id, but=here if but_here else None)

    assert (
        run_reading(lambda: [table.select().count() for table in (MagicLink, PasswordReset, MemberSecret)]) == [0] * 3
    )
    assert run_reading(member_secrets.mailed, secret_id, KEYS) is None


def test_who_uses_a_link_at_the_moment_when_they_are_signed_out_is_not_in_by_it(ada):
    (asked,) = facts_of(magic_links.ask, "ada@example.org", lasts=DAY, keys=KEYS)
    found = run_reading(magic_links.to_mail, asked.link_id, asked.round, KEYS)
    assert found is not None

    at_once(lambda: run(magic_links.redeem, found[1], KEYS), lambda: run(sign_outs.everywhere, ada.id))

    assert run_reading(lambda: MemberSecret.select().count()) == 0
