"""What tests of the programme arrange over HTTP. Each call must work; it answers what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp

from tests.http.techfesia.cast import MINTING, Student
from tests.people import Person
from tests.running import Reply, RunningHub

EVENTS = "/techfesia/events"
NOWHERE = "0" * 24
NOT_FOUND = (404, {"detail": "Not found."})
EVENT = {
    "name": "Codechef Elektra",
    "description": "A 3 hour long contest",
    "date": "2019-09-24",
    "time": "09:30",
    "venue": "Computer Lab",
}
"""What the document requires."""
WHOLE = {
    **EVENT,
    "fees": "Rs 300",
    "prize": ["First Prize: 2000", "100 Ladoos to top 15 coders"],
    "teamEvent": True,
    "minSize": 3,
    "maxSize": 8,
    "rules": ["Everyone should Participate"],
    "faq": [["Why laptop is required?", "To code"]],
    "category": ["Coding", "Contest"],
    "tags": ["Prime Event"],
}
"""As the document prints it."""


def in_vivere(who: Student) -> Person:
    """The same person with a token of Vivere's."""
    return Person(who.actor, MINTING.keys.mint(who.actor.public_id, "vivere", timedelta(days=7)))


async def add_event(hub: RunningHub, by: Student, **more: Any) -> dict[str, Any]:
    return await added(hub, EVENTS, {**EVENT, **more}, by)


async def add_labels(hub: RunningHub, by: Student) -> None:
    """Those that `WHOLE` names, and one more of each."""
    for name in ("Coding", "Contest", "Exhibition"):
        await added(hub, f"{EVENTS}/category", {"name": name, "description": f"About {name}"}, by)
    for name in ("Prime Event", "Free"):
        await added(hub, f"{EVENTS}/tags", {"name": name}, by)


async def added(hub: RunningHub, path: str, body: dict[str, Any], by: Student) -> Any:
    status, said = await hub.post(path, body, by)
    assert status == 201, said
    return said


async def change(hub: RunningHub, event: dict[str, Any], by: Student, **changes: Any) -> Reply:
    return await hub.call("PUT", f"{EVENTS}/{event['publicId']}", by, json=changes)


async def show(hub: RunningHub, event: dict[str, Any], by: Student, **files: bytes) -> Reply:
    """Bring pictures, each in the field of its name."""
    form = aiohttp.FormData()
    for name, content in files.items():
        form.add_field(name, content, filename="a.png", content_type="image/png")
    return await hub.call("POST", f"{EVENTS}/{event['publicId']}/photo", by, data=form)
