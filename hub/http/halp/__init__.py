"""Halp: the tutoring contract. Pins, matches, messages and live sessions."""

from hub.http.dialect import Dialect
from hub.http.halp import accounts, enums, images, messages, pins, profile, sessions
from hub.http.halp.auth import SESSION_HEADER
from hub.http.halp.refusals import refuse
from hub.wire.halp_shapes import Refusal

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
    title="Halp",
    description=(
        "Peer tutoring: pins on a map, matches, messages, and live sessions that begin with a handshake.\n\n"
        "Every reply has a `code`, and what the contract speaks of travels with HTTP 200, yes or no.\n\n"
        "A POST, PUT or DELETE may carry `Idempotency-Key`: sent again with the same key, it has one effect."
    ),
    refusal=Refusal,
    refuses_with_200=True,
    security={
        "sessionId": {"type": "apiKey", "in": "header", "name": SESSION_HEADER, "description": "As `login` gave it."}
    },
)
