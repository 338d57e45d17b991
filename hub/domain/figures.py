"""Figures about all members: how many they are and how far they were checked, and whom the roll consists of.

A member counts as one once they say that they are on the electoral roll; some figures are of everybody who signed up.
A worker counts every now and then, all of it from one snapshot, and the text that is served is stored.

Groups of fewer members than a setting says are left out. What that does not hide:

- Sums stay whole, so that a single group that was left out is the difference between the sum and all others.
- Two counts, one before and one after somebody joined, tell together what neither tells alone.
- When each member signed up is told of all of them, only not beside a small state.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from peewee import EXCLUDED, SQL, Expression, Function, SqliteDatabase, fn

from hub import clock
from hub.domain.member_details import STATES
from models import FiguresRow, Member, db

STALE_AFTER = timedelta(days=90)
"""Details that were found right are to be looked at again after this time."""
UNKNOWN_YEAR = "1066"
"""What a birth year that is not known counts as, beside a state."""
OUT_OF_TIME = timedelta(hours=1)
"""Stored figures further ahead come from a clock that was wrong; no honest count is overtaken by so much."""

_EACH = fn.COUNT(SQL("*"))


@dataclass(frozen=True)
class Count:
    total: int
    states: Mapping[str, int]
    """The same by state; every state is in it."""


@dataclass(frozen=True)
class Checks:
    """How many members there are, and how far they were checked."""

    everybody: Count
    members: Count
    volunteers: Count
    queued: Count
    """To be checked, or to be checked again."""
    validated: Count
    not_valid: Count
    double_checked: Count
    to_double_check: Count


@dataclass(frozen=True)
class Roll:
    """Of members on the roll only: where they live, how old they are and when they signed up."""

    states: Mapping[str, int]
    postcodes: Mapping[str, int]
    birth_years: Mapping[str, int]
    """Without those that are not known."""
    birth_years_of: Mapping[str, Mapping[str, int]]
    """By state."""
    signed_up: list[int]
    """Seconds since 1970, newest first."""
    signed_up_of: Mapping[str, list[int]]
    """The same by state."""


@dataclass(frozen=True)
class Figures:
    counted_at: datetime
    last_signed_up_at: datetime | None
    """Whoever it was; None where there is nobody."""
    checks: Checks
    roll: Roll


@dataclass(frozen=True)
class Edition:
    """Figures as they are served."""

    counted_at: datetime
    content: bytes


def newest(number: int, known: Edition | None = None) -> Edition | None:
    """What is stored under the contract's number; `known` where it is that, so that megabytes are not read again."""
    same = FiguresRow.id == number
    if known and known.counted_at == FiguresRow.select(FiguresRow.computed_at).where(same).scalar():
        return known
    row = FiguresRow.get_or_none(same)
    return None if row is None else Edition(row.computed_at, row.content.encode())


def are_due(every: timedelta) -> bool:
    """Whether nothing was counted yet, or not for so long."""
    now = clock.now()
    counted_at = FiguresRow.select(fn.MIN(FiguresRow.computed_at)).scalar()
    return counted_at is None or counted_at <= now - every or counted_at > now + OUT_OF_TIME


def store(texts: Mapping[int, str], counted_at: datetime) -> None:
    """Keep what was counted, all of it or nothing: of two counts the newer one stays, whichever is stored last."""
    rows = [{"id": number, "content": texts[number], "computed_at": counted_at} for number in sorted(texts)]
    is_newer = FiguresRow.computed_at < EXCLUDED.computed_at
    is_wrong = FiguresRow.computed_at > counted_at + OUT_OF_TIME
    kept = [FiguresRow.content, FiguresRow.computed_at]
    put = FiguresRow.insert_many(rows)
    put.on_conflict(conflict_target=[FiguresRow.id], preserve=kept, where=is_newer | is_wrong).execute()


def count(*, smallest: int = 0) -> Figures:
    """Count everybody, without groups of fewer than `smallest`. To be the first in a unit of work, which only reads."""
    # Taken before the snapshot, so that figures are never older than they say.
    counted_at = clock.now()
    _see_one_moment()
    last_signed_up_at = Member.select(fn.MAX(Member.signed_up_at)).scalar()
    whole = Figures(counted_at, last_signed_up_at, _checks(counted_at), _roll())
    return without_small_groups(whole, smallest) if smallest else whole


def _see_one_moment() -> None:
    """Have all that this unit reads come from one snapshot, as on SQLite it does by itself."""
    if not _is_sqlite():
        db.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _is_sqlite() -> bool:
    return isinstance(db.obj, SqliteDatabase)


def _checks(now: datetime) -> Checks:
    wanted = _definitions(now)
    counts = [_EACH.filter(which) for which in wanted.values()]
    rows = Member.select(Member.state, _EACH, *counts).group_by(Member.state).tuples().execute()
    found = {state: numbers for state, *numbers in rows}
    nobody = [0] * (1 + len(counts))
    return Checks(
        **{
            name: _count({state: found.get(state, nobody)[place] for state in STATES})
            for place, name in enumerate(["everybody", *wanted])
        }
    )


def _count(states: Mapping[str, int]) -> Count:
    return Count(sum(states.values()), states)


def _definitions(now: datetime) -> dict[str, Expression]:
    """Who is counted in which figure.

    Whoever is validated is double-checked or still to be, so that those two always add up to the first.
    """
    validated = Member.details_valid & Member.validated_at.is_null(False) & ~Member.needs_validating
    stale = Member.details_valid & (Member.validated_at < now - STALE_AFTER)
    return {
        "members": Member.is_on_roll,
        "volunteers": Member.is_volunteer,
        "queued": Member.is_on_roll & (Member.needs_validating | stale),
        "validated": validated,
        "not_valid": Member.is_on_roll & ~Member.details_valid,
        "double_checked": validated & Member.double_checked,
        "to_double_check": validated & ~Member.double_checked,
    }


def _roll() -> Roll:
    signed_up_of = _signed_up_of()
    birth_years, birth_years_of = _birth_years()
    return Roll(
        states={state: len(moments) for state, moments in signed_up_of.items()},
        postcodes=_postcodes(),
        birth_years=birth_years,
        birth_years_of=birth_years_of,
        signed_up=sorted((moment for moments in signed_up_of.values() for moment in moments), reverse=True),
        signed_up_of=signed_up_of,
    )


def _signed_up_of() -> dict[str, list[int]]:
    rows = Member.select(Member.state, _moments()).where(Member.is_on_roll).group_by(Member.state)
    found = {state: sorted(map(int, moments.split(",")), reverse=True) for state, moments in rows.tuples().execute()}
    return {state: found[state] for state in sorted(found)}


def _moments() -> Function:
    """When people signed up, in seconds since 1970, as one text: to fetch as many rows or dates would take seconds."""
    if _is_sqlite():
        # Fractions are cut off first, because it rounds them.
        return fn.GROUP_CONCAT(fn.STRFTIME("%s", fn.SUBSTR(Member.signed_up_at, 1, 19)), ",", coerce=False)
    seconds = fn.FLOOR(fn.DATE_PART("epoch", Member.signed_up_at)).cast("bigint")
    return fn.STRING_AGG(seconds.cast("text"), ",", coerce=False)


def _birth_years() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """All of them, and by state."""
    known: Counter[str] = Counter()
    of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    grouped = Member.select(Member.state, Member.birth_year, _EACH).where(Member.is_on_roll)
    for state, year, number in grouped.group_by(Member.state, Member.birth_year).tuples().execute():
        # Somebody may have given the year that stands for none.
        of[state][year or UNKNOWN_YEAR] += number
        if year:
            known[year] += number
    return _in_order(known), {state: _in_order(of[state]) for state in sorted(of)}


def _postcodes() -> dict[str, int]:
    is_known = Member.is_on_roll & Member.postcode.is_null(False)
    grouped = Member.select(Member.postcode, _EACH).where(is_known).group_by(Member.postcode)
    return _in_order(dict(grouped.tuples().execute()))


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}


def without_small_groups(figures: Figures, smallest: int) -> Figures:
    """Leave out groups of fewer than `smallest`; where a state has to be named all the same, nobody is counted there.

    Sums over everybody stay. What this does not hide stands above.
    """

    def large(counts: Mapping[str, int]) -> dict[str, int]:
        return {name: number for name, number in counts.items() if number >= smallest}

    def shown(count: Count) -> Count:
        return Count(count.total, {**dict.fromkeys(count.states, 0), **large(count.states)})

    roll = figures.roll
    states = large(roll.states)
    return replace(
        figures,
        checks=Checks(**{field.name: shown(getattr(figures.checks, field.name)) for field in fields(Checks)}),
        roll=replace(
            roll,
            states=states,
            postcodes=large(roll.postcodes),
            birth_years=large(roll.birth_years),
            birth_years_of={state: large(roll.birth_years_of[state]) for state in states},
            signed_up_of={state: roll.signed_up_of[state] for state in states},
        ),
    )
