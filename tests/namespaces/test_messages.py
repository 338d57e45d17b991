"""`/messages`: what is sent and read there or over REST is heard on all devices of both people, in each one's view."""

from __future__ import annotations

import pytest

from models import Message
from tests.http.halp import acting, talking
from tests.http.halp.saying import NOON, said
from tests.namespaces.talking import heard, say

NOTHING = {
    "studentUnreadMessages": 0,
    "tutorUnreadMessages": 0,
    "studentNewMatches": 0,
    "tutorNewMatches": 0,
    "session": None,
    "message": "",
    "count": 0,
    "events": [],
}
ONE_UNREAD = {**NOTHING, "tutorUnreadMessages": 1, "count": 1, "message": "You have 1 unread message."}


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


def message(other, name: str, mode: str, *, me: bool, number: int = 1, body: str = "Hi", **more) -> tuple:
    """A message as it is heard by somebody who is `mode` in the thread with `other`."""
    whom = {"userId": other.id, "firstname": name}
    return "message", {"otherUser": whom, "mode": mode, "me": me, "timestamp": NOON, "body": body, "id": number, **more}


def read(other, mode: str, *, me: bool, up_to: int = 1) -> tuple:
    return "read", {"otherUserId": other.id, "mode": mode, "me": me, "id": up_to}


async def test_a_message_is_acknowledged_and_heard_on_every_device_of_both_and_by_nobody_else(hub, ann, tom, eve):
    anns, anns_other, toms, toms_other, eves = [
        await hub.listen("/messages", by=person) for person in (ann, ann, tom, tom, eve)
    ]

    answer = await say(anns, "send", to=tom.id, body="Hi", senderMode="student", client_id="m1")
    await talking.write(hub, eve, "for Eve", by=ann)

    to_tom = message(tom, "Tom", "student", me=True, client_id="m1")
    to_eve = message(eve, "Eve", "student", me=True, number=2, body="for Eve")
    from_ann = [message(ann, "Ann", "tutor", me=False), ("counters", ONE_UNREAD)]
    assert answer == {"ok": True, "id": 1, "timestamp": NOON}
    assert [await heard(listener, 2) for listener in (anns, anns_other)] == [[to_tom, to_eve]] * 2
    assert [await heard(listener, 2) for listener in (toms, toms_other)] == [from_ann] * 2
    assert await heard(eves, 2) == [
        message(ann, "Ann", "tutor", me=False, number=2, body="for Eve"),
        ("counters", ONE_UNREAD),
    ]


async def test_a_tutor_s_message_is_heard_by_the_student_as_a_student(hub, ann, tom):
    anns, toms = await hub.listen("/messages", by=ann), await hub.listen("/messages", by=tom)

    await say(toms, "send", to=ann.id, body="Hi", senderMode="tutor")

    unread = {**NOTHING, "studentUnreadMessages": 1, "count": 1, "message": "You have 1 unread message."}
    assert await heard(anns, 2) == [message(tom, "Tom", "student", me=False), ("counters", unread)]
    assert await heard(toms, 1) == [message(ann, "Ann", "tutor", me=True)]


async def test_what_is_sent_over_rest_is_heard_and_what_is_said_is_there_over_rest(hub, ann, tom):
    toms = await hub.listen("/messages", by=tom)

    await talking.write(hub, tom, "over REST", by=ann)
    await say(toms, "send", to=ann.id, body="by socket", senderMode="tutor")

    assert (await heard(toms, 3))[0] == message(ann, "Ann", "tutor", me=False, body="over REST")
    assert await talking.read(hub, tom, by=ann, mode="student") == ["by socket", "over REST"]


@pytest.mark.parametrize("first", ["REST", "socket"])
async def test_the_same_client_id_sends_once_whichever_way_it_comes(hub, ann, tom, rows, first):
    anns = await hub.listen("/messages", by=ann)

    async def over_rest(body: str = "Hi"):
        return await talking.post(hub, tom, body, by=ann, client_id="m1")

    async def by_socket(body: str = "Hi"):
        return await say(anns, "send", to=tom.id, body=body, senderMode="student", client_id="m1")

    ways = [over_rest, by_socket] if first == "REST" else [by_socket, over_rest]
    for send in (*ways, *ways):
        await send()

    assert (await by_socket())["id"] == (await over_rest())[1]["id"] == 1
    assert said(await over_rest("another")) == (409, "server_error")
    assert (await by_socket("another"))["ok"] is False
    assert len(rows()[Message.__name__]) == 1
    assert await heard(anns, 1) == [message(tom, "Tom", "student", me=True, client_id="m1")]


async def test_a_client_id_is_forgotten_after_a_day(hub, ann, tom, clock):
    anns = await hub.listen("/messages", by=ann)
    hi = {"to": tom.id, "body": "Hi", "senderMode": "student", "client_id": "m1"}

    numbers = [(await say(anns, "send", **hi))["id"]]
    for step in ({"hours": 24, "microseconds": -1}, {"microseconds": 1}):
        clock.forward(**step)
        numbers.append((await say(anns, "send", **hi))["id"])

    assert numbers == [1, 1, 2]


REFUSED = {
    "an empty body": ({"body": ""}, "body_length"),
    "a body that is too long": ({"body": "x" * 10_001}, "body_length"),
    "as a tutor who is none": ({"senderMode": "tutor"}, "tutor_profile_missing"),
    "to nobody": ({"to": 999}, "server_error"),
    "to oneself": ({"to": 1}, "server_error"),
}


async def test_what_cannot_be_sent_is_refused_in_the_contract_s_words_and_nobody_hears_of_it(hub, ann, tom, rows):
    assert ann.id == 1
    anns, toms = await hub.listen("/messages", by=ann), await hub.listen("/messages", by=tom)
    good = {"to": tom.id, "body": "Hi", "senderMode": "student"}
    before = rows()

    answers = {what: await say(anns, "send", **{**good, **changed}) for what, (changed, _) in REFUSED.items()}

    told = {what: (answer["ok"], answer["code"]) for what, answer in answers.items()}
    assert told == {what: (False, code) for what, (_, code) in REFUSED.items()}
    assert rows() == before
    await say(anns, "send", **good)
    assert await heard(toms, 2) == [message(ann, "Ann", "tutor", me=False), ("counters", ONE_UNREAD)]


WRONG = {
    "no recipient": ("send", {"body": "Hi", "senderMode": "student"}, "to"),
    "no such mode": ("send", {"to": 2, "body": "Hi", "senderMode": "mine"}, "senderMode"),
    "a number for a body": ("send", {"to": 2, "body": 7, "senderMode": "student"}, "body"),
    "an empty client id": ("send", {"to": 2, "body": "Hi", "senderMode": "student", "client_id": ""}, "client_id"),
    "no thread": ("read", {"mode": "student"}, "otherUserId"),
    "nobody to type to": ("typing", {"to": 0, "senderMode": "student"}, "to"),
    "a text for a truth": ("activity", {"active": "true"}, "active"),
}


async def test_an_argument_that_cannot_be_used_is_refused_by_name(hub, ann, tom, rows):
    anns = await hub.listen("/messages", by=ann)
    before = rows()

    answers = {what: await say(anns, event, **argument) for what, (event, argument, _) in WRONG.items()}

    told = {what: (answer["ok"], answer["field"]) for what, answer in answers.items()}
    assert told == {what: (False, field) for what, (*_, field) in WRONG.items()}
    assert rows() == before


async def test_numbers_may_come_as_text(hub, ann, tom):
    anns = await hub.listen("/messages", by=ann)

    assert (await say(anns, "send", to=str(tom.id), body="Hi", senderMode="student"))["ok"] is True
    assert await say(anns, "read", otherUserId=str(tom.id), mode="student") == {"ok": True}


@pytest.mark.parametrize("way", ["REST", "socket"])
async def test_what_is_read_is_heard_by_both_on_all_their_devices_and_lowers_the_reader_s_counters(hub, ann, tom, way):
    for body in ("one", "two"):
        await talking.write(hub, tom, body, by=ann)
    anns, toms, toms_other = [await hub.listen("/messages", by=person) for person in (ann, tom, tom)]

    if way == "REST":
        await talking.read(hub, ann, by=tom, mode="tutor")
    else:
        assert await say(toms, "read", otherUserId=ann.id, mode="tutor") == {"ok": True}

    assert await talking.unread(hub, by=tom) == (0, 0)
    assert await heard(anns, 1) == [read(tom, "student", me=False, up_to=2)]
    for device in (toms, toms_other):
        assert await heard(device, 2) == [read(ann, "tutor", me=True, up_to=2), ("counters", NOTHING)]


async def test_where_nothing_is_unread_reading_is_a_yes_of_which_nobody_hears(hub, ann, tom, rows):
    await talking.write(hub, tom, by=ann)
    anns = await hub.listen("/messages", by=ann)
    before = rows()

    for mode in ("student", "tutor"):
        assert await say(anns, "read", otherUserId=tom.id, mode=mode) == {"ok": True}

    assert (rows(), anns.heard) == (before, [])


async def test_there_is_nothing_to_read_of_nobody_and_of_oneself(hub, ann):
    anns = await hub.listen("/messages", by=ann)

    for other in (999, ann.id):
        assert await say(anns, "read", otherUserId=other, mode="student") == {
            "ok": False,
            "code": "server_error",
            "detail": "recipient not found",
        }


async def test_of_two_threads_of_the_same_two_people_each_says_which_one_it_is(hub, tom, eve):
    toms = await hub.listen("/messages", by=tom)

    await talking.write(hub, tom, "teach me", by=eve)
    await talking.write(hub, tom, "I teach you", by=eve, mode="tutor")
    await talking.read(hub, eve, by=tom, mode="student")

    told = [(event, payload["mode"]) for event, payload in await heard(toms, 6) if event != "counters"]
    assert told == [("message", "tutor"), ("message", "student"), ("read", "student")]


async def test_new_matches_and_pins_that_ran_out_are_heard_as_counters_too(hub, ann, tom):
    anns = await hub.listen("/messages", by=ann)

    await acting.drop(hub, "tutor", by=tom)
    await acting.drop(hub, "student", by=ann)

    matched = {**NOTHING, "studentNewMatches": 1, "count": 1, "message": "You have 1 new match."}
    assert await heard(anns, 1) == [("counters", matched)]


async def test_counters_that_moved_are_heard_with_the_session_that_runs(hub, ann, tom):
    anns, toms = await hub.listen("/messages", by=ann), await hub.listen("/messages", by=tom)

    await acting.shake_hands(hub, ann, tom)

    running = {"startTimestamp": NOON, "rate": 22.5}
    assert await heard(anns, 1) == [
        ("counters", {**NOTHING, "session": {"otherUserId": tom.id, "mode": "student", **running}})
    ]
    assert await heard(toms, 1) == [
        ("counters", {**NOTHING, "session": {"otherUserId": ann.id, "mode": "tutor", **running}})
    ]
