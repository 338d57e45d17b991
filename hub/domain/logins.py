"""Signing in by password, with every try counted in the database before the password is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub import clock
from hub.domain import accounts, tallies
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import NotSignedIn
from models import Account

WINDOW = timedelta(minutes=15)
MOST_FROM_ONE_ADDRESS = 10
"""Wrong tries in a row for one name from one address within the window."""
MOST_FOR_ONE_NAME = 100
"""Wrong tries in a row for one name from anywhere within the window."""


class WrongPassword(NotSignedIn):
    """Also where there is no such account, or it is disabled: a stranger is not told which names exist."""

    code = "wrong_password"


@dataclass(frozen=True)
class Candidate:
    """Who may be signing in, and the hash that their password must match; without an account both are None."""

    actor: Actor | None
    password_hash: str | None


def begin(login: str, *, address: str, limited: bool) -> Candidate:
    """Count a try and say whose password to compare. Call `succeed` if it matches, so that the count starts anew."""
    account = accounts.find(login)
    if limited:
        whose = _whose(login, account)
        tallies.count(_key(*whose, tallies.network_of(address)), MOST_FROM_ONE_ADDRESS, WINDOW)
        tallies.count(_key(*whose), MOST_FOR_ONE_NAME, WINDOW)
    if account is None or account.is_disabled:
        return Candidate(None, None)
    return Candidate(actor_of(account), account.password_hash)


def confirm(candidate: Candidate) -> Actor:
    """Who has shown the password of a candidate; held, so that nothing of them changes before they are signed in.

    Comparing takes long. Raises WrongPassword where they were given another password, were signed out everywhere, or
    were disabled meanwhile: whoever did that meant to keep out who knows the old one.
    """
    if candidate.actor is None:
        raise WrongPassword()
    accounts.hold(candidate.actor.id)
    account = Account.get_or_none(Account.id == candidate.actor.id)
    if account is None or account.is_disabled or account.password_hash != candidate.password_hash:
        raise WrongPassword()
    if account.sign_outs != candidate.actor.sign_outs:
        raise WrongPassword()
    Account.update(last_login_at=clock.now()).where(Account.id == account.id).execute()
    return actor_of(account)


def succeed(login: str, *, address: str) -> None:
    whose = _whose(login, accounts.find(login))
    tallies.forget([_key(*whose, tallies.network_of(address)), _key(*whose)])


def _whose(login: str, account: Account | None) -> tuple[str, str]:
    """For whom a try counts: the name that was said, or the account, which has two names."""
    return ("name", login) if account is None else ("account", str(account.id))


def _key(*words: str) -> str:
    return tallies.key_of("login", *words)
