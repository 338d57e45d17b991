"""The phone bank: volunteers call members, one at a time, and write down what was said.

free -> to be called by somebody, until they have reported or their time is over. Nobody else is asked to call the same
member in the meantime. Whoever does not want to be called is not, from then on.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub import clock
from hub.domain import accounts, roles, tallies
from hub.domain.actors import Actor
from hub.domain.refusals import Conflict
from models import Account, Member, PhoneCall, free, locked
from models.membership import LONG_AGO

LARGEST_CALL_ID = 2**53 - 1
"""Clients read it as a number, and theirs have no more digits."""
CALLS_AN_HOUR = 120
"""Members whom one volunteer is asked to call, so that nobody collects numbers."""
WINDOW = timedelta(hours=1)
MOST_SHOWN = 100
"""Earlier calls that are shown with a member."""


class CallOver(Conflict):
    """It is somebody else's, was reported on, or its time has run out."""

    code = "call_over"


@dataclass(frozen=True)
class CallToMake:
    """Whom to call, with what they gave of themselves and how earlier calls went, the newest last."""

    call_id: int
    name: str
    given: Mapping[str, Any]
    earlier: list[PhoneCall]


def claim(
    *,
    state: str | None = None,
    no_answered_call_within: timedelta | None = None,
    no_call_within: timedelta | None = None,
    lasts: timedelta,
    limited: bool,
    by: Actor,
) -> int | None:
    """Take the member who was not called for longest, and answer the number of the call; None where there is nobody.

    Of two who ask at once each gets another.
    """
    _callers_only(by)
    now = clock.now()
    wanted = Member.is_callable & (Member.call_until <= now) & (Member.account != by.id)
    if state is not None:
        wanted &= Member.state == state
    if no_answered_call_within is not None:
        wanted &= Member.last_answered_at <= _before(now, no_answered_call_within)
    if no_call_within is not None:
        wanted &= Member.last_called_at <= _before(now, no_call_within)
    waiting = Member.select(Member.account).where(wanted).order_by(Member.last_called_at, Member.account)
    member = free(waiting.limit(1)).first()
    return None if member is None else _claimed(member, now + lasts, limited, by)


def _callers_only(by: Actor) -> None:
    # Held, so that they cannot leave between this look and the row that will name them.
    accounts.hold(by.id)
    _refuse_others(by)


def _refuse_others(by: Actor) -> None:
    roles.demand(by, roles.PHONEBANK, roles.ADMIN)


def _before(now: datetime, ago: timedelta) -> datetime:
    """That long ago; whoever was never called was not called since then either."""
    return max(now - ago, LONG_AGO)


def _claimed(member: Member, until: datetime, limited: bool, by: Actor) -> int:
    if limited:
        tallies.count(tallies.key_of("calls claimed by", by.public_id), CALLS_AN_HOUR, WINDOW)
    call_id = 1 + secrets.randbelow(LARGEST_CALL_ID)
    held = {"call_id": call_id, "called_by": by.id, "call_until": until}
    Member.update(**held).where(Member.account == member.account_id).execute()
    return call_id


def to_make(call_id: int, *, by: Actor) -> CallToMake:
    """A call that one is asked to make just now. Raises CallOver."""
    _refuse_others(by)
    rows = Member.select(Member, Account).join(Account, on=Member.account)
    # They may have said meanwhile that they do not want to be called.
    member = rows.where(_is_held(call_id, by) & Member.is_callable).first()
    if member is None:
        raise CallOver()
    calls = PhoneCall.select().where(PhoneCall.member == member.account_id)
    newest = list(calls.order_by(PhoneCall.called_at.desc(), PhoneCall.id.desc()).limit(MOST_SHOWN))
    return CallToMake(call_id, member.account.name, json.loads(member.given), newest[::-1])


def _is_held(call_id: int, by: Actor):
    return (Member.call_id == call_id) & (Member.called_by == by.id) & (Member.call_until > clock.now())


def report(call_id: int, *, comment: str, was_answered: bool, do_not_call: bool, by: Actor) -> None:
    """Write down how a call went, once. Whoever does not want to be called is not called again. Raises CallOver."""
    _callers_only(by)
    # Locked: the member may be changing what they gave.
    member = locked(Member.select().where(_is_held(call_id, by))).first()
    if member is None:
        raise CallOver()
    now = clock.now()
    PhoneCall.create(member=member.account_id, caller=by.id, called_at=now, comment=comment, was_answered=was_answered)
    member.last_called_at = now
    if was_answered:
        member.last_answered_at = now
    if do_not_call:
        member.given = json.dumps({**json.loads(member.given), "do_not_call": True}, ensure_ascii=False)
        member.is_callable = False
    member.call_id, member.called_by, member.call_until = None, None, LONG_AGO
    member.save()
