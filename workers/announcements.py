"""Scheduled announcements: said when their time comes."""

from hub.domain import announcements
from hub.perform import run
from hub.reactions.announcements import ANNOUNCE_DUE
from workers.jobs import job


@job(ANNOUNCE_DUE)
def announce_due(announcement_id: int) -> None:
    run(announcements.announce_due, announcement_id)
