"""`GET mentorship/queue`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import ticket, yes


async def queue(hub, by=None) -> list[str]:
    _, reply = await hub.get("/vivere/mentorship/queue", by=by)
    return [waiting["description"] for waiting in reply["data"]]


async def test_an_empty_queue_is_an_empty_list(hub):
    assert await hub.get("/vivere/mentorship/queue") == (200, yes([]))


async def test_the_longest_waiting_comes_first_and_each_knows_its_place(hub, ada, grace, clock):
    first = await acting.open_ticket(hub, by=ada)
    clock.forward(microseconds=1)
    second = await acting.open_ticket(hub, by=grace)

    assert await hub.get("/vivere/mentorship/queue") == (
        200,
        yes(
            [
                ticket(first["id"], position=1),
                ticket(second["id"], position=2, time_created="2026-11-21T12:00:00.000001"),
            ]
        ),
    )


async def test_of_two_from_one_moment_the_earlier_call_comes_first(hub, ada, grace):
    await acting.open_ticket(hub, description="first", by=ada)
    await acting.open_ticket(hub, description="second", by=grace)

    assert await queue(hub) == ["first", "second"]


async def test_who_signs_in_sees_which_tickets_are_theirs(hub, ada, grace):
    hers = await acting.open_ticket(hub, by=ada)
    others = await acting.open_ticket(hub, by=grace)

    _, reply = await hub.get("/vivere/mentorship/queue", by=ada)

    assert reply == yes([ticket(hers["id"], is_mine=True), ticket(others["id"], position=2)])


async def test_claimed_and_closed_tickets_are_not_in_the_queue(hub, ada, grace):
    await acting.claim(hub, await acting.open_ticket(hub, description="claimed", by=ada), by=grace)
    await acting.close(hub, await acting.open_ticket(hub, description="closed", by=ada), by=ada)
    await acting.open_ticket(hub, description="waiting", by=ada)

    assert await queue(hub) == ["waiting"]


async def test_after_exactly_half_an_hour_a_ticket_still_waits(hub, ada, clock):
    opened = await acting.open_ticket(hub, by=ada)

    clock.forward(minutes=30)

    assert await hub.get("/vivere/mentorship/queue") == (200, yes([ticket(opened["id"])]))


async def test_a_microsecond_later_it_has_expired(hub, ada, clock):
    await acting.open_ticket(hub, by=ada)

    clock.forward(minutes=30, microseconds=1)

    assert await hub.get("/vivere/mentorship/queue") == (200, yes([]))


async def test_those_behind_move_up_when_one_leaves(hub, ada, grace):
    first = await acting.open_ticket(hub, by=ada)
    second = await acting.open_ticket(hub, by=ada)

    await acting.claim(hub, first, by=grace)

    assert await hub.get("/vivere/mentorship/queue") == (200, yes([ticket(second["id"], position=1)]))
