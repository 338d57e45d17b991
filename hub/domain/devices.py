"""Devices that can be pushed to: phones and browsers, each known by its provider's address for it.

Each remembers what it was last told. One whose owner's counters differ from that is out of date, and is told by a
worker once nobody is looking.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from peewee import Case, fn

from hub import clock
from hub.domain.refusals import Invalid
from models import Device, TutoringSession

APN, GCM, WEB = "apn", "gcm", "web"
LONGEST_ADDRESS = 4000
MOST_DEVICES = 50
"""Of one person; of more, those that were registered longest ago are pushed to no more."""


@dataclass(frozen=True)
class Known:
    """A device as the one who pushes needs it."""

    id: int
    kind: str
    address: str = field(repr=False)
    keys: Mapping[str, str] | None = field(repr=False)
    registered_at: datetime


def register(
    account_id: int,
    *,
    kind: str,
    address: str,
    shown: str,
    login_session_id: int | None = None,
    keys: Mapping[str, str] | None = None,
    jti: str | None = None,
) -> None:
    """Push to this device from now on; whoever had it before has it no more. `shown` is what its app sees right now."""
    if len(address) > LONGEST_ADDRESS:
        raise Invalid("pushToken", "is too long")
    row = {
        "account": account_id,
        "login_session": login_session_id,
        "kind": kind,
        "address": address,
        "keys": None if keys is None else json.dumps(dict(keys)),
        "jti": jti,
        "registered_at": clock.now(),
        "shown": shown,
        # It is told of sessions that end from now on.
        "session_end_shown": _newest_ended_session(account_id),
    }
    address_hash = _hash(kind, address)
    # What somebody else was told on it says nothing about its new owner.
    Device.delete().where((Device.address_hash == address_hash) & (Device.account != account_id)).execute()
    kept = Device.insert(address_hash=address_hash, **row)
    kept.on_conflict(conflict_target=[Device.address_hash], update=row).execute()
    _keep_newest(account_id)


def _newest_ended_session(account_id: int) -> int:
    theirs = (TutoringSession.student == account_id) | (TutoringSession.tutor == account_id)
    ended = TutoringSession.select(fn.MAX(TutoringSession.id)).where(theirs & TutoringSession.ended_at.is_null(False))
    return ended.scalar() or 0


def _keep_newest(account_id: int) -> None:
    theirs = Device.account == account_id
    newest = Device.select(Device.id).where(theirs).order_by(Device.registered_at.desc(), Device.id.desc())
    Device.delete().where(theirs & Device.id.not_in(newest.limit(MOST_DEVICES))).execute()


def unregister(account_id: int, *, kind: str, address: str) -> None:
    """Push to it no more; nothing happens where it is not this person's."""
    Device.delete().where((Device.address_hash == _hash(kind, address)) & (Device.account == account_id)).execute()


def forget_with(*jtis: str) -> None:
    """The signed tokens that they came with were taken back."""
    Device.delete().where(Device.jti.in_(jtis)).execute()


def forget_of_tokens(account_id: int, *, but: str | None) -> None:
    """All signed tokens of a person were taken back, but perhaps one."""
    came_with_one = (Device.account == account_id) & Device.jti.is_null(False)
    Device.delete().where(came_with_one if but is None else came_with_one & (Device.jti != but)).execute()


def _hash(kind: str, address: str) -> str:
    return hashlib.sha256(f"{kind}\0{address}".encode()).hexdigest()


def are_there(account_id: int) -> bool:
    return Device.select().where(Device.account == account_id).exists()


def of(account_id: int) -> list[Known]:
    """All of a person's."""
    return _known(Device.select().where(Device.account == account_id))


def out_of_date(account_id: int, truth: str) -> list[Known]:
    """The person's devices that were told something else than `truth`."""
    differs = Device.shown.is_null() | (Device.shown != truth)
    return _known(Device.select().where((Device.account == account_id) & differs))


def not_told_of_end(account_id: int, session_number: int) -> list[Known]:
    """The person's devices that do not know yet that this tutoring session has ended."""
    return _known(Device.select().where((Device.account == account_id) & (Device.session_end_shown < session_number)))


def _known(devices) -> list[Known]:
    return [
        Known(device.id, device.kind, device.address, _keys_of(device), device.registered_at)
        for device in devices.order_by(Device.id)
    ]


def _keys_of(device: Device) -> dict[str, str] | None:
    return None if device.keys is None else json.loads(device.keys)


def told(device_id: int, account_id: int, text: str) -> None:
    """The provider took what the device shows from now on; unless it went to somebody else meanwhile."""
    Device.update(shown=text).where((Device.id == device_id) & (Device.account == account_id)).execute()


def told_of_end(device_id: int, account_id: int, text: str, session_number: int) -> None:
    theirs = (Device.id == device_id) & (Device.account == account_id)
    # Two ends in quick succession may be told by two workers, the later one first.
    newest = Case(None, [(Device.session_end_shown < session_number, session_number)], Device.session_end_shown)
    Device.update(shown=text, session_end_shown=newest).where(theirs).execute()


def note_shown(login_session_id: int | None, text: str, *, instead_of: str | None = None) -> None:
    """The app on the device that came with this sign-in has seen the counters itself, if it showed `instead_of`."""
    if login_session_id is None:
        return
    theirs = Device.login_session == login_session_id
    if instead_of is not None:
        theirs &= Device.shown == instead_of
    Device.update(shown=text).where(theirs & (Device.shown.is_null() | (Device.shown != text))).execute()


def gone(device_id: int, since: datetime | None) -> None:
    """The provider knows it no more, as of `since`; one that was registered again later is kept."""
    stale = Device.id == device_id
    if since is not None:
        stale &= Device.registered_at <= since
    Device.delete().where(stale).execute()
