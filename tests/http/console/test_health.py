"""`health`: every node, the queue and the checks, for staff."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest
import redis

from hub import perform
from hub.delivery import Job
from hub.domain import jobs
from hub.perform import run
from hub.realtime.vitals import EVERY_SECONDS, KEY, Pulse
from hub.vitals import Vitals
from tests.conftest import NOON
from tests.http.console.browser import opened_by
from tests.people import make

NOON_SAID = "2026-11-21T12:00:00Z"
NOTHING_WAITS = {"waiting": 0, "due": 0, "leased": 0, "dead": 0, "oldest_due_seconds": 0.0}
UNAVAILABLE = {
    "error": {"code": "unavailable", "message": "The hub cannot answer just now. Try again in a moment."},
}


@pytest.fixture
async def other(hub, valkey) -> Vitals:
    """Another node of the hub has said how it is."""
    vitals = Vitals(
        name="zz-0001", started_at=NOON, version="9", sockets=7, streams=4, lag_ms=2.5, memory_mb=80, is_draining=True
    )
    pulse = Pulse(valkey.address, vitals.name, lambda: vitals)
    await pulse.beat()
    await pulse.stop()
    return vitals


async def test_every_node_says_how_it_is_and_the_one_asked_how_the_queue_is(hub, console, other, ada):
    await hub.listen("/mentor", ada)
    run(jobs.add, Job("work", {}))
    await hub.node.pulse.beat()

    status, said = await console.get("health")

    name = hub.node.pulse.name
    (own, others) = said["nodes"]
    assert (status, said["now"], said["node"], said["ready"], said["reason"]) == (200, NOON_SAID, name, True, None)
    assert {key: own[key] for key in ("name", "started_at", "version", "sockets", "is_draining")} == {
        "name": name,
        "started_at": NOON_SAID,
        "version": "0.1.0",
        "sockets": 1,
        "is_draining": False,
    }
    assert 0 < own["memory_mb"] < 10_000
    assert {**others, "seconds_ago": 0} == {
        "name": "zz-0001",
        "started_at": NOON_SAID,
        "version": "9",
        "sockets": 7,
        "streams": 4,
        "lag_ms": 2.5,
        "memory_mb": 80,
        "is_draining": True,
        "seconds_ago": 0,
    }
    assert {**said["queue"], "seconds_ago": 0} == {**NOTHING_WAITS, "waiting": 1, "due": 1, "seconds_ago": 0}


async def test_the_history_has_a_sample_of_each_beat(hub, console, other, clock):
    clock.forward(seconds=5, microseconds=250)
    await hub.node.pulse.beat()

    _, said = await console.get("health")

    sample = said["history"][-1]
    assert (sample["at"], sample["queue"]) == ("2026-11-21T12:00:05Z", NOTHING_WAITS)
    assert sample["nodes"]["zz-0001"] == {"sockets": 7, "streams": 4, "lag_ms": 2.5}
    assert sample["nodes"].keys() == {"zz-0001", hub.node.pulse.name}


async def test_a_page_that_stays_open_asks_for_the_newest_samples_only(hub, console, clock):
    await hub.node.pulse.beat()
    clock.forward(seconds=5)
    await hub.node.pulse.beat()

    _, said = await console.get(f"health?since={NOON_SAID}")

    assert [sample["at"] for sample in said["history"]] == ["2026-11-21T12:00:05Z"]


async def test_a_moment_that_is_none_is_refused(console):
    status, said = await console.get("health?since=yesterday")

    assert (status, said["error"]["field"]) == (400, "since")


async def test_the_checks_are_those_of_readyz_and_whether_the_database_answers(hub, console):
    _, ready = await hub.get("/readyz")

    _, said = await console.get("health")

    assert said["checks"] == {"database": {"ok": True}, **ready["checks"]}


async def test_a_node_that_drains_says_so_and_answers(hub, console):
    hub.node.server.is_draining = True

    status, said = await console.get("health")

    assert (status, said["ready"], said["reason"]) == (200, False, "draining")


async def test_the_others_hear_at_once_that_a_node_drains(hub, valkey):
    await hub.node.pulse.beat()

    await hub.node.drain()

    with closing(redis.from_url(valkey.address, decode_responses=True)) as client:
        async with asyncio.timeout(EVERY_SECONDS / 2):
            while '"is_draining":true' not in client.hget(KEY, hub.node.pulse.name):
                await asyncio.sleep(0.005)


async def test_staff_without_any_privilege_may_look(as_staff):
    status, _ = await as_staff("Sam", {}).get("health")

    assert status == 200


async def test_whoever_is_no_staff_any_more_is_not_let_in_when_nobody_can_tell(hub, monkeypatch):
    nora = opened_by(hub, make("Nora"))
    assert (await nora.get("health"))[0] == 403

    monkeypatch.setattr(perform.threads, "_most_waiting", 0)

    assert await nora.get("health") == (503, UNAVAILABLE)
