"""Titles: what a message was about, in a few words, without anything that two people said to each other. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.domain.stories import Event, Message

OF_PURPOSE = {
    "mail.welcome": "A mail: welcome",
    "welcome": "A mail: welcome",
    "mail.member_secret": "A mail: the link to their membership",
    "member_secret": "A mail: the link to their membership",
    "mail.magic_link": "A mail: the link to sign in",
    "magic_link": "A mail: the link to sign in",
    "mail.password_reset": "A mail: a new password",
    "password_reset": "A mail: a new password",
    "invitation": "A mail: an invitation to a team",
    "invitation_accepted": "A mail: their invitation was accepted",
    "invitation_rejected": "A mail: their invitation was rejected",
    "seat": "A mail: a seat",
    "waiting_list": "A mail: the waiting list",
    "ticket_solved": "A mail: their question was answered",
    "notices.tell": "A notice",
    "notices.push": "A notice, pushed",
    "push.sync_devices": "What is new, pushed to their devices",
    "push.session_ended": "The end of a session, pushed",
    "phone_code": "A text message: a code for their number",
}


def title(message: Message) -> str:
    if message.event is not None:
        return _OF_EVENT.get(message.event.name, _plain)(message.event)
    purposes = [*(step.purpose for step in message.hops), *(job.name for job in message.jobs)]
    named = next((purpose for purpose in purposes if purpose), "")
    return OF_PURPOSE.get(named, named or "A delivery")


def _plain(event: Event) -> str:
    return f"The event {event.name}"


def _message(event: Event) -> str:
    other = event.payload["otherUser"]["firstname"]
    return f"Their own message to {other}" if event.payload["me"] else f"A message from {other}"


def _read(event: Event) -> str:
    return "They read a thread" if event.payload["me"] else "Their messages were read"


def _invitation(event: Event) -> str:
    return f"An invitation to the team {event.payload['name']}: {event.payload['status']}"


def _answer(event: Event) -> str:
    return f"{event.payload['username']} answered the invitation to {event.payload['name']}: {event.payload['status']}"


def _registration(event: Event) -> str:
    return f"Their registration for {event.payload['eventName']}: {event.payload['status'].replace('_', ' ')}"


def _always(words: str) -> Callable[[Any], str]:
    return lambda _: words


_OF_EVENT: dict[str, Callable[[Event], str]] = {
    "message": _message,
    "read": _read,
    "counters": _always("What is new: counters"),
    "offered": _always("Somebody holds out a hand for a session"),
    "expired": _always("A hand that was held out is gone"),
    "started": _always("A session began"),
    "ended": _always("A session ended"),
    "validation": _always("Their membership was looked at"),
    "verification": _always("Their telephone number: shown to be theirs or not"),
    "vote": _always("Their vote was counted"),
    "invitation": _invitation,
    "answer": _answer,
    "registration": _registration,
    "ticket": _always("Their question was answered"),
}
