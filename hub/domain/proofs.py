"""Proving again who calls, in the unit of work that writes.

A body may trickle in for a minute. Whoever was signed out, disabled or demoted meanwhile does nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hub.domain import accounts, credentials, login_sessions, member_secrets
from hub.domain.actors import OPERATOR, Actor
from models import Account

T = TypeVar("T")


def proven(action: Callable[..., T], *args: Any, by: Actor, **named: Any) -> T:
    """Do it as the caller is now; raises DeadCredential where their credential has died since they came."""
    return action(*args, by=again(by), **named)


def facing(username: str, *, by: Actor) -> tuple[Account, Actor]:
    """Somebody and the caller, both held and as they are now. Raises AccountNotFound and DeadCredential.

    Of two who would shut each other out at the same moment, the second sees that they are shut out already.
    """
    account_id = accounts.named(username).id
    accounts.hold(by.id, account_id)
    account = Account.get_or_none(Account.id == account_id)
    if account is None:
        raise accounts.AccountNotFound()
    return account, again(by)


def again(by: Actor) -> Actor:
    """The caller with what they may do by now; raises DeadCredential, also where the account is gone or disabled."""
    if by == OPERATOR:
        return by
    claims = by.proof
    if claims is None:
        return credentials.bearer(Account.get_or_none(Account.id == by.id))
    if login_sessions.is_of_a_session(claims):
        return login_sessions.actor_behind(claims)
    if member_secrets.is_of_a_member(claims):
        return member_secrets.actor_behind(claims)
    return credentials.actor_behind(claims)
