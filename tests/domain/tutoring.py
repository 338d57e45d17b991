"""What tests of tutoring arrange in the core: pins that match, messages, and sessions that run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hub.domain import devices, messages, pins, profiles, sign_ins, tutoring_sessions
from hub.domain.actors import Actor
from hub.domain.credentials import Claims
from hub.domain.modes import STUDENT, TUTOR
from hub.domain.profiles import Course
from hub.domain.sign_ins import Phone
from hub.perform import run, run_reading
from models import LoginSession, Message, Pin, TutoringSession
from tests import people
from tests.people import CPE_101, Member

HELD_OUT_FOR = timedelta(seconds=3)
"""The usual two seconds and a grace of one."""
HOUR = 3600.0


def sign_in(person: Actor, *, phone: str) -> Actor:
    """The same person as they call from one more iPhone, of that token."""
    signed = run(sign_ins.sign_in, person.id, Phone(devices.APN, phone))
    return people.actor_of(Member(person.id, signed.secret))


def claims_of(person: Actor) -> Claims:
    """What says that they call by the sign-in that they call by."""
    session = run_reading(LoginSession.get_by_id, person.login_session_id)
    return Claims(person.public_id, f"login-session-{session.secret_hash}", session.used_at)


def drop(mode: str, *, by: Actor, seconds: float = HOUR, courses: Sequence[Course] = (CPE_101,)) -> Pin:
    """Put a pin down; a student's wants those courses, a tutor's teaches what the profile says."""
    wanted = courses if mode == STUDENT else ()
    place = {"latitude": 35.3, "longitude": -120.66}
    return run(pins.drop, mode, by=by, seconds=seconds, longest=604_800, courses=wanted, **place)


def teach(*courses: Course, by: Actor) -> None:
    """Teach these from now on, and no others."""
    run(profiles.change, by=by, tutor={"courses": courses})


def write(to: Actor, body: str = "Hi", *, by: Actor, mode: str = STUDENT) -> Message:
    return run(messages.send, to.id, body, mode=mode, by=by)


def read(other: Actor, *, by: Actor, mode: str) -> None:
    run(messages.mark_read, other.id, mode=mode, by=by)


def press(other: Actor, *, by: Actor, mode: str) -> TutoringSession | None:
    """Press the button that begins a session."""
    return run(tutoring_sessions.start, other.id, mode=mode, held_out_for=HELD_OUT_FOR, by=by)


def shake_hands(student: Actor, tutor: Actor) -> TutoringSession:
    press(tutor, by=student, mode=STUDENT)
    session = press(student, by=tutor, mode=TUTOR)
    assert session is not None
    return session


def end(seconds: float = 0, *, by: Actor) -> TutoringSession:
    return run(tutoring_sessions.end, seconds, by=by)
