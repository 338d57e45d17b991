"""Login sessions: sign-ins that last as long as they are used, and end when the person signs out.

Their secret is an unguessable text that the hub keeps only as a hash. Not to be confused with tutoring sessions.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub import clock
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, CredentialRevoked, DeadCredential, bearer
from hub.domain.facts import record
from models import Account, LoginSession

SECRET_FORM = re.compile(r"[0-9a-f]{32}")
LONGEST_BETWEEN_TOUCHES = timedelta(hours=1)
CONSOLE, CONSOLE_LINK = "console ", "console link "
"""Realms: a secret of one is good for nothing in another. What belongs to none is Halp's."""
MOST_SESSIONS = 50
"""Of one person; when one more begins, the one that was used longest ago ends."""


@dataclass(frozen=True)
class Caller:
    """Who calls by a login session, and until when it lives if it is not used again."""

    actor: Actor
    claims: Claims
    is_worth_touching: bool
    """It was used so long ago that this use should be noted."""


def begin(account_id: int, realm: str = "") -> tuple[str, int]:
    """A new session of the account: its secret, which nobody can ask for again, and its number."""
    _make_room(account_id)
    secret = secrets.token_hex(16)
    now = clock.now()
    session = LoginSession.create(account=account_id, secret_hash=_hashed(realm + secret), created_at=now, used_at=now)
    return secret, session.id


def _make_room(account_id: int) -> None:
    theirs = LoginSession.select(LoginSession.id).where(LoginSession.account == account_id)
    latest_first = theirs.order_by(LoginSession.used_at.desc(), LoginSession.id.desc())
    # A few more at most, where there are many from before there was a limit.
    too_many = LoginSession.id.in_(latest_first.offset(MOST_SESSIONS - 1).limit(MOST_SESSIONS))
    for session in LoginSession.delete().where(too_many).returning(LoginSession).execute():
        record(CredentialRevoked(_JTI + session.secret_hash))


def looks_like_one(token: str) -> bool:
    return SECRET_FORM.fullmatch(token) is not None


def jti_of(secret: str) -> str:
    """Under what the session of this secret is known, whether there is one or not."""
    return _JTI + _hashed(secret)


def caller_with(secret: str, *, idle: timedelta, realm: str = "") -> Caller:
    """The person behind a session that was used within `idle`; raises DeadCredential for any other."""
    session = LoginSession.get_or_none(LoginSession.secret_hash == _hashed(realm + secret))
    return _caller(session, idle)


def still_good(claims: Claims, *, idle: timedelta) -> Claims | None:
    """What a session's claims have become by its later use; None where it ended."""
    try:
        return _caller(LoginSession.get_or_none(_is(claims)), idle).claims
    except DeadCredential:
        return None


def _caller(session: LoginSession | None, idle: timedelta) -> Caller:
    now = clock.now()
    if session is None or session.used_at + idle <= now:
        raise DeadCredential()
    account: Account = session.account
    claims = Claims(account.public_id, _JTI + session.secret_hash, session.used_at + idle, account.sign_outs)
    unnoted = now - session.used_at
    return Caller(_bearer(session, claims), claims, unnoted >= min(LONGEST_BETWEEN_TOUCHES, idle / 10))


def _bearer(session: LoginSession, claims: Claims) -> Actor:
    return replace(bearer(session.account), login_session_id=session.id, proof=claims)


def actor_behind(claims: Claims) -> Actor:
    """Who called by a session a moment ago; raises DeadCredential where it has ended since."""
    session = LoginSession.get_or_none(_is(claims))
    if session is None:
        raise DeadCredential()
    return _bearer(session, claims)


def touch(claims: Claims) -> None:
    """Note that it was used now."""
    LoginSession.update(used_at=clock.now()).where(_is(claims)).execute()


def end(claims: Claims) -> bool:
    """Sign out: the session is dead at once, on every node, and its device is pushed to no more. False if it was."""
    is_news = bool(LoginSession.delete().where(_is(claims)).execute())
    if is_news:
        record(CredentialRevoked(claims.jti))
    return is_news


def end_all(account_id: int) -> None:
    """End every session of a person who is signed out everywhere; that is told of all of them at once."""
    LoginSession.delete().where(LoginSession.account == account_id).execute()


def is_of_a_session(claims: Claims) -> bool:
    return claims.jti.startswith(_JTI)


_JTI = "login-session-"


def _is(claims: Claims):
    # Known by its hash: SQLite gives the number of a session that has ended to the next one.
    return LoginSession.secret_hash == claims.jti.removeprefix(_JTI)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_idle(now: datetime, idle: timedelta) -> None:
    LoginSession.delete().where(LoginSession.used_at <= now - idle).execute()
