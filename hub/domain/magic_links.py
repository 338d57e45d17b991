"""Magic links: whoever can read a person's mail may sign in as them, once, by the newest link.

none -> issued -> used; an issued one runs out after a while, or dies when another is asked for.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain import accounts, member_secrets, members, roles, tallies
from hub.domain.credentials import Keys
from hub.domain.facts import record
from hub.domain.members import Joined
from hub.domain.refusals import NotFound
from hub.domain.roles import EmailNotFound
from models import MagicLink

KIND = "magic link"
MAILS_TO_ONE = 5
MAILS_FROM_ONE = 300
MAIL_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class LinkAsked:
    link_id: int
    round: str
    """Which of this person's links: no secret, and no part of one."""
    account_id: int | None = None


@dataclass(frozen=True)
class MemberSecretAsked:
    secret_id: int
    account_id: int | None = None


class DeadLink(NotFound):
    """Used, run out, replaced, or never issued."""

    code = "dead_magic_link"


def count_mail(email: str, *, address: str, limited: bool) -> None:
    """Count a mail that somebody has sent to an address that may not be theirs. Raises TooMany."""
    if limited:
        tallies.count(tallies.key_of("mail from", tallies.network_of(address)), MAILS_FROM_ONE, MAIL_WINDOW)
        tallies.count(tallies.key_of("mail to", email), MAILS_TO_ONE, MAIL_WINDOW)


def ask(email: str, *, lasts: timedelta, keys: Keys) -> None:
    """Have a new link mailed to whoever has this address; older ones are dead. Raises EmailNotFound."""
    account_id = _held(email)
    link = MagicLink.get_or_none(MagicLink.account == account_id) or MagicLink(account=account_id)
    link.nonce, link.expires_at, link.used_at = secrets.token_hex(16), clock.now() + lasts, None
    link.token_hash = keys.hashed(KIND, _token(link, keys))
    link.save()
    record(LinkAsked(link.id, _round(link), account_id))


def ask_for_secret(email: str, keys: Keys) -> None:
    """Have a secret mailed to whoever has this address. Raises EmailNotFound."""
    account_id = _held(email)
    record(MemberSecretAsked(member_secrets.to_mail(account_id, keys), account_id))


def _held(email: str) -> int:
    """Whose address it is. Of two who ask at the same moment the second has the newest link, and sees the secret."""
    account_id = roles.with_email(email).id
    accounts.hold(account_id)
    if not accounts.exists(account_id) or accounts.is_disabled(account_id):
        # They have left while this one waited; or what is mailed would let them in nowhere.
        raise EmailNotFound()
    return account_id


def _token(link: MagicLink, keys: Keys) -> str:
    return keys.derive(KIND, link.public_id, link.nonce)[:40]


def _round(link: MagicLink) -> str:
    return f"{link.public_id}-{link.expires_at.isoformat()}"


def to_mail(link_id: int, round: str, keys: Keys) -> tuple[int, str, datetime] | None:
    """Whose link is to be mailed, its token and its end; None once it is good for nothing any more."""
    link = MagicLink.get_or_none(MagicLink.id == link_id)
    if link is None or _round(link) != round or link.used_at is not None or link.expires_at <= clock.now():
        return None
    return link.account_id, _token(link, keys), link.expires_at


def redeem(token: str, keys: Keys) -> Joined:
    """Sign in by a link; of several who try at once, one does. Raises DeadLink."""
    now = clock.now()
    is_good = MagicLink.used_at.is_null() & (MagicLink.expires_at > now)
    is_it = MagicLink.token_hash == keys.hashed(KIND, token)
    link = MagicLink.get_or_none(is_it)
    if link is not None:
        # Or whoever is signed out everywhere at this moment would be in by it.
        accounts.hold(link.account_id)
    used = list(MagicLink.update(used_at=now).where(is_it & is_good).returning(MagicLink).execute())
    if not used or accounts.is_disabled(used[0].account_id):
        raise DeadLink()
    account_id = used[0].account_id
    members.enrol(account_id)
    return Joined(members.of(account_id), member_secrets.mint(account_id, member_secrets.LINK, keys))
