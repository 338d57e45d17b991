"""The console's spelling of people: in a list, and one with all that staff may know of them."""

from __future__ import annotations

from typing import Any

from hub.domain import privileges
from hub.domain.devices import Known
from hub.domain.people import Found, Listed, Person
from hub.wire.console import moment
from models import Account


def people(found: Found) -> dict[str, Any]:
    """`total` is null where there are more than anybody reads."""
    people = [listed(one) for one in found.people]
    return {"people": people, "page": found.number, "pages": found.pages, "total": found.total}


def listed(one: Listed) -> dict[str, Any]:
    account = one.account
    return {
        "username": account.username,
        "name": account.name,
        "email": account.email_key,
        "state": privileges.state_of(account),
        "roles": one.roles,
        "last_login_at": moment(account.last_login_at),
    }


def person(person: Person) -> dict[str, Any]:
    account = person.account
    return {
        "id": account.public_id,
        "username": account.username,
        "name": account.name,
        "email": account.email_key,
        "state": privileges.state_of(account),
        "standing": privileges.standing_of(account),
        "privileges": _privileges(account),
        "roles": person.roles,
        "phone_number": account.phone_number,
        "college": account.college,
        "told_by": account.told_by,
        "created_at": moment(account.created_at),
        "last_login_at": moment(account.last_login_at),
        "devices": [device(one) for one in person.devices],
        "may": {"govern": person.may_govern, "privileges": person.may_promote},
    }


def _privileges(account: Account) -> dict[str, list[str]] | None:
    """Null where nobody gave them one by one: then staff have all."""
    return None if account.privileges is None else privileges.of(account)


def device(device: Known) -> dict[str, Any]:
    """Its address and keys are what it is pushed to by, and nobody's business."""
    return {"kind": device.kind, "registered_at": moment(device.registered_at)}


def named(account: Account | None) -> dict[str, str] | None:
    """Whoever did something; null where they are gone."""
    return None if account is None else {"name": account.name, "username": account.username}
