"""`DELETE /pin`."""

import asyncio
from collections import Counter

from tests.http.halp import acting
from tests.http.halp.acting import as_text, picture
from tests.http.halp.saying import SERVER_ERROR, no, said, yes

NO_PIN = no("no_pin")


async def take_up(hub, by, query="pinMode=student", **more):
    return await hub.call("DELETE", f"/halp/pin?{query}", by=by, **more)


async def test_a_pin_that_is_taken_up_is_gone_for_everybody(hub, ann, tom, forgotten):
    await acting.drop(hub, "student", images=[as_text(picture())], by=ann)
    image = (await acting.mine(hub, "student", by=ann))["images"][0]

    assert await take_up(hub, ann) == yes()

    assert (await acting.mine(hub, "student", by=ann), await acting.pins(hub, "student", by=tom)) == (None, [])
    assert forgotten() == [acting.name_of(image)]


async def test_where_no_pin_lies_none_is_taken_up(hub, ann, tom, rows):
    await acting.drop(hub, "student", by=tom)
    before = rows()

    assert said(await take_up(hub, ann)) == NO_PIN
    assert rows() == before


async def test_a_pin_is_taken_up_once(hub, ann, rows):
    await acting.drop(hub, "student", by=ann)
    await take_up(hub, ann)
    before = rows()

    assert said(await take_up(hub, ann)) == NO_PIN
    assert rows() == before


async def test_of_many_who_take_it_up_at_once_one_does(hub, ann):
    await acting.drop(hub, "student", by=ann)

    replies = await asyncio.gather(*(take_up(hub, ann) for _ in range(8)))

    assert Counter(map(said, replies)) == {(200, "success"): 1, NO_PIN: 7}


async def test_a_pin_whose_time_is_over_cannot_be_taken_up(hub, ann, clock):
    await acting.drop(hub, "student", duration=60, by=ann)

    clock.forward(seconds=60)

    assert said(await take_up(hub, ann)) == NO_PIN


async def test_the_pin_in_the_other_mode_stays(hub, tom):
    await acting.drop(hub, "student", by=tom)
    await acting.drop(hub, "tutor", by=tom)

    await take_up(hub, tom, "pinMode=tutor")

    assert await acting.mine(hub, "student", by=tom) is not None
    assert await acting.mine(hub, "tutor", by=tom) is None


async def test_a_pin_can_be_dropped_again_at_once(hub, ann):
    for _ in range(2):
        await acting.drop(hub, "student", by=ann)
        await acting.take_up(hub, "student", by=ann)


async def test_without_a_mode_nothing_is_taken_up(hub, ann, rows):
    await acting.drop(hub, "student", by=ann)
    before = rows()

    for query in ("", "pinMode", "pinMode=", "pinMode=mine", "pinMode=STUDENT", "mode=student", "pinMode=%00"):
        assert said(await take_up(hub, ann, query)) == SERVER_ERROR
    assert rows() == before


async def test_a_key_that_came_with_another_mode_is_refused(hub, tom):
    for mode in ("student", "tutor"):
        await acting.drop(hub, mode, by=tom)
    keyed = {"Idempotency-Key": "k"}

    replies = [await take_up(hub, tom, f"pinMode={mode}", headers=keyed) for mode in ("student", "student", "tutor")]

    assert [said(reply) for reply in replies] == [(200, "success"), (200, "success"), (409, "server_error")]
    assert await acting.mine(hub, "tutor", by=tom) is not None
