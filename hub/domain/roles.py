"""Roles: what a person may do beyond what everybody may."""

from __future__ import annotations

from hub.domain import accounts
from hub.domain.actors import Actor
from hub.domain.refusals import Invalid, NotAllowed
from models import Account, Role

ADMIN, PHONEBANK = "admin", "phonebank"
KNOWN = frozenset({ADMIN, PHONEBANK})


class RoleNeeded(NotAllowed):
    code = "role_needed"


class EmailNotFound(Invalid):
    """Nobody is known by this address."""

    code = "email_not_found"

    def __init__(self) -> None:
        super().__init__("email", "is nobody's")


def demand(by: Actor, *names: str) -> None:
    """Refuse whoever has none of these roles; a superuser has all."""
    if by.is_superuser:
        return
    if not Role.select().where((Role.account == by.id) & Role.name.in_(names)).exists():
        raise RoleNeeded()


def of(account_id: int) -> list[str]:
    """Those that somebody has, in order of name."""
    rows = Role.select(Role.name).where(Role.account == account_id).order_by(Role.name)
    return [name for (name,) in rows.tuples().execute()]


def give(email: str, role: str, *, by: Actor) -> None:
    """Give a role to the person with this address; giving it twice changes nothing."""
    demand(by, ADMIN)
    if role not in KNOWN:
        raise Invalid("role", f"is none of {', '.join(sorted(KNOWN))}")
    account = with_email(email)
    Role.insert(account=account, name=role).on_conflict_ignore().execute()


def with_email(email: str) -> Account:
    """The account that this e-mail address leads to; raises EmailNotFound."""
    account = Account.get_or_none(Account.email_key == accounts.email_key(email))
    if account is None:
        raise EmailNotFound()
    return account
