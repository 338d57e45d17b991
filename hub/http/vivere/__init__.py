"""Vivere: the hackathon's day-of contract. Times, maps, announcements, schedule and the mentor queue."""

from hub.http.dialect import Dialect
from hub.http.vivere import accounts, door, live, mentorship, organiser, push, twilio
from hub.http.vivere.auth import CHECKIN_HEADER, TOKEN_HEADER
from hub.http.vivere.fields import Id
from hub.http.vivere.refusals import refuse
from hub.wire.vivere_shapes import Error

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
    title="Vivere",
    description=(
        "A hackathon's day: times, maps, schedule, announcements, check-in and the mentor queue.\n\n"
        "A POST, PUT or DELETE may carry `Idempotency-Key`: sent again with the same key, it has one effect."
    ),
    refusal=Error,
    security={
        "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER, "description": "As `user/login` gave it."},
        "volunteer": {"type": "apiKey", "in": "header", "name": CHECKIN_HEADER, "description": "The door's password."},
        "twilio": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature", "description": "Made by Twilio."},
    },
    path={"id": Id},
)
