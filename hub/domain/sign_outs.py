"""Signing out everywhere: whatever a person is signed in by, in any contract and on any node, is dead at once."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain import accounts, devices, login_sessions, mailed_secrets, member_secrets, token_pairs
from hub.domain.credentials import Claims
from hub.domain.facts import record
from models import Account


@dataclass(frozen=True)
class SignedOutEverywhere:
    public_id: str
    sign_outs: int
    """How often they had been before: what the tokens say that are dead now."""


def of(username: str) -> int:
    """`everywhere` for the person with this username or e-mail address; raises AccountNotFound."""
    return everywhere(accounts.named(username).id)


def everywhere(account_id: int, *, but: Claims | None = None) -> int:
    """End every sign-in of a person, or all but the one of this access token; how many refresh tokens that were.

    What lies in their mailbox is good for nothing either, with which somebody could come in afterwards.
    """
    accounts.hold(account_id)
    account = Account.get_by_id(account_id)
    Account.update(sign_outs=Account.sign_outs + 1).where(Account.id == account_id).execute()
    record(SignedOutEverywhere(account.public_id, account.sign_outs))
    devices.forget_of_tokens(account_id, but=None if but is None else but.parent)
    login_sessions.end_all(account_id)
    mailed_secrets.forget_unused(account_id)
    member_secrets.revoke_all(account_id)
    return token_pairs.revoke_all(account_id, but=None if but is None else but.parent)
