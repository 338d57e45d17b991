"""Halp's spelling: the tutoring contract's objects in the order of its document, and the codes of its refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.domain.counters import Counters, Running, side_of
from hub.domain.logins import WrongPassword
from hub.domain.messages import Conversation, Person
from hub.domain.modes import STUDENT, TUTOR, opposite
from hub.domain.pins import Seen
from hub.domain.profiles import Course, Profile, Tutor
from hub.domain.refusals import Invalid, NotSignedIn, Refusal
from hub.domain.tutoring_sessions import NoSession
from hub.wire.addresses import absolute
from hub.wire.moments import epoch
from models import Message, Offer, TutoringSession

PREFIX = "/halp"
SERVER_ERROR = "server_error"
"""The document's code for a missing or bad field, and ours for all that it does not speak of."""

CODES = {
    # The document's own spelling, with a space.
    NoSession: "no session",
    WrongPassword: "invalid_credentials",
    NotSignedIn: "not_authorized",
}
DOCUMENTED = frozenset(
    {
        *("email_taken", "invalid_facebook_access_token", "university_length"),
        *("already_dropped", "max_duration_exceeded", "tutor_profile_missing", "no_pin"),
        *("invalid_image_format", "image_too_large", "too_many_images"),
        *("body_length", "active_session", "duration_too_long"),
        *("no_session", "already_rated", "expired", "missing_fields"),
    }
)
"""Refusals whose own code is the contract's."""


def code_of(no: Refusal) -> str:
    """The code of the nearest kind of refusal that the contract speaks of."""
    for kind in type(no).__mro__:
        if kind in CODES:
            return CODES[kind]
        if vars(kind).get("code") in DOCUMENTED:
            return str(vars(kind)["code"])
    return SERVER_ERROR


def refusal(no: Refusal) -> dict[str, Any]:
    """A refusal's code, and what else helps whoever wrote the client."""
    said: dict[str, Any] = {"code": code_of(no)}
    if isinstance(no, Invalid):
        return said | {"field": no.field, "detail": f"{no.field} {no.reason}"}
    return said if said["code"] == no.code else said | {"detail": no.code.replace("_", " ")}


def image(name: str | None) -> dict[str, str] | None:
    return None if name is None else {"original": absolute(f"{PREFIX}/image/{name}")}


def courses(several: Iterable[Course]) -> dict[str, list[dict[str, Any]]]:
    """Courses by university, in the order in which they were given."""
    by_university: dict[str, list[dict[str, Any]]] = {}
    for university, subject, number in several:
        by_university.setdefault(university, []).append({"subject": subject, "number": number})
    return by_university


def profile(profile: Profile) -> dict[str, Any]:
    return {
        "userId": profile.account_id,
        "firstname": profile.first_name,
        "lastname": profile.last_name,
        "image": image(profile.image),
        "tutor": None if profile.tutor is None else tutor(profile.tutor),
    }


def tutor(tutor: Tutor) -> dict[str, Any]:
    return {
        "bio": tutor.bio,
        "rate": tutor.rate,
        "skills": list(tutor.skills),
        "courses": courses(tutor.courses),
    }


def pin(seen: Seen) -> dict[str, Any]:
    is_students = seen.pin.mode == STUDENT
    dropped = epoch(seen.pin.dropped_at)
    for_students = {"description": seen.pin.description, "images": [image(name) for name in seen.images]}
    return {
        "user": owner(seen),
        # The document's name, and the one that it was given soon after.
        "dropTime": dropped,
        "dropTimestamp": dropped,
        "endTime": epoch(seen.pin.ends_at),
        "latitude": seen.pin.latitude,
        "longitude": seen.pin.longitude,
        **(for_students if is_students else {}),
        "courses": courses(seen.courses),
        "skills": list(seen.skills),
    }


def owner(seen: Seen) -> dict[str, Any]:
    """Whose pin it is; of a tutor's also what they say of themselves and what they take."""
    teaches = seen.owner.tutor if seen.pin.mode == TUTOR else None
    return {
        "userId": seen.owner.account_id,
        "firstname": seen.owner.first_name,
        "lastname": seen.owner.last_name,
        "rating": seen.rating.mean,
        "ratings": seen.rating.count,
        "image": image(seen.owner.image),
        **({} if teaches is None else {"bio": teaches.bio, "rate": teaches.rate}),
    }


def pin_or_null(seen: Seen | None) -> dict[str, Any] | None:
    return None if seen is None else pin(seen)


def match(seen: Seen, is_new: bool) -> dict[str, Any]:
    return {**pin(seen), "new": is_new}


def person(person: Person) -> dict[str, Any]:
    return {"userId": person.id, "firstname": person.first_name}


def message(message: Message, *, viewer: int) -> dict[str, Any]:
    """A message as one of its two people sees it. `id` is ours: where the next page begins."""
    sender = message.student_id if message.is_from_student else message.tutor_id
    return {
        "me": sender == viewer,
        "timestamp": epoch(message.sent_at),
        "body": message.body,
        "id": message.id,
    }


def sent(message: Message) -> dict[str, Any]:
    """What the sender is told of a message that was stored."""
    return {"id": message.id, "timestamp": epoch(message.sent_at)}


def conversation(found: Conversation, *, viewer: int) -> dict[str, Any]:
    return {
        "otherUser": person(found.other),
        "unreadMessages": found.unread,
        "lastMessage": message(found.last, viewer=viewer),
    }


def arrived(sent: Message, other: Person, *, viewer: int, client_id: str | None) -> dict[str, Any]:
    """A message as it is heard at once; `mode` is the listener's own, `client_id` only for who sent it."""
    seen = message(sent, viewer=viewer)
    return {
        "otherUser": person(other),
        "mode": STUDENT if sent.student_id == viewer else TUTOR,
        **seen,
        **({"client_id": client_id} if client_id and seen["me"] else {}),
    }


def read(other: int, mode: str, up_to: int, *, me: bool) -> dict[str, Any]:
    """Whoever `me` says has read the thread up to a message; `mode` is the listener's own."""
    return {"otherUserId": other, "mode": mode, "me": me, "id": up_to}


def typing(other: int, mode: str) -> dict[str, Any]:
    return {"otherUserId": other, "mode": mode}


def push_payload(counters: Counters) -> dict[str, Any]:
    """What a device or socket is told when anything changed; `count` and `events` are what phones need besides."""
    return {
        "studentUnreadMessages": counters.student_unread,
        "tutorUnreadMessages": counters.tutor_unread,
        "studentNewMatches": counters.student_new,
        "tutorNewMatches": counters.tutor_new,
        "session": None if counters.session is None else session_in_payload(counters.session),
        "message": sentence(counters),
        "count": counters.count,
        "events": list(counters.events),
    }


def sentence(counters: Counters) -> str:
    """`You have 1 new match and 4 unread messages.`, over both modes; empty when there is nothing."""
    matches = _counted(counters.student_new + counters.tutor_new, "new match", "new matches")
    unread = _counted(counters.student_unread + counters.tutor_unread, "unread message", "unread messages")
    clauses = [clause for clause in (matches, unread) if clause]
    return f"You have {' and '.join(clauses)}." if clauses else ""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def session_in_payload(running: Running) -> dict[str, Any]:
    return {
        "otherUserId": running.other_id,
        "mode": running.mode,
        "startTimestamp": epoch(running.started_at),
        "rate": running.rate,
    }


def handshake(session: TutoringSession | None) -> dict[str, Any]:
    """Whether it is complete, and if so since when and for how much an hour."""
    if session is None:
        return {"complete": False}
    return {"complete": True, "startTimestamp": epoch(session.started_at), "rate": session.rate}


def pressed(session: TutoringSession | None, *, poll_duration: int, poll_interval: int) -> dict[str, Any]:
    """What who holds out a hand is told: the session, or for how long and how often to ask (milliseconds)."""
    polling = {"pollDuration": poll_duration, "pollInterval": poll_interval} if session is None else {}
    return {**handshake(session), **polling}


def session_of(session: TutoringSession, *, viewer: int) -> dict[str, Any]:
    """A running session as one of its two people hears of it."""
    return session_in_payload(side_of(session, viewer))


def ended(session: TutoringSession, *, viewer: int, ended_by: int) -> dict[str, Any]:
    return {
        **session_of(session, viewer=viewer),
        "duration": session.duration,
        "amount": None if session.amount is None else float(session.amount),
        "me": ended_by == viewer,
    }


def offer(offer: Offer, *, viewer: int) -> dict[str, Any]:
    """A hand held out, as either of the two sees it: `mode` is the side that the viewer would be on."""
    me = offer.offered_by_id == viewer
    return {
        "otherUserId": offer.offered_to_id if me else offer.offered_by_id,
        "mode": offer.mode if me else opposite(offer.mode),
        "me": me,
    }
