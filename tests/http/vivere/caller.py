"""Who tries the whole of Vivere: an organiser who also guards the door, with one of everything to begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub.domain.credentials import Keys
from hub.http.vivere.auth import KIND, TOKEN_HEADER
from tests import people
from tests.build import SECRET
from tests.http.caller import Caller
from tests.http.vivere import acting
from tests.people import Person
from tests.running import RunningHub


async def organiser(hub: RunningHub) -> Caller:
    actor = people.make("Olga", staff=True)

    def headers() -> dict[str, str]:
        return {TOKEN_HEADER: Keys(SECRET).mint(actor.public_id, KIND, timedelta(days=7)), **acting.DOOR}

    olga = Person(actor, headers()[TOKEN_HEADER])
    places = [await acting.add_location(hub, by=olga, name=name, rank=1) for name in ("Gym", "Hall")]
    event = await acting.add_event(hub, by=olga, location=places[0])
    tickets = [await acting.open_ticket(hub, by=olga) for _ in range(2)]
    said = await acting.announce(hub, by=olga)
    known: dict[tuple[str, str], list[Any]] = {
        ("/location", "id"): [places[1]["id"], places[0]["id"]],
        ("/image", "id"): [places[0]["id"]],
        ("/events", "id"): [event["id"]],
        ("/announcements", "id"): [said["id"]],
        ("/mentorship/", "id"): [ticket["id"] for ticket in tickets],
        ("/events", "location"): [places[0]["id"]],
        ("/events", "start_time"): ["2026-11-21T09:00:00Z"],
        ("/events", "end_time"): ["2026-11-21T10:00:00Z"],
        ("/user/check", "username"): ["olga"],
        ("/user/login", "username"): ["olga"],
        ("/user/login", "password"): [people.PASSWORD],
    }
    return Caller(headers, known)
