"""What people choose from: universities, their courses, and skills.

Universities and skills are those that an operator loaded last, or else the lists that come with the hub. No courses
come with it: they are those that were loaded, and what tutors name in their profiles. A course is its university, its
subject and its number; equal in all three is the same course, to the letter.

Lists are put in order here and not by the database, whose order depends on how it was set up.

Known and accepted:
- a course that nobody lists or names any more keeps its row, which nobody sees. Deleting it could meet a unit that is
  about to give it to a pin;
- of two lists of courses that are loaded at the same instant on Postgres, both may be listed. Load the right one again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources

from peewee import SQL, Cast, Function, Insert, IntegrityError, ModelSelect, Select, SqliteDatabase, Value, chunked, fn

from hub.domain.refusals import Conflict
from models import Course, Skill, TutorCourse, University, db

Named = tuple[str, str, int]
"""A course as people name it: university, subject, number."""

PARTS = [Course.university, Course.subject, Course.number]
LONGEST_UNIVERSITY = University.name.max_length
LONGEST_SUBJECT = Course.subject.max_length
LONGEST_SKILL = Skill.name.max_length
HIGHEST_NUMBER = 2**31 - 1
"""What the columns hold."""

MANY = 10_000
"""Rows that one statement touches, so that none comes near the time that it may take."""


class LoadedTwice(Conflict):
    """Another list took the place of the same one meanwhile."""

    code = "loaded_by_another_at_the_same_time"


def universities() -> list[str]:
    return _loaded(University) or list(_shipped("universities.txt.gz"))


def skills() -> list[str]:
    return _loaded(Skill) or list(_shipped("skills.txt"))


def courses(university: str) -> list[tuple[str, int]]:
    """Subject and number of what is listed for the university of exactly this name or named by a tutor, in order."""
    if "\0" in university:
        # No name has one, and Postgres refuses to look.
        return []
    by_a_tutor = fn.EXISTS(TutorCourse.select(SQL("1")).where(TutorCourse.course == Course.id))
    found = Course.select(Course.subject, Course.number).where(
        (Course.university == university) & (Course.is_listed | by_a_tutor)
    )
    return sorted(found.tuples().execute())


def course_ids(courses: Iterable[Named]) -> list[int]:
    """The rows of these courses, each once and in order of name; those that nobody named before are made.

    The order keeps two units that make the same courses from waiting for each other.
    """
    wanted = sorted(set(courses))
    ids = _ids(wanted)
    if missing := [course for course in wanted if course not in ids]:
        _add(missing).on_conflict_ignore().execute()
        ids |= _ids(missing)
    return [ids[course] for course in wanted]


def replace_universities(names: Iterable[str]) -> None:
    """Let these take the place of those that were loaded before."""
    _replace(University, names)


def replace_skills(names: Iterable[str]) -> None:
    _replace(Skill, names)


def replace_courses(rows: Iterable[Named]) -> None:
    """List these and no others. What pins and profiles name stays, listed or not."""
    wanted = set(rows)
    listed = _listed()
    for ids in chunked([listed[course] for course in listed.keys() - wanted], MANY):
        _unlist(ids)
    for some in chunked(sorted(wanted - listed.keys()), MANY):
        _add(some, is_listed=True).on_conflict(conflict_target=PARTS, preserve=[Course.is_listed]).execute()


def _loaded(table: type[University] | type[Skill]) -> list[str]:
    return sorted(name for (name,) in table.select(table.name).tuples().execute())


@cache
def _shipped(file: str) -> tuple[str, ...]:
    """One of the lists in hub/data, which are in order already."""
    content = resources.files("hub").joinpath("data", file).read_bytes()
    text = gzip.decompress(content) if file.endswith(".gz") else content
    return tuple(text.decode().rstrip("\n").split("\n"))


def _last_number(table: type[University] | type[Skill]) -> int:
    return table.select(fn.MAX(table.id)).scalar() or 0


def _replace(table: type[University] | type[Skill], names: Iterable[str]) -> None:
    """Rows are numbered on from the last one, so of two lists that are loaded at the same instant one gets through."""
    numbered = enumerate(sorted(set(names)), _last_number(table) + 1)
    table.delete().execute()
    try:
        for some in chunked(numbered, MANY):
            rows, part = _table_of(some)
            table.insert_from(Select([rows], [Cast(part(0), "integer"), part(1)]), [table.id, table.name]).execute()
    except IntegrityError:
        raise LoadedTwice() from None


def _listed() -> dict[Named, int]:
    return _by_name(Course.select(Course.id, *PARTS).where(Course.is_listed))


def _ids(courses: list[Named]) -> dict[Named, int]:
    """The ids of those that have a row."""
    rows, part = _table_of(courses)
    is_one = (Course.university == part(0)) & (Course.subject == part(1)) & (Course.number == Cast(part(2), "integer"))
    return _by_name(Course.select(Course.id, *PARTS).from_(rows, Course).where(is_one))


def _by_name(found: ModelSelect[Course]) -> dict[Named, int]:
    return {(university, subject, number): id for id, university, subject, number in found.tuples().execute()}


def _add(courses: list[Named], is_listed: bool = False) -> Insert:
    rows, part = _table_of(courses)
    columns = [part(0), part(1), Cast(part(2), "integer"), Value(is_listed)]
    # Without a condition SQLite would take what follows, ON CONFLICT, for a part of the FROM.
    return Course.insert_from(Select([rows], columns).where(SQL("true")), [*PARTS, Course.is_listed])


def _unlist(ids: list[int]) -> None:
    rows, part = _table_of([[id] for id in ids])
    Course.update(is_listed=False).where(Course.id.in_(Select([rows], [Cast(part(0), "integer")]))).execute()


def _table_of(rows: Sequence[Sequence[str | int]]) -> tuple[Function, Callable[[int], Function]]:
    """The rows as a table in a FROM, and how this database spells a part of one of them.

    They travel as one JSON text: to spell a hundred thousand rows in SQL takes longer than all the rest.
    """
    text = json.dumps(rows, ensure_ascii=False)
    row = SQL("value")
    if isinstance(db.obj, SqliteDatabase):
        return fn.json_each(text), lambda place: fn.json_extract(row, f"$[{place}]")
    return fn.json_array_elements(Cast(text, "json")), lambda place: fn.json_extract_path_text(row, str(place))
