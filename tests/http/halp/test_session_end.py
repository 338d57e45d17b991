"""`POST /session/end` and `GET /session/ended`: either of the two ends a session, once, and it is paid for."""

import asyncio
import json

import pytest

from hub.reactions.tutoring_sessions import CHARGE, PUSH_END
from models import JobRow, TutoringSession
from tests.http.halp import acting
from tests.http.halp.saying import SERVER_ERROR, no, said, yes
from tests.http.halp.talking import end, is_over

OVER = yes(success=True)


def ordered(rows, name: str) -> list[dict[str, int]]:
    """The arguments of the jobs of one name."""
    return [json.loads(row[2]) for row in rows()[JobRow.__name__] if row[1] == name]


@pytest.fixture
async def session(hub, ann, tom, clock) -> None:
    """Ann and Tom have met for a minute."""
    await acting.shake_hands(hub, ann, tom)
    clock.forward(seconds=60)


@pytest.mark.parametrize("who", ["ann", "tom"])
async def test_either_ends_it_for_both(hub, ann, tom, session, who):
    assert await end(hub, 60, by={"ann": ann, "tom": tom}[who]) == OVER

    for person in (ann, tom):
        assert await hub.get("/halp/session/ended", by=person) == yes(success=True, ended=True)
        assert said(await end(hub, by=person)) == no("no session")


async def test_while_it_runs_it_has_not_ended_for_either_and_without_one_it_has(hub, ann, tom, eve, session):
    assert [await is_over(hub, by=person) for person in (ann, tom, eve)] == [False, False, True]


LENGTHS = [60, 60.0, "60", "59.9", 0, " 1e1 "]
TOO_LONG = [60.001, 61, "1000", 1e300]
NONE = [-1, -0.001, "-1", "NaN", "Infinity", "a minute", "", None, True, [60]]


async def test_it_lasted_for_as_long_as_is_said_in_whatever_form(hub, ann, tom, clock, rows):
    for duration in LENGTHS:
        await acting.shake_hands(hub, ann, tom)
        clock.forward(seconds=60)
        assert await end(hub, duration, by=ann) == OVER

    column = list(TutoringSession._meta.sorted_field_names).index("duration")
    assert [row[column] for row in rows()[TutoringSession.__name__]] == [float(duration) for duration in LENGTHS]


async def test_longer_than_it_ran_is_refused_and_it_goes_on(hub, ann, session, rows):
    before = rows()

    answers = [await end(hub, duration, by=ann) for duration in TOO_LONG]

    assert [(said(reply), reply[1]["field"]) for reply in answers] == [(no("duration_too_long"), "duration")] * 4
    assert rows() == before


async def test_what_is_no_length_of_time_is_refused_and_it_goes_on(hub, ann, session, rows):
    before = rows()

    answers = {repr(duration): said(await end(hub, duration, by=ann)) for duration in NONE}

    assert answers == dict.fromkeys(map(repr, NONE), SERVER_ERROR)
    assert rows() == before


async def test_nan_as_some_languages_spell_it_is_no_json(hub, ann, session, rows):
    before = rows()

    reply = await hub.call(
        "POST", "/halp/session/end", by=ann, data=b'{"duration": NaN}', headers={"Content-Type": "application/json"}
    )

    assert said(reply) == (400, "server_error")
    assert rows() == before


async def test_whoever_is_in_no_session_ends_none(hub, ann, tom, eve, session, rows):
    before = rows()

    assert said(await end(hub, 0, by=eve)) == no("no session")
    assert rows() == before


async def test_it_is_paid_once_and_both_are_pushed_to(hub, ann, tom, session, rows):
    await end(hub, 60, by=tom)
    await end(hub, 60, by=ann)

    assert ordered(rows, CHARGE) == [{"session_number": 1}]
    assert ordered(rows, PUSH_END) == [{"account_id": person.id, "session_number": 1} for person in (ann, tom)]


async def test_of_two_who_end_it_at_the_same_moment_one_does(hub, ann, tom, session, rows):
    replies = await asyncio.gather(end(hub, 60, by=ann), end(hub, 30, by=tom))

    assert sorted(map(said, replies)) == [no("no session"), no("success")]
    assert len(ordered(rows, CHARGE)) == 1


async def test_under_one_idempotency_key_the_end_is_a_yes_each_time(hub, ann, session):
    keyed = {"Idempotency-Key": "k"}

    replies = [await hub.post("/halp/session/end", {"duration": 60}, by=ann, headers=keyed) for _ in range(2)]

    assert replies == [OVER, OVER]


async def test_afterwards_both_are_free_for_others(hub, ann, tom, eve, session):
    await end(hub, 60, by=ann)

    await acting.shake_hands(hub, ann, eve)
    assert [await is_over(hub, by=person) for person in (ann, eve, tom)] == [False, False, True]
    await acting.end_session(hub, by=eve)
    await acting.shake_hands(hub, eve, tom)
    assert [await is_over(hub, by=person) for person in (ann, eve, tom)] == [True, False, False]
