"""Techfesia: the festival contract. Accounts and tokens, events, teams, registrations, help tickets, crew."""

from hub.http.dialect import Dialect
from hub.http.techfesia import (
    crew,
    events,
    invitations,
    labels,
    oauth,
    passwords,
    photos,
    pictures,
    registrations,
    teams,
    tickets,
    tokens,
    users,
)
from hub.http.techfesia.refusals import refuse
from hub.wire import techfesia_shapes as shapes

TECHFESIA = Dialect(
    "techfesia",
    [
        # Its fixed paths come before those of events.
        *labels.ROUTES,
        *events.ROUTES,
        *photos.ROUTES,
        *crew.ROUTES,
        *invitations.ROUTES,
        *oauth.ROUTES,
        *registrations.ROUTES,
        *teams.ROUTES,
        *tickets.ROUTES,
        *tokens.ROUTES,
        *users.ROUTES,
        *passwords.ROUTES,
        *pictures.ROUTES,
    ],
    refuse,
    title="Techfesia",
    description="A college festival: accounts, events, teams, registrations, help tickets and crew.",
    refusal=shapes.Error,
    security={"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
)
