"""The shapes of replies about help tickets, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class Solution(TypedDict):
    """What follows the status is there once the ticket is solved."""

    status: Literal["solved", "unsolved"]
    solvedBy: NotRequired[str | None]
    solvingDate: NotRequired[str]
    content: NotRequired[str]


class HelpTicket(TypedDict):
    ticketid: str
    title: str
    description: str
    openedBy: str | None
    openingDate: str
    openingdate: str
    view: Literal["public", "private"]
    solution: Solution


class Tickets(TypedDict):
    pages: int
    currentpage: int
    result: list[HelpTicket]
