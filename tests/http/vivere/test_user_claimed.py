"""`GET mentorship/user/claimed`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import NOT_SIGNED_IN, ticket, yes

BY_ME = {"claimed": True, "claimed_by_me": True, "claimed_by": {"name": "Grace"}, "position": None}


async def test_a_mentor_sees_what_they_are_at_work_on_oldest_first(hub, ada, grace, clock):
    first = await acting.open_ticket(hub, by=ada)
    clock.forward(seconds=1)
    second = await acting.open_ticket(hub, by=ada)
    await acting.claim(hub, second, by=grace)
    await acting.claim(hub, first, by=grace)

    assert await hub.get("/vivere/mentorship/user/claimed", by=grace) == (
        200,
        yes([ticket(first["id"], **BY_ME), ticket(second["id"], **BY_ME, time_created="2026-11-21T12:00:01")]),
    )


async def test_a_ticket_stays_claimed_however_long_it_takes(hub, ada, grace, clock):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    clock.forward(hours=5)

    assert await hub.get("/vivere/mentorship/user/claimed", by=grace) == (
        200,
        yes([ticket(taken["id"], **BY_ME, expired=True)]),
    )


async def test_what_was_closed_or_reopened_is_no_longer_claimed(hub, ada, grace):
    await acting.close(hub, await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace), by=grace)
    await acting.reopen(hub, await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace), by=ada)

    assert await hub.get("/vivere/mentorship/user/claimed", by=grace) == (200, yes([]))


async def test_what_others_claimed_is_not_in_it(hub, ada, grace):
    await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    assert await hub.get("/vivere/mentorship/user/claimed", by=ada) == (200, yes([]))


async def test_a_stranger_is_refused(hub):
    assert await hub.get("/vivere/mentorship/user/claimed") == NOT_SIGNED_IN
