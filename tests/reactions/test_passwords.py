"""Passwords: what is asked for is mailed by a job that knows which, and no secret."""

from __future__ import annotations

from hub.delivery import Job, deliveries
from hub.domain.password_resets import ResetAsked


def test_a_reset_that_is_asked_for_is_mailed():
    assert deliveries(ResetAsked(7, "abc-2026")) == [Job("mail.password_reset", {"reset_id": 7, "round": "abc-2026"})]
