"""`jobs`: the work of the workers by state, why it failed, and a new life for what is dead."""

from __future__ import annotations

from typing import Any

import structlog
from aiohttp import web

from hub import clock
from hub.domain import job_desk
from hub.domain.job_desk import Listed
from hub.domain.jobs import STATES, JobNotFound
from hub.domain.refusals import Invalid
from hub.http.bodies import query
from hub.http.console.auth import staff, superuser
from hub.http.console.fields import PAGE_SIZE, choice_in
from hub.http.console.reply import ok
from hub.http.dialect import act
from hub.http.fields import whole_number
from hub.perform import look_up
from hub.wire import console_deliveries as wire

log = structlog.get_logger(__name__)

LONGEST_NAME = 100
HIGHEST = 2**31 - 1
"""Number of a job that every database takes."""


async def some(request: web.Request) -> web.Response:
    """Newest first; of every state and name where none is asked for."""
    by = await staff(request)
    before = whole_number(request, "before", 1, HIGHEST, otherwise=0) or None
    wanted = choice_in(request, "state", STATES), _name(request)
    found = await look_up(job_desk.desk, *wanted, before=before, size=PAGE_SIZE, by=by)
    return ok(wire.desk(found, now=clock.now()))


def _name(request: web.Request) -> str | None:
    name = query(request, "name")
    if name is not None and not (len(name) <= LONGEST_NAME and name.isprintable()):
        raise Invalid("name", "is the name of no job")
    return name


async def one(request: web.Request) -> web.Response:
    by = await staff(request)
    return ok(_one(await look_up(job_desk.one, _number(request), by=by)))


async def retry(request: web.Request) -> web.Response:
    by, number = await superuser(request), _number(request)
    said = await act(request, job_desk.retry, number, by=by, spell=_one)
    log.info("job_retried", job=number, by=by.id)
    return ok(said)


async def retry_all(request: web.Request) -> web.Response:
    by = await superuser(request)
    said = await act(request, job_desk.retry_all, by=by, spell=_retried)
    log.info("dead_jobs_retried", count=said["retried"], by=by.id)
    return ok(said)


def _number(request: web.Request) -> int:
    text = request.match_info["id"]
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= HIGHEST):
        raise JobNotFound()
    return int(text)


def _one(listed: Listed) -> dict[str, Any]:
    return {"job": wire.job(listed, now=clock.now())}


def _retried(count: int) -> dict[str, Any]:
    return {"retried": count}


ROUTES = [
    web.get("/api/jobs", some),
    web.post("/api/jobs/retry", retry_all),
    web.get("/api/jobs/{id}", one),
    web.post("/api/jobs/{id}/retry", retry),
]
