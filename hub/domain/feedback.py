"""Feedback: what members think of the app. It stays when they leave, and nobody can tell any more whose it was."""

from __future__ import annotations

from datetime import timedelta

from hub import clock
from hub.domain import accounts
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.refusals import Refusal
from models import Feedback

MOST = 10
WINDOW = timedelta(hours=24)


class TooMuchFeedback(Refusal):
    code = "too_much_feedback"


def give(text: str, *, by: Actor) -> None:
    """Keep what somebody says; no more than ten times within any 24 hours. Raises TooMuchFeedback."""
    # Of two at the same moment the second counts the first.
    accounts.hold(by.id)
    if not accounts.exists(by.id):
        raise DeadCredential()
    now = clock.now()
    lately = Feedback.select().where((Feedback.account == by.id) & (Feedback.sent_at > now - WINDOW)).count()
    if lately >= MOST:
        raise TooMuchFeedback()
    Feedback.create(account=by.id, text=text, sent_at=now)
