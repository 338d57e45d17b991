"""Mails and text messages that are given to a provider, and what becomes of them.

waiting -> accepted -> queued -> sending -> sent -> delivered, undelivered, failed or canceled. Providers tell of it
late, twice and in any order, so a message only ever moves on, and steps may be left out. How it ended never changes.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from peewee import EXCLUDED, DatabaseError

from hub import clock
from hub.domain import accounts, hops
from hub.domain.hops import Cause
from models import SentMessage, db

EMAIL, SMS = "email", "sms"
WAITING, ACCEPTED = "waiting", "accepted"
ON_THE_WAY = (WAITING, "scheduled", ACCEPTED, "queued", "sending", "sent")
"""In the order in which a message goes through them."""
ENDS = ("delivered", "undelivered", "failed", "canceled")
VIA = {EMAIL: "smtp", SMS: "twilio"}
"""What a message goes through, but for the outbox of development."""


def begin(
    *, channel: str, purpose: str, account_id: int | None, key: str | None = None, job_id: int | None = None
) -> str:
    """Note that a message is about to be sent by a job; answers the public id of its row.

    Whoever begins again under the same key has the same row: a job that runs twice sends one message twice at worst.
    """
    now = clock.now()
    # Whoever has left since the job looked is nobody.
    whose = account_id if account_id is not None and accounts.exists(account_id) else None
    row = {"channel": channel, "purpose": purpose, "account_id": whose, "key": key, "job_id": job_id}
    begun = SentMessage.insert(**row, unit=hops.cause_of(job_id).unit, created_at=now, changed_at=now)
    # It writes what is there already, because only a row that is written is answered.
    again = begun.on_conflict(conflict_target=[SentMessage.key], update={SentMessage.channel: EXCLUDED.channel})
    (row,) = again.returning(SentMessage.public_id).execute()
    return row.public_id


def is_taken(public_id: str) -> bool:
    """Whether the provider has taken it before: sent once more, it would arrive twice."""
    return _status_of(public_id) not in (None, WAITING)


def _status_of(public_id: str) -> str | None:
    return SentMessage.select(SentMessage.status).where(SentMessage.public_id == public_id).scalar()


def accepted(public_id: str, reference: str, via: str | None = None) -> None:
    """The provider has taken it, and calls it `reference`. News of it may have come before."""
    SentMessage.update(reference=reference).where(SentMessage.public_id == public_id).execute()
    report(public_id, ACCEPTED, via=via)


def report(public_id: str, status: str, detail: str | None = None, *, via: str | None = None) -> bool:
    """Note what became of a message; True where that was news. Unknown messages and words are passed over."""
    earlier = _before(status)
    if not earlier:
        return False
    change: dict[str, object] = {"status": status, "changed_at": clock.now()}
    if detail:
        change["detail"] = hops.kept(detail)
    it_is_news = (SentMessage.public_id == public_id) & SentMessage.status.in_(earlier)
    moved = list(SentMessage.update(**change).where(it_is_news).returning(SentMessage).execute())
    for row in moved:
        _note(row, status, detail, via or VIA[row.channel])
    return bool(moved)


def _note(row: SentMessage, status: str, detail: str | None, via: str) -> None:
    """For whoever asks why it did not arrive. What the provider said counts, whether that can be noted or not."""
    cause = Cause(row.unit, row.job_id, row.purpose)
    with suppress(DatabaseError), db.atomic():
        hops.keep(row.account_id, row.channel, status, via=via, detail=detail, cause=cause)


def _before(status: str) -> tuple[str, ...]:
    """From where a message may come to this status; from nowhere to one that nobody knows."""
    if status in ENDS:
        return ON_THE_WAY
    return ON_THE_WAY[: ON_THE_WAY.index(status)] if status in ON_THE_WAY else ()


def forget_old(before: datetime) -> None:
    SentMessage.delete().where(SentMessage.created_at < before).execute()
