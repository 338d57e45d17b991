"""The console's spelling of what members' checkers and the phone bank need to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hub.domain import call_desk, check_desk
from hub.domain.check_desk import Waiting
from hub.domain.member_checks import ToCheck
from hub.wire.console import moment
from hub.wire.console_people import named
from models import PhoneCall

FIRST_SHOWN = (
    *("fname", "mnames", "sname", "name", "dob", "dobDay", "dobMonth", "dobYear"),
    *("addr_street_no", "addr_street", "addr_suburb", "addr_postcode", "address", "addr_country", "onAECRoll"),
)
"""What is compared with the roll, in the order in which one reads it there; everything else comes behind."""


def checks(desk: check_desk.Desk) -> dict[str, Any]:
    """`oldest_waiting_at` is of those who are shown: who changed their details later may stand before others."""
    since = [one.since for one in desk.first]
    return {
        "counts": asdict(desk.counts),
        "oldest_waiting_at": moment(min(since, default=None)),
        "next": [waiting(one) for one in desk.first],
    }


def waiting(one: Waiting) -> dict[str, Any]:
    return {"name": one.name, "state": one.state, "suburb": one.suburb, "waiting_since": moment(one.since)}


def to_check(member: ToCheck | None) -> dict[str, Any]:
    if member is None:
        return {"member": None}
    given = {**member.details.given, "email": member.details.email}
    return {"member": {"alias": member.alias, "details": details(given)}}


def details(given: Mapping[str, Any]) -> dict[str, str]:
    """What a member gave, by the names that clients give it, each as a text; without what they left blank."""
    names = [name for name in FIRST_SHOWN if name in given]
    texts = {name: _text(given[name]) for name in [*names, *sorted(given.keys() - set(names))]}
    return {name: text for name, text in texts.items() if text}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    return str(value).strip()


def calls(desk: call_desk.Desk) -> dict[str, Any]:
    return {
        "counts": asdict(desk.counts),
        "callers": [caller(one) for one in desk.callers],
        "recent": [call(one) for one in desk.recent],
    }


def caller(one: call_desk.Caller) -> dict[str, Any]:
    made = {"made": one.made, "answered": one.answered, "last_at": moment(one.last_at)}
    return {"name": one.account.name, "username": one.account.username, **made}


def call(one: PhoneCall) -> dict[str, Any]:
    """Without whom it reached: who runs the phone bank looks at how it goes."""
    return {
        "at": moment(one.called_at),
        "caller": named(one.caller),
        "was_answered": one.was_answered,
        "comment": one.comment,
    }
