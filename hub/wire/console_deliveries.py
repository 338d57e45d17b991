"""The console's spelling of deliveries: jobs with what to do about them, and a recipient's story. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hub.domain.hops import JOB
from hub.domain.job_desk import Desk, Listed
from hub.domain.stories import Mark, Message, Step, Story
from hub.wire.console import moment
from hub.wire.console_titles import title
from hub.wire.console_verdicts import verdict
from models import Account, JobRow

Spelled = dict[str, Any]

HINTS = (
    ("no worker here knows this job", "Start a worker of the same version as the server, then retry."),
    ("took too long", "See in the workers' log what it waited for, mend that, then retry."),
    ("the worker died at every try", "See in the workers' log why they died (memory?), then retry."),
    ("takes no addresses with letters", "The person needs another address."),
    ("certificate is not trusted", "Have the mail server present a certificate that this machine trusts, then retry."),
    ("HUB_SMTP_URL", "Correct HUB_SMTP_URL, restart the workers, then retry."),
    ("mail server answered 53", "Check user and password in HUB_SMTP_URL, restart the workers, then retry."),
    ("mail server", "See whether the mail server of HUB_SMTP_URL works, then retry."),
    ("HUB_FCM", "Check HUB_FCM_SERVICE_ACCOUNT, restart the workers, then retry."),
    ("FCM", "Check HUB_FCM_SERVICE_ACCOUNT, restart the workers, then retry."),
    ("HUB_APNS", "Check HUB_APNS_KEY and its ids, restart the workers, then retry."),
    ("APNs", "Check HUB_APNS_KEY and its ids, restart the workers, then retry."),
    ("HUB_VAPID", "Check HUB_VAPID_PRIVATE_KEY, restart the workers, then retry."),
    ("Twilio", "Check the HUB_TWILIO_ settings and the account at Twilio, restart the workers, then retry."),
    ("GatewayError", "The provider refused it. Mend what it says, then retry."),
)
"""What an operator can do about an error, by what it says; the first that fits."""
OTHERWISE = "This is a bug or a fault of this machine: look for the job's number in the workers' log, then retry."
LATE_SECONDS = 60


def desk(found: Desk, *, now: datetime) -> Spelled:
    return {
        "counts": found.counts,
        "due_now": found.depth.due,
        "oldest_due_seconds": round(found.depth.oldest_due_seconds, 1),
        "names": found.names,
        "jobs": [job(one, now=now) for one in found.jobs],
        "next": None if found.next is None else str(found.next),
    }


def job(listed: Listed, *, now: datetime) -> Spelled:
    row = listed.row
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "attempts": row.attempts,
        "arguments": json.loads(row.arguments),
        "recipient": None if listed.recipient is None else person(listed.recipient),
        "created_at": moment(row.created_at),
        "due_at": moment(row.due_at),
        "finished_at": moment(row.finished_at),
        "last_error": row.last_error,
        "hint": hint(row, now=now),
    }


def person(account: Account) -> Spelled:
    return {"name": account.name, "username": account.username}


def hint(row: JobRow, *, now: datetime) -> str | None:
    """What an operator can do; None where it goes on by itself."""
    if row.state == "waiting" and (now - row.due_at).total_seconds() > LATE_SECONDS:
        return "No worker has taken it: see whether workers run (hub work) and reach Redis."
    if row.state != "dead":
        return None
    error = row.last_error or ""
    return next((what_to_do for words, what_to_do in HINTS if words in error), OTHERWISE)


def story(told: Story, presence: str, *, now: datetime) -> Spelled:
    return {
        "person": person(told.account),
        "presence": presence,
        "devices": [{"kind": one.kind, "registered_at": moment(one.registered_at)} for one in told.devices],
        "messages": [message(one, now=now) for one in told.messages],
        "next": None if told.next is None else mark(told.next),
    }


def message(message: Message, *, now: datetime) -> Spelled:
    heard = [] if message.heard is None else [message.heard]
    steps = sorted([*heard, *message.hops, *map(_step_of_job, message.jobs)], key=lambda step: step.at)
    return {
        "id": message.id,
        "at": moment(message.at),
        "event": None if message.event is None else message.event.name,
        "title": title(message),
        "hops": [hop(step) for step in steps],
        "verdict": verdict(message, now),
    }


def _step_of_job(row: JobRow) -> Step:
    tried = f"tries {row.attempts}" if row.attempts else None
    detail = "; ".join(part for part in (tried, row.last_error) if part) or None
    return Step(JOB, row.state, f"job {row.id} {row.name}", detail, row.finished_at or row.due_at)


def hop(step: Step) -> Spelled:
    return {
        "channel": step.channel,
        "outcome": step.outcome,
        "via": step.via,
        "detail": step.detail,
        "at": moment(step.at),
    }


def mark(end: Mark) -> str:
    return f"{end.at.isoformat()}~{end.id}"


def mark_in(text: str) -> Mark:
    """Where a page ended; raises ValueError for what was never one."""
    at, _, name = text.partition("~")
    found = datetime.fromisoformat(at)
    if not name or found.tzinfo is not None:
        raise ValueError("is no end of a page")
    return Mark(found, name)
