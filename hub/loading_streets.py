"""Loading the streets of an extract of G-NAF, the national address file: a line for each address, millions of them.

The file is read to its end before anything is stored, so one with a mistake changes nothing. What is kept meanwhile is
each street once.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from operator import itemgetter
from typing import Any

from peewee import chunked

from hub.domain import places, street_editions, street_names
from hub.domain.refusals import Invalid
from hub.perform import DatabaseAway, run
from models import Street

Place = tuple[str, str]
"""Postcode and suburb."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "STREET_NAME": (),
    "STREET_TYPE": ("STREET_TYPE_CODE",),
    "STREET_SUFFIX": ("STREET_SUFFIX_CODE",),
    "LOCALITY_NAME": (),
    "STATE": ("STATE_ABBREVIATION",),
    "POSTCODE": (),
}
"""As G-NAF Core calls them, and what other extracts say instead."""
NEEDED = COLUMNS.keys() - {"STREET_SUFFIX"}

STATES = ("NSW", "VIC", "QLD", "SA", "WA", "TAS", "NT", "ACT")
TERRITORIES = "OT"
"""The islands and Jervis Bay, which the mail counts to states."""

MOST_STREETS = 2_000_000
"""The whole country has about 700,000; a file of something else must not fill the memory."""
REMEMBERED = 100_000
"""Spellings kept at hand, as addresses of one street stand close together."""

REST_SECONDS = 0.12
"""SQLite has one writer, and who waits for their turn looks every 0.1 s at the latest whether it is free."""


class Unfit(Exception):
    """What is wrong with a line."""


def streets(lines: Iterable[str]) -> str:
    """Let these streets take the place of those that were loaded before, all at one stroke."""
    extract = _read(iter(lines))
    if not extract.count:
        raise Invalid("file", "has no streets")
    _store(extract.rows())
    left_out = f"; left out {extract.left_out} lines without street, suburb or postcode" if extract.left_out else ""
    return f"{extract.count} streets of {len(extract.found)} suburbs loaded{left_out}"


class Extract:
    """What a file has said so far."""

    def __init__(self, header: list[str]) -> None:
        named = {name.strip().upper(): place for place, name in enumerate(header)}
        at = {column: _first(named, column, *others) for column, others in COLUMNS.items()}
        if any(at[column] is None for column in NEEDED):
            raise Unfit(f"needs the columns {','.join(COLUMNS)}")
        self._width = len(header)
        # What is missing is read behind the last column, where `take` puts a blank.
        self._parts = itemgetter(*(self._width if place is None else place for place in at.values()))
        self.found: defaultdict[Place, set[str]] = defaultdict(set)
        self.count = self.left_out = 0

    def take(self, row: list[str]) -> None:
        if len(row) != self._width:
            raise Unfit(f"has {len(row)} fields, and the first line {self._width}")
        row.append("")
        name, kind, side, locality, state, postcode = self._parts(row)
        street, place = _street(name, kind, side), _place(locality, state, postcode)
        if not street or place is None:
            self.left_out += 1
        elif street not in (known := self.found[place]):
            known.add(street)
            self.count += 1
            if self.count > MOST_STREETS:
                raise Unfit(f"is beyond {MOST_STREETS} different streets")

    def rows(self) -> Iterator[street_editions.Row]:
        """In order, which the database's index takes in quickest."""
        for place in sorted(self.found):
            for street in sorted(self.found[place]):
                yield (*place, street)


def _first(named: dict[str, int], *columns: str) -> int | None:
    return next((named[column] for column in columns if column in named), None)


def _read(lines: Iterator[str]) -> Extract:
    number = 1
    try:
        header = next(lines, "").removeprefix("\ufeff")
        form = _form(header)
        extract = Extract(next(csv.reader([header], **form), []))
        rows = csv.reader(lines, strict=True, **form)
        for row in rows:
            number = rows.line_num + 1
            if row:
                extract.take(row)
        return extract
    except UnicodeError:
        raise Invalid("file", "is not text in UTF-8") from None
    except csv.Error:
        raise Invalid(f"line {number + 1}", "is not CSV") from None
    except Unfit as wrong:
        raise Invalid(f"line {number}", str(wrong)) from None


def _form(header: str) -> dict[str, Any]:
    """G-NAF parts by bars and quotes nothing, so that a quotation mark there is a letter like others."""
    delimiter = "|" if "|" in header else ","
    is_bare = delimiter == "|" and '"' not in header
    return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE if is_bare else csv.QUOTE_MINIMAL}


@lru_cache(REMEMBERED)
def _street(name: str, kind: str, side: str) -> str:
    # The same names stand in hundreds of suburbs.
    return sys.intern(_fit("STREET_NAME", street_names.street(name, kind, side), Street.name.max_length))


@lru_cache(REMEMBERED)
def _place(locality: str, state: str, postcode: str) -> Place | None:
    name, state, postcode = places.spelled(locality), state.strip().upper(), postcode.strip()
    if not (name and postcode):
        return None
    if not re.fullmatch("[0-9]{3,4}", postcode):
        raise Unfit("POSTCODE is not four digits")
    # Spreadsheets lose the zero of the Northern Territory.
    postcode = postcode.zfill(4)
    return postcode, _fit("LOCALITY_NAME", _suburb(name, state, postcode), places.LONGEST_SUBURB)


def _suburb(name: str, state: str, postcode: str) -> str:
    """With the state that our list of suburbs has for one in a territory."""
    if state == TERRITORIES:
        listed = places.suburbs(places.AUSTRALIA, postcode)
        return next((suburb for suburb in listed if suburb.startswith(f"{name} (")), f"{name} ({state})")
    if state not in STATES:
        raise Unfit(f"STATE is none of {', '.join((*STATES, TERRITORIES))}")
    return f"{name} ({state})"


def _fit(column: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unfit(f"{column} is too long")
    if not text.isprintable():
        raise Unfit(f"{column} has a control character")
    return text


def _store(rows: Iterable[street_editions.Row]) -> None:
    edition = run(street_editions.begin)
    _forget_older(edition)
    for some in chunked(rows, street_editions.SLICE):
        run(street_editions.add, edition, some)
        _let_others_write(len(some))
    run(street_editions.put_into_use, edition)
    # From here on it is loaded; what cannot be forgotten now the next load forgets.
    with suppress(DatabaseAway):
        _forget_older(edition)


def _forget_older(edition: int) -> None:
    while forgotten := run(street_editions.forget_older, edition):
        _let_others_write(forgotten)


def _let_others_write(streets: int) -> None:
    """Rest after a whole slice."""
    if streets == street_editions.SLICE:
        time.sleep(REST_SECONDS)
