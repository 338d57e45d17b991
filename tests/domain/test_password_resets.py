"""Password resets and passwords of one's own: the newest token, once; and what happens at the same moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import departures, magic_links, own_passwords, password_resets, sign_outs, token_pairs, users
from hub.domain.actors import Actor
from hub.domain.credentials import ACCESS, DeadCredential, Keys, actor_behind
from hub.domain.magic_links import DeadLink, LinkAsked
from hub.domain.password_resets import NOBODY, DeadResetToken, ResetAsked
from hub.domain.token_pairs import Minting
from hub.perform import run, run_reading
from models import Account, PasswordReset
from tests.build import SECRET
from tests.domain.doing import at_once, codes, facts_of

KEYS = Keys(SECRET)
MINTING = Minting(KEYS, timedelta(minutes=15), timedelta(days=30))


def ask(name: str = "ada@example.org") -> ResetAsked:
    (asked,) = facts_of(password_resets.ask, name, keys=KEYS, limited=False)
    assert isinstance(asked, ResetAsked)
    return asked


def mail_of(asked: ResetAsked):
    return run_reading(password_resets.to_mail, asked.reset_id, asked.round, KEYS)


def token_of(asked: ResetAsked) -> str:
    said = mail_of(asked)
    assert said is not None
    return said[1]


def redeem(token: str, password_hash: str = "new") -> None:
    run(password_resets.redeem, "ada@example.org", token, password_hash=password_hash, address="192.0.2.1", keys=KEYS)


def hash_of(who: Actor) -> str | None:
    return run_reading(lambda: Account.get_by_id(who.id).password_hash)


def test_a_token_is_mailed_to_its_owner_for_an_hour(ada, clock):
    asked = ask()

    assert mail_of(asked) == (ada.id, token_of(asked), clock.moment + timedelta(hours=1))
    clock.forward(hours=1)
    assert mail_of(asked) is None


def test_what_was_used_replaced_or_is_somebody_s_who_is_disabled_is_mailed_no_more(ada, olga, clock):
    first = ask()
    clock.forward(microseconds=1)
    second = ask()
    redeem(token_of(second))
    clock.forward(microseconds=1)
    third = ask()
    run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    assert [mail_of(asked) for asked in (first, second, third)] == [None] * 3


@pytest.mark.parametrize("name", ["", "nobody", "nobody@example.org", "ada"])
def test_for_a_name_that_is_nobody_s_a_job_is_stored_that_finds_nothing(ada, name):
    asked = ask(name)

    assert (asked, mail_of(asked)) == (ResetAsked(NOBODY, ""), None)
    assert run_reading(lambda: PasswordReset.select().count()) == 0


def test_of_several_who_use_a_token_at_once_one_does(ada):
    token = token_of(ask())

    outcomes = at_once(*[partial(redeem, token, f"hash {number}") for number in range(5)])

    assert codes(outcomes) == [DeadResetToken.code] * 4
    assert hash_of(ada) == f"hash {outcomes.index(None)}"


def test_of_several_who_ask_at_once_one_token_is_good_and_it_is_the_newest(ada):
    asked = at_once(*[ask] * 5)

    assert run_reading(lambda: PasswordReset.select().count()) == 1
    assert len({one.reset_id for one in asked}) == 1
    redeem(token_of(asked[0]))


def test_what_is_kept_of_a_token_sets_no_password(ada):
    token = token_of(ask())
    row = run_reading(lambda: PasswordReset.select().dicts().get())

    assert token not in repr(row)
    for name in ("token_hash", "nonce", "public_id"):
        with pytest.raises(DeadResetToken):
            redeem(str(row[name]))


@pytest.mark.parametrize("token", ["", "\0", "\ud800", "\u0660" * 40, "x" * 20_000], ids=lambda one: ascii(one)[:9])
def test_whatever_was_never_issued_is_dead(ada, token):
    ask()

    with pytest.raises(DeadResetToken):
        redeem(token)


def test_who_leaves_at_the_moment_that_a_reset_is_asked_for_leaves_nothing_behind(ada):
    at_once(lambda: run(departures.leave, by=ada), *[ask] * 4)

    left = [Account.select().where(Account.id == ada.id), PasswordReset.select()]
    assert run_reading(lambda: [query.count() for query in left]) == [0, 0]


def test_who_is_disabled_at_the_moment_of_a_reset_is_signed_in_nowhere_and_keeps_no_token(ada, olga):
    token = token_of(ask())

    outcomes = at_once(partial(redeem, token), lambda: run(users.disable, ada.username, by=olga))

    assert codes(outcomes) in ([], [DeadResetToken.code])
    assert run_reading(lambda: (Account.get_by_id(ada.id).is_disabled, PasswordReset.select().count())) == (True, 0)


def test_of_two_changes_at_once_one_counts_and_its_device_stays_signed_in(ada):
    was = hash_of(ada)
    claims = [KEYS.read(run(token_pairs.grant, ada.id, MINTING).access, [ACCESS]) for _ in range(2)]

    outcomes = at_once(
        *[
            partial(run, own_passwords.change, was=was, becomes=f"hash {number}", keeping=claims[number], by=ada)
            for number in range(2)
        ]
    )

    winner = outcomes.index(None)
    assert codes(outcomes) == ["wrong_old_password"]
    assert hash_of(ada) == f"hash {winner}"
    assert run_reading(actor_behind, claims[winner]).id == ada.id
    with pytest.raises(DeadCredential):
        run_reading(actor_behind, claims[1 - winner])


def test_another_password_kills_a_reset_that_was_asked_for(ada):
    token = token_of(ask())
    claims = KEYS.read(run(token_pairs.grant, ada.id, MINTING).access, [ACCESS])

    run(own_passwords.change, was=hash_of(ada), becomes="mine", keeping=claims, by=ada)

    with pytest.raises(DeadResetToken):
        redeem(token)
    assert hash_of(ada) == "mine"


@pytest.mark.parametrize("shut_out", ["disabled", "signed out"])
def test_who_signs_in_at_the_moment_when_they_are_shut_out_keeps_nothing_from_before(ada, olga, shut_out):
    def shut() -> None:
        if shut_out == "disabled":
            run(users.disable, ada.username, by=olga)
            run(users.enable, ada.username, by=olga)
        else:
            run(sign_outs.everywhere, ada.id)

    def come_in() -> str:
        return run(token_pairs.grant, ada.id, MINTING).access

    *tokens, _ = at_once(*[come_in] * 3, shut)
    rounds = run_reading(lambda: Account.get_by_id(ada.id).sign_outs)
    for token in tokens:
        if isinstance(token, str):
            claims = KEYS.read(token, [ACCESS])
            assert is_dead(claims) is (claims.sign_outs < rounds)


def is_dead(claims) -> bool:
    try:
        run_reading(actor_behind, claims)
    except DeadCredential:
        return True
    return False


def test_a_new_password_kills_a_link_that_was_mailed_before(ada):
    (link,) = facts_of(magic_links.ask, "ada@example.org", lasts=timedelta(days=1), keys=KEYS)
    assert isinstance(link, LinkAsked)
    said = run_reading(magic_links.to_mail, link.link_id, link.round, KEYS)
    assert said is not None

    redeem(token_of(ask()))

    with pytest.raises(DeadLink):
        run(magic_links.redeem, said[1], KEYS)


def test_who_asks_for_a_name_that_is_somebody_s_number_keeps_no_mail_from_them(ada):
    for _ in range(magic_links.MAILS_TO_ONE):
        run(password_resets.ask, str(ada.id), keys=KEYS, limited=True)

    (asked,) = facts_of(password_resets.ask, "ada@example.org", keys=KEYS, limited=True)

    assert mail_of(asked) is not None
