"""When a sign-in ends: by `POST /logout`, and by itself when nobody uses it."""

import pytest

from models import Device, LoginSession
from tests.http.halp import acting
from tests.http.halp.acting import NEW, PASSWORD_HASH
from tests.http.halp.saying import NOT_AUTHORIZED, said, yes

IDLE = pytest.mark.settings(halp_session_seconds=1000)
ALIVE = (200, "success")


async def use(hub, by):
    return said(await hub.get("/halp/profile", by=by))


def phones(rows) -> list[str]:
    return [device[4] for device in rows()[Device.__name__]]


async def test_a_session_is_dead_at_once_and_its_phone_is_pushed_to_no_more(hub, ann, tom, rows):
    out = await hub.post("/halp/logout", by=ann)

    assert out == yes()
    assert (await use(hub, ann), await use(hub, tom)) == (NOT_AUTHORIZED, ALIVE)
    assert phones(rows) == ["70"]


async def test_signing_out_again_is_refused_like_any_call_with_a_dead_session(hub, ann, rows):
    await hub.post("/halp/logout", by=ann)
    before = rows()

    assert said(await hub.post("/halp/logout", by=ann)) == NOT_AUTHORIZED
    assert rows() == before


async def test_the_sockets_of_the_session_are_ended_and_no_others(hub, ann, tom):
    anns, toms = [await hub.listen("/messages", by=member) for member in (ann, tom)]

    await hub.post("/halp/logout", by=ann)

    assert await anns.until_ended()
    assert toms.ended == []


async def test_another_session_of_the_same_person_lives_on(hub, rows):
    first = await acting.register(hub, pushType="apn", pushToken="one")
    body = {"type": "halp", "email": NEW["email"], "passwordHash": PASSWORD_HASH}
    second = await acting.done(hub.post("/halp/login", {**body, "pushType": "apn", "pushToken": "two"}))

    await hub.post("/halp/logout", by=first)

    assert await use(hub, first) == NOT_AUTHORIZED
    assert said(await hub.get("/halp/profile", headers={"sessionId": second["sessionId"]})) == ALIVE
    assert phones(rows) == ["two"]


async def test_a_phone_that_signed_in_again_meanwhile_is_kept(hub, rows):
    phone = {"pushType": "apn", "pushToken": "one"}
    first = await acting.register(hub, **phone)
    await acting.done(
        hub.post("/halp/login", {"type": "halp", **{k: NEW[k] for k in ("email", "passwordHash")}, **phone})
    )

    await hub.post("/halp/logout", by=first)

    assert phones(rows) == ["one"]


@IDLE
async def test_a_session_that_nobody_uses_dies(hub, ann, clock):
    clock.forward(seconds=1000, microseconds=-1)
    in_time = await use(hub, ann)
    clock.forward(seconds=1000)
    too_late = await use(hub, ann)

    assert (in_time, too_late) == (ALIVE, NOT_AUTHORIZED)


@IDLE
async def test_a_session_lives_as_long_as_it_is_used(hub, ann, clock):
    for _ in range(5):
        clock.forward(seconds=900)
        assert await use(hub, ann) == ALIVE


@IDLE
async def test_not_every_use_is_written_down(hub, ann, clock, rows):
    """Phones ask each second; a tenth of the time that a session lasts is near enough."""
    before = rows()[LoginSession.__name__]

    clock.forward(seconds=99)
    await use(hub, ann)
    soon = rows()[LoginSession.__name__]
    clock.forward(seconds=1)
    await use(hub, ann)

    assert soon == before
    assert rows()[LoginSession.__name__] != before


async def test_of_a_session_only_a_hash_is_kept(hub, ann, rows):
    assert ann.token not in repr(rows())
