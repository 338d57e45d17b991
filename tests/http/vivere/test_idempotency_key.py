"""`Idempotency-Key`: per account and call, for a day, the same key gives the same answer and one effect."""

import asyncio

import pytest

from models import OnceOnly
from tests.http.vivere import acting
from tests.http.vivere.acting import TICKET
from tests.http.vivere.saying import no, yes

CREATE = "/vivere/mentorship/create"
REUSED = (409, no("Key used before", "This Idempotency-Key came with another body. Use a new one."))
NO_KEY = (400, no("Bad request", "An idempotency key has 1 to 200 printable characters."))


async def create(hub, by, key: str, **fields: str):
    return await hub.post(CREATE, {**TICKET, **fields}, by=by, headers={"Idempotency-Key": key})


async def waiting(hub) -> list[str]:
    _, reply = await hub.get("/vivere/mentorship/queue")
    return [ticket["id"] for ticket in reply["data"]]


async def test_a_call_that_is_sent_again_gets_the_same_answer_and_has_one_effect(hub, ada, rows):
    status, first = await create(hub, ada, "k")
    before = rows()

    assert await create(hub, ada, "k") == (status, first) == (201, first)
    assert rows() == before
    assert await waiting(hub) == [first["data"]["id"]]


async def test_the_answer_is_the_same_even_when_things_have_moved_on(hub, ada, grace, clock):
    _, first = await create(hub, ada, "k")
    await acting.claim(hub, first["data"], by=grace)
    clock.forward(hours=1)

    assert await create(hub, ada, "k") == (201, first)


async def test_calls_that_come_at_once_have_one_effect(hub, ada):
    replies = await asyncio.gather(*(create(hub, ada, "k") for _ in range(10)))

    assert replies == [replies[0]] * 10
    assert len(await waiting(hub)) == 1


async def test_another_body_under_the_same_key_is_refused(hub, ada, rows):
    await create(hub, ada, "k")
    before = rows()

    assert await create(hub, ada, "k", description="Something else") == REUSED
    assert rows() == before


async def test_another_key_is_another_call(hub, ada):
    _, first = await create(hub, ada, "k1")
    _, second = await create(hub, ada, "k2")

    assert await waiting(hub) == [first["data"]["id"], second["data"]["id"]]


async def test_another_persons_key_is_another_key(hub, ada, grace):
    _, hers = await create(hub, ada, "k")
    _, others = await create(hub, grace, "k")

    assert await waiting(hub) == [hers["data"]["id"], others["data"]["id"]]


async def test_a_key_counts_for_one_call_only(hub, ada):
    _, opened = await create(hub, ada, "k")
    body, keyed = {"id": opened["data"]["id"]}, {"Idempotency-Key": "k"}

    closed = await hub.post("/vivere/mentorship/close", body, by=ada, headers=keyed)
    reopened = await hub.post("/vivere/mentorship/reopen", body, by=ada, headers=keyed)

    assert (closed[0], reopened[0]) == (200, 200)
    assert await waiting(hub) == [opened["data"]["id"]]


async def test_both_slash_forms_are_one_call(hub, ada):
    _, first = await create(hub, ada, "k")

    again = await hub.post(f"{CREATE}/", TICKET, by=ada, headers={"Idempotency-Key": "k"})

    assert again == (201, first)
    assert await waiting(hub) == [first["data"]["id"]]


async def test_after_a_day_the_key_is_new_again(hub, ada, clock):
    _, first = await create(hub, ada, "k")

    clock.forward(hours=24, microseconds=-1)
    _, within_the_day = await create(hub, ada, "k")
    clock.forward(microseconds=1)
    _, after_the_day = await create(hub, ada, "k")

    assert within_the_day == first
    assert after_the_day["data"]["id"] != first["data"]["id"]


async def test_a_refused_call_is_not_remembered(hub, ada, grace, rows):
    opened = await acting.open_ticket(hub, by=ada)
    await acting.claim(hub, opened, by=grace)
    body, keyed = {"id": opened["id"]}, {"Idempotency-Key": "k"}

    refused, _ = await hub.post("/vivere/mentorship/claim", body, by=ada, headers=keyed)
    remembered = rows()[OnceOnly.__name__]
    await acting.reopen(hub, opened, by=ada)
    claimed, _ = await hub.post("/vivere/mentorship/claim", body, by=ada, headers=keyed)

    assert (refused, remembered, claimed) == (409, [], 200)


async def test_a_deletion_that_is_sent_again_is_still_a_yes(hub, olga):
    lunch = await acting.announce(hub, by=olga)
    path, keyed = f"/vivere/organiser/announcements/{lunch['id']}", {"Idempotency-Key": "k"}

    replies = [await hub.call("DELETE", path, by=olga, headers=keyed) for _ in range(2)]

    assert replies == [(200, yes({}))] * 2


@pytest.mark.parametrize("key", ["", "a" * 201, "tab\tbed", "\ufeff"], ids=["empty", "too long", "tab", "odd letter"])
async def test_an_odd_key_is_refused(hub, ada, rows, key):
    before = rows()

    assert await create(hub, ada, key) == NO_KEY
    assert rows() == before


@pytest.mark.parametrize("key", ["a" * 200, "größer 🦊", "'; --"], ids=["longest", "beyond ASCII", "quotes"])
async def test_any_printable_key_will_do(hub, ada, key):
    status, first = await create(hub, ada, key)

    assert (status, await create(hub, ada, key)) == (201, (201, first))
