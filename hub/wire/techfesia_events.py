"""Techfesia's spelling of categories, tags, events and their crew. Days and times of day are those on the spot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hub.domain.festival_events import FestivalEvent
from hub.domain.labels import Label
from hub.wire import techfesia
from hub.wire.local_times import local_date, local_time
from models import Organiser, Volunteer


def label(label: Label) -> dict[str, str]:
    return {"name": label.name, "description": label.description}


def listed(shown: FestivalEvent) -> dict[str, Any]:
    """An event on the list: what the document prints there, and what helps to choose."""
    event = shown.event
    return {
        "publicId": event.public_id,
        "eventid": event.public_id,
        "eventPicture": techfesia.image(event.picture),
        "eventLogo": techfesia.image(event.logo),
        "name": event.short_description,
        "description": event.long_description,
        "date": local_date(event.start_time),
        "time": local_time(event.start_time),
        "endDate": local_date(event.end_time),
        "endTime": local_time(event.end_time),
        "venue": event.location.name,
        "fees": json.loads(event.fees),
        "teamEvent": event.is_for_teams,
        "maxParticipants": event.seats,
        "category": list(shown.categories),
        "tags": list(shown.tags),
    }


def event(shown: FestivalEvent) -> dict[str, Any]:
    """The whole event; the document has its sizes once beside the rest, and once in an object of their own."""
    sizes = {"minSize": shown.event.min_size, "maxSize": shown.event.max_size}
    particulars = json.loads(shown.event.particulars)
    return {
        **listed(shown),
        "prize": particulars.get("prize", []),
        **sizes,
        "teamEventProperties": sizes,
        "rules": particulars.get("rules", []),
        "faq": particulars.get("faq", []),
    }


def organisers(several: Iterable[Organiser]) -> list[dict[str, Any]]:
    return [{"username": one.account.username, "role": one.role} for one in several]


def volunteers(several: Iterable[Volunteer]) -> list[dict[str, Any]]:
    return [{"username": one.account.username, "task": json.loads(one.tasks)} for one in several]


def tasks(volunteer: Volunteer) -> dict[str, Any]:
    return {
        "eventid": volunteer.event.public_id,
        "publicId": volunteer.event.public_id,
        "volunteer": volunteer.account.username,
        "username": volunteer.account.username,
        "task": json.loads(volunteer.tasks),
    }
