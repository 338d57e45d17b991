"""Editions of the streets: a list of hundreds of thousands takes the place of another at one stroke.

A list is longer than one unit of work can store, so it is added in slices under a new number, which nobody reads, and
then one unit puts it into use. What breaks off halfway leaves the old edition in use; the next one forgets its rows.
Of two lists that are loaded at the same time the one that began later gets through, and the other is refused at its
next slice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from peewee import SQL, Cast, Function, ModelSelect, Select, SqliteDatabase, Value, fn

from hub.domain.catalogue import LoadedTwice
from models import Edition, Street, db, held

IN_USE = "streets"
NEWEST = "streets, newest"
"""The edition that was begun last, complete or not."""

SLICE = 2_000
"""Streets that one unit stores or forgets: some hundredths of a second, in which others wait."""

Row = tuple[str, str, str]
"""Postcode, suburb and street."""

_place = itemgetter(0, 1)


def in_use() -> ModelSelect[Edition]:
    """The number of the edition that readers see, as a part of their query; none before the first load."""
    return Edition.select(Edition.number).where(Edition.name == IN_USE)


def begin() -> int:
    """The number of a new, empty edition. Whoever still fills an older one is refused from now on."""
    row = Edition.insert(name=NEWEST, number=1)
    row.on_conflict(conflict_target=[Edition.name], update={Edition.number: Edition.number + 1}).execute()
    return Edition.get_by_id(NEWEST).number


def add(edition: int, rows: Iterable[Row]) -> None:
    """Add streets to an edition; those of one suburb stand together, each once."""
    _hold(edition)
    for (postcode, suburb), streets in groupby(rows, _place):
        named = [Value(edition), Value(postcode), Value(suburb), SQL("value")]
        names = _table_of([name for _, _, name in streets])
        Street.insert_from(
            Select([names], named), [Street.edition, Street.postcode, Street.suburb, Street.name]
        ).execute()


def put_into_use(edition: int) -> None:
    _hold(edition)
    row = Edition.insert(name=IN_USE, number=edition)
    row.on_conflict(conflict_target=[Edition.name], preserve=[Edition.number]).execute()


def forget_older(edition: int) -> int:
    """Forget a slice of what is older than this edition and not in use; answers how many streets that were."""
    # Before the first one is in use there is no number, and what is compared with none would stay.
    is_forgotten = (Street.edition < edition) & (Street.edition != fn.COALESCE(in_use(), 0))
    some = Street.select(Street.id).where(is_forgotten).limit(SLICE)
    return Street.delete().where(Street.id.in_(some)).execute()


def _hold(edition: int) -> None:
    """Keep a newer edition from beginning until this unit ends; refused if one has begun."""
    if held(Edition.select().where(Edition.name == NEWEST)).get().number != edition:
        raise LoadedTwice()


def _table_of(names: list[str]) -> Function:
    """The names as a table in a FROM, in its column `value`. One JSON text is much faster than as many parameters."""
    text = json.dumps(names, ensure_ascii=False)
    if isinstance(db.obj, SqliteDatabase):
        return fn.json_each(text)
    return fn.json_array_elements_text(Cast(text, "json"))
