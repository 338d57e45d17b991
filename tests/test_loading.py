"""Loading universities, skills and courses: what a file may look like, and that a mistake in it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from hub import database, loading
from hub.domain import catalogue
from hub.perform import run_reading
from tests.test_commands import Operator

HEADER = b"university,subject,number\n"


class Loader(Operator):
    """Loads files into a database of either kind."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder)
        self.environment["HUB_DATABASE_URL"] = database_url
        self.file = folder / "list"

    def types(self, *words: str, text: str = "", **settings: str) -> Result:
        result = super().types(*words, text=text, **settings)
        # The connection ends with a command's process, which here is the test's.
        database.disconnect()
        return result

    def loads(self, kind: str, content: bytes) -> str:
        self.file.write_bytes(content)
        return self.reads("load", kind, str(self.file))

    def is_refused(self, kind: str, content: bytes) -> str:
        self.file.write_bytes(content)
        exit_code, line = self.is_told("load", kind, str(self.file))
        assert exit_code == 1
        return line.removeprefix("Error: ")


@pytest.fixture
def operator(tmp_path: Path, database_url: str) -> Iterator[Loader]:
    yield Loader(tmp_path, database_url)
    database.disconnect()


def courses_of(university: str) -> list[tuple[str, int]]:
    return run_reading(catalogue.courses, university)


def test_universities_are_loaded_as_editors_and_spreadsheets_write_them(operator):
    said = operator.loads(
        "universities", "\ufeffZürich\r\n\r\n  Basel \nZu\u0308rich\r \n\ufeff\n\ufeffBern\nBasel".encode()
    )

    assert said == "3 universities loaded\n"
    assert run_reading(catalogue.universities) == ["Basel", "Bern", "Zürich"]


def test_skills_are_loaded_and_the_next_list_takes_their_place(operator):
    assert operator.loads("skills", b"Knitting\nArchery\n") == "2 skills loaded\n"
    assert operator.loads("skills", b"Fishing\n") == "1 skills loaded\n"

    assert run_reading(catalogue.skills) == ["Fishing"]


def test_a_name_may_be_as_long_as_the_table_takes(operator):
    operator.loads("universities", ("ü" * 300).encode())
    operator.loads("skills", ("ü" * 100).encode())

    assert run_reading(lambda: (catalogue.universities(), catalogue.skills())) == (["ü" * 300], ["ü" * 100])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"Bern\n" + b"x" * 301 + b"\n", "line 2: is longer than 300 characters"),
        (b"Bern\n\nBa\0sel\n", "line 3: has a control character"),
        (b"Bern\tSwitzerland\n", "line 1: has a control character"),
        ("Bern\u2028Basel\n".encode(), "line 1: has a control character"),
        ("Bern\nZürich\n".encode("latin-1"), "file: is not text in UTF-8"),
        ("Bern\n".encode("utf-16"), "file: is not text in UTF-8"),
        (b"", "file: is empty"),
        (b"\n \r\n\xef\xbb\xbf\n", "file: is empty"),
    ],
)
def test_a_list_of_universities_with_a_mistake_changes_nothing(operator, content, line):
    operator.loads("universities", b"Aachen\n")

    assert operator.is_refused("universities", content) == line
    assert run_reading(catalogue.universities) == ["Aachen"]


def test_a_skill_may_not_be_as_long_as_a_university(operator):
    assert operator.is_refused("skills", b"x" * 101) == "line 1: is longer than 100 characters"


def test_courses_are_loaded_from_columns_in_any_order_each_once(operator):
    said = operator.loads(
        "courses",
        b"\xef\xbb\xbfnumber, credits, university, subject\r\n"
        b'101, 4, "Poly, Cal", PSY \r\n\r\n'
        b'0101,3,"Poly, Cal",PSY\r\n'
        b"0,,Cuesta,PHYS\r\n",
    )

    assert said == "2 courses loaded\n"
    assert (courses_of("Poly, Cal"), courses_of("Cuesta")) == ([("PSY", 101)], [("PHYS", 0)])


def test_the_next_list_of_courses_takes_the_place_of_the_one_before(operator):
    operator.loads("courses", HEADER + b"Cal Poly,PSY,101\nCal Poly,PSY,103\n")
    operator.loads("courses", HEADER + b"Cal Poly,PSY,103\nCal Poly,ART,1\n")

    assert courses_of("Cal Poly") == [("ART", 1), ("PSY", 103)]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (b"Cal Poly,PSY,-1", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY,one", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY,1.0", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY,2147483648", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY," + b"9" * 5000, "line 3, number: is not a whole number from 0 to 2147483647"),
        ("Cal Poly,PSY,\u0661\u0660\u0661".encode(), "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY,", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly,PSY", "line 3, number: is not a whole number from 0 to 2147483647"),
        (b"Cal Poly", "line 3, subject: is blank"),
        (b" ,PSY,101", "line 3, university: is blank"),
        (b"Cal Poly,P\0SY,101", "line 3, subject: has a control character"),
        (b'"Cal\nPoly",PSY,101', "line 4, university: has a control character"),
        (b"x" * 301 + b",PSY,101", "line 3, university: is longer than 300 characters"),
        (b"Cal Poly," + b"x" * 61 + b",101", "line 3, subject: is longer than 60 characters"),
        (b"Poly, Cal,PSY,101", "line 3: has more fields than there are columns"),
        (b'"Cal" Poly,PSY,101', "line 3: is not CSV"),
        (b'"Cal Poly,PSY,101', "line 3: is not CSV"),
        (b"x" * 200_000 + b",PSY,101", "line 3: is not CSV"),
        ("Zürich,PSY,101".encode("latin-1"), "file: is not text in UTF-8"),
    ],
)
def test_a_list_of_courses_with_a_mistake_changes_nothing(operator, row, line):
    operator.loads("courses", HEADER + b"Cuesta,PHYS,142\n")

    assert operator.is_refused("courses", HEADER + b"Cuesta,ART,1\n" + row) == line
    assert courses_of("Cuesta") == [("PHYS", 142)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"university,subject\nCal Poly,PSY\n", "line 1: needs the columns university,subject,number"),
        (b"university;subject;number\nCal Poly;PSY;101\n", "line 1: needs the columns university,subject,number"),
        (b"Cal Poly,PSY,101\n", "line 1: needs the columns university,subject,number"),
        (b"", "line 1: needs the columns university,subject,number"),
        (HEADER, "file: is empty"),
        ("university,subject,number\n".encode("utf-16"), "file: is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_courses_is_refused(operator, content, line):
    assert operator.is_refused("courses", content) == line


def test_a_list_is_as_long_as_one_unit_of_work_can_store(operator):
    most = "".join(f"{number}\n" for number in range(loading.MOST_ROWS)).encode()

    assert operator.loads("universities", most) == "100000 universities loaded\n"
    assert operator.is_refused("universities", most + b"one more\n") == "file: has more than 100000 different rows"
    assert len(run_reading(catalogue.universities)) == loading.MOST_ROWS
