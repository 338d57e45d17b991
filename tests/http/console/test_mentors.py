"""`mentor_tickets`: the mentor queue, all of which staff see and move."""

from __future__ import annotations

from typing import Any

import pytest

from hub.perform import run
from models import MentorTicket
from tests.conftest import NOON
from tests.http.console.day import NOT_AN_ID, SAME_KEY, UNKNOWN_ID, cannot_use, done, no
from tests.http.vivere import acting

UNKNOWN = no(404, "ticket_not_found", "This is not there any more. Load the list again.")
NOWHERE = cannot_use("before", "is not where a page ended")
MOVES = ("claim", "close", "reopen")


async def ask(hub, by, description: str = "CSS") -> dict[str, Any]:
    return await acting.open_ticket(hub, by=by, description=description)


async def desk(console, query: str = "") -> dict[str, Any]:
    status, reply = await console.get(f"mentor_tickets{query}")
    assert status == 200, reply
    return reply


async def move(console, ticket, how: str) -> dict[str, Any]:
    return await done(console.post(f"mentor_tickets/{ticket['id']}/{how}"))


async def test_the_queue_is_read_with_who_asked(hub, console, ada):
    ticket = await ask(hub, ada)

    spelled = {
        "id": ticket["id"],
        "description": "CSS",
        "location": "Table 4",
        "contact": "ada@example.org",
        "state": "open",
        "position": 1,
        "asked_by": {"name": "Ada", "username": "ada@example.org"},
        "claimed_by": None,
        "asked_at": "2026-11-21T12:00:00Z",
        "expires_at": "2026-11-21T12:30:00Z",
        "closed_at": None,
    }
    counts = {"open": 1, "claimed": 0, "expired": 0, "closed": 0}
    assert await desk(console) == {"counts": counts, "tickets": [spelled], "next": None}


async def test_each_state_has_its_own_list(hub, console, ada, grace, clock):
    await ask(hub, ada, "expired")
    clock.forward(minutes=31)
    for state in ("open", "claimed", "closed"):
        ticket = await ask(hub, ada, state)
        if state == "claimed":
            await acting.claim(hub, ticket, by=grace)
        if state == "closed":
            await acting.close(hub, ticket, by=ada)

    found = {state: await desk(console, f"?state={state}") for state in ("open", "claimed", "expired", "closed")}

    said = {state: [(one["description"], one["state"]) for one in part["tickets"]] for state, part in found.items()}
    assert said == {state: [(state, state)] for state in found}
    assert found["closed"]["counts"] == dict.fromkeys(found, 1)


async def test_a_long_list_is_read_in_pages_of_a_hundred(console):
    row = {"location": "", "contact": "", "created_at": NOON, "expires_at": NOON}
    run(lambda: [MentorTicket.create(description=str(number), **row) for number in range(101)])

    first = await desk(console)
    second = await desk(console, f"?state=open&before={first['next']}")

    read = [one["description"] for part in (first, second) for one in part["tickets"]]
    assert (len(first["tickets"]), read) == (100, [str(number) for number in range(101)])
    assert (second["next"], second["counts"]["open"]) == (None, 101)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("?state=lost", cannot_use("state", "is none of open, claimed, expired, closed")),
        ("?before=yesterday", NOWHERE),
        ("?before=-1-1", NOWHERE),
        ("?before=" + "9" * 30 + "-1", NOWHERE),
        ("?before=1-%00", NOWHERE),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_for_is_refused(console, query, refused):
    assert await console.get(f"mentor_tickets{query}") == refused


async def test_the_first_and_the_last_moment_of_a_cursor_are_no_surprise(console):
    for before in ("0-0", f"{'9' * 17}-{'9' * 18}"):
        for state in ("open", "closed"):
            assert (await desk(console, f"?state={state}&before={before}"))["tickets"] == []


async def test_staff_claim_close_and_reopen_what_is_none_of_theirs(hub, console, ada, clock):
    ticket = await ask(hub, ada)
    listener = await hub.listen("/mentor")

    claimed = await move(console, ticket, "claim")
    clock.forward(minutes=31)
    closed = await move(console, ticket, "close")
    reopened = await move(console, ticket, "reopen")

    assert [one["state"] for one in (claimed, closed, reopened)] == ["claimed", "closed", "open"]
    me = {"name": console.actor.name, "username": console.actor.username}
    assert [one["claimed_by"] for one in (claimed, closed, reopened)] == [me, me, None]
    assert (closed["closed_at"], reopened["expires_at"]) == ("2026-11-21T12:31:00Z", "2026-11-21T13:01:00Z")
    heard = [(one["claimed"], one["time_complete"] is None) for one in await listener.until(3, "save")]
    assert heard == [(True, True), (True, False), (False, True)]


async def test_what_is_no_longer_possible_is_refused(hub, console, ada, grace, rows):
    claimed, closed, waiting = [await ask(hub, ada) for _ in range(3)]
    await acting.claim(hub, claimed, by=grace)
    await acting.close(hub, closed, by=ada)
    before = rows()

    replies = [
        await console.post(f"mentor_tickets/{claimed['id']}/claim"),
        await console.post(f"mentor_tickets/{closed['id']}/claim"),
        await console.post(f"mentor_tickets/{waiting['id']}/reopen"),
    ]

    assert replies == [
        no(409, "ticket_already_claimed", "Another mentor got there first."),
        no(409, "ticket_closed", "This ticket is closed. Reopen it first."),
        no(409, "ticket_still_open", "This ticket waits in the queue already, so there is nothing to reopen."),
    ]
    assert rows() == before


async def test_closing_again_changes_nothing_and_is_told_to_nobody(hub, console, ada, rows, clock):
    ticket = await ask(hub, ada)
    first = await move(console, ticket, "close")
    before = rows()
    clock.forward(minutes=1)

    assert await move(console, ticket, "close") == first
    assert rows() == before


@pytest.mark.parametrize("how", MOVES)
async def test_an_unknown_ticket_is_not_found_and_what_is_no_id_is_refused(console, how):
    assert await console.post(f"mentor_tickets/{UNKNOWN_ID}/{how}") == UNKNOWN
    assert await console.post(f"mentor_tickets/css/{how}") == NOT_AN_ID


async def test_a_move_that_is_sent_again_under_the_same_key_gets_the_same_answer(hub, console, ada, grace):
    ticket = await ask(hub, ada)
    path = f"mentor_tickets/{ticket['id']}/claim"
    first = await console.post(path, headers=SAME_KEY)
    await acting.reopen(hub, ticket, by=ada)

    assert await console.post(path, headers=SAME_KEY) == first
    assert (await desk(console))["counts"]["open"] == 1


async def test_staff_without_any_privilege_help_too(hub, as_staff, ada):
    sam = as_staff(given={})
    ticket = await ask(hub, ada)

    assert (await move(sam, ticket, "claim"))["claimed_by"]["name"] == "Sam"
    assert (await desk(sam, "?state=claimed"))["counts"]["claimed"] == 1


async def test_an_address_that_is_somebody_s_username_is_for_those_who_may_read_users(hub, as_staff, ada):
    await ask(hub, ada)
    readers = as_staff("Rita", given={"user": ["read"]}), as_staff(given={})

    asked = [(await desk(reader))["tickets"][0]["asked_by"] for reader in readers]

    assert asked == [{"name": "Ada", "username": username} for username in ("ada@example.org", None)]
