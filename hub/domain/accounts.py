"""Accounts: one for a person over all dialects, found by username or e-mail address."""

from __future__ import annotations

from peewee import IntegrityError

from hub import clock
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import Conflict, Invalid, NotFound
from models import Account, Role

RESERVED_USERNAMES = frozenset({"public", "invitations", "category", "tags"})
"""Words that are also parts of paths in one of the contracts."""


class UsernameTaken(Conflict):
    code = "username_taken"


class EmailTaken(Conflict):
    code = "email_taken"


class AccountNotFound(NotFound):
    code = "account_not_found"


def sign_up(*, name: str, username: str, password_hash: str) -> Actor:
    """Make an account; a username with an @ is an e-mail address too, and unique without case as such."""
    return actor_of(_create(name, username, password_hash))


def create_staff(*, name: str, username: str, email: str, password_hash: str, is_superuser: bool) -> Actor:
    """Make an account that may organise, for the command line: nothing of it was looked at before."""
    _refuse_unfit("name", name)
    _refuse_unfit("username", username)
    _refuse_unfit("email", email)
    if "@" not in email:
        raise Invalid("email", "is not an address")
    account = _create(name, username, password_hash, email=email, is_staff=True, is_superuser=is_superuser)
    return actor_of(account)


def _refuse_unfit(field: str, text: str, most: int = 200) -> None:
    if not text.strip():
        raise Invalid(field, "is blank")
    if len(text) > most:
        raise Invalid(field, "is too long")


def _create(name: str, username: str, password_hash: str, email: str | None = None, **flags: bool) -> Account:
    if username.lower() in RESERVED_USERNAMES:
        raise Invalid("username", "is a reserved word")
    address = email or (username if "@" in username else None)
    key = email_key(address) if address else None
    if key is not None and len(key) > Account.email_key.max_length:
        # Some letters are two when they are written small.
        raise Invalid("email" if email else "username", "is too long")
    if email and Account.get_or_none(username=username) is None and Account.get_or_none(email_key=key):
        raise EmailTaken()
    try:
        return Account.create(
            name=name,
            username=username,
            email_key=key,
            password_hash=password_hash,
            created_at=clock.now(),
            **flags,
        )
    except IntegrityError:
        raise UsernameTaken() from None


def email_key(address: str) -> str:
    """The form in which an e-mail address is unique."""
    return address.strip().lower()


def find(login: str) -> Account | None:
    """The account behind what a person typed: a username, else an e-mail address in any case."""
    account = Account.get_or_none(Account.username == login)
    if account is None and "@" in login:
        account = Account.get_or_none(Account.email_key == email_key(login))
    return account


def grant_role(username: str, role: str) -> None:
    """Give a role by name; giving it twice changes nothing."""
    _refuse_unfit("role", role, most=64)
    account = find(username)
    if account is None:
        raise AccountNotFound()
    Role.insert(account=account, name=role).on_conflict_ignore().execute()
