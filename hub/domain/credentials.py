"""Tokens that say who calls: minted at login, checked on every call, taken back by revocation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options
from peewee import Field, Model

from hub import clock
from hub.domain.actors import Actor, actor_of
from hub.domain.facts import record
from hub.domain.refusals import NotSignedIn
from models import Account, RefreshToken, RevokedCredential

ALGORITHM = "HS256"
ISSUER = "hub"
AUDIENCE = "hub"
REQUIRED = ["exp", "iat", "sub", "jti", "iss", "aud", "typ"]
USUAL_KEYS, MORE_KEYS = frozenset(REQUIRED), frozenset({"round", "parent"})
OUR_HEADER = jwt.encode({}, "x" * 32, ALGORITHM).partition(".")[0]
"""The first part of every token that this hub mints."""
ACCESS, REFRESH = "access", "refresh"
SIGN_IN_KINDS = ("vivere", ACCESS)
"""The kinds of token that say who a person is, whatever dialect they signed in by."""
LONGEST_TOKEN = 4096
"""Characters; a longer one is refused before any work is spent on it."""


@dataclass(frozen=True)
class CredentialRevoked:
    jti: str


class DeadCredential(NotSignedIn):
    """Malformed, forged, expired, revoked, or its account is gone."""

    code = "dead_credential"


class AccountGone(DeadCredential):
    code = "account_gone"


class AccountDisabled(DeadCredential):
    code = "account_disabled"


@dataclass(frozen=True)
class Claims:
    """What a genuine, unexpired token says."""

    account: str
    """The account's public id."""
    jti: str
    expires_at: datetime
    sign_outs: int = 0
    """How often its person had been signed out everywhere when it was made."""
    parent: str | None = None
    """The refresh token that it was made from; it is good for as long as that is."""

    @property
    def names(self) -> tuple[str, str, str]:
        """Under what it may be taken back: by itself, with what it came with, or with everything of its account."""
        came_with = self.parent or name_of_round(self.account, self.sign_outs)
        return self.jti, came_with, name_of_all(self.account)


@dataclass(frozen=True)
class Keys:
    """The hub's secret, handed down from the settings."""

    secret: str

    def mint(self, account: str, kind: str, lasts: timedelta, *, sign_outs: int = 0, parent: str | None = None) -> str:
        """A signed token of one kind for the account with this public id."""
        now = clock.now().replace(tzinfo=UTC)
        claims = {
            "sub": account,
            "jti": secrets.token_hex(16),
            **({"round": sign_outs} if sign_outs else {}),
            **({"parent": parent} if parent else {}),
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + lasts,
            "typ": kind,
        }
        return jwt.encode(claims, self.secret, ALGORITHM)

    def derive(self, kind: str, *parts: str) -> str:
        """64 hex digits that nobody else can tell, and that are the same whenever they are asked for."""
        return hmac.new(self.secret.encode(), "\0".join(("derive", kind, *parts)).encode(), hashlib.sha256).hexdigest()

    def hashed(self, kind: str, text: str) -> str:
        """The keyed hash under which a secret of one kind is found again, and which is all that is kept of it."""
        said = "\0".join(("hash", kind, text)).encode("utf-8", "surrogatepass")
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()

    def read(self, token: str, kinds: Collection[str]) -> Claims:
        """What `token` says, if it is genuine, of one of these kinds, and has not expired by the hub's clock."""
        if len(token) > LONGEST_TOKEN:
            raise DeadCredential()
        try:
            claims = self._minted(token) or self._decoded(token)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC).replace(tzinfo=None)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
            raise DeadCredential() from None
        if expires_at <= clock.now() or claims["typ"] not in kinds:
            raise DeadCredential()
        return Claims(claims["sub"], claims["jti"], expires_at, claims.get("round", 0), claims.get("parent"))

    def _minted(self, token: str) -> dict[str, Any] | None:
        """What a token says that bears our own header and signature, letter by letter, and no unusual claim; else None.

        PyJWT decides about all others. It takes 60 us for what is one HMAC here: a fifth of what a connect may cost.
        """
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        if header != OUR_HEADER or not token.isascii():
            return None
        proof = base64.urlsafe_b64encode(hmac.digest(self.secret.encode(), signed.encode(), "sha256")).rstrip(b"=")
        if not hmac.compare_digest(proof, signature.encode()):
            return None
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        is_ours = (claims.get("iss"), claims.get("aud")) == (
            ISSUER,
            AUDIENCE,
        ) and claims.keys() - MORE_KEYS == USUAL_KEYS
        return claims if is_ours and isinstance(claims["sub"], str) and isinstance(claims["jti"], str) else None

    def _decoded(self, token: str) -> dict[str, Any]:
        # The expiry is compared by the caller, because PyJWT would ask the machine's clock instead of ours.
        options: Options = {"require": REQUIRED, "verify_exp": False, "verify_iat": False}
        return jwt.decode(token, self.secret, [ALGORITHM], issuer=ISSUER, audience=AUDIENCE, options=options)


def name_of_all(account: str) -> str:
    """What stands for every credential of the account with this public id."""
    return f"account-{account}"


def name_of_round(account: str, sign_outs: int) -> str:
    """What stands for the signed tokens that an account got between two times of being signed out everywhere."""
    return f"{name_of_all(account)}-{sign_outs}"


def actor_behind(claims: Claims) -> Actor:
    """The person whom a genuine token names, unless it was taken back or the account is gone or disabled."""
    (found,) = actors_behind([claims])
    if isinstance(found, DeadCredential):
        raise found
    return found


def actors_behind(many: Sequence[Claims]) -> list[Actor | DeadCredential]:
    """Who each of these tokens names, or why nobody: three queries for all, a few hundred at most."""
    revoked = set(_those_in(RevokedCredential, RevokedCredential.jti, [claims.jti for claims in many]))
    accounts = _those_in(Account, Account.public_id, [claims.account for claims in many])
    parents = set(_those_in(RefreshToken, RefreshToken.jti, [claims.parent for claims in many if claims.parent]))
    return [_behind(claims, accounts.get(claims.account), revoked, parents) for claims in many]


def _those_in(model: type[Model], column: Field, values: Iterable[str]) -> dict[str, Any]:
    wanted = set(values)
    return {getattr(row, column.name): row for row in model.select().where(column.in_(wanted))} if wanted else {}


def _behind(claims: Claims, account: Account | None, revoked: set[str], parents: set[str]) -> Actor | DeadCredential:
    if claims.jti in revoked:
        return DeadCredential()
    try:
        actor = bearer(account)
    except DeadCredential as dead:
        return dead
    lives = claims.sign_outs == actor.sign_outs if claims.parent is None else claims.parent in parents
    return replace(actor, proof=claims) if lives else DeadCredential()


def bearer(account: Account | None) -> Actor:
    """The person of an account to which a credential has led."""
    if account is None:
        raise AccountGone()
    if account.is_disabled:
        raise AccountDisabled()
    return actor_of(account)


def revoke(claims: Claims) -> None:
    """Take a token back, now and on every node; doing it twice changes nothing."""
    RevokedCredential.insert(jti=claims.jti, expires_at=claims.expires_at).on_conflict_ignore().execute()
    record(CredentialRevoked(claims.jti))


def forget_expired(now: datetime) -> None:
    """Forget revocations of tokens that have died by themselves."""
    RevokedCredential.delete().where(RevokedCredential.expires_at <= now).execute()
