"""Password resets: whoever reads a person's mail may set a new password, once, by the newest token.

none -> asked -> used; one that was asked for runs out after an hour, or dies when another is asked for. A stranger is
not told whether there is somebody of a name, neither by the answer nor by how long it takes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.domain import accounts, logins, magic_links, sign_outs, tallies
from hub.domain.credentials import Keys
from hub.domain.facts import record
from hub.domain.refusals import Conflict, TooMany
from models import Account, PasswordReset

KIND = "password reset"
LASTS = timedelta(hours=1)
NOBODY = 0
"""The number of a reset that there is not."""


@dataclass(frozen=True)
class ResetAsked:
    reset_id: int
    round: str
    """Which of this person's resets: no secret, and no part of one."""
    account_id: int | None = None


class DeadResetToken(Conflict):
    """Used, run out, replaced, another person's, or never issued."""

    code = "dead_reset_token"


def count(name: str, *, address: str, limited: bool) -> None:
    """Count a mail that somebody asks for, by the name as they said it, whosever it is. Raises TooMany."""
    magic_links.count_mail(name, address=address, limited=limited)


def ask(name: str, *, keys: Keys, limited: bool) -> None:
    """Have a new token mailed to whoever has this username or e-mail address; older ones are dead.

    For nobody it costs as much as for somebody, but for one row: a job is stored too, and will find nothing to do.
    """
    account = accounts.find(name)
    whose = account.id if account is not None and _has_a_mailbox(account) else NOBODY
    too_many = limited and _were_too_many(*(("name", name) if whose == NOBODY else ("account", str(whose))))
    reset = _renewed(whose, keys)
    if whose == NOBODY or too_many:
        record(ResetAsked(NOBODY, ""))
        return
    reset.save()
    record(ResetAsked(reset.id, _round(reset), whose))


def _has_a_mailbox(account: Account) -> bool:
    return account.email_key is not None and not account.is_disabled


def _were_too_many(*whose: str) -> bool:
    """Whether one person was mailed to too often, by whichever of their names; nobody's name is no person's number.

    That is told to nobody: it would say which name belongs to which address.
    """
    try:
        tallies.count(tallies.key_of(KIND, *whose), magic_links.MAILS_TO_ONE, magic_links.MAIL_WINDOW)
    except TooMany:
        return True
    return False


def _renewed(account_id: int, keys: Keys) -> PasswordReset:
    """Of two who ask at the same moment the second has the newest token."""
    accounts.hold(account_id)
    reset = PasswordReset.get_or_none(PasswordReset.account == account_id) or PasswordReset(account=account_id)
    reset.nonce, reset.expires_at, reset.used_at = secrets.token_hex(16), clock.now() + LASTS, None
    reset.token_hash = keys.hashed(KIND, _token(reset, keys))
    return reset


def _token(reset: PasswordReset, keys: Keys) -> str:
    return keys.derive(KIND, reset.public_id, reset.nonce)[:40]


def _round(reset: PasswordReset) -> str:
    return f"{reset.public_id}-{reset.expires_at.isoformat()}"


def to_mail(reset_id: int, round: str, keys: Keys) -> tuple[int, str, datetime] | None:
    """Whose token is to be mailed, the token and its end; None once it is good for nothing any more."""
    reset = PasswordReset.get_or_none(PasswordReset.id == reset_id)
    if reset is None or _round(reset) != round or not _is_good(reset):
        return None
    return reset.account_id, _token(reset, keys), reset.expires_at


def _is_good(reset: PasswordReset) -> bool:
    is_open = reset.used_at is None and reset.expires_at > clock.now()
    return is_open and not accounts.is_disabled(reset.account_id)


def find(username: str, token: str, keys: Keys) -> PasswordReset:
    """The reset behind a token, if it is good and theirs; raises DeadResetToken."""
    reset = PasswordReset.get_or_none(PasswordReset.token_hash == keys.hashed(KIND, token))
    if reset is None or not _is_good(reset) or not _is_called(reset.account_id, username):
        raise DeadResetToken()
    return reset


def _is_called(account_id: int, username: str) -> bool:
    account = accounts.find(username)
    return account is not None and account.id == account_id


def redeem(username: str, token: str, *, password_hash: str, address: str, keys: Keys) -> None:
    """Set a new password by a token, and sign out everywhere; of several who try at once, one does."""
    reset = find(username, token, keys)
    accounts.hold(reset.account_id)
    now = clock.now()
    is_it = (PasswordReset.token_hash == reset.token_hash) & PasswordReset.used_at.is_null()
    used = PasswordReset.update(used_at=now).where(is_it & (PasswordReset.expires_at > now)).execute()
    # Whoever was disabled while this one waited has none any more.
    if not used:
        raise DeadResetToken()
    Account.update(password_hash=password_hash).where(Account.id == reset.account_id).execute()
    sign_outs.everywhere(reset.account_id)
    _forgive(reset.account_id, address)


def _forgive(account_id: int, address: str) -> None:
    """Their wrong tries count no more: they can sign in at once."""
    logins.succeed(Account.get_by_id(account_id).username, address=address)
