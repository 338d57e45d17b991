"""Idempotency keys: the same call with the same key has one effect and one answer for a day."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from hub.domain import accounts, once
from hub.domain.once import Key, KeyUsedForAnother
from hub.perform import run, run_reading
from models import Account, OnceOnly
from tests.domain.doing import at_once, codes

KEY = Key(account_id=7, call="vivere POST /mentorship/create", key="k-1", body_hash="a" * 64)


def sign_up() -> dict[str, str]:
    """Something that has another effect and another answer each time."""
    made = accounts.sign_up(name="A", username=f"user {Account.select().count()}", password_hash="")
    return {"username": made.username}


def effects() -> int:
    return run_reading(lambda: Account.select().count())


def call(key: Key = KEY) -> dict[str, str]:
    return run(once.once, key, sign_up)


def test_a_repeated_call_gets_the_answer_it_had_before(database):
    assert [call(), call(), call()] == [{"username": "user 0"}] * 3
    assert effects() == 1


@pytest.mark.parametrize("answer", [None, False, 0, "", [], {"a": [1, 1.5, None, "ü"]}])
def test_every_plain_answer_is_remembered_as_it_was(database, answer):
    assert run(once.once, KEY, lambda: answer) == answer
    assert run(once.once, KEY, sign_up) == answer
    assert effects() == 0


@pytest.mark.parametrize("change", [{"account_id": 8}, {"call": "another"}, {"key": "k-2"}], ids=str)
def test_another_caller_call_or_key_is_another_matter(database, change):
    assert [call(), call(replace(KEY, **change))] == [{"username": "user 0"}, {"username": "user 1"}]


def test_the_same_key_with_another_body_is_refused(database):
    call()

    with pytest.raises(KeyUsedForAnother):
        call(replace(KEY, body_hash="b" * 64))

    assert (effects(), call()) == (1, {"username": "user 0"})


def test_a_call_that_was_refused_may_be_made_again_under_its_key(database):
    def refuse() -> None:
        sign_up()
        raise accounts.UsernameTaken()

    with pytest.raises(accounts.UsernameTaken):
        run(once.once, KEY, refuse)

    assert (effects(), call()) == (0, {"username": "user 0"})


def test_a_key_is_forgotten_after_a_day(database, clock):
    call()

    clock.forward(days=1, seconds=-1)
    assert call() == {"username": "user 0"}
    clock.forward(seconds=1)
    assert call() == {"username": "user 1"}
    assert call() == {"username": "user 1"}


def test_old_keys_of_everybody_are_tidied_away(database, clock):
    call()
    clock.forward(hours=1)
    call(replace(KEY, key="k-2"))

    run(once.forget_old, clock.forward(hours=23))

    assert run_reading(lambda: [row.key for row in OnceOnly.select()]) == ["k-2"]


def test_of_somebody_who_leaves_no_answer_stays_that_is_to_them_or_names_them(database):
    def answer(key: str, said: object, account_id: int = 8) -> None:
        run(once.once, replace(KEY, key=key, account_id=account_id), lambda: said)

    answer("theirs", {}, account_id=7)
    answer("by id", {"user": {"id": "0a", "name": "x"}})
    answer("by name", {"username": "a_%\\é"})
    answer("in a list", [1, {"members": ["b", "a_%\\é"]}])
    answer("alone", "a_%\\é")
    for kept in ({"username": "axx"}, {"name": "a_%\\é!"}, {"a_%\\é": 1}, "0a0a", None):
        answer(f"kept {kept}", kept)

    run(once.forget_of, 7, "0a", "a_%\\é")

    left = run_reading(lambda: [row.key for row in OnceOnly.select()])
    assert left == [f"kept {kept}" for kept in ({"username": "axx"}, {"name": "a_%\\é!"}, {"a_%\\é": 1}, "0a0a", None)]


def test_calls_that_come_at_the_same_moment_have_one_effect_and_one_answer(database):
    answers = at_once(*[call] * 6)

    assert answers == [{"username": "user 0"}] * 6
    assert effects() == 1


def test_of_two_bodies_that_come_at_the_same_moment_one_is_refused(database):
    answers = at_once(*[partial(call, replace(KEY, body_hash=letter * 64)) for letter in "ab"])

    assert codes(answers) == ["idempotency_key_reused"]
    assert effects() == 1


def test_calls_that_come_at_the_same_moment_after_a_day_have_one_effect(database, clock):
    call()
    clock.forward(days=1)

    assert at_once(*[call] * 6) == [{"username": "user 1"}] * 6
