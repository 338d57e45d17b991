"""Accounts: one for a person over all dialects, found by username or e-mail address."""

from __future__ import annotations

import re
import unicodedata

from peewee import IntegrityError, SqliteDatabase, fn

from hub import clock
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import Conflict, Invalid, NotFound
from models import Account, LastNumber, Role, db, held

RESERVED_USERNAMES = frozenset({"public", "invitations", "category", "tags", ".", ".."})
"""Words that are also parts of paths in one of the contracts, or that clients take out of a path."""
_PART = r"[^\s\x00-\x1f\x7f.@<>()\[\],;:\"\\]+"
_ADDRESS = re.compile(rf"{_PART}(\.{_PART})*@{_PART}(\.{_PART})*")
"""Nothing quoted, no numbers for a host, and no letter that mail servers take for another."""
NAMELESS = "-"
"""Stands for a part of a name that is not known: clients take the first letter of each."""


class UsernameTaken(Conflict):
    code = "username_taken"


class EmailTaken(Conflict):
    code = "email_taken"


class AccountNotFound(NotFound):
    code = "account_not_found"


def sign_up(*, name: str, username: str, password_hash: str) -> Actor:
    """Make an account; a username with an @ is an e-mail address too, and unique without case as such."""
    return actor_of(_create(name, username, password_hash))


def register(*, email: str, first_name: str, last_name: str, password_hash: str) -> Actor:
    """Make an account that is known by its e-mail address."""
    refuse_odd_address(email)
    address, name = email.strip(), full_name(first_name, last_name)
    names = {"first_name": first_name, "last_name": last_name}
    try:
        return actor_of(_create(name, address, password_hash, email=address, **names))
    except UsernameTaken:
        raise EmailTaken() from None


def enlist(
    *, username: str, email: str, first_name: str, last_name: str, password_hash: str, **more: str | None
) -> Account:
    """Make an account with a username and an e-mail address. Raises UsernameTaken and EmailTaken."""
    refuse_odd_address(email)
    name = f"{first_name} {last_name}".strip() or username
    names = {"first_name": first_name or None, "last_name": last_name or None}
    shown = name[: Account.name.max_length]
    return _create(shown, username, password_hash, email=email.strip(), **names, **more)


def join(*, email: str, name: str) -> Actor:
    """Make an account that is known by its e-mail address and cannot sign in by password. Raises EmailTaken."""
    address = email.strip()
    try:
        return actor_of(_create(_shown(name) or address, address, None, email=address))
    except UsernameTaken:
        raise EmailTaken() from None


def change_email(account_id: int, email: str) -> bool:
    """Have somebody known by another address; a username that was the old one goes with it. Raises EmailTaken.

    False where it is the same address.
    """
    account, address = Account.get_by_id(account_id), email.strip()
    key = _email_key(address, "email")
    if account.email_key == key:
        return False
    if email_key(account.username) == account.email_key:
        account.username = address
    account.email_key = key
    try:
        with db.atomic():
            account.save(only=[Account.username, Account.email_key])
    except IntegrityError:
        raise EmailTaken() from None
    return True


def rename(account_id: int, name: str) -> None:
    """Have somebody called by another name; by none they cannot be."""
    if _shown(name):
        Account.update(name=_shown(name)).where(Account.id == account_id).execute()


def _shown(name: str) -> str:
    return name.strip()[: Account.name.max_length]


def refuse_odd_address(email: str) -> None:
    """Refuse what cannot be an e-mail address; whether it is one, only a mail to it would show."""
    address = email.strip()
    if not _ADDRESS.fullmatch(address) or unicodedata.normalize("NFKC", address) != address:
        raise Invalid("email", "is not an address")


def admit(*, username: str, first_name: str, last_name: str, email: str | None = None) -> Account:
    """Make an account that only a provider signs in to. Raises UsernameTaken and EmailTaken."""
    names = {"first_name": first_name, "last_name": last_name}
    return _create(full_name(first_name, last_name), username, None, email=email, **names)


def is_disabled(account_id: int) -> bool:
    return Account.select().where((Account.id == account_id) & Account.is_disabled).exists()


def exists(account_id: int) -> bool:
    return Account.select().where(Account.id == account_id).exists()


def hold(*account_ids: int) -> None:
    """Have others wait who would change what is counted for these people, or begin something with them.

    Rows are taken in one order, so that two who want the same people never wait for each other.
    """
    people = Account.select(Account.id).where(Account.id.in_(set(account_ids))).order_by(Account.id)
    list(held(people))


def delete(account_id: int) -> None:
    """Delete an account and all that belongs to it alone."""
    if account_id == _highest_number():
        last = LastNumber.insert(table=_ACCOUNTS, number=account_id)
        # One that was deleted before it had perhaps a higher number yet.
        is_higher = LastNumber.number < account_id
        update = {LastNumber.number: account_id}
        last.on_conflict(conflict_target=[LastNumber.table], update=update, where=is_higher).execute()
    Account.delete().where(Account.id == account_id).execute()


_ACCOUNTS = "account"


def _number() -> dict[str, int]:
    """The number of a new account, where the database must not choose it.

    SQLite gives the number of the newest account, once that is deleted, to the next one; but clients, streams and jobs
    know people by it.
    """
    last = LastNumber.get_or_none(LastNumber.table == _ACCOUNTS) if _reuses_numbers() else None
    return {} if last is None or last.number < _highest_number() else {"id": last.number + 1}


def _reuses_numbers() -> bool:
    return isinstance(db.obj, SqliteDatabase)


def _highest_number() -> int:
    return Account.select(fn.MAX(Account.id)).scalar() or 0


def full_name(first_name: str, last_name: str) -> str:
    """A name whose parts were given apart, as those see it who show it whole."""
    name = first_name if last_name == NAMELESS else f"{first_name} {last_name}"
    return name[: Account.name.max_length]


def first_and_last(account: Account) -> tuple[str, str]:
    """The two parts of a name, neither of them empty."""
    if account.first_name and account.last_name:
        return account.first_name, account.last_name
    first, _, last = account.name.strip().partition(" ")
    return _part(first), _part(last)


def _part(name: str) -> str:
    return name.strip()[: Account.first_name.max_length] or NAMELESS


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


def _create(
    name: str, username: str, password_hash: str | None, email: str | None = None, **more: bool | str | None
) -> Account:
    if username.lower() in RESERVED_USERNAMES:
        raise Invalid("username", "is a reserved word")
    address = email or (username if "@" in username else None)
    key = _email_key(address, "email" if email else "username") if address else None
    if email and Account.get_or_none(username=username) is None and Account.get_or_none(email_key=key):
        raise EmailTaken()
    try:
        return Account.create(
            name=name,
            username=username,
            email_key=key,
            password_hash=password_hash,
            created_at=clock.now(),
            **_number(),
            **more,
        )
    except IntegrityError:
        raise UsernameTaken() from None


def _email_key(address: str, field: str) -> str:
    key = email_key(address)
    if len(key) > Account.email_key.max_length:
        # Some letters are two when they are written small.
        raise Invalid(field, "is too long")
    return key


def email_key(address: str) -> str:
    """The form in which an e-mail address is unique."""
    return address.strip().lower()


def find(login: str) -> Account | None:
    """The account behind what a person typed: a username, else an e-mail address in any case."""
    account = Account.get_or_none(Account.username == login)
    if account is None and "@" in login:
        account = Account.get_or_none(Account.email_key == email_key(login))
    return account


def named(username: str) -> Account:
    """The account of exactly this username, or with this e-mail address; raises AccountNotFound."""
    account = find(username)
    if account is None:
        raise AccountNotFound()
    return account


def revoke_role(username: str, role: str) -> bool:
    """Take a role back; False where they had none by this name."""
    account = named(username)
    return bool(Role.delete().where((Role.account == account) & (Role.name == role)).execute())


def grant_role(username: str, role: str) -> None:
    """Give a role by name; giving it twice changes nothing."""
    _refuse_unfit("role", role, most=64)
    account = named(username)
    Role.insert(account=account, name=role).on_conflict_ignore().execute()
