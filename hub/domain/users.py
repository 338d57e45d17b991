"""Users: accounts as a festival's staff see them, with a phone number, a college and a picture.

Everybody may read and change their own; staff, by privilege, everybody's. Only superusers meddle with staff.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from peewee import Expression, fn

from hub.domain import accounts, mailed_secrets, members, pages, profiles, proofs, sign_outs
from hub.domain.accounts import AccountNotFound
from hub.domain.actors import Actor
from hub.domain.pages import Page
from hub.domain.privileges import READ, UPDATE, USER, SuperusersOnly, demand
from hub.domain.refusals import Conflict, Invalid, NotAllowed
from models import Account, Role

BY_MAIL, BY_PUSH, NOT_AT_ALL = ("mail", "push", "none")
"""How somebody hears of what concerns them while they are not connected."""


class FixedForEver(Conflict):
    """A username is part of addresses, and an id is what others know somebody by."""

    code = "fixed_for_ever"


class OwnAccount(Conflict):
    """Nobody disables or deletes themself: the last superuser would be gone by a slip."""

    code = "own_account"


def sign_up(given: Mapping[str, Any], *, password_hash: str) -> Account:
    """Make an account out of what somebody gave of themselves. Raises Invalid, UsernameTaken and EmailTaken."""
    _refuse_odd_username(given["username"], given["email"])
    return accounts.enlist(
        username=given["username"],
        email=given["email"],
        first_name=_filled(given["firstName"]) or "",
        last_name=_filled(given["lastName"]) or "",
        password_hash=password_hash,
        phone_number=_filled(given["phoneNumber"]),
        college=_filled(given["collegeName"]),
        picture_url=_picture(given["profilePicture"]),
        told_by=given.get("notifyBy") or BY_MAIL,
    )


def _refuse_odd_username(username: str, email: str) -> None:
    if not username.strip("."):
        raise Invalid("username", "is no part of an address")
    # A name with an @ leads to an account as an e-mail address does, so it must not be somebody else's.
    if "@" in username and accounts.email_key(username) != accounts.email_key(email):
        raise Invalid("username", "has an @ and is not your e-mail address")


def _filled(text: str | None) -> str | None:
    """A blank text says nothing."""
    return (text or "").strip() or None


def _picture(address: str | None) -> str | None:
    """The address of a picture, which pages of others show; any text but one that such a page would run or open up."""
    # Browsers leave blanks and control characters out of it too.
    if re.sub(r"[\x00-\x20]", "", address or "").lower().startswith(("javascript:", "vbscript:", "data:")):
        raise Invalid("profilePicture", "is not the address of a picture")
    return _filled(address)


def get(username: str, *, by: Actor) -> Account:
    """One user, for themselves and for staff who may read users."""
    if not is_self(username, by):
        demand(by, USER, READ)
    return accounts.named(username)


def is_self(username: str, by: Actor) -> bool:
    return username == by.username


def own_only(username: str, by: Actor) -> None:
    """Refuse whoever does for another what everybody does for themselves."""
    if not is_self(username, by):
        raise NotAllowed()


def first_and_last(account: Account) -> tuple[str, str]:
    """The two parts of a name as they were given, empty where they were not."""
    if account.first_name is None and account.last_name is None:
        if account.name == account.username:
            return "", ""
        first, last = accounts.first_and_last(account)
    else:
        first, last = account.first_name or "", account.last_name or ""
    return _without_stand_in(first), _without_stand_in(last)


def _without_stand_in(part: str) -> str:
    return "" if part == accounts.NAMELESS else part


def page(filters: Mapping[str, Any], *, number: int, size: int, by: Actor) -> Page[Account]:
    """A page of those users whom all filters fit, in order of username. Raises Invalid for what is no filter."""
    demand(by, USER, READ)
    fitting = [_FILTERS[name](wanted) for name, wanted in filters.items()]
    return pages.page_of(
        Account.select().where(*fitting).order_by(Account.username) if fitting else _everybody(),
        number=number,
        size=size,
    )


def _everybody():
    return Account.select().order_by(Account.username)


def _same(column: Any, text: str) -> Expression:
    """Without case, as the database knows it: SQLite only that of the letters from A to Z."""
    return fn.LOWER(column) == fn.LOWER(text)


_NAMED_APART = Account.first_name.is_null(False) | Account.last_name.is_null(False)
_NAMED_WHOLE = ~_NAMED_APART & (Account.name != Account.username)


def _has_first_name(text: str) -> Expression:
    begins = _same(Account.name, text) | Account.name.startswith(f"{text} ")
    return _same(Account.first_name, text) | (_NAMED_WHOLE & begins & (" " not in text))


def _has_last_name(text: str) -> Expression:
    """Of a name that was given whole, the last is all that follows its first blank."""
    blanks = fn.LENGTH(Account.name) - fn.LENGTH(fn.REPLACE(Account.name, " ", ""))
    ends = Account.name.endswith(f" {text}") & (blanks == 1 + text.count(" "))
    return _same(Account.last_name, text) | (_NAMED_WHOLE & ends)


def _shows(text: str) -> Expression:
    """An uploaded picture is known by the end of its address."""
    elsewhere = Account.image.is_null() & _same(Account.picture_url, text)
    return (Account.image == _name_in(text)) | elsewhere


def _name_in(address: str) -> str:
    return address.rpartition("/")[2]


def _within(column: Any) -> Callable[[tuple[datetime, datetime]], Expression]:
    return lambda span: (column >= span[0]) & (column < span[1])


_FILTERS: Mapping[str, Callable[[Any], Expression]] = {
    "publicId": lambda text: _same(Account.public_id, text),
    "username": lambda text: _same(Account.username, text),
    "firstName": _has_first_name,
    "lastName": _has_last_name,
    "email": lambda text: Account.email_key == accounts.email_key(text),
    "phoneNumber": lambda text: _same(Account.phone_number, text),
    "collegeName": lambda text: _same(Account.college, text),
    "profilePicture": _shows,
    "dateJoined": _within(Account.created_at),
    "lastLogin": _within(Account.last_login_at),
}
"""By the names that everybody gives them; a text, or of a date the first moment and the one after the last."""


def changeable(username: str, *, by: Actor) -> Account:
    """The user whose profile the caller may change: their own, or another's by privilege."""
    if is_self(username, by):
        return accounts.named(username)
    demand(by, USER, UPDATE)
    return _below(accounts.named(username), by)


def governed(username: str, verb: str, *, by: Actor) -> Account:
    """The user to whom staff may do what nobody does to themselves."""
    demand(by, USER, verb)
    if accounts.named(username).id == by.id:
        raise OwnAccount()
    account, by = proofs.facing(username, by=by)
    demand(by, USER, verb)
    return _below(account, by)


def _below(account: Account, by: Actor) -> Account:
    """Of two staff members neither is above the other; or whoever may update users could become a superuser.

    Neither are they above whoever has a role in another contract, and who could be theirs by another e-mail address.
    """
    if not _is_below(account, by):
        raise SuperusersOnly()
    return account


def _is_below(account: Account, by: Actor) -> bool:
    if by.is_superuser or account.id == by.id:
        return True
    return not (account.is_staff or account.is_superuser or Role.select().where(Role.account == account).exists())


def may_govern(account: Account, by: Actor) -> bool:
    """Whether they may do to somebody what nobody does to themselves, as `governed` will find."""
    return by.may(USER, UPDATE) and account.id != by.id and _is_below(account, by)


def change(username: str, given: Mapping[str, Any], *, by: Actor) -> Account:
    """Change what is given of a profile, and keep the rest; a blank text takes away. Raises EmailTaken."""
    account = changeable(username, by=by)
    for name, known in (("username", account.username), ("publicId", account.public_id)):
        if given.get(name, known) != known:
            raise FixedForEver()
    if given.get("email") is not None:
        _change_email(account, given["email"])
    account = _held(account.id)
    if "profilePicture" in given:
        _show(account, given["profilePicture"])
    changed = {**_names(account, given), **_plain(given)}
    if changed:
        Account.update(**changed).where(Account.id == account.id).execute()
    return Account.get_by_id(account.id)


def _held(account_id: int) -> Account:
    accounts.hold(account_id)
    account = Account.get_or_none(Account.id == account_id)
    if account is None:
        raise AccountNotFound()
    return account


def _change_email(account: Account, email: str) -> None:
    accounts.refuse_odd_address(email)
    if accounts.email_key(email) == account.email_key:
        return
    # Whoever changes their details as a member takes that row first too.
    members.note_address(account.id, email)
    if accounts.change_email(account.id, email):
        mailed_secrets.forget_unused(account.id)


def _names(account: Account, given: Mapping[str, Any]) -> dict[str, str]:
    if "firstName" not in given and "lastName" not in given:
        return {}
    before = first_and_last(account)
    first = given.get("firstName", before[0]).strip()
    last = given.get("lastName", before[1]).strip()
    whole = f"{first} {last}".strip() or account.username
    return {"first_name": first, "last_name": last, "name": whole[: Account.name.max_length]}


_COLUMNS = {"phoneNumber": "phone_number", "collegeName": "college"}


def _plain(given: Mapping[str, Any]) -> dict[str, str | None]:
    changed = {column: _filled(given[name]) for name, column in _COLUMNS.items() if name in given}
    return {**changed, **({"told_by": given["notifyBy"]} if "notifyBy" in given else {})}


def _show(account: Account, address: str) -> None:
    """Show the picture at another address; the one that is shown now may be named like any other, and stays."""
    if account.image is not None and _name_in(address) == account.image:
        return
    profiles.set_image(account.id, None)
    Account.update(picture_url=_picture(address)).where(Account.id == account.id).execute()


def set_picture(username: str, name: str, *, by: Actor) -> None:
    """Show a picture that was uploaded; the one before is given back to the store."""
    account = _held(changeable(username, by=by).id)
    profiles.set_image(account.id, name)
    Account.update(picture_url=None).where(Account.id == account.id).execute()


def disable(username: str, *, by: Actor) -> None:
    """Sign somebody out everywhere, and let them in nowhere; they are as they were once they are enabled."""
    account = _held(governed(username, UPDATE, by=by).id)
    Account.update(is_disabled=True).where(Account.id == account.id).execute()
    sign_outs.everywhere(account.id)


def enable(username: str, *, by: Actor) -> None:
    """Let somebody sign in again; what they were signed in by before stays dead."""
    account = _held(governed(username, UPDATE, by=by).id)
    if account.is_disabled:
        # Whoever signed in at the very moment when they were disabled would be signed in now.
        sign_outs.everywhere(account.id)
        Account.update(is_disabled=False).where(Account.id == account.id).execute()
