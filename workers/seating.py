"""Seats of an event in which so many move up, or that so many lose with it, that one unit of work would be too long."""

from __future__ import annotations

import time
from typing import Any

from hub.domain import event_ends, seating
from hub.perform import run
from hub.reactions.seating import GO_ON, TELL_OF_ENDS
from workers.jobs import at_hand, job

LONGEST_SECONDS = 20.0
PAUSE_SECONDS = 0.15
"""Between units of work: whoever waits for SQLite looks every tenth of a second whether it is free."""


@job(GO_ON)
def go_on(event_number: int) -> None:
    """Move some, and the next, until none are left or time is up: then this job is due once more.

    By then it may stand behind thousands of notices to those who have moved, so it does in one go what it can.
    """
    until = time.monotonic() + LONGEST_SECONDS
    while run(seating.go_on, event_number) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)


@job(TELL_OF_ENDS)
def tell_of_ends(event_id: str, event_name: str, ended: list[dict[str, Any]]) -> None:
    """Tell some of those whose event was deleted."""
    job_id = at_hand()
    assert job_id is not None
    run(event_ends.tell_some, job_id, event_id, event_name, ended)
