"""Signing in for as long as one comes again: a login session, and the device that comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain import accounts, counters, credentials, devices, identities, login_sessions, logins, profiles, proofs
from hub.domain.actors import Actor
from hub.domain.credentials import AccountDisabled, Claims
from hub.domain.profiles import Profile
from models import Account


@dataclass(frozen=True)
class Phone:
    """Where pushes for the device go that signs in: `kind` is devices.APN or devices.GCM."""

    kind: str
    token: str


@dataclass(frozen=True)
class SignIn:
    secret: str
    """What the caller shows from now on; it is kept nowhere."""
    profile: Profile


def sign_in_for(candidate: logins.Candidate, phone: Phone | None) -> SignIn:
    """Sign in somebody whose password was the right one, if it still is; raises WrongPassword."""
    return sign_in(logins.confirm(candidate).id, phone)


def sign_in(account_id: int, phone: Phone | None) -> SignIn:
    """A new login session; a phone that signs in is pushed to for this account and no longer for another."""
    # Or a message that comes at the same moment would be told to nobody.
    accounts.hold(account_id)
    secret, number = login_sessions.begin(account_id)
    if phone is not None:
        shown = counters.of(account_id).as_text()
        devices.register(account_id, kind=phone.kind, address=phone.token, shown=shown, login_session_id=number)
    return SignIn(secret, profiles.of(account_id))


def register(
    *, email: str, first_name: str, last_name: str, password_hash: str, image: str | None, phone: Phone | None
) -> SignIn:
    """Make an account and sign in at once."""
    actor = accounts.register(email=email, first_name=first_name, last_name=last_name, password_hash=password_hash)
    if image is not None:
        profiles.set_image(actor.id, image)
    return sign_in(actor.id, phone)


def add_browser(*, endpoint: str, keys: Mapping[str, str], jti: str, by: Actor) -> None:
    """Push to this browser until the token `jti` is taken back; asked again it is the same browser."""
    accounts.hold(by.id)
    # Or a browser would be pushed to for ever by a token that was taken back just now.
    proofs.again(by)
    shown = counters.of(by.id).as_text()
    devices.register(by.id, kind=devices.WEB, address=endpoint, keys=keys, shown=shown, jti=jti)


def remove_browser(*, endpoint: str, by: Actor) -> None:
    """Push to this browser no more; nothing happens where it is not the caller's."""
    devices.unregister(by.id, kind=devices.WEB, address=endpoint)


def sign_out(claims: Claims) -> None:
    """Take a signed token back; browsers that came with it are pushed to no more."""
    # Or a browser that is added at this moment would be pushed to for ever.
    accounts.hold(*(row.id for row in Account.select(Account.id).where(Account.public_id == claims.account)))
    credentials.revoke(claims)
    devices.forget_with(claims.jti)


def sign_in_by(provider: str, subject: str, *, first_name: str, last_name: str, phone: Phone | None) -> SignIn:
    """Sign in somebody whom a provider vouches for; the first time makes the account."""
    actor: Actor = identities.sign_in_by(provider, subject, first_name=first_name, last_name=last_name)
    accounts.hold(actor.id)
    if accounts.is_disabled(actor.id):
        raise AccountDisabled()
    return sign_in(actor.id, phone)
