"""Every call of the contract that takes a body, with one that is good, and what each field of it does not take.

Bodies that are not JSON at all are those of `tests/http/vivere/bad_input`: all dialects read bodies alike.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.http.vivere.bad_input import JSON, bad_bodies
from tests.running import Reply, RunningHub

NO_TEXTS = ["", " ", 7, None, True, [], {}]
NO_ADDRESSES = [*NO_TEXTS, "x" * 501]
NO_NUMBERS = [
    "+",
    "0412345678",
    "+6141234567x",
    "+61 412 345 678",
    "+999123",
    "+" + "1" * 16,
    "\uff0b61412345678",
    *NO_TEXTS,
]
NO_BOOLEANS = ["true", 1, "", []]
NO_COUNTS = ["7", -1, 1.5, True, [], 10**30]


@dataclass(frozen=True)
class Call:
    """A POST; `good` is its body beside the secret, `bad` what each field does not take."""

    path: str
    good: dict[str, Any]
    bad: dict[str, list[Any]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    secret: str | None = "s"
    """The key of the secret; None where strangers call."""

    def __str__(self) -> str:
        return self.path


CALLS = [
    Call(
        "/register/initial_email",
        {"email": "jo@example.org", "fname": "Jo"},
        {"email": NO_ADDRESSES, "fname": NO_ADDRESSES},
        secret=None,
    ),
    Call("/register/all_at_once", {"email": "jo@example.org"}, {"email": [*NO_ADDRESSES, "jo", "@x"]}, secret=None),
    Call(
        "/user_details",
        {"fname": "Jo", "email": "jo@example.org"},
        {"fname": [{}, "x" * 10_001, [[]]], "email": NO_ADDRESSES},
        optional=("fname", "email"),
    ),
    Call("/delete_user", {}),
    Call(
        "/give_role",
        {"email": "eve@example.org", "role": "phonebank"},
        {"email": NO_ADDRESSES, "role": [*NO_TEXTS, "superuser"]},
    ),
    Call("/give_admin_role", {"email": "eve@example.org"}, {"email": NO_ADDRESSES}, secret="admin"),
    Call("/email_secret_token", {"email": "eve@example.org"}, {"email": NO_ADDRESSES}, secret=None),
    Call("/send_user_details", {"email": "eve@example.org"}, {"email": NO_ADDRESSES}, secret=None),
    Call(
        "/iiccot/cast_vote",
        {"poll_id": 1, "option_id": "105"},
        {
            "poll_id": [0, 2, -1, 1.5, "1", True, None, 10**30],
            "option_id": [105, "99", "108", "1o5", "\u0661\u0660\u0665", *NO_TEXTS],
        },
    ),
    Call(
        "/validate_user_details",
        {"state": "nsw", "doubleCheck": False},
        {"state": ["NSW", "bavaria", 7, []], "doubleCheck": NO_BOOLEANS},
        optional=("state", "doubleCheck"),
    ),
    Call(
        "/report_validation",
        {"user_s": "{alias}", "valid": True, "valid_federal": True, "valid_state": False},
        {
            "user_s": [7, None, [], {}],
            "valid": [*NO_BOOLEANS, None],
            "valid_federal": NO_BOOLEANS,
            "valid_state": NO_BOOLEANS,
        },
        optional=("valid_federal", "valid_state"),
    ),
    Call(
        "/phone_bank/get_next_member",
        {"state": "nsw", "no_answered_call_since": 604800, "no_any_call_since": 604800},
        {"state": ["NSW", "bavaria", 7, []], "no_answered_call_since": NO_COUNTS, "no_any_call_since": NO_COUNTS},
        optional=("state", "no_answered_call_since", "no_any_call_since"),
    ),
    Call(
        "/phone_bank/report",
        {"call_id": "{call}", "do_not_call": False, "comment": "Nice"},
        {"call_id": ["7", 1.5, True, None, [], 10**30], "do_not_call": NO_BOOLEANS, "comment": [7, [], "x" * 10_001]},
        optional=("do_not_call", "comment"),
    ),
    Call("/api/v1/app_rego/phone_commit", {"phone_number": "+61412345678"}, {"phone_number": NO_NUMBERS}, secret=None),
    Call(
        "/api/v1/app_rego/phone_verify",
        {"phone_number": "+61412345678", "verify_code": "123456", "verify_nonce": "n"},
        {
            "phone_number": [7, None, []],
            "verify_code": [123456, None, [], "1" * 101],
            "verify_nonce": [*NO_TEXTS, "x" * 501],
        },
        secret=None,
    ),
    Call("/api/v1/app/new_magic_link", {"email": "eve@example.org"}, {"email": NO_ADDRESSES}, secret=None),
    Call("/api/v1/app/feedback", {"feedback": "More tea"}, {"feedback": [*NO_TEXTS, "x" * 10_001]}),
    Call("/api/v1/app/sign_out", {"everywhere": True}, {"everywhere": NO_BOOLEANS}, optional=("everywhere",)),
]


def body_of(call: Call, body: dict[str, Any], s: str, known: dict[str, Any]) -> dict[str, Any]:
    """The body with the caller's secret, and what stands in braces replaced by what it is called here."""
    said = {name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    return said if call.secret is None else {call.secret: s, **said}


def with_bad_field(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """What it is, and the good body with one field that is bad or missing."""
    for name in call.good:
        rest = {key: value for key, value in call.good.items() if key != name}
        if name not in call.optional:
            yield f"{call} without {name}", rest
        for value in call.bad.get(name, []):
            yield f"{call} {name}={json.dumps(value)[:40]}", {**rest, name: value}


def not_json(body: dict[str, Any]) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """What it is, the bytes, and the headers."""
    yield from bad_bodies(body)


async def send(hub: RunningHub, call: Call, body: bytes, headers: dict[str, str] = JSON) -> Reply:
    return await hub.call("POST", f"/flux{call.path}", data=io.BytesIO(body), headers=headers)


def is_error(reply: Any) -> bool:
    """Whether a reply has the contract's shape of a failure, with words for whoever reads it."""
    return isinstance(reply, dict) and reply["status"] == "error" and bool(reply["error"])
