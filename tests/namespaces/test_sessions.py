"""`/sessions`: a hand that is held out, taken or not, and the end, heard by both on all their devices."""

from __future__ import annotations

import asyncio

import pytest

from hub.perform import run_reading
from models import JobRow
from tests.http.halp import acting, talking
from tests.http.halp.saying import NOON
from tests.namespaces.talking import heard, say
from workers import jobs, tutoring

HELD_OUT = {"ok": True, "complete": False, "pollDuration": 2000, "pollInterval": 250}
BEGUN = {"ok": True, "complete": True, "startTimestamp": NOON, "rate": 22.5}


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


@pytest.fixture
async def sockets(hub, ann, tom) -> list:
    """Two of Ann's and two of Tom's."""
    return [await hub.listen("/sessions", by=person) for person in (ann, ann, tom, tom)]


def hand(event: str, other, mode: str, *, me: bool) -> tuple:
    return event, {"otherUserId": other.id, "mode": mode, "me": me}


def session(event: str, other, mode: str, **more) -> tuple:
    return event, {"otherUserId": other.id, "mode": mode, "startTimestamp": NOON, "rate": 22.5, **more}


def expire_offers() -> None:
    """What the worker does for each hand when its time is over."""
    assert tutoring.EXPIRE_OFFER in jobs.WORK
    waiting = (JobRow.name == tutoring.EXPIRE_OFFER) & (JobRow.state == "waiting")
    for number in run_reading(lambda: [row.id for row in JobRow.select(JobRow.id).where(waiting)]):
        jobs.do(number, holder=f"message {number}")


async def test_the_other_hears_of_a_hand_and_both_of_the_start_on_all_their_devices(hub, ann, tom, sockets):
    anns, anns_other, toms, toms_other = sockets

    assert await say(anns, "start", mode="student", otherUserId=tom.id) == HELD_OUT
    assert await say(toms, "start", mode="tutor", otherUserId=ann.id) == BEGUN

    for device in (anns, anns_other):
        assert await heard(device, 1) == [session("started", tom, "student")]
    for device in (toms, toms_other):
        assert await heard(device, 2) == [hand("offered", ann, "tutor", me=False), session("started", ann, "tutor")]


@pytest.mark.parametrize("ends", ["ann", "tom"])
async def test_both_hear_of_the_end_and_who_made_it(hub, ann, tom, sockets, clock, ends):
    await acting.shake_hands(hub, ann, tom)
    clock.forward(seconds=60)
    anns, _, toms, _ = sockets

    assert await say(anns if ends == "ann" else toms, "end", duration=60) == {"ok": True}

    lasted = {"duration": 60.0, "amount": 0.38}
    assert (await heard(anns, 2))[-1] == session("ended", tom, "student", **lasted, me=ends == "ann")
    assert (await heard(toms, 3))[-1] == session("ended", ann, "tutor", **lasted, me=ends == "tom")
    assert await talking.is_over(hub, by=ann)


async def test_rest_and_socket_are_two_ways_to_press_the_same_button(hub, ann, tom, sockets):
    anns, _, toms, _ = sockets

    await talking.press(hub, tom, by=ann, mode="student")
    assert await heard(toms, 1) == [hand("offered", ann, "tutor", me=False)]
    assert await say(toms, "start", mode="tutor", otherUserId=ann.id) == BEGUN
    assert (await talking.started(hub, tom, by=ann, mode="student"))[1]["complete"] is True
    await acting.end_session(hub, by=ann)
    assert [event for event, _ in await heard(toms, 3)] == ["offered", "started", "ended"]

    await say(toms, "start", mode="tutor", otherUserId=ann.id)
    assert (await talking.press(hub, tom, by=ann, mode="student"))[1]["complete"] is True
    await say(toms, "end", duration=0)
    events = ["started", "ended", "offered", "started", "ended"]
    assert [event for event, _ in await heard(anns, 5)] == events
    assert await talking.is_over(hub, by=ann)


async def test_of_two_who_press_at_once_one_is_answered_and_the_other_hears_of_it(hub, ann, tom, sockets):
    anns, _, toms, _ = sockets
    for number in range(1, 11):
        answers = await asyncio.gather(
            say(anns, "start", mode="student", otherUserId=tom.id), say(toms, "start", mode="tutor", otherUserId=ann.id)
        )

        assert sorted(answer["complete"] for answer in answers) == [False, True]
        assert await anns.until(number, "started") == [session("", tom, "student")[1]] * number
        assert await toms.until(number, "started") == [session("", ann, "tutor")[1]] * number
        await say(anns, "end", duration=0)


async def test_a_hand_that_was_held_out_in_vain_is_heard_of_by_both_and_once(hub, ann, tom, sockets, clock):
    anns, anns_other, toms, toms_other = sockets
    await say(anns, "start", mode="student", otherUserId=tom.id)
    expire_offers()
    clock.forward(seconds=3)

    for _ in range(2):
        expire_offers()
    await say(toms, "start", mode="tutor", otherUserId=ann.id)

    for device in (anns, anns_other):
        assert await heard(device, 2) == [
            hand("expired", tom, "student", me=True),
            hand("offered", tom, "student", me=False),
        ]
    for device in (toms, toms_other):
        assert await heard(device, 2) == [
            hand("offered", ann, "tutor", me=False),
            hand("expired", ann, "tutor", me=False),
        ]


async def test_a_third_hears_that_a_hand_is_held_out_no_more_and_nothing_of_the_session(hub, ann, tom, eve):
    eves = await hub.listen("/sessions", by=eve)
    await talking.press(hub, eve, by=ann, mode="student")

    await acting.shake_hands(hub, ann, tom)
    await acting.end_session(hub, by=ann)
    await talking.press(hub, eve, by=tom, mode="student")

    assert await heard(eves, 3) == [
        hand("offered", ann, "tutor", me=False),
        hand("expired", ann, "tutor", me=False),
        hand("offered", tom, "tutor", me=False),
    ]


async def test_pressed_again_while_it_runs_the_session_is_answered_and_nobody_hears_of_it(hub, ann, tom, sockets):
    anns, _, toms, _ = sockets
    await acting.shake_hands(hub, ann, tom)

    assert await say(anns, "start", mode="student", otherUserId=tom.id) == BEGUN
    assert await say(toms, "start", mode="tutor", otherUserId=ann.id) == BEGUN
    await say(anns, "end", duration=0)

    assert [event for event, _ in await heard(anns, 2)] == ["started", "ended"]


async def test_refusals_are_said_in_the_contract_s_words_and_nobody_hears_of_them(hub, ann, tom, eve, sockets, rows):
    anns = sockets[0]
    eves = await hub.listen("/sessions", by=eve)
    await acting.shake_hands(hub, ann, tom)
    before = rows()

    answers = [
        await say(eves, "end", duration=0),
        await say(anns, "end", duration=1),
        await say(anns, "end", duration=-1),
        await say(anns, "start", mode="student", otherUserId=eve.id),
        await say(anns, "start", mode="tutor", otherUserId=tom.id),
        await say(eves, "start", mode="student", otherUserId=eve.id),
        await say(eves, "start", mode="student", otherUserId=999),
    ]

    assert [(answer["ok"], answer["code"]) for answer in answers] == [
        (False, "no session"),
        (False, "duration_too_long"),
        (False, "server_error"),
        (False, "active_session"),
        (False, "tutor_profile_missing"),
        (False, "server_error"),
        (False, "server_error"),
    ]
    assert (rows(), eves.heard) == (before, [])


async def test_a_duration_that_is_none_is_refused_by_name_and_the_session_goes_on(hub, ann, tom, sockets):
    await acting.shake_hands(hub, ann, tom)

    answers = [await say(sockets[0], "end", duration=duration) for duration in ("NaN", "a minute", None, True, [])]

    assert [(answer["ok"], answer["field"]) for answer in answers] == [(False, "duration")] * 5
    assert await talking.is_over(hub, by=ann) is False


async def test_numbers_may_come_as_text(hub, ann, tom, sockets, clock):
    anns, _, toms, _ = sockets
    await say(anns, "start", mode="student", otherUserId=str(tom.id))
    await say(toms, "start", mode="tutor", otherUserId=str(ann.id))
    clock.forward(seconds=60)

    assert await say(anns, "end", duration="59.9") == {"ok": True}


async def test_the_counters_of_both_follow(hub, ann, tom):
    listeners = [await hub.listen("/messages", by=person) for person in (ann, tom)]

    await acting.shake_hands(hub, ann, tom)
    await acting.end_session(hub, by=ann)

    for listener in listeners:
        running = [payload["session"] is not None for _, payload in await heard(listener, 2)]
        assert running == [True, False]
