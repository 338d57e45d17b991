"""`GET times`."""

from tests.http.vivere.saying import yes

UNSET = "1970-01-01T00:00:00"
SET = {
    "event_start_time": "2026-11-21T08:00:00",
    "event_end_time": "2026-11-22T20:00:00",
    "hacking_start_time": "2026-11-21T10:00:00.500000",
    "hacking_end_time": "2026-11-22T16:00:00",
}


async def test_until_organisers_set_them_the_times_are_the_epoch(hub):
    assert await hub.get("/vivere/times") == (
        200,
        yes(dict.fromkeys(SET, UNSET)),
    )


async def test_the_four_times_are_told_as_organisers_set_them(hub, olga):
    await hub.call("PUT", "/vivere/organiser/times", json=SET, by=olga)

    assert await hub.get("/vivere/times") == (200, yes(SET))
