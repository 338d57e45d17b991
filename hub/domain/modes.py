"""The two sides of tutoring. A person may be on both, and every pin, message and session is on one of them."""

from __future__ import annotations

STUDENT = "student"
TUTOR = "tutor"
MODES = (STUDENT, TUTOR)


def opposite(mode: str) -> str:
    return TUTOR if mode == STUDENT else STUDENT
