"""Sites of real processes that push: people who write to each other over REST, and what their devices were given."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.perform import run_reading
from hub.presence import Presence, Whereabouts
from models import JobRow
from tests import people
from tests.build import bound_to
from tests.people import Member
from tests.processes import Part, Server, Site

QUICK = {"HUB_PUSH_GRACE_SECONDS": "1", "HUB_PING_INTERVAL_SECONDS": "1", "HUB_PING_TIMEOUT_SECONDS": "1"}
"""Waits that tests can sit out. Who looked is asked again after two seconds."""
WITHIN_SECONDS = 30.0


def join(site: Site, first_name: str, **how: Any) -> Member:
    """Register somebody in the site's hub; `phone` and `teaches` as in `people.join`."""
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return people.join(first_name, **how)


async def sign_in(server: Server, first_name: str, **phone: str) -> Member:
    """Sign in once more; `pushType` and `pushToken` say which phone it is."""
    password_hash = hashlib.md5(people.PASSWORD.encode()).hexdigest()
    given = {"type": "halp", "email": f"{first_name.lower()}@example.org", "passwordHash": password_hash, **phone}
    _, reply = await server.post("/halp/login", given)
    return Member(reply["profile"]["userId"], reply["sessionId"])


async def write(server: Server, to: Member, *, by: Member, count: int = 1) -> None:
    """Messages of somebody who learns."""
    for number in range(count):
        message = {"recipient": to.id, "body": f"Hi {number}", "senderMode": "student"}
        _, reply = await server.post("/halp/message", message, by=by)
        assert reply["code"] == "success", reply


async def read(server: Server, other: Member, *, by: Member) -> None:
    """Open the thread with somebody who learns."""
    _, reply = await server.call("GET", f"/halp/messages?mode=tutor&otherUserId={other.id}", by=by)
    assert reply["code"] == "success", reply


def unread(count: int) -> dict[str, Any]:
    """What the devices of a tutor are told who has so many unread messages and nothing else."""
    words = {0: "", 1: "You have 1 unread message."}.get(count, f"You have {count} unread messages.")
    return {
        "studentUnreadMessages": 0,
        "tutorUnreadMessages": count,
        "studentNewMatches": 0,
        "tutorNewMatches": 0,
        "session": None,
        "message": words,
        "count": count,
        "events": [],
    }


def in_outbox(site: Site, phone: str) -> list[dict[str, Any]]:
    """What the console gateway put there for a phone, in order."""
    folder = Path(site.environment["HUB_DATA_DIR"]) / "outbox"
    letters = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [letter["payload"] for letter in letters if (letter["channel"], letter["to"]) == ("push", phone)]


def sync_job_of(site: Site, person: Member) -> JobRow:
    """The person's one job that brings their devices up to date."""
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return run_reading(lambda: JobRow.get(JobRow.unique_key == f"push:{person.id}"))


async def until_put_off(site: Site, person: Member) -> None:
    """Wait until a worker looked and found it too early: the person's first job is due later than after the grace."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while (job := sync_job_of(site, person)).due_at - job.created_at < timedelta(seconds=2):
            await asyncio.sleep(0.05)


async def until_settled(site: Site, *several: Member) -> None:
    """Wait until a worker found nothing more to tell these people's devices."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not _are_settled(site, several):
            await asyncio.sleep(0.1)


def _are_settled(site: Site, several: Sequence[Member]) -> bool:
    """Whether each has jobs of pushes, and all of them are done."""
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        rows = run_reading(lambda: list(JobRow.select().where(JobRow.name.startswith("push."))))
    states = [{row.state for row in rows if json.loads(row.arguments)["account_id"] == one.id} for one in several]
    return states == [{"done"}] * len(several)


async def until_seen(site: Site, person: Member, presence: Presence) -> None:
    """Wait until every worker would see the person so."""
    with closing(Whereabouts(site.environment["HUB_REDIS_URL"])) as whereabouts:
        async with asyncio.timeout(WITHIN_SECONDS):
            while whereabouts.of(person.id) is not presence:
                await asyncio.sleep(0.02)


@contextmanager
def stopped(worker: Part) -> Iterator[None]:
    """What happens in the block happens within the grace, however slow the machine is."""
    os.killpg(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker.pid, signal.SIGCONT)
