"""Passwords: a token for a new one is mailed by a job that knows its number, and no more of it."""

from __future__ import annotations

from hub.delivery import Delivery, Job, deliveries
from hub.domain.password_resets import ResetAsked

MAIL_RESET = "mail.password_reset"


@deliveries.register
def _(fact: ResetAsked) -> list[Delivery]:
    return [Job(MAIL_RESET, {"reset_id": fact.reset_id, "round": fact.round}, account_id=fact.account_id)]
