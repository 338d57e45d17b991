"""The terminal: what a console gateway shows there is shown whole, and steers nothing."""

from __future__ import annotations

import io
import sys

import pytest

from workers.gateways import terminal


@pytest.fixture
def stdout(monkeypatch) -> io.BytesIO:
    """A terminal that knows ASCII only."""
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "__stdout__", io.TextIOWrapper(shown, encoding="ascii"))
    return shown


def test_lines_stand_under_their_title(stdout):
    terminal.show("SMS to +16505550100", ["one", "", "two"])

    assert stdout.getvalue().decode().split("\n") == [
        "",
        "--- SMS to +16505550100 ".ljust(78, "-"),
        "one",
        "",
        "two",
        "-" * 78,
        "",
    ]


def test_what_strangers_wrote_steers_no_terminal(stdout):
    terminal.show("to \x1b]0;mine\x07", ["\x1b[2J\r\x9b1m and\ta\u202eb\n"])

    title, line = stdout.getvalue().decode().split("\n")[1:3]
    assert title.rstrip("-") == r"--- to \ufffd]0;mine\ufffd "
    assert line == r"\ufffd[2J\ufffd\ufffd1m and" + "\ta" + r"\ufffdb\ufffd"


def test_letters_that_a_terminal_does_not_know_are_spelt(stdout):
    terminal.show("to", ["Grüße"])

    assert stdout.getvalue().decode().split("\n")[2] == r"Gr\xfc\xdfe"


@pytest.mark.parametrize("gone", [None, io.StringIO()], ids=["none", "closed"])
def test_nobody_need_be_there_to_see_it(monkeypatch, gone):
    if gone is not None:
        gone.close()
    monkeypatch.setattr(sys, "__stdout__", gone)

    terminal.show("to", ["text"])
