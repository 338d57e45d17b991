"""The phone bank as those see it who run it: how many may be called, how many were, and who calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from peewee import JOIN, SQL, Case, fn

from hub import clock
from hub.domain import roles
from hub.domain.actors import Actor
from models import Account, Member, PhoneCall
from models.membership import LONG_AGO

SHOWN = 20
MOST_CALLERS = 100
_EACH = fn.COUNT(SQL("*"))
_SAID = '"do_not_call": '
"""As `members` spells what somebody gave; within a text these quotes would have been escaped."""
_SAID_NO = [_SAID + no for no in ("false", "null", "0", '""', '"false"', '"0"', '"no"')]
"""As `member_details.is_said` takes them, without the odd blank."""


@dataclass(frozen=True)
class Counts:
    callable: int
    """Have a number, and may be called."""
    claimed: int
    """Are being called just now."""
    called: int
    """Were called at least once, and of those who answered at least once."""
    answered: int
    do_not_call: int
    """Have said that they do not want to be called."""


@dataclass(frozen=True)
class Caller:
    account: Account
    made: int
    answered: int
    last_at: datetime


@dataclass(frozen=True)
class Desk:
    """`callers` by how many calls they made; `recent` are the newest calls, with who made them, who may be gone."""

    counts: Counts
    callers: list[Caller]
    recent: list[PhoneCall]


def desk(*, by: Actor) -> Desk:
    roles.demand(by, roles.ADMIN)
    return Desk(_counts(clock.now()), _callers(), _recent())


def _counts(now: datetime) -> Counts:
    which = [
        Member.is_callable,
        Member.call_until > now,
        Member.last_called_at > LONG_AGO,
        Member.last_answered_at > LONG_AGO,
    ]
    counted = Member.select(*(_EACH.filter(one) for one in which)).scalar(as_tuple=True)
    return Counts(*(*counted, _unwilling()))


def _unwilling() -> int:
    said_no = reduce(or_, (Member.given.contains(no) for no in _SAID_NO))
    return Member.select().where(~Member.is_callable & Member.given.contains(_SAID) & ~said_no).count()


def _callers() -> list[Caller]:
    answered = fn.SUM(Case(None, [(PhoneCall.was_answered, 1)], 0))
    made, last_at = fn.COUNT(PhoneCall.id), fn.MAX(PhoneCall.called_at)
    # Not the bare column: SQLite would go by its index, and so through the table in no order, for three times as long.
    caller = PhoneCall.caller + SQL("0")
    by_caller = PhoneCall.select(caller, made, answered, last_at).where(PhoneCall.caller.is_null(False))
    busiest = by_caller.group_by(caller).order_by(made.desc(), caller).limit(MOST_CALLERS)
    rows = list(busiest.tuples().execute())
    people = {account.id: account for account in Account.select().where(Account.id.in_([row[0] for row in rows]))}
    return [Caller(people[number], *numbers) for number, *numbers in rows]


def _recent() -> list[PhoneCall]:
    rows = PhoneCall.select(PhoneCall, Account).join(Account, JOIN.LEFT_OUTER, on=PhoneCall.caller)
    return list(rows.order_by(PhoneCall.id.desc()).limit(SHOWN))
