"""The validation queue as those see it who check members: how many wait, since when, and who is next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import SQL, fn

from hub import clock
from hub.domain import roles
from hub.domain.actors import Actor
from hub.domain.member_checks import GOOD_FOR, LEFT_ALONE_FOR, queue, to_be_checked
from models import Account, Member

SHOWN = 20
_EACH = fn.COUNT(SQL("*"))


@dataclass(frozen=True)
class Counts:
    """Everybody who signed up waits, or is valid or invalid."""

    members: int
    waiting: int
    valid: int
    double_checked: int
    """Of the valid."""
    invalid: int
    held: int
    """Handed out to somebody within the last minute, who has not reported yet."""


@dataclass(frozen=True)
class Waiting:
    name: str
    state: str
    suburb: str | None
    since: datetime


@dataclass(frozen=True)
class Desk:
    """`first` are those who come next, whom nobody has in hand."""

    counts: Counts
    first: list[Waiting]


def desk(*, by: Actor) -> Desk:
    roles.demand(by, roles.ADMIN)
    now = clock.now()
    return Desk(_counts(now), _first(now, by))


def _counts(now: datetime) -> Counts:
    unseen, stale = to_be_checked(now)
    waits, is_right = unseen | stale, Member.details_valid
    which = [waits, is_right & ~waits, is_right & ~waits & Member.double_checked, ~is_right & ~unseen]
    counted = Member.select(_EACH, *(_EACH.filter(one) for one in which)).scalar(as_tuple=True)
    return Counts(*(*counted, _held(now)))


def _held(now: datetime) -> int:
    is_in_hand = Member.check_alias.is_null(False) & (Member.handed_out_at > now - LEFT_ALONE_FOR)
    return Member.select().where(is_in_hand).count()


def _first(now: datetime, by: Actor) -> list[Waiting]:
    """As `hand_out` would give them to this caller; each kind is asked for by itself, because an index answers that."""
    among = (Member.account != by.id) & (Member.handed_out_at <= now - LEFT_ALONE_FOR)
    heads = [head for kind in to_be_checked(now) for head in queue(among & kind).limit(SHOWN)]
    in_turn = sorted(heads, key=lambda head: (head.handed_out_at, head.signed_up_at, head.account_id))
    numbers = [head.account_id for head in in_turn][:SHOWN]
    rows = Member.select(Member, Account).join(Account, on=Member.account).where(Member.account.in_(numbers))
    found = {member.account_id: member for member in rows}
    return [_waiting(found[number]) for number in numbers]


def _waiting(member: Member) -> Waiting:
    given: dict[str, Any] = json.loads(member.given)
    suburb = str(given.get("addr_suburb") or "").strip() or None
    return Waiting(member.account.name, member.state, suburb, _since(member))


def _since(member: Member) -> datetime:
    """Whoever changes their details waits anew, and whose were right does once that is long ago."""
    if member.needs_validating or member.validated_at is None:
        return member.updated_at or member.signed_up_at
    return member.validated_at + GOOD_FOR
