"""What `/teams` alone says: how an invitation was answered, and how a registration stands."""

from __future__ import annotations

from typing import Any

from hub.wire import techfesia_teams
from models import Invitation, Registration

WITHDRAWN = "withdrawn"


def answer(invitation: Invitation) -> dict[str, str]:
    """For the leader: who has answered, and how."""
    team = invitation.team
    return {
        "teamid": team.public_id,
        "teamId": team.public_id,
        "name": team.name,
        "username": invitation.account.username,
        "status": invitation.state,
    }


def no_invitation(invitation: Invitation) -> dict[str, Any]:
    """An invitation, or the membership that it led to, that is no more."""
    return {**techfesia_teams.invitation(invitation), "status": WITHDRAWN}


def registration(registration: Registration, status: str | None = None) -> dict[str, Any]:
    """Which event, by whom, and how it stands now; `status` where the row cannot say it."""
    team, account = registration.team, registration.account
    return {
        "registrationId": registration.public_id,
        "eventId": registration.event.public_id,
        "eventName": registration.event.short_description,
        "teamId": None if team is None else team.public_id,
        "userId": None if account is None else account.username,
        "status": status or registration.state,
    }
