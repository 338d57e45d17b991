"""Halp: the tutoring contract. Pins, matches, messages and live sessions."""

from hub.http.dialect import Dialect
from hub.http.halp import accounts, enums, images, messages, pins, profile, sessions
from hub.http.halp.refusals import refuse

HALP = Dialect(
    "halp",
    [
        *accounts.ROUTES,
        *profile.ROUTES,
        *pins.ROUTES,
        *images.ROUTES,
        *enums.ROUTES,
        *messages.ROUTES,
        *sessions.ROUTES,
    ],
    refuse,
)
