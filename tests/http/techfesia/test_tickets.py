"""`ticket`: asking the staff, reading what was asked, and answering."""

from __future__ import annotations

from typing import Any

import pytest

from hub.perform import run
from models import HelpTicket
from tests.http.techfesia.cast import Student, signed_in, staff, student

ASKED = {"title": "Another Issue", "description": "Fix it Faster", "view": "public or private"}
EVERYTHING = "/techfesia/ticket?limit&page&user&topic&status"
UNSOLVED = {"status": "unsolved"}
TODAY = "2026-11-21"


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def ask(hub, by: Student, title: str = "No power", **given: Any) -> dict[str, Any]:
    status, ticket = await hub.post("/techfesia/ticket/", {"title": title, "description": "In the lab", **given}, by)
    assert status == 201, ticket
    return ticket


async def close(hub, ticket: dict[str, Any], by: Student | None, content: Any = "This is my solution", **more: Any):
    return await hub.call("PUT", f"/techfesia/ticket/{ticket['ticketid']}/close", by, json={"content": content}, **more)


async def titles(hub, path: str, by: Student | None = None) -> list[str]:
    status, said = await hub.get(path, by)
    assert status == 200, said
    return [ticket["title"] for ticket in said["result"]]


def nothing_is_changed() -> bool:
    return run(lambda: HelpTicket.select().where(HelpTicket.solved_at.is_null(False)).count()) == 0


async def test_the_document_s_way_of_asking(hub, ada):
    status, ticket = await hub.post("/techfesia/ticket/", ASKED, ada)

    assert status == 201
    assert ticket == {
        "ticketid": ticket["ticketid"],
        "title": "Another Issue",
        "description": "Fix it Faster",
        "openedBy": "ada",
        "openingDate": TODAY,
        "openingdate": TODAY,
        "view": "private",
        "solution": UNSOLVED,
    }


async def test_the_document_s_way_of_answering_and_of_reading_all(hub, ada, olga, clock):
    solved, other = await ask(hub, ada, "New Issue"), await ask(hub, ada, "Another Issue", view="private")
    clock.forward(days=10)
    ada, olga = signed_in(ada.id), signed_in(olga.id)

    answered = await close(hub, solved, olga)

    solution = {
        "status": "solved",
        "solvedBy": "olga",
        "solvingDate": "2026-12-01",
        "content": "This is my solution",
    }
    assert answered == (200, {**solved, "solution": solution})
    listed = {"pages": 1, "currentpage": 1, "result": [other, {**solved, "solution": solution}]}
    assert await hub.get(EVERYTHING, olga) == (200, listed)
    assert await hub.get("/techfesia/ticket/ada", ada) == (200, listed)


async def test_the_document_s_way_of_reading_the_public_ones(hub, ada):
    ticket = await ask(hub, ada)
    await ask(hub, ada, "Secret", view="private")

    said = await hub.get("/techfesia/ticket/public?limit&page&status=&topic")

    assert said == (200, {"pages": 1, "currentpage": 1, "result": [ticket]})


@pytest.mark.settings(timezone="Asia/Kolkata")
async def test_dates_are_those_of_the_place(hub, ada, olga, clock):
    clock.forward(hours=7)
    ticket = await ask(hub, signed_in(ada.id))

    _, answered = await close(hub, ticket, signed_in(olga.id))

    assert (ticket["openingDate"], answered["solution"]["solvingDate"]) == ("2026-11-22", "2026-11-22")


@pytest.mark.parametrize(
    ("given", "view"),
    [
        ({}, "public"),
        ({"view": None}, "public"),
        ({"view": "public"}, "public"),
        ({"view": "Public"}, "public"),
        ({"view": "private"}, "private"),
        ({"view": "PRIVATE"}, "private"),
        ({"view": "public or private"}, "private"),
    ],
    ids=repr,
)
async def test_what_mentions_private_is_private_and_what_says_nothing_is_public(hub, ada, given, view):
    ticket = await ask(hub, ada, **given)

    assert ticket["view"] == view
    assert len(await titles(hub, "/techfesia/ticket/public")) == (view == "public")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": None}, "title", "is not a text"),
        ({"title": " "}, "title", "is blank"),
        ({"title": "x" * 401}, "title", "is too long"),
        ({"description": 5}, "description", "is not a text"),
        ({"description": "x" * 10_001}, "description", "is too long"),
        ({"view": "publick"}, "view", "has not the form that it should have"),
        ({"view": ""}, "view", "has not the form that it should have"),
        ({"view": True}, "view", "is not a text"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_the_field(hub, ada, given, field, words):
    refused = await hub.post("/techfesia/ticket", {"title": "a", "description": "b", **given}, ada)

    assert refused == (400, {"errors": {field: words}})
    assert await titles(hub, "/techfesia/ticket/ada", ada) == []


@pytest.mark.parametrize("field", ["title", "description"])
async def test_a_field_that_is_missing_is_named(hub, ada, field):
    given = {name: value for name, value in ASKED.items() if name != field}

    refused = await hub.post("/techfesia/ticket", given, ada)

    assert refused == (400, {"errors": {field: "missing required field"}})


async def test_asking_again_under_one_key_asks_once(hub, ada):
    headers = {"Idempotency-Key": "k"}

    first = await hub.post("/techfesia/ticket", ASKED, ada, headers=headers)
    again = await hub.post("/techfesia/ticket", ASKED, ada, headers=headers)

    assert first == again
    assert len(await titles(hub, "/techfesia/ticket/ada", ada)) == 1


async def test_a_second_answer_is_refused_and_the_first_stays(hub, ada, olga):
    ticket = await ask(hub, ada)
    first = await close(hub, ticket, olga, "first", headers={"Idempotency-Key": "k"})

    assert await close(hub, ticket, olga, "second") == (422, {"error": "This ticket is solved already."})
    assert await close(hub, ticket, olga, "first", headers={"Idempotency-Key": "k"}) == first


@pytest.mark.parametrize(
    ("body", "words"),
    [({}, "missing required field"), ({"content": ""}, "is blank"), ({"content": None}, "is not a text")],
)
async def test_an_answer_without_content_changes_nothing(hub, ada, olga, body, words):
    ticket = await ask(hub, ada)

    refused = await hub.call("PUT", f"/techfesia/ticket/{ticket['ticketid']}/close", olga, json=body)

    assert refused == (400, {"errors": {"content": words}})
    assert nothing_is_changed()


@pytest.mark.parametrize("public_id", ["0" * 24, "sample_ticket_id", "%00", "%ff"])
async def test_a_ticket_that_is_not_there_is_not_found(hub, olga, public_id):
    refused = await hub.call("PUT", f"/techfesia/ticket/{public_id}/close", olga, json={"content": "done"})

    assert refused == (404, {"detail": "Not found."})


async def test_only_staff_with_the_privilege_answer(hub, ada, grace):
    ticket, reader = await ask(hub, ada), staff("paul", privileges={"ticket": ["read"]})

    refused = [await close(hub, ticket, by) for by in (None, ada, grace, reader)]

    assert [status for status, _ in refused] == [401, 403, 403, 403]
    assert nothing_is_changed()


async def test_nobody_reads_what_others_asked_in_private(hub, ada, grace):
    closer = staff("paul", privileges={"ticket": ["update"]})
    await ask(hub, ada, view="private")

    refused = [
        await hub.get(path, by)
        for by in (None, grace, closer)
        for path in (EVERYTHING, "/techfesia/ticket/ada", "/techfesia/ticket/nobody", "/techfesia/ticket/%00")
    ]

    # Whoever may not read is not told either who there is.
    assert [status for status, _ in refused] == [401] * 4 + [403, 403, 403, 404] * 2
    assert await titles(hub, "/techfesia/ticket/public", grace) == []


async def test_staff_are_told_that_there_is_no_such_user(hub, olga):
    assert await hub.get("/techfesia/ticket/nobody", olga) == (404, {"detail": "Not found."})


async def test_lists_are_narrowed_and_paged(hub, ada, grace, olga):
    for title in ("one", "two", "Three"):
        ticket = await ask(hub, ada, title)
    await ask(hub, grace, "three too")
    await close(hub, ticket, olga)

    assert await titles(hub, "/techfesia/ticket?user=ada&status=unsolved", olga) == ["two", "one"]
    assert await titles(hub, "/techfesia/ticket/public?topic=THREE") == ["three too", "Three"]
    assert await titles(hub, "/techfesia/ticket/ada?status=solved", ada) == ["Three"]
    (last,) = (await hub.get("/techfesia/ticket/ada?topic=one", ada))[1]["result"]
    second_page = {"pages": 2, "currentpage": 2, "result": [last]}
    assert await hub.get("/techfesia/ticket/public?limit=3&page=2") == (200, second_page)


@pytest.mark.parametrize(
    ("query", "field"),
    [("status=open", "status"), ("limit=0", "limit"), ("page=x", "page"), ("topic=%00", "topic"), ("user=%00", "user")],
)
async def test_a_query_that_makes_no_sense_is_refused(hub, olga, query, field):
    status, said = await hub.get(f"/techfesia/ticket?{query}", olga)

    assert (status, list(said["errors"])) == (400, [field])


async def test_a_page_behind_the_last_says_how_many_there_are(hub, olga):
    said = {"message": "This page does not exist", "pageSize": 10, "noOfPages": 1}

    assert await hub.get("/techfesia/ticket?page=2", olga) == (400, said)


async def test_a_username_that_is_an_email_address_is_told_to_no_stranger(hub, olga):
    eve = student("eve@example.org", email="eve@example.org")
    await ask(hub, eve)

    lists = (("/techfesia/ticket/public", None), (EVERYTHING, olga), ("/techfesia/ticket/eve@example.org", eve))
    names = [(await hub.get(path, by))[1]["result"][0]["openedBy"] for path, by in lists]

    assert names == [None, "eve@example.org", "eve@example.org"]
