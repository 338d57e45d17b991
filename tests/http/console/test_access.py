"""Every call of the console made by those who may not: strangers, people who are no staff, staff without privileges."""

from __future__ import annotations

import re

from hub.http.console import CONSOLE
from hub.http.console.auth import COOKIE
from tests.http.console.browser import OWN_PAGE

CALLS = [(route.method, route.path) for route in CONSOLE.routes if route.path.startswith("/api/")]
OF_SUPERUSERS = {
    ("GET", "/api/outbox"),
    ("GET", "/api/outbox/{id}/html"),
    ("POST", "/api/jobs/retry"),
    ("POST", "/api/jobs/{id}/retry"),
    ("PUT", "/api/people/{username}/privileges"),
    ("POST", "/api/people/{username}/roles"),
    ("DELETE", "/api/people/{username}/roles/{role}"),
}


def made(path: str) -> str:
    """The path with something in its variables; nobody is told whether that is there."""
    return re.sub(r"\{(\w+)[^}]*\}", "5" * 24, path)


async def answer(hub, call, **headers: str) -> tuple[int, str]:
    method, path = call
    status, body = await hub.call(method, f"/console{made(path)}", headers=headers)
    return status, body["error"]["code"] if "error" in body else ""


async def test_strangers_and_who_is_no_staff_are_refused_before_anything_is_read(hub, nobody_special):
    cookie = {"Cookie": f"{COOKIE}={nobody_special.secret}"}

    strangers = {call: await answer(hub, call, **OWN_PAGE) for call in CALLS}
    others = {call: await answer(hub, call, **OWN_PAGE, **cookie) for call in CALLS}

    assert strangers == dict.fromkeys(CALLS, (401, "not_signed_in"))
    assert others == dict.fromkeys(CALLS, (403, "staff_only"))


async def test_some_calls_are_for_superusers_only(hub, as_staff):
    staff = as_staff()

    told = {call: await answer(hub, call, **staff.headers) for call in CALLS}

    assert {call for call, said in told.items() if said == (403, "superusers_only")} == OF_SUPERUSERS


async def test_a_staff_member_without_any_privilege_changes_nothing(hub, as_staff, rows):
    staff = as_staff(given={})
    before = rows()

    for call in CALLS:
        await answer(hub, call, **staff.headers)

    assert rows() == before
