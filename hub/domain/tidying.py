"""What may be forgotten, and when. Nothing here is needed for a right answer; it keeps the tables small."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.domain import (
    credentials,
    hops,
    jobs,
    journal,
    login_sessions,
    once,
    phone_checks,
    pins,
    sent_messages,
    tallies,
    token_pairs,
)

DONE_JOBS_KEPT_FOR = timedelta(days=2)


ENDED_PINS_KEPT_FOR = timedelta(days=30)
SENT_MESSAGES_KEPT_FOR = timedelta(days=30)
HOPS_KEPT_FOR = timedelta(days=30)


def tidy(now: datetime, *, journal_kept_for: timedelta, sessions_idle_for: timedelta) -> None:
    journal.trim(now - journal_kept_for)
    jobs.forget_done(now - DONE_JOBS_KEPT_FOR)
    credentials.forget_expired(now)
    token_pairs.forget_expired(now)
    tallies.forget_old(now)
    once.forget_old(now)
    login_sessions.forget_idle(now, sessions_idle_for)
    pins.forget_old(now - ENDED_PINS_KEPT_FOR)
    phone_checks.forget_old(now)
    sent_messages.forget_old(now - SENT_MESSAGES_KEPT_FOR)


def tidy_hops(now: datetime, *, journal_kept_for: timedelta) -> bool:
    """Forget a portion of the evidence that is too old, for there is much of it; whether there may be more."""
    return hops.forget_some(now - HOPS_KEPT_FOR, heard_before=now - journal_kept_for)
