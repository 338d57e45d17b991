"""The lists in hub/data: as they were made, fit to be shown, and made by a rule that is told here by example."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from hub.domain import catalogue, places
from tools import suburbs, universities

UNFIT = ("Cc", "Zl", "Zp", "Cs", "Co", "Cn")


def test_the_universities_are_what_was_made():
    check = subprocess.run([sys.executable, "-m", "tools.universities", "--check"], capture_output=True, text=True)

    assert (check.returncode, check.stderr) == (0, "")


def test_a_changed_name_is_noticed(tmp_path: Path, monkeypatch):
    names = "".join(f"{name}\n" for name in catalogue._shipped(universities.NAMES)).replace("Stanford", "Stanfort")
    (tmp_path / universities.NAMES).write_bytes(universities._packed(names.splitlines()))
    (tmp_path / universities.LICENCE).write_bytes((universities.DATA / universities.LICENCE).read_bytes())
    monkeypatch.setattr(universities, "DATA", tmp_path)

    assert universities.changed() == [universities.NAMES]


@pytest.mark.parametrize(
    ("file", "longest"),
    [("universities.txt.gz", catalogue.LONGEST_UNIVERSITY), ("skills.txt", catalogue.LONGEST_SKILL)],
)
def test_every_name_is_fit_to_be_shown_and_there_once(file, longest):
    names = catalogue._shipped(file)

    unfit = [
        name
        for name in names
        if name != unicodedata.normalize("NFC", name).strip()
        or not 0 < len(name) <= longest
        or any(unicodedata.category(character) in UNFIT for character in name)
    ]
    assert unfit == []
    assert list(names) == sorted({name.casefold(): name for name in names}.values())


def test_a_school_s_name_is_the_first_line_without_stray_marks():
    texts = [
        "\ufeffDai  Nam\xa0University \r\nĐại học Đại Nam\r\n".encode(),
        b"\n\nScience &amp; Arts\n",
        "Zu\u0308rich".encode(),
        "Karol \x93Marcinkowski\x94 Aca\xaddemy".encode(),
        "\u0634\u200c\u06a9\u06cc".encode(),
    ]

    assert universities.names_in(texts) == [
        "Dai Nam University",
        "Karol Marcinkowski Academy",
        "Science & Arts",
        "Zürich",
        "\u0634\u200c\u06a9\u06cc",
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" \n",
        b"42",
        b".group",
        b"kings.edu.au",
        b"Augusta University - https://www.augusta.edu/",
        b"format - username@grammar.example",
        b"+ Coleg Cambria",
        "Colegio Cat\ufffdlico".encode(),
        "Zürich".encode("latin-1"),
        b"x" * 301,
    ],
)
def test_what_is_no_name_is_left_out(text):
    assert universities.names_in([text]) == []


def test_of_spellings_that_differ_in_case_the_most_frequent_one_stays():
    texts = [
        b"University of Bath",
        b"UNIVERSITY OF BATH",
        b"University Of Bath",
        b"University of Bath",
        b"ECAM",
        b"Ecam",
    ]

    assert universities.names_in(texts) == ["Ecam", "University of Bath"]


def test_the_suburbs_are_what_was_made():
    assert suburbs.changed() == []


def test_every_suburb_is_fit_to_be_shown_and_in_order_under_a_postcode_of_four_digits():
    shipped = places._shipped()

    assert list(shipped) == sorted(code for code in shipped if re.fullmatch("[0-9]{4}", code))
    assert [names for names in shipped.values() if list(names) != sorted(set(names))] == []
    named = re.compile(r"[A-Z0-9 '().-]+ \((NSW|VIC|QLD|SA|WA|TAS|NT|ACT)\)")
    assert {name for names in shipped.values() for name in names if not named.fullmatch(name)} == set()


def place(locality: str, **more: str) -> dict[str, str]:
    usual = {"postcode": "0800", "state": "NT", "type": "Delivery Area", "SA2_CODE_2021": "701011002", "status": ""}
    return {**usual, "locality": locality, **more}


def test_suburbs_stand_behind_their_postcode_in_order_each_once():
    listed = [place("Woods"), place("O\u2019CONNOR  HILL"), place("O'CONNOR HILL"), place("BOND", postcode="0200")]

    assert suburbs.lines_of(listed) == ["0200\tBOND (NT)", "0800\tO'CONNOR HILL (NT)\tWOODS (NT)"]


@pytest.mark.parametrize(
    ("more", "is_listed"),
    [
        ({"type": "Delivery Area", "SA2_CODE_2021": ""}, True),
        ({"type": ""}, True),
        ({"type": "", "SA2_CODE_2021": ""}, False),
        ({"type": "Post Office Boxes"}, False),
        ({"type": "LVR"}, False),
        ({"status": "Removed 15-Nov-2020"}, False),
        ({"postcode": "7001"}, False),
        ({"locality": "DARWIN DC"}, False),
        ({"locality": "POINT PO"}, False),
        ({"locality": "TEMPO"}, True),
    ],
)
def test_a_suburb_is_where_people_live(more, is_listed):
    assert bool(suburbs.lines_of([place("DARWIN") | more])) == is_listed
