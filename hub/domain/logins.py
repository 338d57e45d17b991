"""Signing in by password, with every try counted in the database before the password is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain import accounts
from hub.domain.actors import Actor, actor_of
from hub.domain.refusals import NotSignedIn, TooMany
from models import LoginFailure

WINDOW = timedelta(minutes=15)
MOST_FROM_ONE_ADDRESS = 10
"""Wrong tries in a row for one name from one address within the window."""
MOST_FOR_ONE_NAME = 100
"""Wrong tries in a row for one name from anywhere within the window."""


class WrongPassword(NotSignedIn):
    """Also where there is no such account: a stranger is not told which names exist."""

    code = "wrong_password"


@dataclass(frozen=True)
class Candidate:
    """Who may be signing in, and the hash that their password must match; without an account both are None."""

    actor: Actor | None
    password_hash: str | None


def begin(login: str, *, address: str, limited: bool) -> Candidate:
    """Count a try and say whose password to compare. Call `succeed` if it matches, so that the count starts anew."""
    if limited:
        _count(_key(login, address), MOST_FROM_ONE_ADDRESS)
        _count(_key(login), MOST_FOR_ONE_NAME)
    account = accounts.find(login)
    if account is None:
        return Candidate(None, None)
    return Candidate(actor_of(account), account.password_hash)


def succeed(login: str, *, address: str) -> None:
    LoginFailure.delete().where(LoginFailure.key.in_([_key(login, address), _key(login)])).execute()


def _count(key: str, most: int) -> None:
    now = clock.now()
    LoginFailure.delete().where((LoginFailure.key == key) & (LoginFailure.since <= now - WINDOW)).execute()
    LoginFailure.insert(key=key, count=0, since=now).on_conflict_ignore().execute()
    counted = LoginFailure.update(count=LoginFailure.count + 1).where(
        (LoginFailure.key == key) & (LoginFailure.count < most)
    )
    if not counted.execute():
        raise TooMany(_seconds_left(LoginFailure.get_by_id(key).since, now))


def _seconds_left(since: datetime, now: datetime) -> int:
    return max(1, int((since + WINDOW - now).total_seconds()) + 1)


def _key(*words: str) -> str:
    """A name as it is counted: without case, like e-mail addresses, and hashed, because people type passwords here."""
    return hashlib.sha256("\0".join(word.strip().lower() for word in words).encode()).hexdigest()


def forget_old(now: datetime) -> None:
    LoginFailure.delete().where(LoginFailure.since <= now - WINDOW).execute()
