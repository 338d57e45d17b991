"""Counting tries in the database, so that neither another node nor an emptied Redis gives anybody more of them."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Collection
from datetime import datetime, timedelta

from peewee import EXCLUDED, Case

from hub import clock
from hub.domain.refusals import TooMany
from models import Tally


def count(key: str, most: int, window: timedelta) -> None:
    """Count one more under `key`; raises TooMany where it would be more than `most` since the first one's window began.

    Raised inside a unit of work it takes back what the unit counted elsewhere.
    """
    now = clock.now()
    if most < 1 or not _counted(key, most, now, now + window):
        raise TooMany(_seconds_until(_end_of(key) or now + window, now))


def _counted(key: str, most: int, now: datetime, until: datetime) -> bool:
    """Whether there was room for one more. In one statement, so that nobody can forget the row half-way through."""
    is_over = Tally.until <= now
    begun = Tally.insert(key=key, count=1, until=until).on_conflict(
        conflict_target=[Tally.key],
        update={
            Tally.count: Case(None, [(is_over, 1)], Tally.count + 1),
            Tally.until: Case(None, [(is_over, EXCLUDED.until)], Tally.until),
        },
        where=is_over | (Tally.count < most),
    )
    return bool(list(begun.returning(Tally.key).execute()))


def _end_of(key: str) -> datetime | None:
    """When counting starts anew; None where somebody forgot the row meanwhile."""
    return Tally.select(Tally.until).where(Tally.key == key).scalar()


def forget(keys: Collection[str]) -> None:
    """Begin anew for these."""
    Tally.delete().where(Tally.key.in_(keys)).execute()


def key_of(subject: str, *words: str) -> str:
    """What a subject counts by: words without case, like e-mail addresses, and hashed."""
    said = (subject, *(word.strip().lower() for word in words))
    # A header may hold bytes that are no text; they come as surrogates.
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def network_of(address: str) -> str:
    """An IPv4 address, or the network of an IPv6 one: whoever has one of those has billions."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    # A server that listens for both kinds sees IPv4 as part of one network of IPv6.
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def _seconds_until(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()) + 1)


def forget_old(now: datetime) -> None:
    Tally.delete().where(Tally.until <= now).execute()
