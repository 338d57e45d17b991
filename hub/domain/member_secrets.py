"""Members' secrets: long-lived texts that say who a member is, until they are taken back.

A member may have several. Each is derived from the hub's own secret, so that a worker can mail it again and no job has
to hold it; what is kept of it is a keyed hash.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from peewee import Expression

from hub import clock
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, CredentialRevoked, DeadCredential, Keys, bearer
from hub.domain.facts import record
from models import Account, MemberSecret

FORM = re.compile(r"[0-9a-f]{40}")
KIND = "member secret"
REGISTERED, MAILED, LINK = "registered", "mailed", "link"
LONGEST_BETWEEN_TOUCHES = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(days=30)
"""A secret has no end of its own; whoever holds it open asks again after this time."""
_JTI = "member-secret-"


@dataclass(frozen=True)
class Caller:
    """Who calls by a member's secret."""

    actor: Actor
    claims: Claims
    is_worth_touching: bool
    """It was used so long ago that this use should be noted."""


def mint(account_id: int, origin: str, keys: Keys) -> str:
    """A new secret of the account."""
    row = MemberSecret(account=account_id, nonce=secrets.token_hex(16), origin=origin, created_at=clock.now())
    secret = _derived(row, keys)
    row.secret_hash = keys.hashed(KIND, secret)
    row.save(force_insert=True)
    return secret


def to_mail(account_id: int, keys: Keys) -> int:
    """The number of a secret to be mailed: one that was mailed before and never used, else a new one."""
    unused = (MemberSecret.account == account_id) & (MemberSecret.origin == MAILED) & MemberSecret.used_at.is_null()
    known = MemberSecret.select().where(unused).order_by(MemberSecret.id.desc()).first()
    if known is not None:
        return known.id
    secret = mint(account_id, MAILED, keys)
    return MemberSecret.get(MemberSecret.secret_hash == keys.hashed(KIND, secret)).id


def mailed(secret_id: int, keys: Keys) -> tuple[int, str] | None:
    """Whose a secret is that has to be mailed, and the secret; None where it was taken back or used meanwhile."""
    unused = MemberSecret.used_at.is_null() & (MemberSecret.origin == MAILED)
    # SQLite gives the number of one that was taken back to the next one, which is perhaps not for the mail.
    row = MemberSecret.get_or_none((MemberSecret.id == secret_id) & unused)
    return None if row is None else (row.account_id, _derived(row, keys))


def _derived(row: MemberSecret, keys: Keys) -> str:
    return keys.derive(KIND, row.public_id, row.nonce)[:40]


def looks_like_one(token: str) -> bool:
    return FORM.fullmatch(token) is not None


def jti_of(secret: str, keys: Keys) -> str:
    """Under what this secret is known, whether it is one or not."""
    return _JTI + keys.hashed(KIND, secret)


def caller_with(secret: object, keys: Keys) -> Caller:
    """The member behind a secret; whatever else was sent instead of one raises DeadCredential."""
    if not isinstance(secret, str) or not looks_like_one(secret):
        raise DeadCredential()
    row = MemberSecret.get_or_none(MemberSecret.secret_hash == keys.hashed(KIND, secret))
    if row is None:
        raise DeadCredential()
    return _caller(row)


def _caller(row: MemberSecret) -> Caller:
    now = clock.now()
    account: Account = row.account
    claims = Claims(account.public_id, _JTI + row.secret_hash, now + ASKED_AGAIN_AFTER, account.sign_outs)
    actor = replace(bearer(account), proof=claims)
    return Caller(actor, claims, row.used_at is None or now - row.used_at >= LONGEST_BETWEEN_TOUCHES)


def actor_behind(claims: Claims) -> Actor:
    """Who called by a secret a moment ago; raises DeadCredential where it was taken back since."""
    row = MemberSecret.get_or_none(_is(claims))
    if row is None:
        raise DeadCredential()
    return _caller(row).actor


def still_good(claims: Claims) -> Claims | None:
    """The claims for another while; None where the secret was taken back, or its member may do nothing any more."""
    row = MemberSecret.get_or_none(_is(claims))
    try:
        return None if row is None else _caller(row).claims
    except DeadCredential:
        return None


def touch(claims: Claims) -> None:
    """Note that it was used now."""
    MemberSecret.update(used_at=clock.now()).where(_is(claims)).execute()


def is_of_a_member(claims: Claims) -> bool:
    return claims.jti.startswith(_JTI)


def revoke(claims: Claims) -> None:
    """Take one secret back, on every node; its sockets are ended."""
    if MemberSecret.delete().where(_is(claims)).execute():
        record(CredentialRevoked(claims.jti))


def revoke_all(account_id: int) -> None:
    """Take all secrets of a member back."""
    _revoke(MemberSecret.account == account_id)


def revoke_unused(account_id: int) -> None:
    """Take those back that were mailed and that nobody has used yet."""
    is_unused = (MemberSecret.origin == MAILED) & MemberSecret.used_at.is_null()
    _revoke((MemberSecret.account == account_id) & is_unused)


def _revoke(which: Expression) -> None:
    for row in MemberSecret.delete().where(which).returning(MemberSecret).execute():
        record(CredentialRevoked(_JTI + row.secret_hash))


def _is(claims: Claims):
    return MemberSecret.secret_hash == claims.jti.removeprefix(_JTI)
