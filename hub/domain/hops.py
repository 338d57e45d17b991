"""Hops: evidence of how something came to a person, or did not, for whoever asks "why did this not arrive?".

A worker notes what a provider said or why nobody was asked; a node notes what a socket has heard. Nothing is decided by
them, and none holds contents, addresses, numbers or secrets.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import chunked

from hub import clock
from hub.domain import accounts
from models import Account, Hop, JobRow

SOCKET, PUSH, SMS, EMAIL, JOB = "socket", "push", "sms", "email", "job"
ACKNOWLEDGED, ACCEPTED, DELIVERED = "acknowledged", "accepted", "delivered"
FAILED, GONE, LEFT_OUT = "failed", "gone", "left_out"
LATER = "later"
"""A try that failed, and another will follow."""
POSTPONED = "postponed"
"""Nothing was tried yet, because somebody looks or a provider wants to be left alone."""
LASTING = (POSTPONED,)
"""What is so for a while, and is found so again and again."""
LONGEST_DETAIL = 300
PORTION = 5000
"""Hops that one unit of work forgets."""
AT_ONCE = 300
"""Acknowledgements that one statement stores."""
SAME_FOR = timedelta(hours=1)
"""How long a hop that is noted again and again is the same one, and only its moment moves on."""


@dataclass(frozen=True)
class Acknowledged:
    """A socket of a person has heard the events of a stream after the number `since`, up to `seq`."""

    account_id: int
    stream: str
    since: int
    seq: int
    at: datetime
    via: str
    """Such as "node ab12"."""


@dataclass(frozen=True)
class Cause:
    """What a hop follows from: a unit of work, and the job that came of it; and what that was for."""

    unit: str | None = None
    job_id: int | None = None
    purpose: str | None = None
    account_id: int | None = None


def note(
    account_id: int | None,
    channel: str,
    outcome: str,
    *,
    via: str = "",
    detail: str | None = None,
    job_id: int | None = None,
) -> None:
    """Note what became of a delivery that a job was at; to whom the job was, where `account_id` is None.

    Nothing happens where the person is gone.
    """
    cause = cause_of(job_id)
    whose = cause.account_id if account_id is None else account_id
    keep(whose, channel, outcome, via=via, detail=detail, cause=cause)


def cause_of(job_id: int | None) -> Cause:
    """The unit of work that a job follows from, as long as the job's row is there."""
    row = None if job_id is None else JobRow.get_or_none(JobRow.id == job_id)
    return Cause(job_id=job_id) if row is None else Cause(row.unit, job_id, row.name, row.account_id)


def keep(
    account_id: int | None, channel: str, outcome: str, *, via: str = "", detail: str | None = None, cause: Cause
) -> None:
    if account_id is None or not accounts.exists(account_id):
        return
    said: dict[str, object] = {
        "account": account_id,
        "unit": cause.unit,
        "job_id": cause.job_id,
        "purpose": cause.purpose,
        "channel": channel,
        "outcome": outcome,
        "via": via[: Hop.via.max_length],
        "detail": kept(detail),
    }
    if outcome not in LASTING or not _is_still_so(said):
        Hop.create(**said, at=clock.now())


def kept(detail: str | None) -> str | None:
    """As much of a reason as is kept."""
    # Postgres keeps no text with a zero in it.
    return detail.replace("\0", "")[:LONGEST_DETAIL] if detail else None


def _is_still_so(said: dict[str, object]) -> bool:
    """Whether this was the newest that the job noted; one looks every few seconds whether somebody still looks."""
    now = clock.now()
    theirs = (Hop.account == said["account"]) & (Hop.at >= now - SAME_FOR)
    of_this_job = theirs & (Hop.job_id == said["job_id"]) & (Hop.via == said["via"])
    newest = Hop.select().where(of_this_job).order_by(Hop.at.desc(), Hop.id.desc()).dicts().first()
    if newest is None or {name: newest[name] for name in said} != said:
        return False
    Hop.update(at=now).where(Hop.id == newest["id"]).execute()
    return True


def acknowledged(many: Sequence[Acknowledged]) -> None:
    """Note what sockets have heard; of people who are gone nothing."""
    there = _there({one.account_id for one in many})
    for some in chunked((one for one in many if one.account_id in there), AT_ONCE):
        Hop.insert_many([_heard(one) for one in some]).execute()


def _heard(one: Acknowledged) -> dict[str, object]:
    return {
        "account": one.account_id,
        "channel": SOCKET,
        "outcome": ACKNOWLEDGED,
        "via": one.via[: Hop.via.max_length],
        "stream": one.stream,
        "since": one.since,
        "seq": one.seq,
        "at": one.at,
    }


def _there(account_ids: Collection[int]) -> set[int]:
    there: set[int] = set()
    for some in chunked(sorted(account_ids), AT_ONCE):
        there |= {number for (number,) in Account.select(Account.id).where(Account.id.in_(some)).tuples().execute()}
    return there


def forget_some(before: datetime, *, heard_before: datetime) -> bool:
    """Forget a portion of what is older; whether there may be more.

    What sockets have heard says something about events only as long as the journal keeps those.
    """
    heard = (Hop.channel == SOCKET) & (Hop.at < heard_before)
    other = Hop.channel.in_((PUSH, SMS, EMAIL, JOB)) & (Hop.at < before)
    return _forget_some(heard) or _forget_some(other)


def _forget_some(which: Any) -> bool:
    some = Hop.select(Hop.id).where(which).limit(PORTION)
    return Hop.delete().where(Hop.id.in_(some)).execute() == PORTION
