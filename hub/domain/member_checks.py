"""The validation queue: somebody compares a member's details with what is known elsewhere, and reports.

waiting -> handed out -> found right or wrong; whoever changes their details waits again. What was found right may be
checked a second time, and is checked anew after ninety days. A checker knows the member by an alias, which is good for
one report: theirs. It dies with it, when the member is handed out again, and when they change their details.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from peewee import ModelSelect

from hub import clock
from hub.domain import accounts, members, roles
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.members import Details, ValidationMoved
from hub.domain.refusals import Conflict
from models import Member, free

GOOD_FOR = timedelta(days=90)
"""How long details count as right without another look."""
LEFT_ALONE_FOR = timedelta(seconds=60)
"""How long nobody else is given the same member."""


class CheckOver(Conflict):
    """The member was reported on, handed out to somebody else, or has changed their details meanwhile."""

    code = "check_over"


class CheckOfAnotherKind(Conflict):
    """A second check is reported as one, and nothing else is."""

    code = "check_of_another_kind"


@dataclass(frozen=True)
class ToCheck:
    """A member whose details are to be checked, and the alias that the checker knows them by."""

    details: Details
    alias: str


def hand_out(*, state: str | None = None, is_second: bool = False, by: Actor) -> ToCheck | None:
    """The member who waits longest to be checked; None where nobody does. Of two who ask at once each gets another."""
    _admins_only(by)
    now = clock.now()
    among = (Member.account != by.id) & (Member.handed_out_at <= now - LEFT_ALONE_FOR)
    if state is not None:
        among &= Member.state == state
    kinds = [_needs_second_check()] if is_second else to_be_checked(now)
    member = _longest_waiting([queue(among & kind) for kind in kinds])
    if member is None:
        return None
    alias = secrets.token_hex(20)
    held = {"handed_out_at": now, "check_alias": alias, "checked_by": by.id, "is_second_check": is_second}
    Member.update(**held).where(Member.account == member.account_id).execute()
    return ToCheck(members.of(member.account_id), alias)


def _admins_only(by: Actor) -> None:
    # Held, so that they cannot leave between this look and the row that will name them.
    accounts.hold(by.id)
    roles.demand(by, roles.ADMIN)


def to_be_checked(now: datetime) -> list[Any]:
    """The two kinds of members who wait: whose details nobody has looked at yet, and whose were right long ago."""
    return [Member.needs_validating, Member.details_valid & (Member.validated_at < now - GOOD_FOR)]


def _needs_second_check():
    return ~Member.needs_validating & Member.details_valid & ~Member.double_checked


def queue(wanted: Any) -> ModelSelect[Member]:
    """The first of those of one kind, in the order in which they are handed out."""
    order = Member.handed_out_at, Member.signed_up_at, Member.account
    return Member.select(*order).where(wanted).order_by(*order).limit(1)


def _longest_waiting(queues: list[ModelSelect[Member]]) -> Member | None:
    """The first in any of the queues whom nobody else is just taking.

    They are asked one by one: a condition with "or" in it no index answers, and Postgres would read every row.
    """
    heads = [(queue.first(), queue) for queue in queues]
    waiting = [(head.handed_out_at, head.signed_up_at, head.account_id, queue) for head, queue in heads if head]
    taken = (free(queue).first() for *_, queue in sorted(waiting, key=itemgetter(0, 1, 2)))
    return next(filter(None, taken), None)


def report(
    alias: str,
    *,
    is_right: bool,
    is_second: bool = False,
    federal: bool | None = None,
    of_state: bool | None = None,
    reason: str | None = None,
    by: Actor,
) -> None:
    """Say what the check has found; what is not said about one of the two rolls is as the whole. Raises CheckOver."""
    _admins_only(by)
    is_held = (Member.check_alias == alias) & (Member.checked_by == by.id)
    outcome = {
        **_checked(is_right, is_second),
        "valid_federal": is_right and federal is not False,
        "valid_state": is_right and of_state is not False,
        "validation_reason": None if is_right else reason,
    }
    reported = Member.update(**outcome).where(is_held & (Member.is_second_check == is_second))
    found = list(reported.returning(Member).execute())
    if not found:
        raise CheckOfAnotherKind() if Member.select().where(is_held).exists() else CheckOver()
    record(ValidationMoved(found[0]))


def _checked(is_right: bool, is_second: bool) -> dict[str, Any]:
    is_over = {"needs_validating": False, "check_alias": None, "checked_by": None}
    # A second look does not make the first one newer.
    moment = {"validated_at": clock.now()} if is_right and not is_second else {}
    return {**is_over, **moment, "details_valid": is_right, "double_checked": is_right and is_second}
