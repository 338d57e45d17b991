"""Signing in by password, with every try counted in the database before the password is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub.domain import accounts, tallies
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import NotSignedIn

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
    if limited:
        tallies.count(_key(login, tallies.network_of(address)), MOST_FROM_ONE_ADDRESS, WINDOW)
        tallies.count(_key(login), MOST_FOR_ONE_NAME, WINDOW)
    account = accounts.find(login)
    if account is None or account.is_disabled:
        return Candidate(None, None)
    return Candidate(actor_of(account), account.password_hash)


def succeed(login: str, *, address: str) -> None:
    tallies.forget([_key(login, tallies.network_of(address)), _key(login)])


def _key(*words: str) -> str:
    return tallies.key_of("login", *words)
