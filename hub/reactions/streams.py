"""The names of the streams."""

MENTOR = "mentor"
ANNOUNCEMENTS = "announcements"
SCHEDULE = "schedule"

CANARY = "canary"
"""Heard by nodes only."""
CREDENTIALS = "credentials"
"""Heard by nodes only: which tokens were taken back."""
