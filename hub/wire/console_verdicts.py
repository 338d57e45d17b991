"""Verdicts: what became of a message, in one plain sentence, from what is known of it. Pure.

What has arrived or was taken says so first; then what is still on its way; then why it went no further. Moments are
said as spans, so that no reader has to think of time zones.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.domain.hops import ACCEPTED, DELIVERED, EMAIL, FAILED, GONE, LATER, LEFT_OUT, POSTPONED, PUSH, SMS
from hub.domain.stories import Message, Step
from models import JobRow

FRESH = timedelta(seconds=10)
"""So long it may take until a socket is known to have heard, or a worker gets to what is due."""
AT_PROVIDER = (ACCEPTED, "queued", "sending", "sent")
NOT_DELIVERED = (FAILED, "undelivered", "canceled")
TAKEN_BY = {PUSH: "the push service", EMAIL: "the mail server", SMS: "the text message provider"}


def verdict(message: Message, now: datetime) -> str:
    """The first sentence that is true of it."""
    return (
        _arrived(message)
        or _taken(message)
        or _under_way(message, now)
        or _dead(message)
        or _ended(message)
        or _nothing_known(message, now)
    )


def _arrived(message: Message) -> str | None:
    if message.read_at is not None:
        return f"Read in their app after {span(max(message.read_at - message.at, timedelta()))}."
    if message.heard is not None:
        return f"Arrived: a connected app heard it after {_after(message, message.heard)}."
    delivered = _last(message.hops, DELIVERED)
    if delivered is not None:
        return f"Arrived: the network delivered the text message after {_after(message, delivered)}."
    return None


def _taken(message: Message) -> str | None:
    last_words = [hop for hop in _last_of_each(message.hops) if hop.outcome in AT_PROVIDER]
    if not last_words:
        return None
    hop = last_words[0]
    where = "the outbox of this development hub" if hop.via.startswith("outbox") else TAKEN_BY[hop.channel]
    count = f" for {len(last_words)} devices" if hop.channel == PUSH and len(last_words) > 1 else ""
    return f"Sent: {where} took it{count} after {_after(message, hop)}.{_but(message)}"


def _but(message: Message) -> str:
    """What keeps another device or way from it."""
    wrong = [hop for hop in _last_of_each(message.hops) if hop.outcome in (LATER, FAILED) and hop.via]
    return f" Not so elsewhere: {_ended_by_a_sign(wrong[-1].detail)}" if wrong else ""


def _last_of_each(hops: Iterable[Step]) -> list[Step]:
    """The newest hop of each way."""
    return list({(hop.channel, hop.via): hop for hop in hops}.values())


def _under_way(message: Message, now: datetime) -> str | None:
    job = next((job for job in message.jobs if job.state in ("leased", "waiting")), None)
    if job is None:
        return None
    if job.state == "leased":
        return "On its way: a worker is at it."
    if now - job.due_at > FRESH:
        return f"Waiting: no worker has taken it for {span(now - job.due_at)}. See whether workers run."
    return f"On its way: {_next_try(message, job, now)}"


def _next_try(message: Message, job: JobRow, now: datetime) -> str:
    when = f"in {span(job.due_at - now)}" if job.due_at > now else "now"
    last = _newest(message.hops)
    if last is not None and last.outcome == POSTPONED:
        return f"{last.detail}; it is looked at again {when}."
    if job.attempts:
        tries = "try" if job.attempts == 1 else "tries"
        return f"tried again {when}, after {job.attempts} {tries}: {_ended_by_a_sign(_reason(last, job))}"
    return f"a worker takes it {when}."


def _reason(last: Step | None, job: JobRow) -> str:
    if last is not None and last.outcome in (LATER, FAILED) and last.detail:
        return last.detail
    return job.last_error or "the last try came to no end"


def _dead(message: Message) -> str | None:
    job = next((job for job in message.jobs if job.state == "dead"), None)
    if job is None:
        return None
    tries = "1 try" if job.attempts == 1 else f"{job.attempts} tries"
    reason = _ended_by_a_sign(_reason(_newest(message.hops), job))
    return f"Not delivered: given up after {tries}: {reason} Retry job {job.id}."


def _ended(message: Message) -> str | None:
    """By the newest hop, which says why it went no further."""
    last = _newest(message.hops)
    if last is None:
        return None
    if last.outcome in NOT_DELIVERED:
        return f"Not delivered: {_ended_by_a_sign(last.detail or 'the provider says no more')}"
    if last.outcome == GONE:
        return f"Not delivered: {_unheard(message)}the device is gone ({last.detail})."
    if last.outcome in (LEFT_OUT, POSTPONED, LATER):
        return f"Not sent: {_unheard(message)}{_ended_by_a_sign(last.detail)}"
    return None


def _unheard(message: Message) -> str:
    return "no connected app confirmed it, and " if message.event is not None else ""


def _newest(hops: list[Step]) -> Step | None:
    return hops[-1] if hops else None


def _nothing_known(message: Message, now: datetime) -> str:
    if message.event is None:
        return "Nothing more is known of it."
    if message.is_echo:
        return "Told to their own other apps only; none that is connected confirmed it."
    if now - message.at < FRESH:
        return "On its way: a connected app confirms it within seconds."
    return f"Not confirmed: no connected app heard it, and {_why_no_push(message)}. Apps that come or ask find it."


def _why_no_push(message: Message) -> str:
    if not message.is_counted:
        return "nothing else is sent for it"
    return "nothing is known of a push" if message.has_device else "they had no device to push to"


def _ended_by_a_sign(words: str | None) -> str:
    """What somebody else said, as the end of a sentence of ours."""
    said = (words or "nobody said why").strip()
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _last(hops: Iterable[Step], outcome: str) -> Step | None:
    return next((hop for hop in reversed(list(hops)) if hop.outcome == outcome), None)


def _after(message: Message, hop: Step) -> str:
    return span(max(hop.at - message.at, timedelta()))


def span(time: timedelta) -> str:
    """`0.4 s`, `12 s`, `3 minutes`, `2 hours` or `5 days`, rounded down."""
    seconds = time.total_seconds()
    if seconds < 10:
        return f"{int(seconds * 10) / 10:g} s"
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{int(seconds)} s"
