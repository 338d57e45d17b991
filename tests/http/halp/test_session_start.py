"""`POST /session/start` and `GET /session/started`: two hold out their hands to each other, and a session begins."""

import asyncio

import pytest

from hub.perform import NoCourier, use_courier
from tests import people
from tests.build import settings
from tests.http.halp import acting
from tests.http.halp.saying import NOON, SERVER_ERROR, no, said, yes
from tests.http.halp.talking import end, is_over, press, started
from tests.running import RunningHub

HELD_OUT = yes(complete=False, pollDuration=2000, pollInterval=250)
BEGUN = yes(complete=True, startTimestamp=NOON, rate=22.5)
NOT_STARTED = yes(complete=False)


async def test_the_first_is_told_how_to_ask_and_the_second_that_it_has_begun(hub, ann, tom):
    assert await press(hub, tom, by=ann, mode="student") == HELD_OUT
    assert await started(hub, tom, by=ann, mode="student") == NOT_STARTED

    assert await press(hub, ann, by=tom, mode="tutor") == BEGUN
    assert await started(hub, tom, by=ann, mode="student") == BEGUN
    assert await started(hub, ann, by=tom, mode="tutor") == BEGUN


async def test_phones_name_the_other_in_digits(hub, ann, tom):
    for who, other, mode in ((ann, tom, "student"), (tom, ann, "tutor")):
        body = {"mode": mode, "otherUserId": str(other.id)}
        assert said(await hub.post("/halp/session/start", body, by=who)) == no("success")

    assert await is_over(hub, by=ann) is False


async def test_the_first_may_ask_long_after_the_window_and_hears_the_same(hub, ann, tom, clock):
    await acting.shake_hands(hub, ann, tom)
    clock.forward(minutes=30)

    assert await started(hub, tom, by=ann, mode="student") == BEGUN


@pytest.mark.parametrize(("milliseconds", "answer"), [(2999.999, True), (3000, False)], ids=["in time", "too late"])
async def test_a_hand_is_held_out_for_the_time_that_is_polled_and_a_second_of_grace(
    hub, ann, tom, clock, milliseconds, answer
):
    await press(hub, tom, by=ann, mode="student")

    clock.forward(milliseconds=milliseconds)

    assert (await press(hub, ann, by=tom, mode="tutor"))[1]["complete"] is answer


@pytest.mark.settings(poll_duration_ms=500, poll_interval_ms=100, handshake_grace_ms=0)
async def test_window_and_grace_are_settings(hub, ann, tom, clock):
    first = await press(hub, tom, by=ann, mode="student")
    clock.forward(milliseconds=500)

    assert first == yes(complete=False, pollDuration=500, pollInterval=100)
    assert (await press(hub, ann, by=tom, mode="tutor"))[1]["complete"] is False


async def test_pressed_again_while_it_runs_it_answers_the_running_session(hub, ann, tom, clock, rows):
    await acting.shake_hands(hub, ann, tom)
    clock.forward(minutes=30)
    before = rows()

    assert await press(hub, tom, by=ann, mode="student") == BEGUN
    assert await press(hub, ann, by=tom, mode="tutor") == BEGUN
    assert rows() == before


async def test_while_one_runs_another_is_refused(hub, ann, tom, eve, rows):
    await acting.shake_hands(hub, ann, tom)
    before = rows()

    for who, mode in ((ann, "student"), (tom, "tutor"), (tom, "student")):
        assert said(await press(hub, eve, by=who, mode=mode)) == no("active_session")
    assert rows() == before


async def test_who_holds_out_a_hand_to_somebody_in_a_session_waits_in_vain(hub, ann, tom, eve):
    await acting.shake_hands(hub, ann, tom)

    assert await press(hub, ann, by=eve, mode="tutor") == HELD_OUT
    assert await started(hub, ann, by=eve, mode="tutor") == NOT_STARTED


async def test_a_third_hears_nothing_of_a_session_and_each_of_the_two_only_on_their_side(hub, ann, tom, eve):
    await acting.shake_hands(hub, ann, tom)

    asked = [
        (ann, tom, "tutor"),
        (tom, ann, "student"),
        (eve, tom, "student"),
        (eve, ann, "tutor"),
        (ann, eve, "student"),
    ]
    assert [await started(hub, other, by=who, mode=mode) for who, other, mode in asked] == [NOT_STARTED] * len(asked)


async def test_who_does_not_teach_starts_nothing_as_a_tutor(hub, ann, tom, rows):
    before = rows()

    assert said(await press(hub, tom, by=ann, mode="tutor")) == no("tutor_profile_missing")
    assert rows() == before


async def test_nobody_shakes_their_own_hand_or_that_of_nobody(hub, tom, rows):
    before = rows()

    for other in (tom.id, 999):
        reply = await hub.post("/halp/session/start", {"mode": "student", "otherUserId": other}, by=tom)
        assert said(reply) == SERVER_ERROR
    assert rows() == before


async def test_no_pin_is_needed_and_none_is_in_the_way(hub, ann, tom):
    await acting.drop(hub, "student", by=ann)

    await acting.shake_hands(hub, ann, tom)

    assert await acting.mine(hub, "student", by=ann) is not None


async def test_the_rate_is_that_of_the_start_whatever_the_tutor_says_later(hub, ann, tom):
    await acting.shake_hands(hub, ann, tom)

    await acting.change(hub, by=tom, tutor={"rate": 99})

    assert await started(hub, tom, by=ann, mode="student") == BEGUN


async def test_asking_every_second_as_phones_do_changes_nothing(hub, ann, tom, rows):
    await press(hub, tom, by=ann, mode="student")
    before = rows()

    answers = [await started(hub, tom, by=ann, mode="student") for _ in range(50)]

    assert answers == [NOT_STARTED] * 50
    assert rows() == before


async def test_under_one_idempotency_key_a_press_is_one_press(hub, ann, tom, rows):
    body, keyed = {"mode": "student", "otherUserId": tom.id}, {"Idempotency-Key": "k"}
    first = await hub.post("/halp/session/start", body, by=ann, headers=keyed)
    before = rows()

    assert await hub.post("/halp/session/start", body, by=ann, headers=keyed) == first == HELD_OUT
    assert rows() == before


async def test_a_hub_that_starts_anew_in_between_changes_nothing(sqlite, valkey, tmp_path, clock):
    given = settings(tmp_path, sqlite.new_database(), valkey.address)
    async with RunningHub(given) as hub:
        ann, tom = people.join("Ann"), people.join("Tom", teaches=True)
        first = await press(hub, tom, by=ann, mode="student")
    async with RunningHub(given) as hub:
        second = await press(hub, ann, by=tom, mode="tutor")
    async with RunningHub(given) as hub:
        asked = await started(hub, tom, by=ann, mode="student")
        ended = await end(hub, by=ann)
    use_courier(NoCourier())

    assert (first, second, asked, ended) == (HELD_OUT, BEGUN, BEGUN, yes(success=True))


async def test_of_two_presses_at_the_same_moment_exactly_one_completes_and_both_know(hub, ann, tom):
    for _ in range(10):
        replies = await asyncio.gather(press(hub, tom, by=ann, mode="student"), press(hub, ann, by=tom, mode="tutor"))

        assert sorted(replies, key=repr) == sorted([HELD_OUT, BEGUN], key=repr)
        assert await started(hub, tom, by=ann, mode="student") == BEGUN
        assert await started(hub, ann, by=tom, mode="tutor") == BEGUN
        await end(hub, by=ann)
