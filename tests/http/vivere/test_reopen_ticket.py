"""`POST mentorship/reopen`."""

import pytest

from tests.http.vivere import acting
from tests.http.vivere.saying import NO_SUCH_TICKET, NOON, NOT_SIGNED_IN, UNKNOWN_ID, no, ticket, yes

STILL_OPEN = (403, no("Still open", "The ticket is waiting in the queue, so there is nothing to reopen."))
NOT_YOURS = (403, no("Not your ticket", "Only who opened a ticket and the mentor who claimed it can do that."))


async def reopen(hub, ticket_id: str, by=None):
    return await hub.post("/vivere/mentorship/reopen", {"id": ticket_id}, by=by)


async def test_who_opened_a_claimed_ticket_may_reopen_it(hub, ada, grace):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    assert await reopen(hub, taken["id"], by=ada) == (200, yes(ticket(taken["id"], is_mine=True)))


async def test_the_mentor_of_a_ticket_may_reopen_it(hub, ada, grace):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    assert await reopen(hub, taken["id"], by=grace) == (200, yes(ticket(taken["id"])))


async def test_an_expired_ticket_may_be_reopened(hub, ada, clock):
    opened = await acting.open_ticket(hub, by=ada)
    clock.forward(minutes=31)

    assert await reopen(hub, opened["id"], by=ada) == (200, yes(ticket(opened["id"], is_mine=True)))


async def test_a_closed_ticket_may_be_reopened_by_whoever_opened_it(hub, ada):
    closed = await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)

    assert await reopen(hub, closed["id"], by=ada) == (200, yes(ticket(closed["id"], is_mine=True)))


async def test_a_closed_ticket_may_be_reopened_by_its_mentor(hub, ada, grace):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    await acting.close(hub, taken, by=ada)

    assert await reopen(hub, taken["id"], by=grace) == (200, yes(ticket(taken["id"])))


async def test_a_reopened_ticket_keeps_its_time_and_its_place_in_the_queue(hub, ada, grace, clock):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    clock.forward(minutes=10)
    newer = await acting.open_ticket(hub, by=grace)

    await reopen(hub, taken["id"], by=ada)

    _, queue = await hub.get("/vivere/mentorship/queue")
    assert queue == yes(
        [
            ticket(taken["id"], position=1, time_created=NOON),
            ticket(newer["id"], position=2, time_created="2026-11-21T12:10:00"),
        ]
    )


async def test_a_reopened_ticket_has_the_whole_half_hour_again(hub, ada, grace, clock):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    clock.forward(minutes=20)
    await reopen(hub, taken["id"], by=ada)

    clock.forward(minutes=30)
    last_moment = await hub.get("/vivere/mentorship/queue")
    clock.forward(microseconds=1)

    assert last_moment == (200, yes([ticket(taken["id"])]))
    assert await hub.get("/vivere/mentorship/queue") == (200, yes([]))


async def test_a_reopened_ticket_may_be_claimed_by_another_mentor(hub, ada, grace, linus):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    await reopen(hub, taken["id"], by=grace)

    claimed = await acting.claim(hub, taken, by=linus)

    by_linus = {"claimed": True, "claimed_by_me": True, "claimed_by": {"name": "Linus"}, "position": None}
    assert claimed == ticket(taken["id"], **by_linus)


async def test_after_a_reopening_the_former_mentor_is_a_stranger(hub, ada, grace, rows):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    await reopen(hub, taken["id"], by=grace)
    before = rows()

    assert await reopen(hub, taken["id"], by=grace) == NOT_YOURS
    assert rows() == before


async def test_a_ticket_that_waits_is_refused_and_gets_no_more_time(hub, ada, rows):
    opened = await acting.open_ticket(hub, by=ada)
    before = rows()

    assert await reopen(hub, opened["id"], by=ada) == STILL_OPEN
    assert rows() == before


@pytest.mark.parametrize("state", ["claimed", "closed", "expired"])
async def test_a_stranger_to_the_ticket_is_refused(hub, ada, grace, linus, clock, rows, state):
    opened = await acting.open_ticket(hub, by=ada)
    if state == "expired":
        clock.forward(minutes=31)
    else:
        await {"claimed": acting.claim, "closed": acting.close}[state](hub, opened, by=ada)
    before = rows()

    assert await reopen(hub, opened["id"], by=linus) == NOT_YOURS
    assert rows() == before


async def test_an_unknown_ticket_is_not_found(hub, ada):
    assert await reopen(hub, UNKNOWN_ID, by=ada) == NO_SUCH_TICKET


async def test_who_is_not_signed_in_is_refused(hub, ada, rows):
    closed = await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)
    before = rows()

    assert await reopen(hub, closed["id"]) == NOT_SIGNED_IN
    assert rows() == before
