"""Halp's spelling, whole objects at a time and in the document's order, and the code of every refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from hub.domain import accounts, login_sessions, messages, pins, profiles, ratings, sign_ins, tutoring_sessions
from hub.domain.counters import Counters, Running
from hub.domain.credentials import DeadCredential
from hub.domain.logins import WrongPassword
from hub.domain.messages import BodyLength, Conversation, Person
from hub.domain.pins import Seen
from hub.domain.profiles import Profile, Tutor
from hub.domain.ratings import NothingToRate, Rating
from hub.domain.refusals import Invalid, NotSignedIn, Refusal
from hub.domain.tutoring_sessions import DurationTooLong, NoSession
from hub.wire import addresses, halp
from hub.wire.loose import number, whole_number
from models import Message, Offer, Pin, TutoringSession

NOON, NOON_EPOCH = datetime(2026, 11, 21, 12, 0, 0, 999_999), 1795262400
ANN, TOM = 1, 2
COURSES = (("Cal Poly", "PSY", 101), ("Cuesta", "PHYS", 142), ("Cal Poly", "PSY", 103))
SPELT_COURSES = {
    "Cal Poly": [{"subject": "PSY", "number": 101}, {"subject": "PSY", "number": 103}],
    "Cuesta": [{"subject": "PHYS", "number": 142}],
}
TEACHES = Tutor("Senior", 23.0, ("archery",), COURSES)
ANNS = Profile(ANN, "Ann", "Lee", None, None)
TOMS = Profile(TOM, "Tom", "Lee", "f00.jpg", TEACHES)
PICTURE = {"original": "https://hub.example/halp/image/f00.jpg"}
NOTHING = Counters(0, 0, 0, 0, None, ())
SESSION = TutoringSession(
    student=ANN, tutor=TOM, rate=40.55, started_at=NOON, ended_at=NOON, duration=60.0, amount=Decimal("0.68")
)


@pytest.fixture(autouse=True)
def _public_address() -> Iterator[None]:
    before = addresses.absolute("")
    addresses.speak_as("https://hub.example/")
    yield
    addresses.speak_as(before)


def in_order(spelt: dict) -> list:
    return list(spelt.items())


def seen(mode: str, owner: Profile, rating: Rating = ratings.NONE) -> Seen:
    pin = Pin(
        account=owner.account_id,
        mode=mode,
        latitude=47.22,
        longitude=-162.94,
        dropped_at=NOON,
        ends_at=NOON + timedelta(seconds=3600),
        description="Homework",
    )
    return Seen(pin, owner, rating, ("fishing",), COURSES, ("a.png", "b.jpg"))


def test_a_profile():
    assert in_order(halp.profile(ANNS)) == [
        ("userId", ANN),
        ("firstname", "Ann"),
        ("lastname", "Lee"),
        ("image", None),
        ("tutor", None),
    ]
    assert halp.profile(TOMS) == {
        **{"userId": TOM, "firstname": "Tom", "lastname": "Lee", "image": PICTURE},
        "tutor": {"bio": "Senior", "rate": 23.0, "skills": ["archery"], "courses": SPELT_COURSES},
    }


def test_a_students_pin():
    spelt = halp.pin(seen("student", ANNS, Rating(4.72, 14)))

    assert in_order(spelt) == [
        (
            "user",
            {"userId": ANN, "firstname": "Ann", "lastname": "Lee", "rating": 4.72, "ratings": 14, "image": None},
        ),
        ("dropTime", NOON_EPOCH),
        ("dropTimestamp", NOON_EPOCH),
        ("endTime", NOON_EPOCH + 3600),
        ("latitude", 47.22),
        ("longitude", -162.94),
        ("description", "Homework"),
        ("images", [{"original": f"https://hub.example/halp/image/{name}"} for name in ("a.png", "b.jpg")]),
        ("courses", SPELT_COURSES),
        ("skills", ["fishing"]),
    ]


def test_a_tutors_pin_also_says_what_they_take_and_has_no_description():
    spelt = halp.pin(seen("tutor", TOMS))

    of_student = halp.pin(seen("student", ANNS))
    assert set(of_student) - set(spelt) == {"description", "images"}
    assert in_order(spelt["user"])[-3:] == [("image", PICTURE), ("bio", "Senior"), ("rate", 23.0)]


def test_a_student_who_also_teaches_is_shown_as_a_student():
    assert not {"bio", "rate"} & set(halp.pin(seen("student", TOMS))["user"])


def test_no_pin_is_null():
    assert halp.pin_or_null(None) is None
    assert halp.pin_or_null(seen("tutor", TOMS)) == halp.pin(seen("tutor", TOMS))


def test_a_match_is_a_pin_and_whether_it_is_new():
    for is_new in (True, False):
        assert halp.match(seen("tutor", TOMS), is_new) == {**halp.pin(seen("tutor", TOMS)), "new": is_new}


def test_a_message_as_either_of_the_two_sees_it():
    message = Message(id=7, student=ANN, tutor=TOM, is_from_student=True, body="Pancakes?", sent_at=NOON)
    said = {"me": True, "timestamp": NOON_EPOCH, "body": "Pancakes?", "id": 7}

    assert in_order(halp.message(message, viewer=ANN)) == in_order(said)
    assert halp.message(message, viewer=TOM) == {**said, "me": False}
    assert halp.sent(message) == {"id": 7, "timestamp": NOON_EPOCH}
    assert halp.conversation(Conversation(Person(TOM, "Tom"), 3, message), viewer=ANN) == {
        "otherUser": {"userId": TOM, "firstname": "Tom"},
        "unreadMessages": 3,
        "lastMessage": said,
    }


def test_a_message_that_arrives_names_the_side_of_the_listener_and_only_to_its_sender_their_own_name_for_it():
    message = Message(id=7, student=ANN, tutor=TOM, is_from_student=True, body="Pancakes?", sent_at=NOON)

    to_ann = halp.arrived(message, Person(TOM, "Tom"), viewer=ANN, client_id="m1")
    to_tom = halp.arrived(message, Person(ANN, "Ann"), viewer=TOM, client_id="m1")

    assert (to_ann["mode"], to_ann["me"], to_ann["client_id"]) == ("student", True, "m1")
    assert (to_tom["mode"], to_tom["me"], "client_id" in to_tom) == ("tutor", False, False)


def test_a_push_payload():
    counters = Counters(1, 3, 0, 1, Running(4089, "tutor", NOON, 40.55), ("tutor_pin_removed",))

    assert in_order(halp.push_payload(counters)) == [
        ("studentUnreadMessages", 1),
        ("tutorUnreadMessages", 3),
        ("studentNewMatches", 0),
        ("tutorNewMatches", 1),
        ("session", {"otherUserId": 4089, "mode": "tutor", "startTimestamp": NOON_EPOCH, "rate": 40.55}),
        ("message", "You have 1 new match and 4 unread messages."),
        ("count", 5),
        ("events", ["tutor_pin_removed"]),
    ]


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({}, ""),
        ({"student_unread": 1}, "You have 1 unread message."),
        ({"tutor_unread": 2}, "You have 2 unread messages."),
        ({"student_new": 1}, "You have 1 new match."),
        ({"student_new": 1, "tutor_new": 1}, "You have 2 new matches."),
        ({"tutor_new": 3, "student_unread": 1}, "You have 3 new matches and 1 unread message."),
    ],
    ids=lambda value: str(value),
)
def test_the_sentence_of_a_push(news, said):
    assert halp.sentence(replace(NOTHING, **news)) == said


def test_a_handshake():
    begun = {"complete": True, "startTimestamp": NOON_EPOCH, "rate": 40.55}
    polling = {"poll_duration": 2000, "poll_interval": 250}

    assert (halp.handshake(None), halp.handshake(SESSION)) == ({"complete": False}, begun)
    assert halp.pressed(SESSION, **polling) == begun
    assert halp.pressed(None, **polling) == {"complete": False, "pollDuration": 2000, "pollInterval": 250}


def test_a_session_and_its_end_as_each_of_the_two_hears_of_it():
    anns = {"otherUserId": TOM, "mode": "student", "startTimestamp": NOON_EPOCH, "rate": 40.55}

    assert halp.session_of(SESSION, viewer=ANN) == anns
    assert halp.session_of(SESSION, viewer=TOM) == {**anns, "otherUserId": ANN, "mode": "tutor"}
    assert halp.ended(SESSION, viewer=ANN, ended_by=TOM) == {**anns, "duration": 60.0, "amount": 0.68, "me": False}


def test_an_offer_names_the_side_that_the_viewer_would_be_on():
    offer = Offer(offered_by=ANN, offered_to=TOM, mode="student")

    assert halp.offer(offer, viewer=ANN) == {"otherUserId": TOM, "mode": "student", "me": True}
    assert halp.offer(offer, viewer=TOM) == {"otherUserId": ANN, "mode": "tutor", "me": False}


CODES = {
    NoSession: "no session",
    NothingToRate: "no_session",
    WrongPassword: "invalid_credentials",
    NotSignedIn: "not_authorized",
    DeadCredential: "not_authorized",
    accounts.EmailTaken: "email_taken",
    accounts.UsernameTaken: "server_error",
    messages.RecipientNotFound: "server_error",
    messages.BodyLength: "body_length",
    pins.AlreadyDropped: "already_dropped",
    pins.MaxDurationExceeded: "max_duration_exceeded",
    pins.NoPin: "no_pin",
    profiles.TutorProfileMissing: "tutor_profile_missing",
    profiles.PersonNotFound: "server_error",
    tutoring_sessions.PartnerNotFound: "server_error",
    tutoring_sessions.ActiveSession: "active_session",
    tutoring_sessions.DurationTooLong: "duration_too_long",
    ratings.AlreadyRated: "already_rated",
    ratings.RatingExpired: "expired",
    ratings.MissingRatings: "missing_fields",
    Invalid: "server_error",
    Refusal: "server_error",
}


def test_the_code_of_each_refusal():
    assert {kind: halp.code_of(kind.__new__(kind)) for kind in CODES} == CODES


def test_every_refusal_that_the_tutoring_raises_is_in_the_table():
    raised = {
        kind
        for module in (accounts, login_sessions, messages, pins, profiles, ratings, sign_ins, tutoring_sessions)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == module.__name__
    }

    assert raised - set(CODES) == {accounts.AccountNotFound}


def test_a_kind_of_refusal_that_nobody_has_heard_of_is_said_as_its_family_is():
    class NeverHeardOf(NotSignedIn):
        code = "never_heard_of"

    class Documented(NotSignedIn):
        code = "invalid_facebook_access_token"

    assert halp.code_of(NeverHeardOf()) == "not_authorized"
    assert halp.code_of(Documented()) == "invalid_facebook_access_token"


def test_a_refusal_helps_whoever_wrote_the_client():
    assert halp.refusal(pins.NoPin()) == {"code": "no_pin"}
    assert halp.refusal(DeadCredential()) == {"code": "not_authorized", "detail": "dead credential"}
    assert halp.refusal(Invalid("duration", "is missing")) == {
        "code": "server_error",
        "field": "duration",
        "detail": "duration is missing",
    }
    assert halp.refusal(BodyLength("body", "is empty"))["code"] == "body_length"
    assert halp.refusal(DurationTooLong("duration", "is longer"))["field"] == "duration"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (7, 7.0),
        (-1.5, -1.5),
        ("7", 7.0),
        (" +7.25 ", 7.25),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        (2**53, 2.0**53),
    ],
)
def test_a_number_may_come_as_text(said, meant):
    assert number(said) == meant
    assert type(number(said)) is float


NO_NUMBERS = [
    *(None, True, False, [], {}, float("nan"), float("inf")),
    *("", " ", ".", "-", "e3", "1e", "1e9999", "NaN", "Infinity", "0x1", "1_000", "1,5", "\uff11", "1" * 301),
]


@pytest.mark.parametrize("odd", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused(odd):
    with pytest.raises(ValueError, match="is not a number"):
        number(odd)


@pytest.mark.parametrize(("said", "meant"), [(7, 7), ("101", 101), (101.0, 101), ("1e2", 100), ("-3", -3)])
def test_a_whole_number_may_come_as_text_too(said, meant):
    assert whole_number(said) == meant
    assert type(whole_number(said)) is int


@pytest.mark.parametrize("odd", [1.5, "1.5", "1e300", 2**53 + 2, "9" * 20])
def test_what_is_no_whole_number_is_refused(odd):
    with pytest.raises(ValueError, match="is not a whole number"):
        whole_number(odd)
