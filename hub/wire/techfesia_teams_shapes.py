"""The shapes of replies about teams and invitations, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class Team(TypedDict):
    """`members` are without the leader, `invitees` have not answered yet; `events` and `event` are public ids."""

    teamid: str
    teamId: str
    name: str
    leader: str
    members: list[str]
    events: list[str]
    event: list[str]
    invitees: list[str]


class Teams(TypedDict):
    pages: int
    currentpage: int
    result: list[Team]


class Invitation(TypedDict):
    teamid: str
    teamId: str
    name: str
    leader: str
    status: Literal["accepted", "rejected", "pending"]


class Answered(TypedDict):
    teamid: str
    teamId: str
    name: str
    leader: str
    status: Literal["invitation accepted", "invitation rejectedd"]
