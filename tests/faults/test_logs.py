"""The log: one JSON line per decision, with the id of the request or the job, and no secrets."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.people import PASSWORD
from tests.processes import Site


def lines(site: Site, part: str) -> list[dict[str, Any]]:
    """Every line, parsed; that each of them is JSON is part of the point."""
    return [json.loads(line) for line in site.log(part).splitlines() if line.startswith("{")]


async def test_a_request_is_one_line_with_the_id_that_its_reply_carries_and_without_what_was_sent(site):
    server = await site.serve()
    ada = await site.person(server, "Ada")
    reply = await server.headers_of("GET", "/vivere/mentorship/user/queue", by=ada)

    log = site.log("serve")
    (line,) = [line for line in lines(site, "serve") if line.get("request") == reply["X-Request-Id"]]
    assert (line["event"], line["method"], line["path"], line["status"], line["level"], line["part"]) == (
        "request",
        "GET",
        "/vivere/mentorship/user/queue",
        200,
        "info",
        "server",
    )
    assert [secret for secret in (PASSWORD, ada.token, "ada@example.org") if secret in log] == []


async def test_a_line_from_a_database_thread_carries_the_request_s_id(postgres_site, postgres):
    server = await postgres_site.serve()
    ada = await postgres_site.person(server, "Ada")
    postgres.halt()
    try:
        reply = await server.headers_of("GET", "/vivere/mentorship/user/queue", by=ada)
    finally:
        postgres.resume()

    said = [line for line in lines(postgres_site, "serve") if line.get("request") == reply["X-Request-Id"]]
    assert [line["event"] for line in said] == ["database_away", "request"]


async def test_what_a_job_says_carries_the_job_s_id_and_name(any_site, organiser):
    server = await any_site.serve()
    olga = await organiser(server)
    any_site.work()
    listener = await server.listen("/announcements")
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": soon}, by=olga)
    await listener.until(1, "save", within=20)

    async with asyncio.timeout(10):
        while not (done := [line for line in lines(any_site, "work") if line["event"] == "job_done"]):
            await asyncio.sleep(0.05)
    assert [(line["name"], line["attempt"], type(line["job"])) for line in done] == [
        ("announcements.announce_due", 1, int)
    ]
