"""The console: what staff do in a browser. A dialect like the others, but for its callers being the hub's own pages."""

from hub.http.console import (
    announcements,
    calls,
    health,
    jobs,
    members,
    mentors,
    outbox,
    pages,
    people,
    places,
    registrations,
    schedule,
    stories,
    tickets,
    times,
)
from hub.http.console.refusals import refuse
from hub.http.dialect import Dialect

CONSOLE = Dialect(
    "console",
    [
        *pages.ROUTES,
        *announcements.ROUTES,
        *schedule.ROUTES,
        *places.ROUTES,
        *times.ROUTES,
        *mentors.ROUTES,
        *tickets.ROUTES,
        *people.ROUTES,
        *registrations.ROUTES,
        *members.ROUTES,
        *calls.ROUTES,
        *jobs.ROUTES,
        *stories.ROUTES,
        *health.ROUTES,
        *outbox.ROUTES,
        # Last, because they answer at every path that is nothing else's.
        *pages.SHELL,
    ],
    refuse,
)
