"""Noting hops: what a job found out on its way to somebody. It is evidence, and no job fails for want of it."""

from __future__ import annotations

from typing import NoReturn

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from hub.domain import hops
from hub.perform import run
from workers import jobs
from workers.gateways.errors import GatewayError
from workers.jobs import NotYet
from workers.patience import LeftAlone

log = structlog.get_logger(__name__)


def note(account_id: int | None, channel: str, outcome: str, *, via: str = "", detail: str | None = None) -> None:
    """Note it in a unit of work of its own, for the job at hand; `account_id` of None is whom that is for."""
    try:
        run(hops.note, account_id, channel, outcome, via=via, detail=detail, job_id=jobs.at_hand())
    except SoftTimeLimitExceeded:
        # That is about the job's time.
        raise
    except Exception as wrong:
        # The edge: whatever keeps a note from being written must not undo what was done.
        reason = type(wrong).__name__
        log.warning("hop_not_noted", account=account_id, channel=channel, outcome=outcome, reason=reason)


def note_failure(account_id: int | None, channel: str, wrong: GatewayError, *, via: str) -> None:
    """Note what a gateway said: for good, to be tried again, or not even asked."""
    outcome = hops.FAILED if wrong.permanent else hops.LATER
    note(account_id, channel, hops.POSTPONED if isinstance(wrong, LeftAlone) else outcome, via=via, detail=str(wrong))


def note_and_raise(account_id: int | None, channel: str, wrong: GatewayError, *, via: str) -> NoReturn:
    """Note what a gateway said, and have the job come again, or end, as it asks for."""
    note_failure(account_id, channel, wrong, via=via)
    if isinstance(wrong, LeftAlone):
        raise NotYet(wrong.retry_after or 0.0) from None
    raise wrong


def through(gateway: object, provider: str) -> str:
    """What something went through: the provider, or the outbox of development."""
    return getattr(gateway, "via", provider)
