"""kill -9 of a worker, or of one of its children: every job is done, and what it says is heard once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.processes import Site

SHORT_LEASE = {"workers__jobs__LEASE_SECONDS": 2.0}
POINTS = ["in mid-job", "before commit", "after commit, before hand-over", "after the work, before it is marked"]


@pytest.fixture
def any_site(request: pytest.FixtureRequest) -> Site:
    """Each moment of dying on one of the databases in turn, as both together take too long to be run often."""
    point = request.node.callspec.params["point"] if hasattr(request.node, "callspec") else None
    return request.getfixturevalue("site" if point in POINTS[::2] else "postgres_site")


def in_a_moment() -> str:
    return (datetime.now(UTC) + timedelta(seconds=1)).isoformat()


async def announcements_heard(site: Site, listener, *messages: str) -> list[str]:
    """What is heard until all of `messages` were, and a little longer in case one comes twice."""
    await listener.until(len(messages), "save", within=20)
    await asyncio.sleep(1.5)
    return [announcement["message"] for announcement in listener.of("save")]


@pytest.mark.parametrize("point", POINTS)
async def test_a_job_whose_child_is_killed_is_done_once_for_everybody_who_listens(any_site, organiser, point):
    server = await any_site.serve()
    olga = await organiser(server)
    any_site.work(any_site.doom(point, **SHORT_LEASE))
    listener = await server.listen("/announcements", recover=True)
    any_site.strike()

    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": in_a_moment()}, by=olga)

    assert await announcements_heard(any_site, listener, "Lunch") == ["Lunch"]
    assert any_site.was_struck()


async def test_a_job_is_done_by_the_next_worker_when_the_whole_worker_was_killed(any_site, organiser):
    server = await any_site.serve()
    olga = await organiser(server)
    worker = any_site.work(any_site.doom("in mid-job", **SHORT_LEASE))
    listener = await server.listen("/announcements")
    any_site.strike()
    await server.post("/vivere/organiser/announcements", {"message": "Lunch", "time": in_a_moment()}, by=olga)
    while not any_site.was_struck():
        await asyncio.sleep(0.02)
    worker.kill()

    any_site.work()

    assert await announcements_heard(any_site, listener, "Lunch") == ["Lunch"]


@pytest.mark.parametrize("point", ["before commit", "after commit, before hand-over"])
async def test_an_expiry_is_told_once_though_the_sweep_was_killed(any_site, point):
    short = {"HUB_MENTOR_TICKET_SECONDS": "1"}
    server = await any_site.serve(**short)
    ada = await any_site.person(server, "Ada")
    any_site.work(any_site.doom(point), **short)
    any_site.beat()
    listener = await server.listen("/mentor")
    any_site.strike()

    await server.ask("late", by=ada)
    heard = await listener.until(1, "expire", within=20)
    await asyncio.sleep(3)

    assert [[ticket["description"] for ticket in tickets] for tickets in heard] == [["late"]]
    assert len(listener.of("expire")) == 1
    assert any_site.was_struck()


async def test_an_expiry_is_heard_within_five_seconds_and_read_at_once(site):
    server = await site.serve(HUB_MENTOR_TICKET_SECONDS="2")
    ada = await site.person(server, "Ada")
    site.work()
    site.beat()
    listener = await server.listen("/mentor", by=ada)
    await server.ask("late", by=ada)

    await asyncio.sleep(2.01)
    waiting = await server.waiting()
    heard = await listener.until(1, "expire", within=5)

    assert waiting == []
    assert [(ticket["description"], ticket["is_mine"], ticket["expired"]) for ticket in heard[0]] == [
        ("late", True, True)
    ]
