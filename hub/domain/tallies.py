"""Counting tries in the database, so that neither another node nor an emptied Redis gives anybody more of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from hub import clock
from hub.domain.refusals import TooMany
from models import Tally


def count(key: str, most: int, window: timedelta) -> None:
    """Count one more under `key`; raises TooMany where it would be more than `most` since the first one's window began.

    Raised inside a unit of work it takes back what the unit counted elsewhere.
    """
    now = clock.now()
    Tally.delete().where((Tally.key == key) & (Tally.until <= now)).execute()
    Tally.insert(key=key, count=0, until=now + window).on_conflict_ignore().execute()
    counted = Tally.update(count=Tally.count + 1).where((Tally.key == key) & (Tally.count < most))
    if not counted.execute():
        raise TooMany(_seconds_until(Tally.get_by_id(key).until, now))


def is_full(key: str, most: int) -> bool:
    """Whether one more would be too many."""
    standing = (Tally.key == key) & (Tally.until > clock.now())
    return most <= (Tally.select(Tally.count).where(standing).scalar() or 0)


def forget(keys: Collection[str]) -> None:
    """Begin anew for these."""
    Tally.delete().where(Tally.key.in_(keys)).execute()


def key_of(subject: str, *words: str) -> str:
    """What a subject counts by: words without case, like e-mail addresses, and hashed."""
    said = (subject, *(word.strip().lower() for word in words))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _seconds_until(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()) + 1)


def forget_old(now: datetime) -> None:
    Tally.delete().where(Tally.until <= now).execute()
