"""Techfesia's spelling of registrations: a person by `userId`, a username, or a team by `teamId`."""

from __future__ import annotations

from typing import Any

from hub.domain.registrations import AlreadyRegistered
from models import Event, Registration

TEAM, SINGLE = "team", "single"


def registration(registration: Registration) -> dict[str, Any]:
    return {
        "registrationId": registration.public_id,
        "eventId": registration.event.public_id,
        **_entrant(registration),
        "status": registration.state,
    }


def _entrant(registration: Registration) -> dict[str, Any]:
    if registration.team is not None:
        public_id = registration.team.public_id
        return {"teamId": public_id, "teamid": public_id, "teamName": registration.team.name}
    # Whoever entered alone is there as long as their registration is.
    assert registration.account is not None
    return {"userId": registration.account.username}


def registrations(found: list[Registration]) -> list[dict[str, Any]]:
    return [registration(one) for one in found]


def of_event(found: tuple[Event, list[Registration]]) -> dict[str, Any]:
    event, rows = found
    return {
        "eventPublicId": event.public_id,
        "eventType": TEAM if event.is_for_teams else SINGLE,
        "registrations": registrations(rows),
    }


def registered(made: Registration) -> dict[str, Any]:
    return {"message": "Successfully registered", **registration(made)}


def payment_asked(asked: Registration) -> dict[str, Any]:
    return {"message": "The payment is on its way", **registration(asked)}


def already_registered(no: AlreadyRegistered) -> dict[str, Any]:
    """The one refusal that the document spells out; its `status` is none of a registration's."""
    who = {"userId": no.user} if no.team is None else {"teamId": no.team, "teamid": no.team}
    kind = "User" if no.team is None else "Team"
    return {"message": f"{kind} already registered for event", "eventId": no.event, **who, "status": "registered"}
