"""What tests arrange over HTTP before they begin. Each call must work; it answers the reply's body."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Awaitable
from typing import Any

from PIL import Image

from tests.http.halp.saying import COURSES
from tests.people import Member
from tests.running import Reply, RunningHub

PASSWORD_HASH = "5f4dcc3b5aa765d61d8327deb882cf99"
"""The md5 of the word "password"."""
NEW = {"email": "jo@example.org", "passwordHash": PASSWORD_HASH, "firstname": "Jo", "lastname": "Doe"}

TUTOR_PIN = {"pinMode": "tutor", "latitude": 35.3, "longitude": -120.66, "duration": 3600}
STUDENT_PIN = {
    **TUTOR_PIN,
    "pinMode": "student",
    "description": "Integrals",
    "skills": ["archery", "knitting"],
    "images": [],
    "courses": COURSES,
}
PINS = {"student": STUDENT_PIN, "tutor": TUTOR_PIN}
EVERYWHERE = {"lat1": 90, "lng1": -180, "lat2": -90, "lng2": 180}


async def done(call: Awaitable[Reply]) -> dict[str, Any]:
    status, reply = await call
    assert (status, reply["code"]) == (200, "success"), reply
    return reply


async def register(hub: RunningHub, **fields: Any) -> Member:
    reply = await done(hub.post("/halp/register", {**NEW, **fields}))
    return Member(reply["profile"]["userId"], reply["sessionId"])


async def drop(hub: RunningHub, mode: str, *, by: Member, **fields: Any) -> None:
    await done(hub.post("/halp/pin", {**PINS[mode], **fields}, by=by))


async def take_up(hub: RunningHub, mode: str, *, by: Member) -> None:
    await done(hub.call("DELETE", f"/halp/pin?pinMode={mode}", by=by))


async def pins(hub: RunningHub, mode: str, *, by: Member, **corners: float) -> list[dict[str, Any]]:
    """Others' pins in a box, which is the whole world unless corners are given."""
    query = {"pinMode": mode, **EVERYWHERE, **corners}
    return (await done(hub.get("/halp/pins", by=by, params=query)))["pins"]


async def mine(hub: RunningHub, mode: str, *, by: Member) -> dict[str, Any] | None:
    return (await done(hub.get("/halp/pins?pinMode=mine", by=by)))[mode]


async def matches(hub: RunningHub, mode: str, *, by: Member) -> list[tuple[int, bool]]:
    """Whose pins match one's own, each with whether that is new."""
    found = (await done(hub.get(f"/halp/matches?mode={mode}", by=by)))["matches"]
    return [(match["user"]["userId"], match["new"]) for match in found]


async def change(hub: RunningHub, *, by: Member, **fields: Any) -> dict[str, Any]:
    """The profile as it is then."""
    return (await done(hub.call("PUT", "/halp/profile", by=by, json=fields)))["profile"]


async def shake_hands(hub: RunningHub, student: Member, tutor: Member) -> None:
    """Have the two begin a session."""
    await done(hub.post("/halp/session/start", {"mode": "student", "otherUserId": tutor.id}, by=student))
    begun = await done(hub.post("/halp/session/start", {"mode": "tutor", "otherUserId": student.id}, by=tutor))
    assert begun["complete"]


async def end_session(hub: RunningHub, *, by: Member, duration: float = 0) -> None:
    await done(hub.post("/halp/session/end", {"duration": duration}, by=by))


async def call_large(hub: RunningHub, method: str, path: str, body: Any, *, by: Member | None = None) -> Reply:
    """A call with a JSON body of megabytes."""
    headers = {"Content-Type": "application/json"}
    return await hub.call(method, path, by=by, data=io.BytesIO(json.dumps(body).encode()), headers=headers)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    """A red picture in a file."""
    file = io.BytesIO()
    Image.new("RGB", size, (255, 0, 0)).save(file, kind, **how)
    return file.getvalue()


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def stored(hub: RunningHub) -> set[str]:
    """The names of all pictures in the store."""
    return {file.name for file in (hub.settings.data_dir / "images").iterdir()}


def name_of(image: dict[str, str]) -> str:
    """Under which name a picture is stored that a reply shows."""
    return image["original"].rpartition("/")[2]


async def fetched(hub: RunningHub, image: dict[str, str]) -> Image.Image:
    """A picture as its address shows it."""
    async with hub.http.get(f"/halp/image/{name_of(image)}") as reply:
        assert reply.status == 200
        return Image.open(io.BytesIO(await reply.read()))
