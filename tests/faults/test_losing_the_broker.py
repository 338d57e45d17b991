"""Valkey killed, emptied, or started late: REST goes on, sockets hear, and jobs are done when it is back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.conftest import organiser_of
from tests.processes import Site


async def test_with_the_broker_away_a_ticket_is_taken_and_heard_on_another_node(any_site, broker):
    one, other = await any_site.serve(), await any_site.serve()
    ada = await any_site.person(one, "Ada")
    listener = await other.listen("/mentor")
    broker.kill()

    status, _ = await one.ask("no broker", by=ada)
    heard = await listener.until(1, "save")

    assert (status, [ticket["description"] for ticket in heard]) == (201, ["no broker"])


@pytest.mark.parametrize("also_its_data", [False, True])
async def test_events_of_a_broker_outage_come_once_and_in_order(any_site, broker, also_its_data):
    one, other = await any_site.serve(), await any_site.serve()
    ada = await any_site.person(one, "Ada")
    listener = await other.listen("/mentor", recover=True)
    await one.ask("0", by=ada)
    broker.kill()
    await one.ask("1", by=ada)
    await one.ask("2", by=ada)
    if also_its_data:
        broker.forget_everything()
    broker.start()
    await one.ask("3", by=ada)

    heard = await listener.until(4, "save")
    await asyncio.sleep(1.5)

    assert [ticket["description"] for ticket in heard] == ["0", "1", "2", "3"]
    assert len(listener.of("save")) == 4


@pytest.mark.parametrize("also_its_data", [False, True])
async def test_a_job_that_came_due_while_the_broker_was_away_is_done_when_it_is_back(site: Site, broker, also_its_data):
    server = await site.serve()
    olga = await organiser_of(site, server)
    worker = site.work()
    listener = await server.listen("/announcements")
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": soon}, by=olga)
    broker.kill()
    await asyncio.sleep(2)
    if also_its_data:
        broker.forget_everything()
    broker.start()

    heard = await listener.until(1, "save", within=30)

    assert [announcement["message"] for announcement in heard] == ["Lunch"]
    assert worker.is_alive()


async def test_a_job_that_lay_in_the_broker_when_it_was_emptied_is_handed_over_again(postgres_site: Site, broker):
    server = await postgres_site.serve()
    olga = await organiser_of(postgres_site, server)
    listener = await server.listen("/announcements")
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": soon}, by=olga)
    await asyncio.sleep(2.5)
    broker.flush()

    postgres_site.work()

    assert [announcement["message"] for announcement in await listener.until(1, "save", within=20)] == ["Lunch"]


async def test_the_worker_outlives_a_broker_that_dies_while_a_job_runs(site, broker):
    """Stock kombu 5.7.0 ends the worker here; see workers/broker.py."""
    server = await site.serve()
    olga = await organiser_of(site, server)
    worker = site.work(site.slow_jobs(seconds=4), HUB_WORKERS="2")
    listener = await server.listen("/announcements")
    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": soon_text()}, by=olga)
    await asyncio.sleep(3.5)
    broker.kill()
    await asyncio.sleep(1)
    broker.start()

    heard = await listener.until(1, "save", within=30)
    await server.post("/vivere/organiser/announcements", {"message": "Tea", "time": soon_text()}, by=olga)
    heard = await listener.until(2, "save", within=30)

    assert [announcement["message"] for announcement in heard] == ["Lunch", "Tea"]
    assert worker.is_alive()


def soon_text() -> str:
    return (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
