"""What text messages may cost: so many to one number, from one address, to numbers that begin alike, and in all.

Counted in the database before anything is sent. A request that is refused counts nowhere, so that a prefix which has
used up its share leaves the rest of the day's messages to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hub.domain import tallies
from hub.domain.refusals import TooMany

SHARED_WITHIN_A_PREFIX = 4
"""Digits at the end by which numbers of one prefix differ: it is in blocks of ten thousand that they are given out."""
MONEY = ("day", "prefix")
"""What keeps costs down holds even where flood limits are off."""
FLOOD = ("address", "number")

Budgets = Mapping[str, tuple[int, int]]
"""For `day`, `prefix`, `address` and `number`: how many within how many seconds."""


class BudgetSpent(TooMany):
    """`budget` says which of them."""

    code = "sms_budget_spent"

    def __init__(self, budget: str, retry_after: int) -> None:
        super().__init__(retry_after)
        self.budget = budget


def spend(number: str, *, address: str, budgets: Budgets, limited: bool) -> None:
    """Count one message to a number in E.164, asked for from an address of the internet; raises BudgetSpent."""
    prefix = number[:-SHARED_WITHIN_A_PREFIX]
    whose = {"day": "", "prefix": prefix, "address": tallies.network_of(address), "number": number}
    # Always in this order, so that two never wait for each other.
    for name in (*MONEY, *FLOOD) if limited else MONEY:
        most, seconds = budgets[name]
        try:
            tallies.count(tallies.key_of(f"sms {name}", whose[name]), most, timedelta(seconds=seconds))
        except TooMany as no:
            raise BudgetSpent(name, no.retry_after) from None
