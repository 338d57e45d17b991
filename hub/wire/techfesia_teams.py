"""Techfesia's spelling of teams and invitations. The document's samples disagree on keys, so both forms are sent."""

from __future__ import annotations

from typing import Any

from hub.domain.pages import Page
from hub.domain.rosters import ACCEPTED, REJECTED, Roster
from models import Invitation, Team


def page(found: Page[Roster]) -> dict[str, Any]:
    return {"pages": found.pages, "currentpage": found.number, "result": several(found.rows)}


def several(rosters: list[Roster]) -> list[dict[str, Any]]:
    return [team(roster) for roster in rosters]


def team(roster: Roster) -> dict[str, Any]:
    events = list(roster.events)
    return {
        **_team(roster.team),
        "leader": roster.team.leader.username,
        "members": list(roster.members),
        # `event` is the key in the answer to an edit.
        "events": events,
        "event": events,
        "invitees": list(roster.invitees),
    }


def _team(team: Team) -> dict[str, Any]:
    return {"teamid": team.public_id, "teamId": team.public_id, "name": team.name}


def invitations(found: list[Invitation]) -> list[dict[str, Any]]:
    return [invitation(one) for one in found]


def invitation(invitation: Invitation) -> dict[str, Any]:
    """`status` is accepted, rejected or pending."""
    team = invitation.team
    return {**_team(team), "leader": team.leader.username, "status": invitation.state}


ANSWERS = {
    ACCEPTED: "invitation accepted",
    # The document's own spelling, for which clients may look.
    REJECTED: "invitation rejectedd",
}


def answered(answer: Invitation) -> dict[str, Any]:
    return {**invitation(answer), "status": ANSWERS[answer.state]}
