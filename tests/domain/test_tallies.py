"""Counting tries: exact however many try at once, and windows that begin with their first try."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain import tallies
from hub.domain.refusals import TooMany
from hub.perform import run, run_reading
from models import Tally
from tests.domain.doing import at_once, codes

HOUR = timedelta(hours=1)


def count(key: str = "key", most: int = 3) -> None:
    run(tallies.count, key, most, HOUR)


def standing() -> list[tuple[str, int]]:
    return run_reading(lambda: sorted((row.key, row.count) for row in Tally.select()))


def seconds_to_wait(key: str = "key", most: int = 3) -> int:
    with pytest.raises(TooMany) as refused:
        count(key, most)
    return refused.value.retry_after


def test_one_more_than_most_is_refused_and_not_counted(database):
    for _ in range(3):
        count()

    assert [seconds_to_wait(), seconds_to_wait()] == [3601, 3601]
    assert standing() == [("key", 3)]


def test_a_window_begins_with_its_first_try_and_not_with_the_last(database, clock):
    count()
    clock.forward(minutes=59)
    count()
    count()
    assert seconds_to_wait() == 61

    clock.forward(minutes=1)

    count()
    assert standing() == [("key", 1)]
    assert run_reading(lambda: Tally.get().until) == clock.moment + HOUR


def test_where_none_is_allowed_nobody_gets_one(database):
    assert seconds_to_wait(most=0) == 3601
    assert standing() == []


def test_of_many_at_once_as_many_as_are_allowed_are_counted(database):
    outcomes = at_once(*[count] * 20)

    assert codes(outcomes) == ["too_many"] * 17
    assert standing() == [("key", 3)]


def test_many_at_once_in_a_new_window_begin_it_once(database, clock):
    for _ in range(3):
        count()
    clock.forward(hours=1)

    outcomes = at_once(*[count] * 20)

    assert codes(outcomes) == ["too_many"] * 17
    assert standing() == [("key", 3)]


def test_counts_that_are_forgotten_meanwhile_break_nothing(database):
    for _ in range(3):
        count()

    outcomes = at_once(*[count] * 10, *[lambda: run(tallies.forget, ["key"])] * 10)

    assert set(codes(outcomes)) <= {"too_many"}


def test_what_is_over_is_forgotten_and_nothing_else(database, clock):
    count("old")
    clock.forward(minutes=30)
    count("new")
    clock.forward(minutes=30)

    run(tallies.forget_old, clock.moment)

    assert standing() == [("new", 1)]


def test_keys_are_without_case_and_blanks_around_and_tell_subjects_and_words_apart():
    assert tallies.key_of("mail to", " ADA@example.org ") == tallies.key_of("mail to", "ada@example.org")
    different = [("a", "b"), ("a", "b", ""), ("ab",), ("a", "b c"), ("a", "b", "c")]
    assert len({tallies.key_of(*words) for words in different}) == len(different)


def test_a_word_that_is_no_text_has_a_key_too():
    assert len(tallies.key_of("mail from", "\udcff")) == 64


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
        ("\udcff", "\udcff"),
    ],
)
def test_an_address_counts_as_what_one_person_has_at_least(address, network):
    assert tallies.network_of(address) == network
