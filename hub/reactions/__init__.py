"""What happens when ...? Each fact's deliveries, and nothing else: pure functions, registered by the fact's class."""

from hub.reactions import announcements, canary, credentials, mentor_tickets, schedule

__all__ = ["announcements", "canary", "credentials", "mentor_tickets", "schedule"]
