"""`help_tickets`: reading what people asked the staff, and answering."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain import help_tickets
from hub.perform import run
from models import HelpTicket
from tests import people
from tests.conftest import NOON
from tests.http.console.day import (
    KEY_REUSED,
    NOT_AN_ID,
    PRIVILEGE_MISSING,
    SAME_KEY,
    UNKNOWN_ID,
    cannot_use,
    done,
    no,
)

UNKNOWN = no(404, "help_ticket_not_found", "This is not there any more. Load the list again.")
SOLVED = no(409, "help_ticket_already_solved", "Somebody answered this ticket already. Load it again.")
NO_PAGE = no(400, "no_such_page", "page does not exist.", "page")


@pytest.fixture
def asker(hub):
    return people.make("Ada")


def ask(by, title: str = "No power", **given: Any) -> str:
    said = {"title": title, "description": "In the lab", "is_public": True, **given}
    return run(help_tickets.ask, **said, by=by).public_id


async def some(console, query: str = "") -> dict[str, Any]:
    status, reply = await console.get(f"help_tickets{query}")
    assert status == 200, reply
    return reply


async def close(console, ticket_id: str, solution: Any = "Plug it in", **how: Any):
    return await console.post(f"help_tickets/{ticket_id}/close", {"solution": solution}, **how)


async def test_what_was_asked_is_read_newest_first(console, asker, clock):
    ask(asker, "Old")
    clock.forward(minutes=1)
    newest = ask(asker, "New", is_public=False)

    found = await some(console)

    assert found["tickets"][0] == {
        "id": newest,
        "title": "New",
        "description": "In the lab",
        "is_public": False,
        "opened_by": {"name": "Ada", "username": "ada@example.org"},
        "opened_at": "2026-11-21T12:01:00Z",
        "solution": None,
        "solved_by": None,
        "solved_at": None,
    }
    assert [one["title"] for one in found["tickets"]] == ["New", "Old"]
    assert (found["page"], found["pages"], found["total"]) == (1, 1, 2)


async def test_an_answer_is_told_with_who_gave_it(console, asker, clock):
    ticket_id = ask(asker)
    clock.forward(minutes=1)

    answered = await done(close(console, ticket_id))

    me = {"name": console.actor.name, "username": console.actor.username}
    said = (answered["solution"], answered["solved_by"], answered["solved_at"])
    assert said == ("Plug it in", me, "2026-11-21T12:01:00Z")
    assert (await some(console, "?state=solved"))["tickets"] == [answered]


async def test_each_state_has_its_own_list(console, asker):
    await done(close(console, ask(asker, "Answered")))
    ask(asker, "Waiting")

    found = {state: await some(console, f"?state={state}") for state in ("open", "solved")}

    titles = {state: [one["title"] for one in page["tickets"]] for state, page in found.items()}
    assert titles == {"open": ["Waiting"], "solved": ["Answered"]}
    assert [page["total"] for page in found.values()] == [1, 1]


async def test_a_long_list_is_read_in_pages_of_a_hundred(console, asker):
    row = {"description": "In the lab", "opened_by": asker.id, "opened_at": NOON}
    run(lambda: [HelpTicket.create(title=str(number), **row) for number in range(101)])

    second = await some(console, "?page=2")

    assert [one["title"] for one in second["tickets"]] == ["0"]
    assert (second["page"], second["pages"], second["total"]) == (2, 2, 101)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("?state=lost", cannot_use("state", "is none of open, solved")),
        ("?page=0", cannot_use("page", "is no whole number from 1 to 1000000000")),
        ("?page=one", cannot_use("page", "is no whole number from 1 to 1000000000")),
        ("?page=2", NO_PAGE),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_for_is_refused(console, query, refused):
    assert await console.get(f"help_tickets{query}") == refused


@pytest.mark.parametrize(
    ("solution", "reason"), [(" ", "is blank"), (None, "is not a text"), ("a" * 10_001, "is too long")], ids=str
)
async def test_an_answer_that_cannot_be_is_refused(console, asker, rows, solution, reason):
    ticket_id = ask(asker)
    before = rows()

    assert await close(console, ticket_id, solution) == cannot_use("solution", reason)
    assert rows() == before


async def test_what_was_answered_is_answered_for_good(console, asker, rows):
    ticket_id = ask(asker)
    await close(console, ticket_id)
    before = rows()

    assert await close(console, ticket_id, "Something else") == SOLVED
    assert rows() == before


async def test_an_unknown_ticket_is_not_found_and_what_is_no_id_is_refused(console):
    assert await close(console, UNKNOWN_ID) == UNKNOWN
    assert await close(console, "power") == NOT_AN_ID


async def test_an_answer_that_is_sent_again_under_the_same_key_gets_the_same_reply(console, asker):
    ticket_id = ask(asker)
    first = await close(console, ticket_id, headers=SAME_KEY)

    assert await close(console, ticket_id, headers=SAME_KEY) == first
    assert await close(console, ticket_id, "Something else", headers=SAME_KEY) == KEY_REUSED


async def test_reading_and_answering_ask_for_a_privilege_each(as_staff, asker):
    ticket_id = ask(asker)
    reader, solver = as_staff(given={"ticket": ["read"]}), as_staff("Sol", given={"ticket": ["update"]})

    assert await close(reader, ticket_id) == PRIVILEGE_MISSING
    assert await solver.get("help_tickets") == PRIVILEGE_MISSING
    assert (await some(reader))["total"] == 1
    assert (await close(solver, ticket_id))[0] == 200
