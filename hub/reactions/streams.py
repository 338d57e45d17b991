"""The names of the streams."""

MENTOR = "mentor"
ANNOUNCEMENTS = "announcements"
SCHEDULE = "schedule"

CANARY = "canary"
"""Heard by nodes only."""
CREDENTIALS = "credentials"
"""Heard by nodes only: which tokens were taken back."""

OF_PEOPLE = "user:"
"""How the streams of single persons begin."""


def user_stream(account_id: int, name: str) -> str:
    """A person's own stream, heard on all their devices and by nobody else."""
    return f"{OF_PEOPLE}{account_id}:{name}"


def messages_of(account_id: int) -> str:
    return user_stream(account_id, "messages")


def sessions_of(account_id: int) -> str:
    return user_stream(account_id, "sessions")
