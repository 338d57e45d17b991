"""`GET mentorship/user/queue`."""

from tests.http.vivere import acting
from tests.http.vivere.saying import NOT_SIGNED_IN, ticket, yes

CATEGORIES = ["open", "in_progress", "expired", "closed"]


async def buckets(hub, by) -> dict[str, list[str]]:
    """The descriptions in each bucket."""
    _, reply = await hub.get("/vivere/mentorship/user/queue", by=by)
    return {name: [ticket["description"] for ticket in found] for name, found in reply["data"]["tickets"].items()}


async def test_who_never_asked_has_four_empty_buckets_in_the_constant_order(hub, ada):
    assert await hub.get("/vivere/mentorship/user/queue", by=ada) == (
        200,
        yes({"categories": CATEGORIES, "tickets": {"open": [], "in_progress": [], "expired": [], "closed": []}}),
    )


async def test_every_ticket_lies_in_the_bucket_of_its_state(hub, ada, grace, clock):
    expired = await acting.open_ticket(hub, by=ada)
    clock.forward(minutes=30, microseconds=1)
    created = {"is_mine": True, "time_created": "2026-11-21T12:30:00.000001"}
    waiting = await acting.open_ticket(hub, by=ada)
    claimed = await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)
    closed = await acting.close(hub, await acting.open_ticket(hub, by=ada), by=ada)

    _, reply = await hub.get("/vivere/mentorship/user/queue", by=ada)

    taken = {"claimed": True, "claimed_by": {"name": "Grace"}, "position": None}
    assert reply["data"]["categories"] == CATEGORIES
    assert reply["data"]["tickets"] == {
        "open": [ticket(waiting["id"], **created)],
        "in_progress": [ticket(claimed["id"], **created, **taken)],
        "expired": [ticket(expired["id"], is_mine=True, expired=True, position=None)],
        "closed": [ticket(closed["id"], **created, time_complete="2026-11-21T12:30:00.000001", position=None)],
    }


async def test_closed_counts_before_in_progress_and_in_progress_before_expired(hub, ada, grace, clock):
    opened = await acting.open_ticket(hub, description="mine", by=ada)
    clock.forward(minutes=31)

    expired = await buckets(hub, ada)
    await acting.claim(hub, opened, by=grace)
    claimed = await buckets(hub, ada)
    await acting.close(hub, opened, by=grace)
    closed = await buckets(hub, ada)

    nothing = {"open": [], "in_progress": [], "expired": [], "closed": []}
    assert expired == {**nothing, "expired": ["mine"]}
    assert claimed == {**nothing, "in_progress": ["mine"]}
    assert closed == {**nothing, "closed": ["mine"]}


async def test_at_half_an_hour_exactly_a_ticket_is_still_open(hub, ada, clock):
    await acting.open_ticket(hub, description="mine", by=ada)

    clock.forward(minutes=30)
    last_moment = await buckets(hub, ada)
    clock.forward(microseconds=1)

    assert (last_moment["open"], last_moment["expired"]) == (["mine"], [])
    assert (await buckets(hub, ada))["expired"] == ["mine"]


async def test_each_bucket_is_newest_first(hub, ada, clock):
    for description in ("first", "second", "third"):
        await acting.open_ticket(hub, description=description, by=ada)
        clock.forward(seconds=1)

    assert (await buckets(hub, ada))["open"] == ["third", "second", "first"]


async def test_tickets_of_others_are_not_in_it_not_even_those_that_i_claimed(hub, ada, grace):
    await acting.claim(hub, await acting.open_ticket(hub, by=ada), by=grace)

    assert await buckets(hub, grace) == {"open": [], "in_progress": [], "expired": [], "closed": []}


async def test_a_stranger_is_refused(hub):
    assert await hub.get("/vivere/mentorship/user/queue") == NOT_SIGNED_IN
