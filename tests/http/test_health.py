"""`/healthz`, `/readyz`, `/metrics`, and the id that every reply carries."""

import re
from datetime import timedelta

from hub import perform
from hub.domain import canary
from hub.perform import run
from models import JobRow
from tests.http.vivere import acting
from tests.http.vivere.saying import no


async def test_a_hub_that_runs_is_alive(hub):
    assert await hub.get("/healthz") == (200, {"alive": True})


async def test_a_hub_is_ready_while_its_canaries_have_not_come_back_and_says_so(hub):
    assert await hub.get("/readyz") == (
        200,
        {
            "ready": True,
            "reason": None,
            "degraded": ["canary_job", "canary_event"],
            "checks": {
                "redis": {"ok": True},
                "streams": {"ok": True},
                "admission": {"ok": True, "reason": None},
                "canary_job": {"ok": False, "seconds_ago": None},
                "canary_event": {"ok": False, "seconds_ago": None},
            },
        },
    )


async def test_a_canary_that_came_back_counts_for_35_seconds(hub, clock):
    run(canary.send)
    run(lambda: JobRow.update(state="done", finished_at=clock()).execute())

    clock.forward(seconds=35)
    _, in_time = await hub.get("/readyz")
    clock.forward(seconds=1)
    _, late = await hub.get("/readyz")

    assert in_time["checks"]["canary_job"] == {"ok": True, "seconds_ago": 35.0}
    assert late["checks"]["canary_job"] == {"ok": False, "seconds_ago": 36.0}


async def test_the_figures_tell_of_requests_by_route_jobs_and_streams(hub, ada, olga, clock):
    await acting.open_ticket(hub, by=ada)
    await acting.announce(hub, time=(clock() + timedelta(hours=1)).isoformat(), by=olga)

    status, text = await hub.get("/metrics")

    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    created = 'hub_request_seconds_count{method="POST",route="/vivere/mentorship/create",status="201"}'
    assert status == 200
    assert float(figures[created]) >= 1
    assert figures['hub_jobs{state="waiting"}'] == "1.0"
    assert figures['hub_stream_head{stream="mentor"}'] == "1.0"


async def test_the_figures_name_no_person_and_no_id(hub, ada):
    opened = await acting.open_ticket(hub, by=ada)
    await hub.get(f"/vivere/location/image/{opened['id']}")

    _, text = await hub.get("/metrics")

    assert opened["id"] not in text
    assert "ada@example.org" not in text


async def test_every_reply_has_an_id_of_its_own(hub):
    async def request_id(path: str) -> str:
        async with hub.http.get(path, headers={"X-Request-Id": "made up"}) as reply:
            return reply.headers["X-Request-Id"]

    ids = [await request_id(path) for path in ("/vivere/times", "/vivere/times", "/vivere/nowhere", "/nowhere")]

    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in ids)


async def test_a_node_that_drains_is_not_ready(hub):
    hub.node.server.is_draining = True

    status, answer = await hub.get("/readyz")

    assert (status, answer["ready"], answer["reason"]) == (503, False, "draining")


async def test_a_node_with_too_much_work_waiting_says_so_and_refuses_calls_in_vivere_s_words(hub, monkeypatch):
    # Whatever else is under way goes on being counted.
    monkeypatch.setattr(perform.threads, "_most_waiting", 0)

    status, answer = await hub.get("/readyz")
    refused = await hub.get("/vivere/mentorship/queue")

    assert (status, answer["reason"]) == (503, "overloaded")
    assert refused == (503, no("One moment", "The server cannot answer just now. Try again in a moment."))
