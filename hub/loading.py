"""Loading the organisers' own lists from CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from hub.domain import attendance
from hub.domain.refusals import Invalid
from hub.perform import run

PAPERS = ("tshirt_size", "photo_form", "liability_form")


def attendees(lines: Iterable[str]) -> str:
    """Note each attendee's papers, all or none; who has no account gets one that cannot sign in by password."""
    try:
        rows = list(csv.DictReader(lines))
    except (csv.Error, UnicodeError):
        raise Invalid("file", "is not CSV in UTF-8") from None
    for number, row in enumerate(rows, 2):
        if not (row.get("username") and row.get("name")):
            raise Invalid(f"line {number}", "needs username and name")
    run(_note, rows)
    return f"{len(rows)} attendees loaded"


def _note(rows: list[dict[str, str]]) -> None:
    for row in rows:
        attendance.set_papers(row["username"], name=row["name"], **{paper: row.get(paper) or "" for paper in PAPERS})
