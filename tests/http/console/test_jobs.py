"""`jobs`: what staff see of the work of the workers, and what superusers set going again."""

from __future__ import annotations

from typing import Any

import pytest

from hub.delivery import Job
from hub.domain import jobs
from hub.perform import run, run_reading
from hub.wire import console_deliveries
from models import JobRow
from tests import people
from tests.conftest import NOON


def add(name: str = "mail.welcome", **more: Any) -> int:
    job_id = run(jobs.add, Job(name, {"account_id": more.pop("whom", None)}, **more))
    assert job_id is not None
    return job_id


def bury(job_id: int, error: str = "GatewayError: the mail server answered 535 to the sign-in") -> int:
    run(jobs.bury, run(jobs.lease, job_id, holder="one", seconds=60), error)
    return job_id


async def test_a_job_is_shown_with_whom_it_is_for_why_it_failed_and_what_to_do(console, clock):
    ada = people.make("Ada")
    job_id = bury(add(whom=ada.id))

    status, body = await console.get(f"jobs/{job_id}")

    assert (status, body) == (
        200,
        {
            "job": {
                "id": job_id,
                "name": "mail.welcome",
                "state": "dead",
                "attempts": 1,
                "arguments": {"account_id": ada.id},
                "recipient": {"name": "Ada", "username": "ada@example.org"},
                "created_at": "2026-11-21T12:00:00Z",
                "due_at": "2026-11-21T12:00:00Z",
                "finished_at": "2026-11-21T12:00:00Z",
                "last_error": "GatewayError: the mail server answered 535 to the sign-in",
                "hint": "Check user and password in HUB_SMTP_URL, restart the workers, then retry.",
            }
        },
    )


async def test_the_list_is_cut_into_pages_by_state_and_name(console, clock):
    numbers = run(lambda: [jobs.add(Job(f"work.{number % 2}", {})) for number in range(210)])
    dead = [bury(number) for number in numbers[:3]]
    clock.forward(seconds=5)

    first = (await console.get("jobs"))[1]
    second = (await console.get(f"jobs?before={first['next']}"))[1]
    third = (await console.get(f"jobs?before={second['next']}"))[1]
    of_dead = (await console.get("jobs?state=dead&name=work.0"))[1]

    pages = [[job["id"] for job in page["jobs"]] for page in (first, second, third)]
    assert ([one for page in pages for one in page], third["next"]) == (numbers[::-1], None)
    assert [job["id"] for job in of_dead["jobs"]] == [dead[2], dead[0]]
    assert (first["counts"], first["due_now"], first["oldest_due_seconds"], first["names"]) == (
        {"waiting": 207, "leased": 0, "done": 0, "dead": 3},
        207,
        5.0,
        ["work.0", "work.1"],
    )


@pytest.mark.parametrize("query", ["state=lost", "before=x", "before=0", "name=a%00b", f"name={'x' * 101}"])
async def test_odd_questions_are_refused(console, query):
    assert (await console.get(f"jobs?{query}"))[0] == 400


async def test_a_dead_job_gets_all_its_tries_anew(console, clock):
    job_id = bury(add())

    status, body = await console.post(f"jobs/{job_id}/retry")

    assert (status, body["job"]["state"], body["job"]["attempts"]) == (200, "waiting", 0)
    assert run_reading(lambda: JobRow.get_by_id(job_id).due_at) == NOON


async def test_what_is_not_dead_is_left_alone(console):
    job_id = add()
    before = run_reading(lambda: JobRow.select().dicts().get())

    status, body = await console.post(f"jobs/{job_id}/retry")

    assert (status, body["error"]["code"]) == (409, "job_not_dead")
    assert run_reading(lambda: JobRow.select().dicts().get()) == before


@pytest.mark.parametrize("number", ["4711", "0", "x", "99999999999", "²"])
async def test_a_job_that_is_not_there(console, number):
    statuses = [(await console.get(f"jobs/{number}"))[0], (await console.post(f"jobs/{number}/retry"))[0]]

    assert statuses == [404, 404]


async def test_all_dead_jobs_are_retried_at_once(console):
    for _ in range(3):
        bury(add())
    add()

    status, body = await console.post("jobs/retry")

    assert (status, body, run_reading(jobs.counts)) == (200, {"retried": 3}, {"waiting": 4})


async def test_only_superusers_retry(as_staff):
    sam, job_id = as_staff(), bury(add())

    statuses = [(await sam.post(path))[0] for path in (f"jobs/{job_id}/retry", "jobs/retry")]

    assert (statuses, run_reading(jobs.counts)) == ([403, 403], {"dead": 1})


async def test_staff_who_may_not_read_people_read_no_jobs(as_staff):
    sam = as_staff(given={"event": ["read"]})

    assert [(await sam.get(path))[0] for path in ("jobs", f"jobs/{add()}")] == [403, 403]


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("LookupError: no worker here knows this job; is its version older?", "same version"),
        ("took too long", "waited for"),
        ("the worker died at every try", "memory"),
        ("GatewayError: the mail server's certificate is not trusted: expired", "certificate"),
        ("GatewayError: the mail server answered 421 to the greeting", "HUB_SMTP_URL works"),
        ("GatewayError: APNs answered 403: InvalidProviderToken", "HUB_APNS_KEY"),
        ("GatewayError: FCM answered 401; check HUB_FCM_SERVICE_ACCOUNT", "HUB_FCM_SERVICE_ACCOUNT"),
        ("GatewayError: Twilio answered 401", "HUB_TWILIO_"),
        ("GatewayError: push.example answered 400", "what it says"),
        ("ZeroDivisionError: division by zero", "bug"),
        (None, "bug"),
    ],
)
def test_for_each_kind_of_death_there_is_something_to_do(error, word):
    dead = JobRow(state="dead", last_error=error)

    assert word in str(console_deliveries.hint(dead, now=NOON))


def test_a_job_that_goes_on_by_itself_needs_nothing_and_one_that_no_worker_takes_needs_one(clock):
    waiting = JobRow(state="waiting", due_at=NOON)

    in_time = console_deliveries.hint(waiting, now=NOON)
    clock.forward(seconds=61)

    assert in_time is None
    assert "hub work" in str(console_deliveries.hint(waiting, now=clock.moment))
