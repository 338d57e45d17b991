"""Cells that no spreadsheet takes for formulas, and names that every file system takes."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest

from hub.wire import console_registrations as wire
from tests.conftest import NOON


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_a_spreadsheet_would_run_has_a_mark_before_it(begins):
    assert wire.safe(f"{begins}1+1") == f"'{begins}1+1"


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r"])
def test_so_has_what_it_would_run_behind_a_separator_of_its_own(separator):
    assert wire.safe(f"a{separator}=1") == f"a{separator}'=1"


@pytest.mark.parametrize("behind", ['x;"=1', "x;  =1", '"=1', ' "" =1', "x\n\t=1"])
def test_quotes_and_blanks_before_a_sign_hide_nothing(behind):
    """As a spreadsheet reads the line that parts cells by semicolons."""
    (row,) = csv.reader(io.StringIO(wire._lines([[behind]])), delimiter=";")

    assert not any(cell.strip(' "\t\r\n').startswith("=") for cell in row)


@pytest.mark.parametrize(("cell", "text"), [(None, ""), (7, "7"), ("Ada - a@b", "Ada - a@b"), ("1=1", "1=1")])
def test_everything_else_stays_as_it_is(cell, text):
    assert wire.safe(cell) == text


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Midnight run", "midnight-run"),
        ("../../etc/passwd", "etc-passwd"),
        ("Élan\u202egpj.exe", "elangpj-exe"),
        ("走れ", "f0f0"),
        ("a" * 400, "a" * 60),
    ],
)
def test_a_file_is_named_by_letters_and_digits_alone(name, part):
    event = SimpleNamespace(short_description=name, public_id="f0f0")

    assert wire.file_name(event, NOON) == f"registrations-{part}-2026-11-21.csv"
