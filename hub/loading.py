"""Loading the operator's own lists: attendees, and what people choose from. A list is loaded whole or not at all."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sized

from hub import loading_streets
from hub.domain import attendance, catalogue
from hub.domain.refusals import Invalid
from hub.perform import run

PAPERS = ("tshirt_size", "photo_form", "liability_form")
COURSE = ("university", "subject", "number")

MOST_ROWS = 100_000
"""As many as the slower database takes in one unit of work."""


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


def universities(lines: Iterable[str]) -> str:
    """Let these names, one in a line, take the place of those that were loaded before."""
    names = _names(lines, catalogue.LONGEST_UNIVERSITY)
    run(catalogue.replace_universities, names)
    return f"{len(names)} universities loaded"


def skills(lines: Iterable[str]) -> str:
    names = _names(lines, catalogue.LONGEST_SKILL)
    run(catalogue.replace_skills, names)
    return f"{len(names)} skills loaded"


def courses(lines: Iterable[str]) -> str:
    """Let these courses take the place of those that were loaded before."""
    rows = csv.DictReader(lines, strict=True, skipinitialspace=True)
    try:
        if not {*COURSE} <= {*(rows.fieldnames or ())}:
            raise Invalid("line 1", f"needs the columns {','.join(COURSE)}")
        named = {_course(row, f"line {rows.line_num}") for row in rows}
    except UnicodeError:
        raise Invalid("file", "is not text in UTF-8") from None
    except csv.Error:
        raise Invalid(f"line {rows.reader.line_num}", "is not CSV") from None
    _refuse_unfit(named)
    run(catalogue.replace_courses, named)
    return f"{len(named)} courses loaded"


LISTS: dict[str, Callable[[Iterable[str]], str]] = {
    "attendees": attendees,
    "universities": universities,
    "skills": skills,
    "courses": courses,
    "streets": loading_streets.streets,
}
"""What can be loaded, by the word for it on the command line."""


def _note(rows: list[dict[str, str]]) -> None:
    for row in rows:
        attendance.set_papers(row["username"], name=row["name"], **{paper: row.get(paper) or "" for paper in PAPERS})


def _names(lines: Iterable[str], longest: int) -> set[str]:
    try:
        names = {_name(line, longest, f"line {number}") for number, line in enumerate(lines, 1)}
    except UnicodeError:
        raise Invalid("file", "is not text in UTF-8") from None
    names.discard("")
    _refuse_unfit(names)
    return names


def _course(row: dict[str, str], line: str) -> catalogue.Named:
    if None in row:
        raise Invalid(line, "has more fields than there are columns")
    return (
        _filled(row, "university", catalogue.LONGEST_UNIVERSITY, line),
        _filled(row, "subject", catalogue.LONGEST_SUBJECT, line),
        _number(row, line),
    )


def _filled(row: dict[str, str], column: str, longest: int, line: str) -> str:
    name = _name(row[column] or "", longest, f"{line}, {column}")
    if not name:
        raise Invalid(f"{line}, {column}", "is blank")
    return name


def _number(row: dict[str, str], line: str) -> int:
    text = (row["number"] or "").strip()
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > catalogue.HIGHEST_NUMBER:
        raise Invalid(f"{line}, number", f"is not a whole number from 0 to {catalogue.HIGHEST_NUMBER}")
    return int(text)


def _name(text: str, longest: int, where: str) -> str:
    """The text as it will be compared: no space or mark around it, and a letter and its accent as one."""
    name = unicodedata.normalize("NFC", text.replace("\ufeff", "")).strip()
    if len(name) > longest:
        raise Invalid(where, f"is longer than {longest} characters")
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        raise Invalid(where, "has a control character")
    return name


def _refuse_unfit(rows: Sized) -> None:
    """An empty file is a slip; one that is too long would keep others from writing for too long."""
    if not len(rows):
        raise Invalid("file", "is empty")
    if len(rows) > MOST_ROWS:
        raise Invalid("file", f"has more than {MOST_ROWS} different rows")
