"""People, as staff look for them: by a part of a name, and one with all that may be known and done.

A search reads accounts, newest first, until it has found a thousand: what many are called costs next to nothing, and
what hardly anybody is called takes one look at each. Letters are the same large and small, of every script. What is
not: those that are several when written large (ß and SS), the two small sigmas, and letters with and without accents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from peewee import Expression, SqliteDatabase, fn

from hub.domain import accounts, devices, privileges, proofs, roles, sign_outs, users
from hub.domain.actors import Actor
from hub.domain.devices import Known
from hub.domain.pages import NoSuchPage
from hub.domain.privileges import READ, UPDATE, USER, demand, superusers_only
from hub.domain.refusals import Invalid
from hub.domain.users import OwnAccount
from models import Account, Role, db

MOST_FOUND = 1000
"""Of more nobody reads the list; they are asked to say more of whom they look for."""
PAGE = 25
_PART_OF_AN_ID = re.compile(r"[0-9a-f]{6,24}")
"""Shorter ones are in the id of somebody who is called otherwise."""


@dataclass(frozen=True)
class Listed:
    account: Account
    roles: list[str]


@dataclass(frozen=True)
class Found:
    """A page of those found; `total` is None where there are more than anybody reads."""

    people: list[Listed]
    number: int
    pages: int
    total: int | None


@dataclass(frozen=True)
class Person:
    """Somebody with what staff may know of them, and what the one who asks may do."""

    account: Account
    roles: list[str]
    devices: list[Known]
    may_govern: bool
    """Disable, enable and sign out."""
    may_promote: bool
    """Make them normal, staff or superuser, and give and take privileges and roles."""


def find(text: str, *, number: int, by: Actor) -> Found:
    """A page of those in whose username, name, e-mail address or public id `text` is: who has exactly this name first,
    then the newest. Raises NoSuchPage behind the last one.
    """
    demand(by, USER, READ)
    wanted = text.strip()
    numbers = _numbers(wanted) if wanted else _newest()
    shown = numbers[:MOST_FOUND]
    pages = max(1, -(-len(shown) // PAGE))
    if not 1 <= number <= pages:
        raise NoSuchPage(PAGE, pages)
    total = None if len(numbers) > MOST_FOUND else len(numbers)
    return Found(_listed(shown[(number - 1) * PAGE : number * PAGE]), number, pages, total)


def _numbers(wanted: str) -> list[int]:
    exact = accounts.find(wanted)
    first = [] if exact is None else [exact.id]
    return first + [number for number in _newest(_is_part_of_somebody(wanted)) if number not in first]


def _newest(*which: Expression) -> list[int]:
    """One more than are shown, so that it is known whether there are more. In the order of the table, which costs
    databases a tenth of what that of an index would."""
    rows = Account.select(Account.id).where(*which) if which else Account.select(Account.id)
    return [number for (number,) in rows.order_by(Account.id.desc()).limit(MOST_FOUND + 1).tuples().execute()]


def _is_part_of_somebody(wanted: str) -> Expression:
    named = _is_part(wanted, Account.username) | _is_part(wanted, Account.name) | _is_part(wanted, Account.email_key)
    may_be_id = _PART_OF_AN_ID.fullmatch(wanted.lower())
    return named | Account.public_id.contains(wanted.lower()) if may_be_id else named


def _is_part(wanted: str, column) -> Expression:
    """Every database knows the two forms of the letters from A to Z; of others it is told what they may look like."""
    if wanted.isascii():
        return column.contains(wanted)
    if isinstance(db.obj, SqliteDatabase):
        # What is all ASCII is not it, and that is seen in a tenth of the time.
        has_other_letters = fn.LENGTH(column) != fn.LENGTH(column.cast("blob"))
        return has_other_letters & (fn.GLOB(f"*{_either_form(wanted, '[{}]')}*", column) == 1)
    return column.regexp(_either_form(wanted, "\\{}"))


def _either_form(wanted: str, plain: str) -> str:
    """A pattern that takes each letter large or small, and nothing for more than it is; `plain` says how that is said
    of what would be."""
    return "".join(_class_of(letter) or (letter if letter.isalnum() else plain.format(letter)) for letter in wanted)


def _class_of(letter: str) -> str:
    forms = dict.fromkeys((letter, letter.lower(), letter.upper(), letter.title()))
    single = [form for form in forms if len(form) == 1]
    return f"[{''.join(single)}]" if len(single) > 1 else ""


def _listed(numbers: list[int]) -> list[Listed]:
    rows = {account.id: account for account in Account.select().where(Account.id.in_(numbers))}
    roles_of = _roles_of(numbers)
    return [Listed(rows[number], roles_of[number]) for number in numbers]


def _roles_of(numbers: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Role.select(Role.account, Role.name).where(Role.account.in_(list(numbers))).order_by(Role.name)
    for number, name in rows.tuples().execute():
        found[number].append(name)
    return found


def get(username: str, *, by: Actor) -> Person:
    """Somebody, for staff who may read users; raises AccountNotFound."""
    demand(by, USER, READ)
    account = accounts.named(username)
    return Person(
        account,
        _roles_of([account.id])[account.id],
        devices.of(account.id),
        users.may_govern(account, by),
        by.is_superuser and account.id != by.id,
    )


def sign_out(username: str, *, by: Actor) -> None:
    """End whatever somebody is signed in by, on every node; they may come in again."""
    sign_outs.everywhere(users.governed(username, UPDATE, by=by).id)


def give_role(username: str, role: str, *, by: Actor) -> None:
    """Give a role; giving it twice changes nothing."""
    account = _promotable(username, by)
    if role not in roles.KNOWN:
        raise Invalid("role", f"is none of {', '.join(sorted(roles.KNOWN))}")
    Role.insert(account=account, name=role).on_conflict_ignore().execute()


def take_role(username: str, role: str, *, by: Actor) -> None:
    """Take a role back, of whatever name; nothing happens where they have none."""
    account = _promotable(username, by)
    Role.delete().where((Role.account == account) & (Role.name == role)).execute()


def _promotable(username: str, by: Actor) -> Account:
    """Somebody else, held, and the caller a superuser still."""
    superusers_only(by)
    account, by = proofs.facing(username, by=by)
    privileges.superusers_only(by)
    if account.id == by.id:
        raise OwnAccount()
    return account
