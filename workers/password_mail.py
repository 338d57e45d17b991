"""Mail with the token by which somebody sets a new password.

Whether it is still good is asked at each try: one that was used, was replaced or has run out is never sent.
"""

from __future__ import annotations

import structlog

from hub.domain import password_resets
from hub.perform import run_reading
from hub.reactions.passwords import MAIL_RESET
from workers import letters, mail
from workers.jobs import job

log = structlog.get_logger(__name__)


@job(MAIL_RESET, max_attempts=mail.TRIES)
def mail_reset(reset_id: int, round: str) -> None:
    due = run_reading(password_resets.to_mail, reset_id, round, mail.keys())
    if due is None:
        mail.note_left_out("it was used, has run out, or another took its place")
        log.info("password_reset_not_mailed", reset=reset_id, reason="nobody has it, it was used, or it is over")
        return
    account_id, token, expires_at = due
    key, until = f"password_reset {reset_id} {round}", letters.moment(expires_at)
    mail.send_letter("password_reset", account_id, key, token=token, until=until)
