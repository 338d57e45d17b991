"""Who tries the whole of Halp: a tutor who also learns, just now from another."""

from __future__ import annotations

from itertools import count
from typing import Any

from hub.domain import login_sessions
from hub.perform import perform
from tests import people
from tests.http.caller import Caller, fresh
from tests.http.halp import acting
from tests.running import RunningHub


async def tutor(hub: RunningHub) -> Caller:
    tom, eve = people.join("Tom", teaches=True), people.join("Eve", teaches=True)
    red = acting.as_text(acting.picture())
    await acting.drop(hub, "student", by=eve, images=[red])
    await acting.drop(hub, "tutor", by=eve)
    await acting.shake_hands(hub, tom, eve)
    await acting.done(hub.post("/halp/message", {"recipient": tom.id, "body": "Hi", "senderMode": "tutor"}, by=eve))
    await acting.register(hub)
    pin = await acting.mine(hub, "student", by=eve)
    number = count()

    async def session() -> str:
        return (await perform(login_sessions.begin, tom.id))[0]

    new_session = fresh(session)
    known = {
        ("/login", "email"): [acting.NEW["email"]],
        ("/login", "passwordHash"): [acting.PASSWORD_HASH],
        ("/register", "email"): [lambda: f"jo{next(number)}@example.org"],
        ("/register", "passwordHash"): [acting.PASSWORD_HASH],
        ("/register", "image"): [red, ""],
        ("/register", "pushType"): [None, "apn"],
        ("/profile", "image"): [red, ""],
        ("/profile", "tutor"): [{"rate": "22.5"}, {"bio": "", "skills": "", "courses": acting.COURSES}],
        ("/pin", "duration"): [3600, "3600"],
        ("/pin", "images"): [[], [red]],
        ("/pin", "userId"): [eve.id],
        ("/pins", "lat1"): [90],
        ("/pins", "lng1"): [-180],
        ("/pins", "lat2"): [-90],
        ("/pins", "lng2"): [180],
        ("/image", "name"): [acting.name_of(pin["images"][0])],
        ("/enum/courses", "university"): ["Cal Poly"],
        ("/message", "recipient"): [eve.id, str(eve.id)],
        ("/messages", "otherUserId"): [eve.id],
        ("/session", "otherUserId"): [eve.id],
        ("/session", "mode"): ["student"],
        ("/session", "duration"): [0],
        ("/session", "ratings"): [{"friendliness": 5, "knowledge": "4"}],
    }
    return Caller(lambda: {"sessionId": new_session()}, known, spares=asks_facebook)


def asks_facebook(case: Any) -> bool:
    return isinstance(case.body, dict) and case.body.get("type") == "facebook"
