"""Seats of an event in which so many move up that one unit of work would hold others up."""

from hub.domain import seating
from hub.perform import run
from hub.reactions.seating import GO_ON
from workers.jobs import job


@job(GO_ON)
def go_on(event_number: int) -> None:
    """Move some; where there are more, this job is due once more."""
    run(seating.go_on, event_number)
