"""A job that fails at every try, in a real worker: it ends dead, an operator sees why and retries it, others go on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from hub.delivery import Job
from hub.domain import jobs
from hub.perform import run, run_reading
from tests.build import bound_to
from tests.faults.conftest import organiser_of
from tests.processes import Site

NO_WAITS = {"hub__domain__jobs__FIRST_RETRY_SECONDS": 0.01}
ERROR = "TypeError: announce_due() got an unexpected keyword argument 'nonsense'"


def state_of(site: Site, job_id: int) -> tuple[str, int, str | None]:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        (row,) = [row for row in run_reading(jobs.listing) if row.id == job_id]
        return row.state, row.attempts, row.last_error


async def until_dead(site: Site, job_id: int) -> None:
    async with asyncio.timeout(40):
        while state_of(site, job_id)[0] != "dead":
            await asyncio.sleep(0.2)


async def test_it_ends_dead_is_seen_and_retried_and_holds_up_no_other(site):
    server = await site.serve()
    olga = await organiser_of(site, server)
    listener = await server.listen("/announcements")
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        job_id = run(jobs.add, Job("announcements.announce_due", {"nonsense": 1}))
    site.work(site.doom(**NO_WAITS))
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()

    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": soon}, by=olga)
    heard = await listener.until(1, "save", within=20)
    await until_dead(site, job_id)

    assert [announcement["message"] for announcement in heard] == ["Lunch"]
    assert state_of(site, job_id) == ("dead", 8, ERROR)
    assert ERROR in (await site.command("jobs", "list", "--state", "dead"))
    assert await site.command("jobs", "retry", str(job_id)) == f"1 due again: {job_id}\n"
    await until_dead(site, job_id)
    assert state_of(site, job_id) == ("dead", 8, ERROR)
