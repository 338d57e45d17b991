"""`registrations`: how full events are, who comes, the file for spreadsheets, withdrawing and noting payments."""

from __future__ import annotations

import csv
import io

import pytest

from hub.domain import users
from hub.domain.actors import OPERATOR
from hub.http.console import registrations as handlers
from hub.perform import run
from models import Event
from tests.domain.entering import enter, event, states, student, team
from tests.http.console.day import NOT_AN_ID, PRIVILEGE_MISSING, UNKNOWN_ID, cannot_use, done, no

NO_EVENT = no(404, "event_not_found", "This event is not on the schedule any more. Load it again.")
WITHDRAWN = no(404, "registration_not_found", "This registration was withdrawn already. Load the list again.")
NOTHING_DUE = no(409, "nothing_due", "There is nothing to pay for this registration any more. Load the list again.")


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def test_events_and_their_registrations_are_listed(console):
    event_id = event(seats=1)
    ada, grace = (enter(event_id, student(name)) for name in ("ada", "grace"))

    (full,) = await done(console.get("registrations"))
    status, listed = await console.get(f"registrations/{event_id}")

    assert full == {
        "id": event_id,
        "name": "Elektra",
        "start": "2026-11-21T12:00:00Z",
        "seats": 1,
        "is_for_teams": False,
        "confirmed": 1,
        "waiting": 1,
        "payment_pending": 0,
    }
    at_noon = {"registered_at": "2026-11-21T12:00:00Z", "paid_at": None}
    person, other = {"name": "Ada Lee", "username": "ada"}, {"name": "Grace Lee", "username": "grace"}
    assert (status, listed) == (
        200,
        {
            "event": full,
            "registrations": [
                {"id": ada, "status": "confirmed", "place": None, "entrant": person, "people": [person], **at_noon},
                {"id": grace, "status": "waiting", "place": 1, "entrant": other, "people": [other], **at_noon},
            ],
            "next": None,
        },
    )


async def test_a_team_is_listed_with_its_people(console):
    event_id, ada, grace = event(sizes=(2, 2)), student("ada"), student("grace")
    enter(event_id, ada, team("Lovelace", ada, grace))

    _, listed = await console.get(f"registrations/{event_id}?status=confirmed")

    (entry,) = listed["registrations"]
    assert entry["entrant"] == {"name": "Lovelace", "username": None}
    assert [one["username"] for one in entry["people"]] == ["ada", "grace"]


async def test_a_long_list_goes_on_where_its_page_ended(console, monkeypatch):
    monkeypatch.setattr(handlers, "PAGE_SIZE", 2)
    event_id = event()
    ids = [enter(event_id, student(name)) for name in ("ada", "grace", "linus")]

    _, first = await console.get(f"registrations/{event_id}")
    _, second = await console.get(f"registrations/{event_id}?before={first['next']}")

    assert [[one["id"] for one in page["registrations"]] for page in (first, second)] == [ids[:2], ids[2:]]
    assert second["next"] is None


async def test_a_seat_that_is_withdrawn_goes_to_who_waits_longest(console):
    event_id = event(seats=1)
    first, *_ = [enter(event_id, student(name)) for name in ("ada", "grace", "linus")]

    assert await console.delete(f"registrations/{event_id}/{first}") == (200, {})

    assert states(event_id) == {"grace": "confirmed", "linus": "waiting"}
    assert await console.delete(f"registrations/{event_id}/{first}") == WITHDRAWN


async def test_a_payment_is_noted_once(console):
    event_id = event(fee="Rs 300")
    registration_id = enter(event_id, student("ada"))

    paid = await done(console.post(f"registrations/{event_id}/{registration_id}/paid"))

    assert (paid["id"], paid["status"], paid["paid_at"]) == (registration_id, "confirmed", "2026-11-21T12:00:00Z")
    assert await console.post(f"registrations/{event_id}/{registration_id}/paid") == NOTHING_DUE


HEAD = [
    *("registration", "status", "place in the waiting list", "team", "leads it", "name", "username"),
    *("registered at (UTC)", "paid at (UTC)", "e-mail", "phone number", "college"),
]


async def lines_of(console, event_id: str) -> list[list[str]]:
    status, text = await console.get(f"registrations/{event_id}/csv")
    assert (status, text[0]) == (200, "\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


async def test_the_file_has_a_line_for_each_person(console):
    event_id, ada, grace = event(sizes=(2, 2)), student("ada"), student("grace")
    registration_id = enter(event_id, ada, team("Lovelace", ada, grace))

    lines = await lines_of(console, event_id)

    said = [registration_id, "confirmed", "", "Lovelace"]
    at = ["2026-11-21 12:00", ""]
    assert lines == [
        HEAD,
        [*said, "yes", "Ada Lee", "ada", *at, "ada@example.org", "", "Test College 123"],
        [*said, "", "Grace Lee", "grace", *at, "grace@example.org", "", "Test College 123"],
    ]


async def test_the_file_is_whole_however_many_pages_it_is_read_in(console, monkeypatch):
    monkeypatch.setattr(handlers, "AT_ONCE", 2)
    event_id = event()
    for name in ("a1", "a2", "a3", "a4", "a5"):
        enter(event_id, student(name))

    lines = await lines_of(console, event_id)

    assert [line[6] for line in lines] == ["username", "a1", "a2", "a3", "a4", "a5"]


async def test_no_cell_of_the_file_is_a_formula(console):
    event_id, ada = event(), student("ada", college="Hall;=1+1")
    enter(event_id, ada)
    run(users.change, "ada", {"firstName": "=HYPERLINK(1)", "phoneNumber": "+61 400"}, by=OPERATOR)

    _, line = await lines_of(console, event_id)

    assert (line[5], line[10], line[11]) == ("'=HYPERLINK(1) Lee", "'+61 400", "Hall;'=1+1")


async def test_the_file_is_named_after_the_event_and_for_nobody_else_to_keep(hub, console):
    event_id = event()
    run(lambda: Event.update(short_description='Mid"night\r\nrün/../x').where(Event.public_id == event_id).execute())

    path = f"/console/api/registrations/{event_id}/csv"
    async with hub.http.get(path, headers=console.headers) as reply:
        said = {name: reply.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")}

    assert said == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="registrations-mid-night-run-x-2026-11-21.csv"',
        "Cache-Control": "no-store",
    }


async def test_how_to_reach_people_is_for_those_who_may_read_users(as_staff):
    event_id = event()
    enter(event_id, student("ada"))

    lines = await lines_of(as_staff(given={"registration": ["read"]}), event_id)

    assert ([len(line) for line in lines], lines[0]) == ([9, 9], HEAD[:9])


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/day", cannot_use("event", "is not an id: 24 hex digits")),
        ("/day/csv", cannot_use("event", "is not an id: 24 hex digits")),
        (f"/{UNKNOWN_ID}", NO_EVENT),
        (f"/{UNKNOWN_ID}/csv", NO_EVENT),
        (f"/{UNKNOWN_ID}?status=lost", cannot_use("status", "is none of payment pending, waiting, confirmed")),
        (f"/{UNKNOWN_ID}?before=x", cannot_use("before", "is no whole number from 0 to 2147483647")),
    ],
)
async def test_what_is_not_there_or_cannot_be_asked_for_is_refused(console, path, refused):
    assert await console.get(f"registrations{path}") == refused


async def test_what_is_no_registration_of_this_event_is_not_changed(console, rows):
    here, there = event(fee="Rs 300"), event()
    registration_id = enter(here, student("ada"))
    before = rows()

    told = [
        await console.call(method, f"registrations/{path}{end}")
        for path in (f"{here}/{UNKNOWN_ID}", f"{there}/{registration_id}", f"{here}/mine")
        for method, end in (("DELETE", ""), ("POST", "/paid"))
    ]

    assert (told, rows() == before) == ([WITHDRAWN] * 4 + [NOT_AN_ID] * 2, True)


async def test_each_call_asks_for_its_privilege_before_anything_is_done(as_staff, rows):
    event_id = event(fee="Rs 300")
    path = f"registrations/{event_id}/{enter(event_id, student('ada'))}"
    staff = {verb: as_staff(verb.title(), given={"registration": [verb]}) for verb in ("read", "update", "delete")}
    before = rows()

    told = [
        await staff["update"].get("registrations"),
        await staff["delete"].get(f"registrations/{event_id}"),
        await staff["update"].get(f"registrations/{event_id}/csv"),
        await staff["read"].delete(path),
        await staff["read"].post(f"{path}/paid"),
        await staff["update"].post(f"{path}/paid"),
    ]

    assert (told, rows() == before) == ([PRIVILEGE_MISSING] * 6, True)
    assert await staff["delete"].delete(path) == (200, {})
