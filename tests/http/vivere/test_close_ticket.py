"""`POST mentorship/close`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import NO_SUCH_TICKET, NOON, NOT_SIGNED_IN, UNKNOWN_ID, no, ticket, yes

NOT_YOURS = (403, no("Not your ticket", "Only who opened a ticket and the mentor who claimed it can do that."))


async def close(hub, ticket_id: str, by=None):
    return await hub.post("/vivere/mentorship/close", {"id": ticket_id}, by=by)


async def test_who_opened_a_ticket_may_close_it_unclaimed(hub, ada):
    opened = await acting.open_ticket(hub, by=ada)

    closed = await close(hub, opened["id"], by=ada)

    assert closed == (200, yes(ticket(opened["id"], is_mine=True, time_complete=NOON, position=None)))
    assert await hub.get("/vivere/mentorship/queue") == (200, yes([]))


async def test_the_mentor_may_close_a_ticket_and_stays_its_mentor(hub, ada, grace, clock):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    clock.forward(minutes=5, microseconds=7)

    closed = await close(hub, taken["id"], by=grace)

    by_grace = {"claimed": True, "claimed_by_me": True, "claimed_by": {"name": "Grace"}, "position": None}
    assert closed == (200, yes(ticket(taken["id"], **by_grace, time_complete="2026-11-21T12:05:00.000007")))


async def test_an_expired_ticket_may_be_closed_and_still_says_that_it_expired(hub, ada, clock):
    opened = await acting.open_ticket(hub, by=ada)
    clock.forward(minutes=31)

    closed = await close(hub, opened["id"], by=ada)

    late = {"expired": True, "time_complete": "2026-11-21T12:31:00", "position": None}
    assert closed == (200, yes(ticket(opened["id"], is_mine=True, **late)))


async def test_closing_again_is_fine_and_does_not_move_the_time(hub, ada, clock, rows):
    opened = await acting.open_ticket(hub, by=ada)
    await close(hub, opened["id"], by=ada)
    clock.forward(minutes=5)
    before = rows()

    again = await close(hub, opened["id"], by=ada)

    assert again == (200, yes(ticket(opened["id"], is_mine=True, time_complete=NOON, position=None)))
    assert rows() == before


async def test_a_stranger_to_the_ticket_is_refused(hub, ada, grace, linus, rows):
    waiting = await acting.open_ticket(hub, by=ada)
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    closed = await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)
    before = rows()

    replies = [await close(hub, one["id"], by=linus) for one in (waiting, taken, closed)]

    assert replies == [NOT_YOURS] * 3
    assert rows() == before


async def test_an_unknown_ticket_is_not_found(hub, ada):
    assert await close(hub, UNKNOWN_ID, by=ada) == NO_SUCH_TICKET


async def test_who_is_not_signed_in_is_refused(hub, ada, rows):
    opened = await acting.open_ticket(hub, by=ada)
    before = rows()

    assert await close(hub, opened["id"]) == NOT_SIGNED_IN
    assert rows() == before
