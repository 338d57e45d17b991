"""The work behind the jobs that actions order, and the relay that hands them over, with a real broker."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from hub import broker
from hub.courier import HandOver, WorkerCourier
from hub.delivery import Emit, Job
from hub.domain import announcements as rules
from hub.domain import canary as song
from hub.domain import jobs as job_rows
from hub.domain import journal
from hub.perform import run, run_reading
from hub.realtime.bus import channel_of
from hub.relay import Relay
from models import JobRow, JournalRow
from tests.build import settings
from workers import announcements, canary, expiry, jobs

__all__ = ["announcements", "canary", "expiry"]

ROOT = Path(__file__).parents[2]

NOWHERE = "unix:///nowhere/valkey.sock?db=0"


@pytest.fixture(autouse=True)
def _time_stands_still(clock):
    pass


class Handed:
    """A hand-over that only remembers."""

    def __init__(self, room: int = 1000) -> None:
        self._room = room
        self.job_ids: list[int] = []

    def room(self) -> int:
        return self._room

    def send(self, job_ids: list[int], *, within: float = 2) -> None:
        self.job_ids += job_ids


def heard() -> list[tuple[str, str]]:
    return run_reading(lambda: [(row.stream, row.event) for row in JournalRow.select().order_by(JournalRow.at)])


def add_job() -> int:
    return run(job_rows.add, Job("work", {}))


def the_job() -> JobRow:
    return run_reading(JobRow.get)


def test_every_job_that_an_action_orders_is_known_to_the_workers(tmp_path):
    named = [vars(module) for name, module in sys.modules.items() if name.startswith("hub.reactions.")]
    ordered = {said for names in named for name, said in names.items() if name.isupper() and is_job(said)}

    program = "import workers.app; from workers.jobs import WORK; print(*WORK)"
    environment = {"HUB_DATA_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert set(ran.stdout.split()) == ordered | {song.JOB}


def is_job(said: object) -> bool:
    """Jobs are called `subject.verb`."""
    return isinstance(said, str) and "." in said


def test_a_scheduled_announcement_is_heard_through_its_job(database, clock):
    run(rules.say, "Dinner", clock.moment + timedelta(hours=1))
    job = the_job()

    clock.forward(hours=1)
    jobs.do(job.id, holder="one")
    jobs.do(job.id, holder="two")

    assert (heard(), the_job().state) == ([("announcements", "save")], "done")


def test_a_canary_that_was_sent_comes_back(database):
    canary.send_canary()

    jobs.do(the_job().id, holder="one")

    assert (heard(), the_job().state) == ([("canary", "sang")], "done")


def test_the_sweeps_run_where_there_is_nothing_to_do(database, tmp_path, monkeypatch):
    monkeypatch.setattr(expiry, "settings", lambda: settings(tmp_path, "", ""))

    expiry.expire_mentor_tickets()
    expiry.tidy()

    assert heard() == []


def test_a_relay_hands_over_what_the_courier_did_not_live_to_hand_over(database, valkey, clock):
    handed = Handed()
    relay = Relay(valkey.address, handed)
    job_id = add_job()

    relay.round()
    assert handed.job_ids == []
    clock.forward(seconds=2)
    relay.round()
    relay.round()

    assert handed.job_ids == [job_id]


def test_a_relay_hands_over_again_what_an_emptied_redis_forgot(database, valkey, clock):
    handed = Handed()
    relay = Relay(valkey.address, handed)
    relay.round()
    job_id = add_job()
    clock.forward(seconds=2)
    relay.round()

    valkey.flush()
    relay.round()

    assert handed.job_ids == [job_id, job_id]


def test_a_relay_without_redis_marks_nothing_as_handed_over(database, clock):
    handed = Handed()
    add_job()
    clock.forward(seconds=2)

    Relay(NOWHERE, handed).round()

    assert (handed.job_ids, the_job().hand_overs) == ([], 0)


def test_a_relay_marks_nothing_that_the_hand_over_has_no_room_for(database, valkey, clock):
    handed = Handed(room=99)
    add_job()
    clock.forward(seconds=2)

    Relay(valkey.address, handed).round()

    assert (handed.job_ids, the_job().hand_overs) == ([], 0)


def test_a_worker_tells_the_nodes_what_it_committed(database, valkey):
    courier = WorkerCourier(valkey.address, Handed())
    (entry,) = run(journal.append, [Emit("a", "said", 1, views={7: 2})])
    with closing(redis.from_url(valkey.address)) as client, client.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(channel_of("a"))
        ear.get_message(timeout=5)

        courier.hand_on([entry], [])

        message = ear.get_message(timeout=5)
    assert json.loads(message["data"]) == {
        "from": "worker",
        "kind": "entry",
        "entry": {
            "stream": "a",
            "epoch": entry.epoch,
            "seq": 1,
            "event": "said",
            "payload": "1",
            "views": {"7": "2"},
        },
    }


def test_a_worker_without_redis_goes_on(database):
    handed = Handed()
    entries = run(journal.append, [Emit("a", "said", 1)])

    WorkerCourier(NOWHERE, handed).hand_on(entries, [7])

    assert handed.job_ids == [7]


@pytest.mark.parametrize(
    ("redis_address", "spelled"),
    [
        ("redis://redis.example:6379/2", "redis://redis.example:6379/2"),
        ("rediss://user:secret@redis.example/0", "rediss://user:secret@redis.example/0"),
        ("unix:///var/valkey.sock?db=3", "redis+socket:///var/valkey.sock?virtual_host=3"),
        ("unix:///var/valkey.sock", "redis+socket:///var/valkey.sock?virtual_host=0"),
    ],
)
def test_celery_spells_the_address_of_redis_in_its_own_way(redis_address, spelled):
    assert broker.broker_address(redis_address) == spelled


def test_while_the_broker_takes_no_writes_nothing_counts_as_handed_over(database, clock, valkey):
    relay = Relay(valkey.address, HandOver(broker.client(valkey.address)))
    relay.round()
    job_id = run(job_rows.add, Job("canary.sing", {}))
    clock.forward(seconds=5)
    with closing(redis.from_url(valkey.address)) as client:
        client.config_set("min-replicas-to-write", 1)
        relay.round()
        client.config_set("min-replicas-to-write", 0)

    (row,) = run_reading(lambda: list(JobRow.select()))

    assert (row.id, row.handed_at, row.hand_overs) == (job_id, None, 0)
