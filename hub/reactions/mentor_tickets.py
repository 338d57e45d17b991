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


@deliveries.register(MentorTicketOpened)
@deliveries.register(MentorTicketClaimed)
@deliveries.register(MentorTicketClosed)
@deliveries.register(MentorTicketReopened)
def _(fact: MentorTicketOpened | MentorTicketClaimed | MentorTicketClosed | MentorTicketReopened) -> list[Delivery]:
    return [in_every_view("save", fact.ticket)]


@deliveries.register(MentorTicketsExpired)
def _(fact: MentorTicketsExpired) -> list[Delivery]:
    everyone = set().union(*(involved(ticket) for ticket in fact.tickets))
    views = {person: vivere.tickets(fact.tickets, viewer=person) for person in everyone}
    return [Emit(MENTOR, "expire", vivere.tickets(fact.tickets), views=views)]


def in_every_view(event: str, ticket: MentorTicket) -> Emit:
    """One payload for the crowd, and one each for the people who see the ticket differently: who opened it and who claimed it."""
    views = {person: vivere.ticket(ticket, viewer=person) for person in involved(ticket)}
    return Emit(MENTOR, event, vivere.ticket(ticket), views=views)


def involved(ticket: MentorTicket) -> set[int]:
    return {ticket.opened_by_id, ticket.claimed_by_id} - {None}
