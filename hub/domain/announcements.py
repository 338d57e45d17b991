"""Announcements: said at once, or when their time comes.

Whether one can be read is a question of the clock alone. `announced_at` only remembers whether listeners were told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub import clock
from hub.domain.actors import Actor
from hub.domain.facts import record
from hub.domain.privileges import ANNOUNCEMENT, CREATE, DELETE, READ, UPDATE, demand
from hub.domain.refusals import NotFound
from models import Announcement, locked


@dataclass(frozen=True)
class Announced:
    """Listeners hear it now, for the first time or changed."""

    announcement: Announcement


@dataclass(frozen=True)
class AnnouncementScheduled:
    """It will be heard at its time."""

    announcement: Announcement


@dataclass(frozen=True)
class AnnouncementWithdrawn:
    """Listeners heard it and must forget it: it was deleted, or put off."""

    public_id: str


class AnnouncementNotFound(NotFound):
    code = "announcement_not_found"


def published(since: datetime | None = None) -> list[Announcement]:
    """What has been said, newest first; with `since` only what came strictly later."""
    said = Announcement.time <= clock.now()
    if since is not None:
        said &= Announcement.time > since
    return list(Announcement.select().where(said).order_by(Announcement.time.desc(), Announcement.id.desc()))


def next_due() -> datetime | None:
    """When there will be more to read though nobody does anything; None where nothing is scheduled."""
    later = Announcement.select(Announcement.time).where(Announcement.time > clock.now())
    first = later.order_by(Announcement.time).first()
    return None if first is None else first.time


def every(*, by: Actor) -> list[Announcement]:
    """Also those whose time has not come, for staff."""
    demand(by, ANNOUNCEMENT, READ)
    return list(Announcement.select().order_by(Announcement.time.desc(), Announcement.id.desc()))


def announce(*, message: str, by: Actor, time: datetime | None = None) -> Announcement:
    """Say something now, or at `time`."""
    demand(by, ANNOUNCEMENT, CREATE)
    return say(message, time)


def say(message: str, time: datetime | None = None) -> Announcement:
    """`announce` for callers that were let in by other means than an account, such as a known telephone."""
    announcement = Announcement(message=message, time=time or clock.now())
    return _save(announcement)


def change(public_id: str, *, by: Actor, **fields: Any) -> Announcement:
    demand(by, ANNOUNCEMENT, UPDATE)
    announcement = _get(public_id)
    for name, value in fields.items():
        setattr(announcement, name, value)
    return _save(announcement)


def _save(announcement: Announcement) -> Announcement:
    """Store it and say what that means for the listeners: heard now, heard later, or heard too early and withdrawn."""
    now = clock.now()
    was_announced = announcement.announced_at is not None
    is_public = announcement.time <= now
    announcement.announced_at = (announcement.announced_at or now) if is_public else None
    announcement.save()
    if is_public:
        record(Announced(announcement))
    else:
        record(AnnouncementScheduled(announcement))
        if was_announced:
            record(AnnouncementWithdrawn(announcement.public_id))
    return announcement


def announce_due(announcement_id: int) -> None:
    """Tell listeners of a scheduled announcement whose time has come; safe to run twice, too early or too late."""
    now = clock.now()
    due = (Announcement.id == announcement_id) & (Announcement.time <= now) & Announcement.announced_at.is_null()
    for announcement in Announcement.update(announced_at=now).where(due).returning(Announcement).execute():
        record(Announced(announcement))


def delete(public_id: str, *, by: Actor) -> None:
    demand(by, ANNOUNCEMENT, DELETE)
    announcement = _get(public_id)
    announcement.delete_instance()
    if announcement.announced_at is not None:
        record(AnnouncementWithdrawn(public_id))


def _get(public_id: str) -> Announcement:
    announcement = locked(Announcement.select().where(Announcement.public_id == public_id)).get_or_none()
    if announcement is None:
        raise AnnouncementNotFound()
    return announcement
