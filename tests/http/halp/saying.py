"""Halp's replies: a code in each of them, and the pins that most tests drop, as others see them at noon."""

from __future__ import annotations

from typing import Any

from tests.people import TUTOR
from tests.running import Reply

NOON = 1795262400
NOT_AUTHORIZED = (200, "not_authorized")
SERVER_ERROR = (200, "server_error")
COURSES = {"Cal Poly": [{"subject": "CPE", "number": 101}]}
"""What Tom and Eve teach."""


def yes(**fields: Any) -> Reply:
    return 200, {"code": "success", **fields}


def said(reply: Reply) -> tuple[int, str]:
    """Status and code, which is all that clients look at."""
    status, body = reply
    return status, body["code"]


def no(code: str) -> tuple[int, str]:
    """A refusal that the document knows, as `said` has it."""
    return 200, code


def is_error(reply: Any) -> bool:
    """Whether a reply has the shape of `server_error`, with words for whoever wrote the call."""
    return set(reply) <= {"code", "detail", "field"} and reply["code"] == "server_error" and bool(reply["detail"])


def profile(user_id: int, first_name: str, **changes: Any) -> dict[str, Any]:
    """A member's profile as they themselves see it."""
    named = {"userId": user_id, "firstname": first_name, "lastname": "Lee"}
    return {**named, "image": None, "tutor": None, **changes}


def tutor(**changes: Any) -> dict[str, Any]:
    """The tutor's part of Tom's profile and of Eve's."""
    return {"bio": TUTOR["bio"], "rate": 22.5, "skills": ["knitting"], "courses": COURSES, **changes}


def students_pin(user_id: int, first_name: str, **changes: Any) -> dict[str, Any]:
    """The pin that `acting.drop` drops for a student, complete."""
    return {
        "user": _owner(user_id, first_name),
        **_place_and_time(),
        "description": "Integrals",
        "images": [],
        "courses": COURSES,
        "skills": ["archery", "knitting"],
        **changes,
    }


def tutors_pin(user_id: int, first_name: str, **changes: Any) -> dict[str, Any]:
    """The pin that `acting.drop` drops for a tutor, complete."""
    user = {**_owner(user_id, first_name), "bio": TUTOR["bio"], "rate": 22.5}
    return {"user": user, **_place_and_time(), "courses": COURSES, "skills": ["knitting"], **changes}


def _owner(user_id: int, first_name: str) -> dict[str, Any]:
    named = {"userId": user_id, "firstname": first_name, "lastname": "Lee"}
    return {**named, "rating": 0.0, "ratings": 0, "image": None}


def _place_and_time() -> dict[str, Any]:
    times = {"dropTime": NOON, "dropTimestamp": NOON, "endTime": NOON + 3600}
    return {**times, "latitude": 35.3, "longitude": -120.66}
