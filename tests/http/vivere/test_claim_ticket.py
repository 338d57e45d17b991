"""`POST mentorship/claim`."""

import asyncio
from collections import Counter

from tests.http.vivere import acting
from tests.http.vivere.saying import NO_SUCH_TICKET, NOT_SIGNED_IN, UNKNOWN_ID, no, ticket, yes

CLAIMED = (409, no("Already claimed", "Another mentor got there first."))
CLOSED = (409, no("Already closed", "This ticket needs no mentor any more. Whoever opened it can reopen it."))
BY_GRACE = {"claimed": True, "claimed_by": {"name": "Grace"}, "position": None}


async def claim(hub, ticket_id: str, by=None):
    return await hub.post("/vivere/mentorship/claim", {"id": ticket_id}, by=by)


async def test_a_claim_takes_the_ticket_off_the_queue(hub, ada, grace):
    opened = await acting.open_ticket(hub, by=ada)

    claimed = await claim(hub, opened["id"], by=grace)

    assert claimed == (200, yes(ticket(opened["id"], **BY_GRACE, claimed_by_me=True)))
    assert await hub.get("/vivere/mentorship/queue") == (200, yes([]))


async def test_who_opened_a_ticket_learns_who_claimed_it(hub, ada, grace):
    opened = await acting.open_ticket(hub, by=ada)

    await claim(hub, opened["id"], by=grace)

    _, mine = await hub.get("/vivere/mentorship/user/queue", by=ada)
    assert mine["data"]["tickets"]["in_progress"] == [ticket(opened["id"], **BY_GRACE, is_mine=True)]


async def test_ones_own_ticket_may_be_claimed(hub, ada):
    opened = await acting.open_ticket(hub, by=ada)

    claimed = await claim(hub, opened["id"], by=ada)

    mine = {"is_mine": True, "claimed_by_me": True, "claimed_by": {"name": "Ada"}}
    assert claimed == (200, yes(ticket(opened["id"], claimed=True, position=None, **mine)))


async def test_an_expired_ticket_may_be_claimed(hub, ada, grace, clock):
    opened = await acting.open_ticket(hub, by=ada)
    clock.forward(minutes=31)

    claimed = await claim(hub, opened["id"], by=grace)

    assert claimed == (200, yes(ticket(opened["id"], **BY_GRACE, claimed_by_me=True, expired=True)))


async def test_an_id_in_capitals_names_the_same_ticket(hub, ada, grace):
    opened = await acting.open_ticket(hub, by=ada)

    claimed = await claim(hub, opened["id"].upper(), by=grace)

    assert claimed == (200, yes(ticket(opened["id"], **BY_GRACE, claimed_by_me=True)))


async def test_a_claimed_ticket_is_refused_to_others_and_to_the_same_mentor(hub, ada, grace, linus, rows):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    before = rows()

    assert await claim(hub, taken["id"], by=linus) == CLAIMED
    assert await claim(hub, taken["id"], by=grace) == CLAIMED
    assert rows() == before


async def test_a_closed_ticket_is_refused(hub, ada, grace, rows):
    closed = await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)
    before = rows()

    assert await claim(hub, closed["id"], by=grace) == CLOSED
    assert rows() == before


async def test_a_ticket_that_was_closed_by_its_mentor_is_refused(hub, ada, grace, linus, rows):
    taken = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    await acting.close(hub, taken, by=grace)
    before = rows()

    status, _ = await claim(hub, taken["id"], by=linus)

    assert status == 409
    assert rows() == before


async def test_of_many_mentors_who_race_exactly_one_gets_the_ticket(hub, ada, grace, linus, olga):
    opened = await acting.open_ticket(hub, by=ada)

    claims = await asyncio.gather(*(claim(hub, opened["id"], by=mentor) for mentor in (grace, linus, olga) * 5))

    (winner,) = [reply["data"]["claimed_by"]["name"] for status, reply in claims if status == 200]
    _, mine = await hub.get("/vivere/mentorship/user/queue", by=ada)
    assert Counter(status for status, _ in claims) == {200: 1, 409: 14}
    assert mine["data"]["tickets"]["in_progress"][0]["claimed_by"] == {"name": winner}


async def test_an_unknown_ticket_is_not_found(hub, grace):
    assert await claim(hub, UNKNOWN_ID, by=grace) == NO_SUCH_TICKET


async def test_a_stranger_is_refused(hub, ada, rows):
    opened = await acting.open_ticket(hub, by=ada)
    before = rows()

    assert await claim(hub, opened["id"]) == NOT_SIGNED_IN
    assert rows() == before
