"""The mentor queue: everyone hears of every move, each in their own view."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.mentor_tickets import (
    MentorTicketClaimed,
    MentorTicketClosed,
    MentorTicketOpened,
    MentorTicketReopened,
    MentorTicketsExpired,
)
from hub.reactions.streams import MENTOR
from hub.wire import vivere
from models import MentorTicket

MOST_IN_ONE = 10
"""Tickets in one `expire`. Each can be long, and everybody who is involved in one is sent all of them in their view."""


@deliveries.register(MentorTicketOpened)
@deliveries.register(MentorTicketClaimed)
@deliveries.register(MentorTicketClosed)
@deliveries.register(MentorTicketReopened)
def _(fact: MentorTicketOpened | MentorTicketClaimed | MentorTicketClosed | MentorTicketReopened) -> list[Delivery]:
    return [in_every_view("save", fact.ticket)]


@deliveries.register(MentorTicketsExpired)
def _(fact: MentorTicketsExpired) -> list[Delivery]:
    pieces = [fact.tickets[start : start + MOST_IN_ONE] for start in range(0, len(fact.tickets), MOST_IN_ONE)]
    return [expired_in_every_view(piece) for piece in pieces]


def expired_in_every_view(tickets: list[MentorTicket]) -> Emit:
    everyone = set().union(*(involved(ticket) for ticket in tickets))
    views = {person: vivere.tickets(tickets, viewer=person) for person in everyone}
    return Emit(MENTOR, "expire", vivere.tickets(tickets), views=views)


def in_every_view(event: str, ticket: MentorTicket) -> Emit:
    """One payload for the crowd, and one each for who opened it and who claimed it, because they see it differently."""
    views = {person: vivere.ticket(ticket, viewer=person) for person in involved(ticket)}
    return Emit(MENTOR, event, vivere.ticket(ticket), views=views)


def involved(ticket: MentorTicket) -> set[int]:
    return {person for person in (ticket.opened_by_id, ticket.claimed_by_id) if person is not None}
