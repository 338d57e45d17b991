"""Privileges: what each staff member may do, as verbs by subject. Superusers may do everything, and alone give them.

A staff member to whom nobody gave privileges one by one has all of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from hub.domain import proofs
from hub.domain.actors import Actor, organisers_only, privileges_in
from hub.domain.refusals import Invalid, NotAllowed
from models import Account

READ, CREATE, UPDATE, DELETE = VERBS = ("read", "create", "update", "delete")

USER, CATEGORY, TAG, EVENT, REGISTRATION, TEAM = "user", "category", "tag", "event", "registration", "team"
TICKET, ORGANISER, VOLUNTEER = "ticket", "organiser", "volunteer"
LOCATION, ANNOUNCEMENT, TIMES = "location", "announcement", "times"
SUBJECTS = (
    *(USER, CATEGORY, TAG, EVENT, REGISTRATION, TEAM, TICKET, ORGANISER, VOLUNTEER),
    *(LOCATION, ANNOUNCEMENT, TIMES),
)

DISABLED, NORMAL, STAFF, SUPERUSER = "disabled", "normal", "staff", "superuser"
STATES = (NORMAL, STAFF, SUPERUSER)
"""What somebody can be made; whether they are disabled is a matter of its own."""


class PrivilegeMissing(NotAllowed):
    """They are staff, but not for this."""

    code = "privilege_missing"


class SuperusersOnly(NotAllowed):
    code = "superusers_only"


def demand(by: Actor, subject: str, verb: str) -> None:
    """Refuse whoever is not staff (StaffOnly), or is and has not this privilege (PrivilegeMissing)."""
    organisers_only(by)
    if not by.may(subject, verb):
        raise PrivilegeMissing()


def superusers_only(by: Actor) -> None:
    """Refuse anybody else."""
    if not by.is_superuser:
        raise SuperusersOnly()


def state_of(account: Account) -> str:
    """Disabled outranks superuser, and that staff."""
    return DISABLED if account.is_disabled else standing_of(account)


def standing_of(account: Account) -> str:
    """What they were made, and are again once they are enabled."""
    return SUPERUSER if account.is_superuser else STAFF if account.is_staff else NORMAL


def of(account: Account) -> dict[str, list[str]]:
    """The verbs of a staff member by subject, every subject with those that it has."""
    given = privileges_in(account.privileges)
    return {subject: [verb for verb in VERBS if given is None or (subject, verb) in given] for subject in SUBJECTS}


def change(username: str, *, state: str | None, privileges: Mapping[str, Collection[str]] | None, by: Actor) -> Account:
    """Make somebody normal, staff or superuser, with these privileges; None leaves either as it is.

    Nobody changes their own: the last superuser would be gone by a slip.
    """
    superusers_only(by)
    account, by = proofs.facing(username, by=by)
    superusers_only(by)
    if account.id == by.id:
        raise Invalid("username", "is your own; another superuser has to do that")
    if state is not None:
        _refuse_unknown("state", [state], STATES)
        account.is_staff, account.is_superuser = state in (STAFF, SUPERUSER), state == SUPERUSER
    if privileges is not None:
        account.privileges = json.dumps(_sound(privileges))
    account.save(only=[Account.is_staff, Account.is_superuser, Account.privileges])
    return account


def _sound(privileges: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    _refuse_unknown("privileges", privileges, SUBJECTS)
    for subject, verbs in privileges.items():
        _refuse_unknown(f"privileges.{subject}", verbs, VERBS)
    return {subject: [verb for verb in VERBS if verb in verbs] for subject, verbs in privileges.items()}


def _refuse_unknown(field: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise Invalid(field, f"has {name!r}, which is none of {', '.join(known)}")
