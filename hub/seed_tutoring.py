"""Tutoring for a seeded hub: two people who teach, three who want to learn, and a conversation between two of them."""

from __future__ import annotations

from hub.domain import messages, pins, profiles
from hub.domain.actors import Actor
from hub.domain.modes import STUDENT, TUTOR

UNIVERSITY = "California Polytechnic State University - San Luis Obispo"
"""As the list that comes along spells it, so that who chooses from there finds these courses."""
COURSES = [(UNIVERSITY, "CPE", 101), (UNIVERSITY, "CPE", 102), (UNIVERSITY, "MATH", 141), (UNIVERSITY, "PHYS", 131)]
CAMPUS = (35.3012, -120.6598)
"""Latitude and longitude; the pins lie some streets around it."""
A_DAY = 86400.0
TEACH = [
    ("I build robots and explain them slowly.", 24.0, ["soldering", "Python"], COURSES[:2], (0.004, -0.003)),
    ("Numbers are friendlier than they look.", 30.0, ["calculus"], COURSES[2:], (-0.002, 0.006)),
]
LEARN = [
    ("My loop never ends.", ["Python"], COURSES[:1], (0.001, 0.002)),
    ("Integrals, before Thursday!", ["calculus"], COURSES[2:3], (-0.005, -0.001)),
    ("Torque, and why it turns.", [], COURSES[3:], (0.006, 0.004)),
]


def fill(tutors: list[Actor], students: list[Actor]) -> None:
    """Begin with people who have accounts, as many as there are entries above."""
    for tutor, (bio, rate, skills, courses, where) in zip(tutors, TEACH, strict=True):
        profiles.change(by=tutor, tutor={"bio": bio, "rate": rate, "skills": skills, "courses": courses})
        _drop(TUTOR, tutor, where)
    for student, (description, skills, courses, where) in zip(students, LEARN, strict=True):
        _drop(STUDENT, student, where, description=description, skills=skills, courses=courses)


def _drop(mode: str, by: Actor, where: tuple[float, float], **wanted: object) -> None:
    latitude, longitude = CAMPUS[0] + where[0], CAMPUS[1] + where[1]
    place = {"latitude": round(latitude, 4), "longitude": round(longitude, 4)}
    # What a student wants differs from what a tutor does, so the types of `wanted` are those of the lists above.
    pins.drop(mode, by=by, seconds=A_DAY, longest=int(A_DAY), **place, **wanted)  # type: ignore[arg-type]


def _ask(student: Actor, tutor: Actor) -> None:
    messages.send(tutor.id, "Hi! Do you have an hour for loops today?", mode=STUDENT, by=student)


def _answer(student: Actor, tutor: Actor) -> None:
    messages.mark_read(student.id, mode=TUTOR, by=tutor)
    messages.send(student.id, "Gladly. After lunch, by the fountain?", mode=TUTOR, by=tutor)


def _agree(student: Actor, tutor: Actor) -> None:
    messages.send(tutor.id, "I will be there at two.", mode=STUDENT, by=student)


CONVERSATION = [_ask, _answer, _agree]
"""What a student and a tutor say, each of whose steps is a unit of work."""
