"""The shapes of replies about registrations, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class Entrant(TypedDict):
    """Either who entered alone, by username, or the team, by the public id."""

    userId: NotRequired[str]
    teamId: NotRequired[str]
    teamid: NotRequired[str]
    teamName: NotRequired[str]


class Registration(Entrant):
    registrationId: str
    eventId: str
    status: Literal["payment pending", "waiting", "confirmed"]


class Told(Registration):
    """With a sentence for people."""

    message: str


class OfEvent(TypedDict):
    eventPublicId: str
    eventType: Literal["team", "single"]
    registrations: list[Registration]
