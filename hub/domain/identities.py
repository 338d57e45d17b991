"""Identities: who people are at the providers that sign them in.

The same person at a provider is the same account, whichever contract they come by. Nobody is ever joined to an account
that has the same e-mail address: nobody has shown yet that the address is theirs, and whoever registered it first would
be in.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from peewee import IntegrityError

from hub.domain import accounts, profiles, token_pairs, users
from hub.domain.accounts import NAMELESS, RESERVED_USERNAMES, EmailTaken, UsernameTaken
from hub.domain.actors import Actor, actor_of
from hub.domain.credentials import Claims
from hub.domain.refusals import Conflict, Invalid, NotFound, NotSignedIn
from hub.domain.token_pairs import Minting, Pair
from models import Account, Identity, RevokedCredential, db

PROVIDERS = ("google", "github", "facebook")
"""In the order in which they are told."""
LONGEST_USERNAME = 30
NUMBERS_OF_A_NAME = 99
TRIES = 10
"""Of making an account, while others take the same name at the same moment."""


class NotVouched(NotSignedIn):
    """No provider vouches for whoever came back: not for this sign-in, not any more, or not twice."""

    code = "not_vouched"


class SignInDeclined(NotVouched):
    """The person has said no at the provider."""

    code = "sign_in_declined"


class ProviderNotOffered(NotFound):
    """It is unknown, or nobody has set it up."""

    code = "provider_not_offered"


class IdentityMissing(Conflict):
    """They do not sign in by this provider, or by none."""

    code = "identity_missing"


class ProvidersPictureMissing(Conflict):
    code = "providers_picture_missing"


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody who has just shown there who they are."""

    provider: str
    subject: str
    """What the provider knows them by for ever."""
    first_name: str
    last_name: str
    email: str | None
    """An address that the provider has found to be theirs."""
    picture_url: str | None


@dataclass(frozen=True)
class Modes:
    """By what somebody can sign in."""

    password: bool
    providers: tuple[str, ...]


def sign_in(vouched: Vouched, begun: Claims, minting: Minting) -> Pair:
    """A token pair for somebody who is vouched for, whose account is made at their first sign-in.

    `begun` is what their sign-in was begun with, and good for one. Raises NotVouched and AccountDisabled.
    """
    _spend(begun)
    account = _account(vouched.provider, vouched.subject, lambda: _newcomer(vouched))
    _note_picture(account, vouched)
    return token_pairs.grant(account.id, minting)


def sign_in_by(provider: str, subject: str, *, first_name: str, last_name: str) -> Actor:
    """The account of a person whom a provider knows as `subject`, made at their first sign-in."""
    # Nobody can have taken this username before.
    username = f"{provider}:{secrets.token_hex(16)}"
    names = {"first_name": first_name, "last_name": last_name}
    return actor_of(_account(provider, subject, lambda: accounts.admit(username=username, **names)))


def modes(username: str, *, by: Actor) -> Modes:
    """By what a user can sign in, for themselves and for staff who may read users."""
    account = users.get(username, by=by)
    return Modes(account.password_hash is not None, tuple(identity.provider for identity in _of(account)))


def show_picture(username: str, provider: str | None, *, by: Actor) -> None:
    """Show the picture that a provider has of a user, or the first who has one, and no longer an uploaded one."""
    accounts.hold(users.changeable(username, by=by).id)
    account = accounts.named(username)
    picture_url = _picture_at(provider, _of(account))
    profiles.set_image(account.id, None)
    Account.update(picture_url=picture_url).where(Account.id == account.id).execute()


def _picture_at(provider: str | None, identities: list[Identity]) -> str:
    asked = [identity for identity in identities if provider in (None, identity.provider)]
    if not asked:
        raise IdentityMissing()
    for identity in asked:
        if identity.picture_url is not None:
            return identity.picture_url
    raise ProvidersPictureMissing()


def _of(account: Account) -> list[Identity]:
    """One at each provider at most, in the order of providers."""
    found = Identity.select().where(Identity.account == account)
    return sorted(found, key=lambda identity: PROVIDERS.index(identity.provider))


def _spend(begun: Claims) -> None:
    """Of two who come back with the same, one gets on."""
    spent = RevokedCredential.insert(jti=begun.jti, expires_at=begun.expires_at).on_conflict_ignore()
    if not list(spent.returning(RevokedCredential.jti).execute()):
        raise NotVouched()


def _account(provider: str, subject: str, make: Callable[[], Account]) -> Account:
    """The account of this person, or the one that `make` makes; of first sign-ins at one moment, one makes it."""
    for _ in range(TRIES):
        account = _known(provider, subject) or _first_seen(provider, subject, make)
        if account is not None:
            return account
    raise Conflict()


def _known(provider: str, subject: str) -> Account | None:
    same = (Identity.provider == provider) & (Identity.subject == subject)
    return Account.select().join(Identity).where(same).get_or_none()


def _first_seen(provider: str, subject: str, make: Callable[[], Account]) -> Account | None:
    """None where somebody was faster: with the same identity, name or address."""
    try:
        with db.atomic():
            account = make()
            Identity.create(account=account, provider=provider, subject=subject)
            return account
    except (IntegrityError, UsernameTaken, EmailTaken):
        return None


def _newcomer(vouched: Vouched) -> Account:
    username = _free_username(vouched)
    return accounts.admit(
        username=username,
        email=_free_address(vouched.email),
        first_name=vouched.first_name or username,
        last_name=vouched.last_name or NAMELESS,
    )


def _free_address(email: str | None) -> str | None:
    """The address, if it is one and nobody has it."""
    try:
        accounts.refuse_odd_address(email or "")
    except Invalid:
        return None
    key = accounts.email_key(email or "")
    is_free = len(key) <= Account.email_key.max_length and not Account.select().where(Account.email_key == key).exists()
    return email if is_free else None


def _free_username(vouched: Vouched) -> str:
    """What they are called by, with a number where others are called so too."""
    wanted = _readable(vouched)
    numbered = [wanted, *(f"{wanted}{number}" for number in range(2, NUMBERS_OF_A_NAME + 1))]
    rows = Account.select(Account.username).where(Account.username.in_(numbered))
    taken = {row.username for row in rows} | RESERVED_USERNAMES
    return next((name for name in numbered if name not in taken), f"{wanted}-{secrets.token_hex(4)}")


def _readable(vouched: Vouched) -> str:
    local_part = (vouched.email or "").partition("@")[0].partition("+")[0]
    said = (local_part, f"{vouched.first_name} {vouched.last_name}", "user")
    return next(filter(None, map(_plain, said)))


def _plain(text: str) -> str:
    """A text in small letters of ASCII, digits, `_`, `.` and `-`, so that it can be a part of a path; perhaps empty."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_.-]+", ".", letters).strip("._-")[:LONGEST_USERNAME].rstrip("._-")


def _note_picture(account: Account, vouched: Vouched) -> None:
    """Keep where the picture is now; whoever shows the one that was there before shows this one."""
    same = (Identity.provider == vouched.provider) & (Identity.subject == vouched.subject)
    before = Identity.get(same).picture_url
    if before == vouched.picture_url:
        return
    Identity.update(picture_url=vouched.picture_url).where(same).execute()
    if before is not None and vouched.picture_url is not None:
        shows_it = (Account.id == account.id) & (Account.picture_url == before)
        Account.update(picture_url=vouched.picture_url).where(shows_it).execute()
