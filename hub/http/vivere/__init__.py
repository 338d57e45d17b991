"""Vivere: the hackathon's day-of contract. Times, maps, announcements, schedule and the mentor queue."""

from hub.http.dialect import Dialect
from hub.http.vivere import accounts, door, live, mentorship, organiser, push, twilio
from hub.http.vivere.refusals import refuse

VIVERE = Dialect(
    "vivere",
    [
        *live.ROUTES,
        *accounts.ROUTES,
        *push.ROUTES,
        *mentorship.ROUTES,
        *door.ROUTES,
        *organiser.ROUTES,
        *twilio.ROUTES,
    ],
    refuse,
)
