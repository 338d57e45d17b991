"""What lies in somebody's mailbox and would let its reader in: links, secrets, and tokens for a new password."""

from __future__ import annotations

from hub.domain import member_secrets
from models import MagicLink, PasswordReset


def forget_unused(account_id: int) -> None:
    """Whatever was mailed to them and used by nobody is good for nothing any more, at once."""
    MagicLink.delete().where(MagicLink.account == account_id).execute()
    PasswordReset.delete().where(PasswordReset.account == account_id).execute()
    member_secrets.revoke_unused(account_id)
