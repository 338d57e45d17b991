"""Every call of the contract that takes something, with what it takes, and what each field of it does not take.

Bodies that are not JSON at all are those of `tests/http/vivere/bad_input`: all dialects read bodies alike.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.http.halp import acting
from tests.http.halp.acting import NEW, STUDENT_PIN
from tests.http.vivere.bad_input import JSON, bad_bodies
from tests.people import Member
from tests.running import Reply, RunningHub

__all__ = ["CALLS", "JSON", "QUERIES", "Call", "furnish", "not_json", "send", "with_bad_field"]

NO_NUMBERS = [None, "", "x", "1e999", "NaN", True, [], {}, [1]]
NO_PEOPLE = [*NO_NUMBERS, 0, -1, 1.5, 2**31, "9" * 300]
NO_MODES = [None, "", "mine", "Student", 7, True, [], {}]
NO_TEXTS = [None, 7, True, [], {}, ["x"]]
NO_RATINGS = ["", "x", True, [], 1.5, 6]


@dataclass(frozen=True)
class Call:
    """A good body or query, and bad values of fields that are not tested elsewhere; `optional` ones may be left out."""

    method: str
    path: str
    good: dict[str, Any]
    bad: dict[str, list[Any]]
    optional: tuple[str, ...] = ()
    most: int = 1
    """Megabytes that it takes."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


CALLS = [
    Call("POST", "register", {**NEW, "email": "mo@example.org"}, {}, most=16),
    Call("POST", "login", {"type": "halp", "email": NEW["email"], "passwordHash": NEW["passwordHash"]}, {}),
    Call("POST", "pin", STUDENT_PIN, {}, most=36),
    Call("PUT", "profile", {"firstname": "Thomas"}, {}, optional=("firstname",), most=16),
    Call(
        "POST",
        "message",
        {"recipient": 2, "body": "Do you make good pancakes?", "senderMode": "student", "client_id": "m1"},
        {"recipient": NO_PEOPLE, "body": NO_TEXTS, "senderMode": NO_MODES, "client_id": ["", 7, [], "a" * 201, "a\tb"]},
        optional=("client_id",),
    ),
    Call(
        "POST",
        "session/start",
        {"mode": "tutor", "otherUserId": 2},
        {"mode": NO_MODES, "otherUserId": NO_PEOPLE},
    ),
    Call("POST", "session/end", {"duration": 0}, {"duration": [*NO_NUMBERS, -1, "-0.5"]}),
    Call(
        "POST",
        "session/rate",
        {"ratings": {"approval": 1}},
        {
            "ratings": [
                *("", 7, []),
                *({"approval": rating} for rating in (*NO_RATINGS, 0, 2)),
                *({name: rating} for rating in (*NO_RATINGS, -1) for name in ("friendliness", "knowledge")),
            ]
        },
        optional=("ratings",),
    ),
]
QUERIES = [
    Call("GET", "conversations", {"mode": "student", "before": "7", "limit": "5"}, {}, optional=("before", "limit")),
    Call("GET", "messages", {"mode": "student", "otherUserId": "2"}, {}),
    Call("GET", "session/started", {"mode": "student", "otherUserId": "2"}, {}),
]
BAD_IN_QUERY = {
    "mode": ["", "mine", "Student", "\0"],
    "otherUserId": ["", "x", "0", "-1", "1.5", str(2**31), "9" * 300],
    "before": ["x", "1.5", "9" * 30],
    "limit": ["x", "0", "-1", "1001"],
}


async def furnish(hub: RunningHub, *, tom: Member, ann: Member, eve: Member) -> None:
    """All good calls do well by Tom: he taught Eve, and is teaching Ann."""
    await acting.register(hub)
    await acting.shake_hands(hub, eve, tom)
    await acting.end_session(hub, by=tom)
    await acting.shake_hands(hub, ann, tom)


async def send(hub: RunningHub, call: Call, by: Member, body: bytes, headers: dict[str, str] = JSON) -> Reply:
    return await hub.call(call.method, f"/halp/{call.path}", by=by, data=io.BytesIO(body), headers=headers)


def not_json(call: Call) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """What it is, the bytes, and the headers."""
    for what, body, headers in bad_bodies(call.good):
        if what != "too large" or call.most == 1:
            yield what, body, headers


def with_bad_field(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """What it is, and the good body or query with one field that is bad or missing."""
    bad = call.bad if call not in QUERIES else {name: BAD_IN_QUERY[name] for name in call.good}
    for name in call.good:
        rest = {key: value for key, value in call.good.items() if key != name}
        if name not in call.optional:
            yield f"{call} without {name}", rest
        for value in bad.get(name, []):
            if not (value == "" and call in QUERIES and name in call.optional):
                yield f"{call} {name}={json.dumps(value)[:40]}", {**rest, name: value}
