"""Token pairs: a short-lived access token, and a refresh token that makes others.

A refresh token has a row for as long as it is good. An access token names the one that it was made from, and dies with
it, so that taking one back is felt at the next call and not when the access token expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain import accounts, devices, logins
from hub.domain.actors import Actor
from hub.domain.credentials import (
    ACCESS,
    REFRESH,
    Claims,
    CredentialRevoked,
    DeadCredential,
    Keys,
    bearer,
)
from hub.domain.facts import record
from hub.domain.refusals import Conflict
from models import Account, RefreshToken

MOST_TOKENS = 50
"""Refresh tokens of one person; for one more, the one that was granted longest ago is taken back."""


@dataclass(frozen=True)
class Minting:
    """With what tokens are signed, and how long they last."""

    keys: Keys
    access_lasts: timedelta
    refresh_lasts: timedelta


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str


class NotYourToken(Conflict):
    """No refresh token at all, or another person's."""

    code = "not_your_token"


def grant_for(candidate: logins.Candidate, minting: Minting) -> Pair:
    """A new pair for somebody whose password was the right one, if it still is; raises WrongPassword."""
    return grant(logins.confirm(candidate).id, minting)


def grant(account_id: int, minting: Minting) -> Pair:
    """A new pair for somebody who has just shown who they are."""
    # Or whoever is disabled or signed out everywhere at this moment would keep it.
    accounts.hold(account_id)
    account = Account.get_or_none(Account.id == account_id)
    actor = bearer(account)
    refresh = minting.keys.mint(actor.public_id, REFRESH, minting.refresh_lasts, sign_outs=actor.sign_outs)
    claims = minting.keys.read(refresh, [REFRESH])
    now = clock.now()
    _make_room(account_id)
    RefreshToken.create(jti=claims.jti, account=account_id, created_at=now, expires_at=claims.expires_at)
    Account.update(last_login_at=now).where(Account.id == account_id).execute()
    return Pair(_access(actor, claims, minting), refresh)


def _make_room(account_id: int) -> None:
    theirs = RefreshToken.select(RefreshToken.jti).where(RefreshToken.account == account_id)
    newest_first = theirs.order_by(RefreshToken.created_at.desc(), RefreshToken.jti)
    _take_back(RefreshToken.jti.in_(newest_first.offset(MOST_TOKENS - 1).limit(MOST_TOKENS)))


def _access(actor: Actor, refresh: Claims, minting: Minting) -> str:
    """It outlives the token that it was made from by nothing."""
    lasts = min(minting.access_lasts, refresh.expires_at - clock.now())
    return minting.keys.mint(actor.public_id, ACCESS, lasts, sign_outs=actor.sign_outs, parent=refresh.jti)


def renew(refresh: str, minting: Minting) -> str:
    """Another access token. Raises DeadCredential for whatever is no good refresh token."""
    claims = minting.keys.read(refresh, [REFRESH])
    actor = bearer(Account.get_or_none(public_id=claims.account))
    # The row decides alone: whoever changes their password is signed out everywhere else, and stays signed in here.
    if RefreshToken.get_or_none(jti=claims.jti) is None:
        raise DeadCredential()
    return _access(actor, claims, minting)


def revoke(refresh: str, keys: Keys, *, by: Actor) -> int:
    """Take one of one's own refresh tokens back; how many that were: none where it was taken back before."""
    try:
        claims = keys.read(refresh, [REFRESH])
    except DeadCredential:
        raise NotYourToken() from None
    if claims.account != by.public_id:
        raise NotYourToken()
    # Or a browser that is added at this moment would be pushed to for ever.
    accounts.hold(by.id)
    return _take_back(RefreshToken.jti == claims.jti)


def _take_back(which) -> int:
    """Take back, with the browsers that came with them."""
    gone = _delete(which)
    devices.forget_with(*gone)
    return len(gone)


def revoke_all(account_id: int, *, but: str | None = None) -> int:
    """Take back all of somebody's, or all but one, and leave their browsers alone; how many that were."""
    theirs = RefreshToken.account == account_id
    return len(_delete(theirs if but is None else theirs & (RefreshToken.jti != but)))


def _delete(which) -> list[str]:
    gone = [row.jti for row in RefreshToken.delete().where(which).returning(RefreshToken).execute()]
    for jti in gone:
        record(CredentialRevoked(jti))
    return gone


def forget_expired(now: datetime) -> None:
    RefreshToken.delete().where(RefreshToken.expires_at <= now).execute()
