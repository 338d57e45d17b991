"""Announcements: heard when their time has come, forgotten when they are withdrawn."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain.announcements import Announced, AnnouncementScheduled, AnnouncementWithdrawn
from hub.reactions.streams import ANNOUNCEMENTS
from hub.wire import vivere

ANNOUNCE_DUE = "announcements.announce_due"


@deliveries.register
def _(fact: Announced) -> list[Delivery]:
    return [Emit(ANNOUNCEMENTS, "save", vivere.announcement(fact.announcement))]


@deliveries.register
def _(fact: AnnouncementScheduled) -> list[Delivery]:
    later = fact.announcement
    return [Job(ANNOUNCE_DUE, {"announcement_id": later.id}, due_at=later.time)]


@deliveries.register
def _(fact: AnnouncementWithdrawn) -> list[Delivery]:
    return [Emit(ANNOUNCEMENTS, "delete", {"id": fact.public_id})]
