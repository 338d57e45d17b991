"""Techfesia's spelling of help tickets."""

from __future__ import annotations

from typing import Any

from hub.domain.pages import Page
from hub.wire.local_times import local_date
from models import Account, HelpTicket

PUBLIC, PRIVATE = "public", "private"
SOLVED, UNSOLVED = "solved", "unsolved"


def page(found: Page[HelpTicket], *, openly: bool = False) -> dict[str, Any]:
    """The document's envelope of a list."""
    return {
        "pages": found.pages,
        "currentpage": found.number,
        "result": [ticket(one, openly=openly) for one in found.rows],
    }


def ticket(ticket: HelpTicket, *, openly: bool = False) -> dict[str, Any]:
    """One ticket; `openly` as strangers read it. The date goes by both keys that the document's samples have."""
    opened_on = local_date(ticket.opened_at)
    return {
        "ticketid": ticket.public_id,
        "title": ticket.title,
        "description": ticket.description,
        "openedBy": _named(ticket.opened_by, openly),
        "openingDate": opened_on,
        "openingdate": opened_on,
        "view": PUBLIC if ticket.is_public else PRIVATE,
        "solution": _solution(ticket, openly),
    }


def _solution(ticket: HelpTicket, openly: bool) -> dict[str, Any]:
    if ticket.solved_at is None:
        return {"status": UNSOLVED}
    return {
        "status": SOLVED,
        "solvedBy": _named(ticket.solved_by, openly),
        "solvingDate": local_date(ticket.solved_at),
        "content": ticket.solution,
    }


def _named(account: Account | None, openly: bool) -> str | None:
    """A username; null for whoever is gone.

    In other contracts an e-mail address may be one, and strangers are not told those.
    """
    if account is None or (openly and "@" in account.username):
        return None
    return account.username
