"""What the public iPhone client does that the document does not speak of: it must go well."""

import asyncio
from collections import Counter

import pytest
from yarl import URL

from tests.http.halp import acting
from tests.http.halp.acting import PASSWORD_HASH, TUTOR_PIN
from tests.http.halp.saying import COURSES, said, yes

PHONE = {"Content-Type": "application/json", "Accept": "application/json"}
AS_TEXT = {"Cal Poly": [{"subject": "CPE", "number": "101"}]}


async def test_the_sample_of_a_phone_that_registers(hub):
    body = {
        **{"firstname": "Ann", "lastname": "Lee", "email": "ann@example.org"},
        **{"passwordHash": PASSWORD_HASH, "image": "", "pushType": "apn", "pushToken": "00ff"},
    }

    status, reply = await hub.post("/halp/register", body)

    mine = {"userId": 1, "firstname": "Ann", "lastname": "Lee", "image": None, "tutor": None}
    assert (status, reply) == yes(sessionId=reply["sessionId"], profile=mine)


async def test_numbers_that_come_as_texts_go_out_as_numbers(hub, ann):
    body = {
        **{"pinMode": "student", "latitude": "35.30", "longitude": "-120.66", "duration": 86399.4},
        **{"description": "x", "skills": [], "images": [], "courses": AS_TEXT},
    }

    assert await hub.post("/halp/pin", body, by=ann) == yes()

    lying = await acting.mine(hub, "student", by=ann)
    assert (lying["latitude"], lying["longitude"]) == (35.3, -120.66)
    assert lying["courses"] == COURSES
    assert lying["endTime"] - lying["dropTime"] == 86399
    assert {type(lying[name]) for name in ("dropTime", "dropTimestamp", "endTime")} == {int}


async def test_numbers_may_have_signs_fractions_and_exponents(hub, ann):
    spelt = {"latitude": "+3.53e1", "longitude": " -.5 ", "duration": "3600."}
    courses = {"Cal Poly": [{"subject": "CPE", "number": "101.0"}, {"subject": "CPE", "number": 1e2}]}

    await acting.drop(hub, "student", **spelt, courses=courses, by=ann)

    lying = await acting.mine(hub, "student", by=ann)
    assert (lying["latitude"], lying["longitude"], lying["endTime"] - lying["dropTime"]) == (35.3, -0.5, 3600)
    assert [course["number"] for course in lying["courses"]["Cal Poly"]] == [101, 100]


async def test_what_nobody_filled_in_comes_as_empty_texts(hub, ann):
    empty = dict.fromkeys(("description", "skills", "images", "courses"), "")

    await acting.drop(hub, "student", **empty, by=ann)

    lying = await acting.mine(hub, "student", by=ann)
    assert {name: lying[name] for name in empty} == {"description": "", "skills": [], "images": [], "courses": {}}


async def test_a_course_or_skill_that_is_said_twice_counts_once(hub, ann):
    twice = {"Cal Poly": [{"subject": "CPE", "number": 101}, {"subject": "CPE", "number": "101"}]}

    await acting.drop(hub, "student", skills=["b", "a", "b"], courses=twice, by=ann)

    lying = await acting.mine(hub, "student", by=ann)
    assert (lying["skills"], lying["courses"]) == (["b", "a"], COURSES)


async def test_a_tutor_drops_a_pin_with_four_fields(hub, tom):
    assert len(TUTOR_PIN) == 4
    assert await hub.post("/halp/pin", TUTOR_PIN, by=tom) == yes()


async def test_somebody_begins_teaching_with_numbers_as_texts(hub, ann):
    tutor = {"bio": "b", "rate": "22.5", "skills": ["a"], "courses": AS_TEXT}

    profile = await acting.change(hub, tutor=tutor, by=ann)

    assert profile["tutor"] == {"bio": "b", "rate": 22.5, "skills": ["a"], "courses": COURSES}


async def test_reads_that_say_that_they_are_json_are_answered(hub, ann):
    for path in ("profile", "pins?pinMode=mine", "notification", "session/ended"):
        assert said(await hub.get(f"/halp/{path}", by=ann, headers=PHONE)) == (200, "success")
    assert said(await hub.call("DELETE", "/halp/pin?pinMode=student", by=ann, headers=PHONE)) == (200, "no_pin")


async def test_a_body_may_say_in_which_letters_it_is_written(hub, ann):
    headers = {"Content-Type": "application/json; charset=utf-8"}

    reply = await hub.call("PUT", "/halp/profile", by=ann, data='{"firstname": "Zoë"}'.encode(), headers=headers)

    assert (said(reply), reply[1]["profile"]["firstname"]) == ((200, "success"), "Zoë")


async def test_a_university_is_asked_for_as_phones_encode_it(hub, ann, tom):
    """They leave an equals sign as it is."""
    maths = {"A=B University": [{"subject": "MATH", "number": 1}]}
    await acting.change(hub, tutor={"courses": maths}, by=tom)

    reply = await hub.get(URL("/halp/enum/courses?university=A=B%20University", encoded=True), by=ann)

    assert reply == yes(courses=[{"subject": "MATH", "number": 1}])


@pytest.mark.settings(rate_limits=True)
async def test_asking_again_and_again_is_never_throttled(hub, ann, tom):
    """Phones ask each second whether the session has ended, and nine times whether it has begun."""
    asked = ["session/ended", f"session/started?mode=student&otherUserId={tom.id}", "notification"]

    replies = await asyncio.gather(*(hub.get(f"/halp/{path}", by=ann) for path in asked * 40))

    assert Counter(map(said, replies)) == {(200, "success"): 120}


async def test_neither_name_is_ever_without_a_first_letter(hub, ann, tom):
    """Phones take it by its place, and crash where there is none."""
    await hub.post("/vivere/user/create", {"username": "z@x.org", "password": "password", "name": "Zoe"})
    body = {"type": "halp", "email": "z@x.org", "passwordHash": PASSWORD_HASH}
    session = {"sessionId": (await acting.done(hub.post("/halp/login", body)))["sessionId"]}
    await acting.done(hub.post("/halp/pin", acting.STUDENT_PIN, headers=session))
    await acting.drop(hub, "student", by=ann)

    users = [pin["user"] for pin in await acting.pins(hub, "student", by=tom)]

    assert [(user["firstname"][0], user["lastname"][0]) for user in users] == [("A", "L"), ("Z", "-")]
