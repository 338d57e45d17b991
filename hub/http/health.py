"""For operators and load balancers: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from hub import clock
from hub.domain import canary, jobs, journal
from hub.node import NODE, Node
from hub.perform import DatabaseAway, Overloaded, look_up, threads
from hub.reactions.streams import OF_PEOPLE
from hub.wire import strict_json

LATELY = timedelta(seconds=35)
"""The canary is sent every 10 s; after three that did not come back somebody should look."""
PATIENCE_SECONDS = 3.0
DATABASE_AWAY = "database away"

JOBS = Gauge("hub_jobs", "Jobs in the table, by state", ["state"])
HEADS = Gauge("hub_stream_head", "Number of the newest event of each stream that is not one person's own", ["stream"])
TASKS = Gauge("hub_tasks", "Tasks on the node's loop")
WAITING = Gauge("hub_units_waiting", "Units of work that wait for a database thread")


async def healthz(request: web.Request) -> web.Response:
    """Alive: the loop turns. Says nothing about anything else."""
    return web.json_response({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    """Ready while the database answers. What else is wrong is said under `degraded`; the hub goes on without it."""
    said = await state_of(request.config_dict[NODE])
    return web.json_response(said, status=200 if said["ready"] else 503, dumps=strict_json.dumps)


async def state_of(node: Node) -> dict[str, Any]:
    """Whether a node can serve, and if not why, and what it goes on without; whatever is away, this answers."""
    reason, job_done_at = await _database_state()
    if reason is None and node.admission.is_closed:
        reason = "overloaded"
    if node.is_draining:
        reason = "draining"
    checks = _checks(node, job_done_at)
    degraded = [name for name, check in checks.items() if not check["ok"]]
    return {"ready": reason is None, "reason": reason, "degraded": degraded, "checks": checks}


async def _database_state() -> tuple[str | None, datetime | None]:
    """Why the database is no help just now (None if it is), and when the last canary job was done."""
    try:
        return None, await asyncio.wait_for(look_up(canary.last_job_done), PATIENCE_SECONDS)
    except Overloaded:
        return "overloaded", None
    except (DatabaseAway, TimeoutError):
        return DATABASE_AWAY, None


def _checks(node: Node, job_done_at: datetime | None) -> dict[str, dict[str, Any]]:
    return {
        "redis": {"ok": node.bus.is_connected},
        "streams": {"ok": not node.server.streams.is_behind},
        "admission": {"ok": node.admission.reason is None, "reason": node.admission.reason},
        "canary_job": _came_back(job_done_at),
        "canary_event": _came_back(node.canary_heard_at),
    }


def _came_back(at: datetime | None) -> dict[str, Any]:
    ago = None if at is None else clock.now() - at
    return {
        "ok": ago is not None and ago <= LATELY,
        "seconds_ago": None if ago is None else round(ago.total_seconds(), 1),
    }


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format; what lies in the database is read at the scrape."""
    try:
        await _read_gauges()
    except (DatabaseAway, Overloaded):
        # The figures that this process keeps itself are worth the more when the database is away.
        JOBS.clear()
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _read_gauges() -> None:
    WAITING.set(threads.waiting)
    TASKS.set(len(asyncio.all_tasks()))
    counts = await look_up(jobs.counts)
    for state in jobs.STATES:
        JOBS.labels(state).set(counts.get(state, 0))
    heads = await look_up(journal.heads_moved_since, datetime.min, except_beginning=OF_PEOPLE)
    for name, head in heads.items():
        HEADS.labels(name).set(head.seq)


ROUTES = [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
