"""Who may make which call of Techfesia: one line for each route. The tests of who is let in are made from it.

It says what is so; whether somebody may is decided by the actions, and a route that is missing here fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.privileges import (
    CATEGORY,
    CREATE,
    DELETE,
    EVENT,
    ORGANISER,
    READ,
    REGISTRATION,
    TAG,
    TEAM,
    TICKET,
    UPDATE,
    USER,
    VOLUNTEER,
)


@dataclass(frozen=True)
class Access:
    """Who is let in: whoever fits one of these. Disabled people are let in nowhere but where strangers are."""

    anybody: bool = False
    signed_in: bool = False
    owner: str | None = None
    """Whose it is, where that is enough."""
    privilege: tuple[str, str] | None = None
    """Staff with this one; superusers have all."""
    superuser: bool = False


ANYBODY = Access(anybody=True)
SIGNED_IN = Access(signed_in=True)
SUPERUSER = Access(superuser=True)


def staff(subject: str, verb: str) -> Access:
    return Access(privilege=(subject, verb))


def own(owner: str, subject: str | None = None, verb: str = "") -> Access:
    """The owner, and staff with the privilege where there is one for it."""
    return Access(owner=owner, privilege=(subject, verb) if subject else None)


WHO: dict[tuple[str, str], Access] = {
    ("POST", "/auth/token"): ANYBODY,
    ("POST", "/auth/token/obtain"): ANYBODY,
    ("POST", "/auth/token/refresh"): ANYBODY,
    ("PUT", "/auth/token"): SIGNED_IN,
    ("DELETE", "/auth/token"): SIGNED_IN,
    ("GET", "/auth/oauth/{provider}"): ANYBODY,
    ("GET", "/auth/oauth/{provider}/callback"): ANYBODY,
    #
    ("GET", "/users"): staff(USER, READ),
    ("POST", "/users"): ANYBODY,
    ("GET", "/users/{username}"): own("user", USER, READ),
    ("PUT", "/users/{username}"): own("user", USER, UPDATE),
    ("DELETE", "/users/{username}"): staff(USER, DELETE),
    ("GET", "/users/{username}/auth_modes"): own("user", USER, READ),
    ("POST", "/users/{username}/password"): own("user"),
    ("PUT", "/users/{username}/password"): own("user"),
    ("PATCH", "/users/{username}/password"): ANYBODY,
    ("POST", "/users/{username}/password/reset"): ANYBODY,
    ("GET", "/users/{username}/privileges"): staff(USER, READ),
    ("PUT", "/users/{username}/privileges"): SUPERUSER,
    ("PUT", "/users/{username}/picture"): own("user", USER, UPDATE),
    ("PUT", "/users/{username}/pictureupload"): own("user", USER, UPDATE),
    ("PUT", "/users/{username}/disable"): staff(USER, UPDATE),
    ("PUT", "/users/{username}/enable"): staff(USER, UPDATE),
    ("PUT", "/users/{username}/push"): own("user"),
    ("DELETE", "/users/{username}/push"): own("user"),
    ("GET", "/users/{username}/teams"): own("user", TEAM, READ),
    ("GET", "/users/{username}/registrations"): own("user", REGISTRATION, READ),
    ("GET", "/users/{username}/invitation"): own("user", TEAM, READ),
    ("GET", "/users/{username}/invitations"): own("user", TEAM, READ),
    ("PUT", "/users/{username}/invitation/{team}/accept"): own("user"),
    ("PUT", "/users/{username}/invitation/{team}/reject"): own("user"),
    #
    ("GET", "/events/category"): ANYBODY,
    ("POST", "/events/category"): staff(CATEGORY, CREATE),
    ("PUT", "/events/category/{name}"): staff(CATEGORY, UPDATE),
    ("DELETE", "/events/category/{name}"): staff(CATEGORY, DELETE),
    ("GET", "/events/tags"): ANYBODY,
    ("POST", "/events/tags"): staff(TAG, CREATE),
    ("PUT", "/events/tags/{name}"): staff(TAG, UPDATE),
    ("DELETE", "/events/tags/{name}"): staff(TAG, DELETE),
    ("GET", "/events"): ANYBODY,
    ("POST", "/events"): staff(EVENT, CREATE),
    ("GET", "/events/{id}"): ANYBODY,
    ("PUT", "/events/{id}"): staff(EVENT, UPDATE),
    ("DELETE", "/events/{id}"): staff(EVENT, DELETE),
    ("POST", "/events/{id}/photo"): staff(EVENT, UPDATE),
    ("GET", "/image/{name}"): ANYBODY,
    #
    ("POST", "/events/{id}/register"): SIGNED_IN,
    ("POST", "/events/{id}/registrations"): SIGNED_IN,
    ("GET", "/events/{id}/registrations"): staff(REGISTRATION, READ),
    ("GET", "/events/{id}/registrations/{registration}"): own("entrant", REGISTRATION, READ),
    ("DELETE", "/events/{id}/registrations/{registration}"): own("registrant", REGISTRATION, DELETE),
    ("POST", "/events/{id}/registrations/{registration}/payment"): own("registrant"),
    ("PUT", "/events/{id}/registrations/{registration}/payment"): staff(REGISTRATION, UPDATE),
    #
    ("GET", "/events/{id}/organisers"): SIGNED_IN,
    ("POST", "/events/{id}/organisers"): staff(ORGANISER, CREATE),
    ("DELETE", "/events/{id}/organisers/{username}"): staff(ORGANISER, DELETE),
    ("GET", "/events/{id}/volunteers"): SIGNED_IN,
    ("POST", "/events/{id}/volunteers"): staff(VOLUNTEER, CREATE),
    ("PUT", "/events/{id}/volunteers/{username}"): staff(VOLUNTEER, UPDATE),
    ("DELETE", "/events/{id}/volunteers/{username}"): staff(VOLUNTEER, DELETE),
    #
    ("GET", "/teams"): staff(TEAM, READ),
    ("POST", "/teams"): SIGNED_IN,
    ("GET", "/teams/{id}"): own("invitee", TEAM, READ),
    ("PUT", "/teams/{id}"): own("leader", TEAM, UPDATE),
    ("DELETE", "/teams/{id}"): own("leader", TEAM, DELETE),
    ("POST", "/teams/{id}/invitations"): own("leader"),
    ("DELETE", "/teams/{id}/invitations/{username}"): own("leader"),
    ("DELETE", "/teams/{id}/{username}"): own("leader"),
    #
    ("GET", "/ticket"): staff(TICKET, READ),
    ("POST", "/ticket"): SIGNED_IN,
    ("GET", "/ticket/public"): ANYBODY,
    ("GET", "/ticket/{username}"): own("user", TICKET, READ),
    ("PUT", "/ticket/{id}/close"): staff(TICKET, UPDATE),
}
