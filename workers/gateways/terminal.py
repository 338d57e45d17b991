"""The terminal that a console gateway shows things in: not the log, which keeps no addresses and no contents."""

from __future__ import annotations

import sys
from collections.abc import Iterable

WIDTH = 78


def show(title: str, lines: Iterable[str]) -> None:
    """Show a block under a title, whole, where the hub was started; nobody need be there to see it.

    Celery takes `sys.stdout` for its log, so this is the one that the process came with.
    """
    stdout = sys.__stdout__
    if stdout is None:
        return
    block = "\n".join([f"--- {_plain(title)} ".ljust(WIDTH, "-"), *map(_plain, lines), "-" * WIDTH])
    encoding = stdout.encoding or "utf-8"
    try:
        # One write: other processes show things in the same terminal.
        stdout.write(f"\n{block}\n".encode(encoding, "backslashreplace").decode(encoding))
        stdout.flush()
    except (OSError, ValueError):
        # The terminal is gone. What is shown there lies in the outbox too.
        pass


def _plain(line: str) -> str:
    """Without the characters that would steer the terminal: what is shown was partly written by strangers."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in line)
