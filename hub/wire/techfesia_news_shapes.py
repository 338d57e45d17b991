"""The shapes of what `/teams` alone says, for the AsyncAPI document."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class InvitationNews(TypedDict):
    """`withdrawn` was taken back; or who hears it had accepted it, and is a member of the team no more."""

    teamid: str
    teamId: str
    name: str
    leader: str
    status: Literal["pending", "withdrawn"]


class Answer(TypedDict):
    teamid: str
    teamId: str
    name: str
    username: str
    status: Literal["accepted", "rejected"]


class RegistrationNews(TypedDict):
    """Of a team by its id, or of a person by their username; the other is null."""

    registrationId: str
    eventId: str
    eventName: str
    teamId: str | None
    userId: str | None
    status: Literal["payment pending", "waiting", "confirmed", "withdrawn"]
