"""Signing in to the console: login sessions whose secrets are good for nothing else, and links that begin one.

A link signs somebody in once, within an hour. It is for who has the machine: the command line prints it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from hub.domain import accounts, login_sessions, logins
from hub.domain.actors import actor_of, organisers_only
from hub.domain.credentials import AccountDisabled, Claims, DeadCredential
from hub.domain.login_sessions import CONSOLE, CONSOLE_LINK, Caller
from hub.domain.refusals import NotSignedIn
from models import Account

LINK_LASTS = timedelta(hours=1)
FIRST_OPERATOR = "operator"


class DeadLink(NotSignedIn):
    """Used, older than an hour, taken back, or never given out."""

    code = "dead_link"


def begin_for(candidate: logins.Candidate) -> str:
    """Sign in somebody whose password was the right one; raises WrongPassword, and StaffOnly for who is not staff."""
    actor = logins.confirm(candidate)
    organisers_only(actor)
    return login_sessions.begin(actor.id, CONSOLE)[0]


def caller_with(secret: str, *, idle: timedelta) -> Caller:
    """The person behind a session of the console; raises DeadCredential."""
    return login_sessions.caller_with(secret, idle=idle, realm=CONSOLE)


def offer_link(username: str) -> str:
    """A new link's secret for a staff member, which nobody can ask for again. Raises AccountNotFound and StaffOnly."""
    account = accounts.named(username)
    organisers_only(actor_of(account))
    if account.is_disabled:
        raise AccountDisabled()
    return login_sessions.begin(account.id, CONSOLE_LINK)[0]


def follow_link(secret: str) -> str:
    """The secret of a new session for whoever brings a link's, which is used up. Raises DeadLink and StaffOnly."""
    try:
        caller = login_sessions.caller_with(secret, idle=LINK_LASTS, realm=CONSOLE_LINK)
    except DeadCredential:
        raise DeadLink() from None
    organisers_only(caller.actor)
    accounts.hold(caller.actor.id)
    if not login_sessions.end(caller.claims):
        # Of two who opened it at the same moment, the other one was first.
        raise DeadLink()
    return login_sessions.begin(caller.actor.id, CONSOLE)[0]


def sign_out(claims: Claims) -> None:
    login_sessions.end(claims)


def first_operator() -> str:
    """The username of the superuser who has been here longest; where there is none, one is made, without a password."""
    superusers = Account.select().where(Account.is_superuser & ~Account.is_disabled)
    found = superusers.order_by(Account.id).first()
    return _made().username if found is None else found.username


def _made() -> Account:
    account = accounts.admit(username=_free_name(), first_name="Hub", last_name="operator")
    Account.update(is_staff=True, is_superuser=True).where(Account.id == account.id).execute()
    return account


def _free_name() -> str:
    """Anybody may have taken the obvious one."""
    is_taken = Account.select().where(Account.username == FIRST_OPERATOR).exists()
    return f"{FIRST_OPERATOR}-{secrets.token_hex(3)}" if is_taken else FIRST_OPERATOR
