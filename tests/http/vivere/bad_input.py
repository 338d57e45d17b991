"""Every write of the contract with a body that it takes, and bad bodies made of that one.

Only the bad part of such a body can be what is refused, and a hub that took it would change something.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.http.vivere import acting
from tests.http.vivere.acting import DOOR
from tests.http.vivere.saying import is_error
from tests.people import PASSWORD, Person
from tests.running import Reply, RunningHub

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Write:
    """A call that takes JSON, and a body that is good; `optional` are the fields in which null means unchanged."""

    method: str
    path: str
    good: dict[str, Any]
    optional: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


BROWSER = {"endpoint": "https://push.example/one", "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}
TIMES = {"event_start_time": "2026-11-21T08:00:00", "hacking_end_time": "2026-11-22T16:00:00"}
WRITES = [
    Write("POST", "user/create", {"username": "jo", "password": "hunter2", "name": "Jo"}),
    Write("POST", "user/login", {"username": "ada@example.org", "password": PASSWORD}),
    Write("PUT", "user/push", {**BROWSER, "endpoint": "https://push.example/another"}),
    Write("DELETE", "user/push", {"endpoint": BROWSER["endpoint"]}),
    Write("POST", "user/checkin", {"username": "ada@example.org"}, headers=DOOR),
    Write("POST", "user/checkout", {"username": "linus@example.org"}, headers=DOOR),
    Write("POST", "mentorship/create", acting.TICKET),
    Write("POST", "mentorship/claim", {"id": "{open}"}),
    Write("POST", "mentorship/reopen", {"id": "{closed}"}),
    Write("POST", "mentorship/close", {"id": "{open}"}),
    Write("POST", "organiser/locations", {"name": "Attic", "rank": 2}, optional=("rank",)),
    Write("PUT", "organiser/locations/{location}", {"name": "Attic", "rank": 2}, optional=("name", "rank")),
    Write("POST", "organiser/events", {**acting.EVENT, "long_description": "Hi", "location": "{location}"}),
    Write(
        "PUT",
        "organiser/events/{event}",
        {**acting.EVENT, "long_description": "Hi", "location": "{location}"},
        optional=(*acting.EVENT, "long_description", "location"),
    ),
    Write("POST", "organiser/announcements", {"message": "Tea", "time": "2026-11-21T16:00:00"}, optional=("time",)),
    Write("PUT", "organiser/announcements/{announcement}", {"message": "Tea"}, optional=("message",)),
    Write("PUT", "organiser/times", TIMES, optional=tuple(TIMES)),
]
TAKE_NO_JSON = {"POST /user/logout", "POST /twilio/announcement", "PUT /organiser/locations/{id}/image"}
"""Tested by themselves."""


async def furnish(hub: RunningHub, *, by: Person) -> dict[str, str]:
    """Make one of each thing; answers their public ids. Linus is inside."""
    location = await acting.add_location(hub, by=by)
    closed = await acting.close(hub, await acting.open_ticket(hub, by=by), by=by)
    await hub.call("PUT", "/vivere/user/push", by=by, json=BROWSER)
    await hub.post("/vivere/user/checkin", {"username": "linus@example.org"}, headers=DOOR)
    return {
        "location": location["id"],
        "event": (await acting.add_event(hub, location=location, by=by))["id"],
        "announcement": (await acting.announce(hub, by=by))["id"],
        "open": (await acting.open_ticket(hub, by=by))["id"],
        "closed": closed["id"],
    }


def with_extra(good: dict[str, Any], raw: str) -> bytes:
    """The good body with one more key, of any raw text."""
    return f'{json.dumps(good)[:-1]}, "extra": {raw}}}'.encode()


def bad_bodies(good: dict[str, Any]) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """What it is, the bytes, and the headers."""
    text = json.dumps(good).encode()
    for name, body in {
        "nothing": b"",
        "half of it": text[:-1],
        "twice": text + text,
        "comma too many": text[:-1] + b",}",
        "single quotes": text.replace(b'"', b"'"),
        "a list of it": b"[" + text + b"]",
        "an empty list": b"[]",
        "null": b"null",
        "a number": b"7",
        "a text": json.dumps(text.decode()).encode(),
        "UTF-16": text.decode().encode("utf-16"),
        "not UTF-8": with_extra(good, '"?"').replace(b"?", b"\xff\xfe"),
        "a key twice": text[:-1] + b", " + text[1:],
        "too large": with_extra(good, json.dumps("a" * 2 * 1024 * 1024)),
    }.items():
        yield name, body, JSON
    for name, raw in {
        "NaN": "NaN",
        "Infinity": "-Infinity",
        "a number that is too large": "1e999",
        "an integer that is too large": "9" * 30,
        "an endless integer": "9" * 100_000,
        "a lone surrogate": '"\\ud800"',
        "a lone surrogate as a key": '{"\\udfff": 1}',
        "a NUL": '"a\\u0000b"',
        "a raw NUL": '"a\0b"',
        "a raw line break": '"a\nb"',
        "deep": "[" * 40 + "]" * 40,
        "deeper": '{"a":' * 40 + "1" + "}" * 40,
        "bottomless": "[" * 100_000,
        "bottomless and back": "[" * 100_000 + "]" * 100_000,
    }.items():
        yield f"{name} in it", with_extra(good, raw), JSON
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", "", "\xff"):
        yield f"called {content_type!r}", text, {"Content-Type": content_type}
    yield "packed", gzip.compress(text), {**JSON, "Content-Encoding": "gzip"}
    yield "said to be packed", text, {**JSON, "Content-Encoding": "deflate"}


def bad_fields(write: Write) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """The same, with one field of another type."""
    for name, value in write.good.items():
        for other in (*not_like(value), *([] if name in write.optional else [None])):
            yield f"{name} is {other!r}", json.dumps({**write.good, name: other}).encode(), JSON


def not_like(value: str | int | dict[str, str]) -> list[Any]:
    anyway = [1.5, True, [], {}, [value], {"value": value}]
    return [*anyway, 7, -1] if isinstance(value, str) else [*anyway, str(value), 10**9, -2]


def filled(write: Write, ids: dict[str, str]) -> Write:
    """The write with the ids of what there is put in."""
    good = {name: value.format(**ids) if isinstance(value, str) else value for name, value in write.good.items()}
    return replace(write, path=write.path.format(**ids), good=good)


async def send(hub: RunningHub, write: Write, by: Person, body: bytes, headers: dict[str, str]) -> Reply:
    headers = {**write.headers, **headers}
    return await hub.call(write.method, f"/vivere/{write.path}", by=by, data=io.BytesIO(body), headers=headers)


def is_refusal(answer: Reply) -> bool:
    status, reply = answer
    return 400 <= status < 500 and is_error(reply)
