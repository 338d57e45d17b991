"""Help tickets: questions to the staff, for all to read or for who asked and the staff alone.

Somebody asks, a staff member answers, and that is the end of it: an answered ticket is solved for good. They are not
mentor tickets, which people queue up with during a hackathon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import JOIN, ModelSelect

from hub import clock
from hub.domain import accounts, users
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.pages import Page, page_of
from hub.domain.privileges import READ, TICKET, UPDATE, demand
from hub.domain.refusals import Conflict, NotFound
from models import Account, HelpTicket


@dataclass(frozen=True)
class HelpTicketSolved:
    """`ticket` has who asked and who answered with it."""

    ticket: HelpTicket


class HelpTicketNotFound(NotFound):
    code = "help_ticket_not_found"


class HelpTicketAlreadySolved(Conflict):
    code = "help_ticket_already_solved"


@dataclass(frozen=True)
class Wanted:
    """Which tickets somebody looks for; None leaves a side open."""

    opened_by: str | None = None
    """A username."""
    topic: str | None = None
    """Words in the title, in large letters or small."""
    is_solved: bool | None = None


def ask(*, title: str, description: str, is_public: bool, by: Actor) -> HelpTicket:
    """Open a ticket."""
    ticket = HelpTicket.create(
        title=title, description=description, is_public=is_public, opened_by=by.id, opened_at=clock.now()
    )
    return _get(HelpTicket.id == ticket.id)


def solve(public_id: str, solution: str, *, by: Actor) -> HelpTicket:
    """Answer a ticket, whoever opened it; of two who do at once, exactly one does."""
    demand(by, TICKET, UPDATE)
    unsolved = (HelpTicket.public_id == public_id) & HelpTicket.solved_at.is_null()
    answer = {HelpTicket.solved_by: by.id, HelpTicket.solved_at: clock.now(), HelpTicket.solution: solution}
    if not HelpTicket.update(answer).where(unsolved).execute():
        _get(HelpTicket.public_id == public_id)
        raise HelpTicketAlreadySolved()
    ticket = _get(HelpTicket.public_id == public_id)
    record(HelpTicketSolved(ticket))
    return ticket


def every(wanted: Wanted, *, number: int, size: int, by: Actor) -> Page[HelpTicket]:
    """A page of all tickets, newest first, for staff."""
    demand(by, TICKET, READ)
    return page_of(_found(wanted), number=number, size=size)


def public(wanted: Wanted, *, number: int, size: int) -> Page[HelpTicket]:
    """A page of those that anybody may read, newest first."""
    return page_of(_found(wanted).where(HelpTicket.is_public), number=number, size=size)


def of(username: str, wanted: Wanted, *, number: int, size: int, by: Actor) -> Page[HelpTicket]:
    """A page of what one user has asked, newest first, for themselves and for staff."""
    if not users.is_self(username, by):
        demand(by, TICKET, READ)
    theirs = HelpTicket.opened_by == accounts.named(username).id
    return page_of(_found(wanted).where(theirs), number=number, size=size)


Opener: Any = Account.alias()
Solver: Any = Account.alias()


def _with_people() -> ModelSelect[HelpTicket]:
    """Tickets with who asked and who answered; either may be gone."""
    asked_by = HelpTicket.opened_by == Opener.id
    answered_by = HelpTicket.solved_by == Solver.id
    tickets = HelpTicket.select(HelpTicket, Opener, Solver)
    asked = tickets.join_from(HelpTicket, Opener, JOIN.LEFT_OUTER, on=asked_by, attr="opened_by")
    return asked.join_from(HelpTicket, Solver, JOIN.LEFT_OUTER, on=answered_by, attr="solved_by")


def _get(which) -> HelpTicket:
    ticket = _with_people().where(which).get_or_none()
    if ticket is None:
        raise HelpTicketNotFound()
    return ticket


def _found(wanted: Wanted) -> ModelSelect[HelpTicket]:
    found = _with_people().order_by(HelpTicket.opened_at.desc(), HelpTicket.id.desc())
    if wanted.opened_by is not None:
        found = found.where(Opener.username == wanted.opened_by)
    if wanted.topic is not None:
        found = found.where(_is_about(wanted.topic))
    if wanted.is_solved is not None:
        found = found.where(HelpTicket.solved_at.is_null(not wanted.is_solved))
    return found


def _is_about(topic: str):
    """Databases know the two forms of a letter for English only; other words are looked for in each of theirs."""
    as_typed, *others = dict.fromkeys((topic, topic.lower(), topic.upper(), topic.title()))
    is_about = HelpTicket.title.contains(as_typed)
    for form in others:
        is_about |= HelpTicket.title.contains(form)
    return is_about
