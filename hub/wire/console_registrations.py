"""The console's spelling of registrations, as objects and as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from hub.domain.registration_desk import Entry, Filled, Page
from hub.domain.seating import CONFIRMED, PAYMENT_PENDING, WAITING
from hub.wire.console import moment
from hub.wire.console_people import named
from models import Account, Event

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know that a file is UTF-8."""
COLUMNS = (
    *("registration", "status", "place in the waiting list", "team", "leads it", "name", "username"),
    *("registered at (UTC)", "paid at (UTC)"),
)
HOW_TO_REACH_THEM = ("e-mail", "phone number", "college")
_RUN_BY_SPREADSHEETS = re.compile(r"""(\A|[;\t\r\n])(["\s]*)(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])""")
"""Where a formula would begin: at the start of a cell, and behind whatever somebody's spreadsheet parts cells by; also
behind quotes, which a spreadsheet that parts them elsewhere than we did takes for its own. The last four are the wide
forms of the first, which some spreadsheets take for the same."""
LONGEST_NAME = 60


def events(found: list[Filled]) -> dict[str, Any]:
    return {"events": [event(one) for one in found]}


def event(filled: Filled) -> dict[str, Any]:
    event, counts = filled.event, filled.counts
    return {
        "id": event.public_id,
        "name": event.short_description,
        "start": moment(event.start_time),
        "seats": event.seats,
        "is_for_teams": event.is_for_teams,
        "confirmed": counts[CONFIRMED],
        "waiting": counts[WAITING],
        "payment_pending": counts[PAYMENT_PENDING],
    }


def page(page: Page) -> dict[str, Any]:
    return {
        "event": event(page.filled),
        "registrations": [registration(entry) for entry in page.entries],
        "next": None if page.last is None else str(page.last),
    }


def registration(entry: Entry) -> dict[str, Any]:
    one = entry.registration
    return {
        "id": one.public_id,
        "status": one.state,
        "place": entry.place,
        "entrant": _entrant(entry),
        "people": [named(person) for person in entry.people],
        "registered_at": moment(one.registered_at),
        "paid_at": moment(one.paid_at),
    }


def _entrant(entry: Entry) -> dict[str, str | None]:
    """A team has a name and no username; whoever entered alone is the only one of their people."""
    if entry.team is not None:
        return {"name": entry.team.name, "username": None}
    (alone,) = entry.people
    return {"name": alone.name, "username": alone.username}


def csv_head(*, with_contacts: bool) -> str:
    return BYTE_ORDER_MARK + _lines([[*COLUMNS, *(HOW_TO_REACH_THEM if with_contacts else ())]])


def csv_rows(entries: Iterable[Entry], *, with_contacts: bool) -> str:
    """A line for each person, so that it can be ticked off; how to reach them only for whoever may read users."""
    return _lines(row for entry in entries for row in _rows(entry, with_contacts))


def _rows(entry: Entry, with_contacts: bool) -> Iterator[list[object]]:
    one, team = entry.registration, entry.team
    for person in entry.people:
        yield [
            *(one.public_id, one.state, entry.place),
            *(team and team.name, "yes" if team and team.leader_id == person.id else None),
            *(person.name, person.username if with_contacts or "@" not in person.username else None),
            *(_minute(one.registered_at), _minute(one.paid_at)),
            *(_contacts(person) if with_contacts else ()),
        ]


def _contacts(person: Account) -> tuple[str | None, ...]:
    return person.email_key, person.phone_number, person.college


def _minute(at: datetime | None) -> str | None:
    """As spreadsheets know a date to be one."""
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"


def _lines(rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    # All in quotes, because some spreadsheets part cells by semicolons.
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue()


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "" if cell is None else _RUN_BY_SPREADSHEETS.sub(r"\1'\2", str(cell))


def file_name(event: Event, today: datetime) -> str:
    """`registrations-midnight-run-2026-11-22.csv`: letters, digits and hyphens, whatever the event is called."""
    plain = unicodedata.normalize("NFKD", event.short_description).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or event.public_id
    return f"registrations-{name}-{today:%Y-%m-%d}.csv"
