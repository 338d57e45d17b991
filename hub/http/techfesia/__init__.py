"""Techfesia: the festival contract. Accounts and tokens, events, teams, registrations, help tickets, crew."""

from hub.http.dialect import Dialect
from hub.http.techfesia import tokens, users
from hub.http.techfesia.refusals import refuse
from hub.wire import techfesia_shapes as shapes

TECHFESIA = Dialect(
    "techfesia",
    [
        *tokens.ROUTES,
        *users.ROUTES,
    ],
    refuse,
    title="Techfesia",
    description="A college festival: accounts, events, teams, registrations, help tickets and crew.",
    refusal=shapes.Error,
    security={"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
)
