"""One's own password: a first one for who signed in without, and another in place of one that is known.

Hashing takes long and is done before; here is what is kept.
"""

from __future__ import annotations

from hub.domain import sign_outs
from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.domain.refusals import Conflict
from models import Account


class PasswordThere(Conflict):
    """They have one: whoever does not know it must not set another."""

    code = "password_there"


class NoPassword(Conflict):
    """They sign in by a provider alone."""

    code = "no_password"


class WrongOldPassword(Conflict):
    """Also where somebody changed it at the same moment."""

    code = "wrong_old_password"


def demand_one(*, by: Actor) -> None:
    """Refuse who has no password that could be changed."""
    if not Account.select().where((Account.id == by.id) & Account.password_hash.is_null(False)).exists():
        raise NoPassword()


def give(password_hash: str, *, by: Actor) -> None:
    """A first password. Of several that come at once, one is kept."""
    has_none = (Account.id == by.id) & Account.password_hash.is_null()
    if not Account.update(password_hash=password_hash).where(has_none).execute():
        raise PasswordThere()


def change(*, was: str, becomes: str, keeping: Claims, by: Actor) -> None:
    """Another password, given as hashes; it signs out everywhere but where the token of these claims is from."""
    is_as_it_was = (Account.id == by.id) & (Account.password_hash == was)
    if not Account.update(password_hash=becomes).where(is_as_it_was).execute():
        raise WrongOldPassword()
    sign_outs.everywhere(by.id, but=keeping)
