"""Signing in by password: every try is counted before the password is looked at, and strangers learn nothing."""

from __future__ import annotations

import pytest

from hub.domain import logins, tallies
from hub.domain.logins import MOST_FOR_ONE_NAME, MOST_FROM_ONE_ADDRESS, Candidate
from hub.domain.refusals import TooMany
from hub.perform import run, run_reading
from models import Account, Tally
from tests.domain.doing import at_once, codes
from tests.people import password_hash

HOME = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


def attempt(login: str = "ada@example.org", address: str = HOME, limited: bool = True) -> Candidate:
    return run(logins.begin, login, address=address, limited=limited)


def fail_often(times: int, **who: str) -> None:
    for _ in range(times):
        attempt(**who)


def seconds_to_wait(**who: str) -> int:
    with pytest.raises(TooMany) as refused:
        attempt(**who)
    return refused.value.retry_after


def test_whoever_has_an_account_is_compared_with_its_hash(database, ada):
    assert attempt() == Candidate(ada, password_hash())
    assert attempt("ADA@Example.org") == Candidate(ada, password_hash())


def test_whoever_has_none_is_not_told_so(database):
    assert attempt("nobody@example.org") == Candidate(None, None)


def test_ten_wrong_tries_from_one_address_are_enough(database, ada):
    fail_often(MOST_FROM_ONE_ADDRESS)

    assert seconds_to_wait() == 901
    assert attempt(address=ELSEWHERE) == Candidate(ada, password_hash())


def test_a_name_without_an_account_is_counted_just_the_same(database):
    fail_often(MOST_FROM_ONE_ADDRESS, login="nobody@example.org")

    assert seconds_to_wait(login="nobody@example.org") == 901


def test_an_address_in_another_spelling_is_the_same_name(database, ada):
    spellings = ["ada@example.org", "ADA@example.org", "Ada@Example.Org", " ada@example.org "]

    for number in range(MOST_FROM_ONE_ADDRESS):
        attempt(spellings[number % 4])

    for spelling in spellings:
        assert seconds_to_wait(login=spelling) == 901


def test_a_hundred_wrong_tries_from_anywhere_are_enough(database):
    for number in range(MOST_FOR_ONE_NAME):
        attempt(address=f"198.51.100.{number}")

    assert seconds_to_wait(address="203.0.113.1") == 901


def test_the_window_ends_a_quarter_of_an_hour_after_the_first_try(database, clock):
    attempt()
    clock.forward(minutes=10)
    fail_often(MOST_FROM_ONE_ADDRESS - 1)

    clock.forward(minutes=5, seconds=-1)
    assert seconds_to_wait() == 2
    clock.forward(seconds=1)
    fail_often(MOST_FROM_ONE_ADDRESS)
    assert seconds_to_wait() == 901


def test_signing_in_begins_the_count_anew(database):
    fail_often(MOST_FROM_ONE_ADDRESS)

    run(logins.succeed, "ADA@example.org", address=HOME)

    fail_often(MOST_FROM_ONE_ADDRESS)
    assert seconds_to_wait() == 901


def test_whoever_may_not_try_is_not_counted_any_further(database):
    fail_often(MOST_FROM_ONE_ADDRESS)
    for _ in range(3):
        seconds_to_wait()

    counts = run_reading(lambda: sorted(row.count for row in Tally.select()))

    assert counts == [MOST_FROM_ONE_ADDRESS, MOST_FROM_ONE_ADDRESS]


def test_without_limits_nothing_is_counted(database):
    for _ in range(MOST_FROM_ONE_ADDRESS + 5):
        attempt(limited=False)

    assert run_reading(lambda: Tally.select().count()) == 0


def test_many_tries_at_the_same_moment_are_all_counted(database):
    outcomes = at_once(*[attempt] * (MOST_FROM_ONE_ADDRESS + 5))

    assert codes(outcomes) == ["too_many"] * 5


def test_what_was_typed_into_the_name_field_is_not_kept(database):
    attempt("my password by mistake")

    kept = run_reading(lambda: [row.key for row in Tally.select()])

    assert [len(key) for key in kept] == [64, 64]
    assert not any("password" in key for key in kept)


def test_old_counts_are_tidied_away(database, clock):
    attempt()
    clock.forward(minutes=10)
    attempt("grace@example.org")

    run(tallies.forget_old, clock.forward(minutes=5))

    assert run_reading(lambda: Tally.select().count()) == 2


def test_an_account_has_no_more_tries_for_having_two_names(olga):
    names = ["olga", "olga@example.org"] * (MOST_FROM_ONE_ADDRESS // 2)
    for name in names:
        attempt(name)

    assert [seconds_to_wait(login=name) for name in names[:2]] == [901, 901]
    run(logins.succeed, "olga", address=HOME)
    assert attempt("olga@example.org").actor == olga


def test_a_name_that_is_somebody_s_number_counts_for_itself(ada):
    fail_often(MOST_FROM_ONE_ADDRESS, login=str(ada.id))

    assert attempt().actor == ada


def test_when_somebody_signed_in_last_is_known_whichever_contract_they_came_by(database, ada, clock):
    run(logins.confirm, attempt())

    assert run_reading(lambda: Account.get_by_id(ada.id).last_login_at) == clock.moment
