"""What text messages may cost: the budgets hold exactly, and who is refused uses up nothing of anybody's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.domain import phone_checks, sms_budgets
from hub.domain.refusals import Refusal
from hub.domain.sms_budgets import BudgetSpent
from hub.perform import run, run_reading
from models import JobRow, PhoneCheck, Tally
from tests.domain.doing import at_once, codes

HOUR, DAY = 3600, 86400
BUDGETS = {"number": (3, HOUR), "address": (10, HOUR), "prefix": (20, HOUR), "day": (50, DAY)}
ADAS = "+61412345678"


def nth(number: int, prefix: str = "+6141234") -> str:
    """A number out of a block of ten thousand."""
    return f"{prefix}{number:04d}"


def spend(number: str = ADAS, address: str = "192.0.2.1", limited: bool = True, **changed: Any) -> None:
    """`changed` are budgets of another size."""
    budgets = {**BUDGETS, **{name.removeprefix("by_"): budget for name, budget in changed.items()}}
    run(sms_budgets.spend, number, address=address, budgets=budgets, limited=limited)


def answer(*args: Any, **named: Any) -> str:
    """The budget that was spent, or "sent"."""
    try:
        spend(*args, **named)
    except BudgetSpent as no:
        return no.budget
    return "sent"


def counted() -> list[int]:
    return run_reading(lambda: sorted(row.count for row in Tally.select()))


def test_a_number_gets_three_in_an_hour_whoever_asks(database, clock):
    asked = [answer(address=f"192.0.2.{number}") for number in range(5)]
    clock.forward(hours=1)

    assert asked == ["sent"] * 3 + ["number"] * 2
    assert answer() == "sent"


def test_an_address_gets_ten_in_an_hour_for_whatever_numbers(database):
    asked = [answer(nth(0, f"+614{number:03d}")) for number in range(12)]

    assert asked == ["sent"] * 10 + ["address"] * 2
    assert answer(nth(0, "+61499"), address="192.0.2.2") == "sent"


def test_numbers_that_begin_alike_get_so_many_together(database):
    asked = [answer(nth(number), address=f"192.0.2.{number}") for number in range(25)]

    assert asked == ["sent"] * 20 + ["prefix"] * 5
    assert answer(nth(0, "+6141235"), address="192.0.2.99") == "sent"


def test_all_together_get_so_many_in_a_day(database, clock):
    asked = [answer(nth(0, f"+614{number:03d}"), address=f"192.0.2.{number}") for number in range(52)]
    clock.forward(hours=23, minutes=59)
    assert answer("+6421234567", address="198.51.100.1") == "day"
    clock.forward(minutes=1)

    assert asked == ["sent"] * 50 + ["day"] * 2
    assert answer("+6421234567", address="198.51.100.1") == "sent"


@pytest.mark.parametrize("budget", ["day", "prefix", "address", "number"])
def test_whoever_is_refused_is_told_when_to_come_back_and_counts_nowhere(database, budget):
    spend(**{f"by_{budget}": (1, 60)})
    before = counted()

    with pytest.raises(BudgetSpent) as refused:
        spend(**{f"by_{budget}": (1, 60)})

    assert (refused.value.budget, refused.value.retry_after) == (budget, 61)
    assert (counted(), before) == ([1, 1, 1, 1], [1, 1, 1, 1])


@pytest.mark.parametrize("budget", ["day", "prefix", "address", "number"])
def test_a_budget_of_none_sends_none(database, budget):
    assert answer(**{f"by_{budget}": (0, HOUR)}) == budget


def test_without_flood_limits_money_is_kept_together_all_the_same(database):
    asked = [answer(limited=False) for _ in range(22)]

    assert asked == ["sent"] * 20 + ["prefix"] * 2
    assert counted() == [20, 20]


def test_a_network_of_ipv6_is_one_address(database):
    asked = [answer(nth(0, f"+614{number:03d}"), address=f"2001:db8:0:1::{number:x}") for number in range(12)]

    assert asked == ["sent"] * 10 + ["address"] * 2
    assert answer(nth(0, "+61499"), address="2001:db8:0:2::1") == "sent"


def test_everybody_who_comes_by_ipv4_is_not_one_address(database):
    asked = [answer(nth(0, f"+614{number:03d}"), address=f"::ffff:192.0.2.{number}") for number in range(12)]

    assert asked == ["sent"] * 12


def test_budgets_hold_exactly_when_many_ask_at_once(database):
    works = [partial(spend, nth(number), address=f"192.0.2.{number}") for number in range(40)]

    outcomes = at_once(*works)

    assert codes(outcomes) == ["sms_budget_spent"] * 20
    assert counted() == [1] * 40 + [20, 20]


def test_a_flood_of_one_prefix_leaves_the_others_theirs(database):
    """Ten thousand in small: the refused ones have stored no code, no job and no count."""
    budgets = {**BUDGETS, "address": (3, HOUR)}
    how: dict[str, Any] = {"lasts": timedelta(minutes=10), "countries": None, "budgets": budgets, "limited": True}

    def ask(number: str, address: str) -> str:
        try:
            run(phone_checks.commit, number, address=address, **how)
        except Refusal as no:
            return no.code
        return "sent"

    flood = [ask(nth(number), f"198.51.100.{number % 20}") for number in range(100)]

    assert flood == ["sent"] * 20 + ["sms_budget_spent"] * 80
    assert [ask(nth(number, "+6421234"), f"203.0.113.{number}") for number in range(20)] == ["sent"] * 20
    assert run_reading(lambda: (PhoneCheck.select().count(), JobRow.select().count())) == (40, 40)
    # Each number and each address has one, both prefixes their twenty, and the day all of them.
    assert counted() == [1] * 80 + [20, 20, 40]
