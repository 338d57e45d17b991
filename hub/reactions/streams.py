"""The names of the streams."""

from hub.domain.journal import OF_PEOPLE, stream_of_person

__all__ = ["ANNOUNCEMENTS", "CANARY", "CREDENTIALS", "MENTOR", "OF_PEOPLE", "SCHEDULE", "user_stream"]

MENTOR = "mentor"
ANNOUNCEMENTS = "announcements"
SCHEDULE = "schedule"

ECHOES = "conformance"
"""The room of the conformance profile."""
CANARY = "canary"
"""Heard by nodes only."""
CREDENTIALS = "credentials"
"""Heard by nodes only: which tokens were taken back."""

user_stream = stream_of_person


def messages_of(account_id: int) -> str:
    return user_stream(account_id, "messages")


def sessions_of(account_id: int) -> str:
    return user_stream(account_id, "sessions")


def members_of(account_id: int) -> str:
    return user_stream(account_id, "members")


def teams_of(account_id: int) -> str:
    return user_stream(account_id, "teams")
