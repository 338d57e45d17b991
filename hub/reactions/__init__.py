"""What happens when ...? Each fact's deliveries, and nothing else: pure functions, registered by the fact's class."""

from hub.reactions import (
    announcements,
    canary,
    counters,
    credentials,
    echoes,
    members,
    mentor_tickets,
    messages,
    passwords,
    schedule,
    seating,
    teams,
    tutoring,
    tutoring_sessions,
)

__all__ = [
    "announcements",
    "canary",
    "counters",
    "credentials",
    "echoes",
    "members",
    "mentor_tickets",
    "messages",
    "passwords",
    "schedule",
    "seating",
    "teams",
    "tutoring",
    "tutoring_sessions",
]
