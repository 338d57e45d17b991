"""What a sign-in at a provider is begun with, and known by when the person comes back.

The `state` that travels through the provider is a signed token of the hub's. All else is derived from it with the hub's
secret, so nothing is kept: the verifier that only the hub can show to the provider (PKCE), the nonce that must stand in
an identity token, and the mark that the browser keeps as a cookie, so that nobody can be signed in to the account of
somebody who began on another machine.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from hub.domain.credentials import Claims, DeadCredential, Keys
from hub.domain.identities import NotVouched

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Begun:
    claims: Claims
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    mark: str = field(repr=False)


def begin(keys: Keys, provider: str) -> Begun:
    # It is nobody's yet.
    return _begun(keys, provider, keys.mint("", _kind(provider), LASTS))


def resume(keys: Keys, provider: str, *, state: str | None, mark: str | None) -> Begun:
    """What `state` was begun with, in this browser; raises NotVouched for any other, and for one that is too old."""
    try:
        begun = _begun(keys, provider, state or "")
    except DeadCredential:
        raise NotVouched() from None
    if not hmac.compare_digest(begun.mark.encode(), (mark or "").encode("utf-8", "surrogatepass")):
        raise NotVouched()
    return begun


def _kind(provider: str) -> str:
    return f"oauth-{provider}"


def _begun(keys: Keys, provider: str, state: str) -> Begun:
    claims = keys.read(state, [_kind(provider)])
    verifier, nonce, mark = (keys.derive(f"oauth-{what}", claims.jti) for what in ("verifier", "nonce", "mark"))
    return Begun(claims, state, verifier, nonce, mark)
