"""Handing jobs over to Celery, on a real broker: what stock workers read, and a broker that dies or freezes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pytest
import redis
from structlog.testing import capture_logs

from hub import broker, courier
from hub.courier import AT_ONCE, JOB_TASK, MOST_WAITING, HandOver
from hub.delivery import Job
from hub.domain import jobs as job_rows
from hub.perform import run
from hub.relay import Relay
from tests.build import Valkey
from tests.realtime.between import frozen

ROOT = Path(__file__).parents[2]
QUEUE = "hub:hub"

STOCK_WORKER = """
import sys
from celery import Celery
app = Celery(broker=sys.argv[1])
app.config_from_object("celeryconfig")
app.conf.worker_redirect_stdouts = False

@app.task(name="hub.job")
def do_job(job_id):
    print("did", job_id, flush=True)

app.worker_main(["worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "critical"])
"""


@contextmanager
def handing_over(address: str) -> Iterator[HandOver]:
    hand_over = HandOver(broker.client(address))
    yield hand_over
    hand_over.close()
    for thread in threading.enumerate():
        if thread.name == "hand-over":
            thread.join(5)
            assert not thread.is_alive()


@contextmanager
def stock_worker(valkey: Valkey) -> Iterator[IO[str]]:
    """A process with nothing of the hub's but its settings of Celery; says which jobs it does."""
    command = [sys.executable, "-c", STOCK_WORKER, broker.broker_address(valkey.address)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.terminate()


@pytest.fixture
def hand_over(valkey: Valkey) -> Iterator[HandOver]:
    with handing_over(valkey.address) as made:
        yield made


@pytest.fixture
def mortal() -> Iterator[Valkey]:
    """A broker of this test's own, to be killed."""
    server = Valkey()
    yield server
    server.stop()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def until_idle(hand_over: HandOver) -> None:
    """Nothing waits any more, but what is under way."""
    until(lambda: hand_over.room() == MOST_WAITING)


def messages(valkey: Valkey) -> list[dict[str, Any]]:
    """What waits for the workers, in the order in which they will take it."""
    with closing(redis.from_url(valkey.address)) as client:
        return [json.loads(text) for text in reversed(client.lrange(QUEUE, 0, -1))]


def handed(valkey: Valkey, count: int) -> list[int]:
    """The jobs that wait for the workers, when there are that many."""
    with closing(redis.from_url(valkey.address)) as client:
        until(lambda: client.llen(QUEUE) >= count)
    return [json.loads(b64decode(message["body"]))[0][0] for message in messages(valkey)]


def pushes(valkey: Valkey) -> int:
    with closing(redis.from_url(valkey.address)) as client:
        return client.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"]


def with_ids_named(message: dict[str, Any]) -> dict[str, Any]:
    """The message in which every id, which is another in each, is called what it is."""
    properties = message["properties"]
    names = {message["headers"]["id"]: "task", properties["delivery_tag"]: "delivery", properties["reply_to"]: "sender"}
    assert len(names) == 3

    def named(said: dict[str, Any]) -> dict[str, Any]:
        return {key: names.get(value, value) if isinstance(value, str) else value for key, value in said.items()}

    return message | {"headers": named(message["headers"]), "properties": named(properties)}


def test_a_job_is_handed_over_in_the_very_message_that_delay_writes(valkey):
    @broker.client(valkey.address).celery.task(name=JOB_TASK, shared=False)
    def do_job(job_id: int) -> None:
        """Nobody does it here."""

    with closing(broker.client(valkey.address)) as client:
        do_job.delay(7)
        client.push([7])

    by_celery, by_us = messages(valkey)
    assert with_ids_named(by_us) == with_ids_named(by_celery)


def test_no_two_messages_have_an_id_or_a_tag_in_common(valkey):
    with closing(broker.client(valkey.address)) as one, closing(broker.client(valkey.address)) as other:
        one.push([7, 7])
        other.push([7, 7])

    queued = messages(valkey)
    ids = {message["headers"]["id"] for message in queued} | {m["properties"]["delivery_tag"] for m in queued}
    assert (len(queued), len(ids)) == (4, 8)


def test_a_stock_worker_does_what_was_handed_over_and_acknowledges_it(valkey, hand_over):
    hand_over.send([7, 8, 9])

    with stock_worker(valkey) as said:
        done = list(islice((line.strip() for line in said if line.startswith("did ")), 3))

    with closing(redis.from_url(valkey.address)) as client:
        assert (done, client.exists(QUEUE, "hub:unacked")) == (["did 7", "did 8", "did 9"], 0)


def test_many_jobs_go_in_their_order_by_few_commands(valkey, hand_over):
    before = pushes(valkey)

    hand_over.send(list(range(10 * AT_ONCE)))

    assert handed(valkey, 10 * AT_ONCE) == list(range(10 * AT_ONCE))
    assert pushes(valkey) - before <= 12


def test_a_frozen_broker_keeps_nobody_waiting_and_nothing_piles_up(valkey, hand_over):
    with frozen(valkey):
        began = time.monotonic()
        hand_over.send(list(range(2 * MOST_WAITING)), within=60)
        took = time.monotonic() - began

    # The first ones may be under way before the last ones come.
    assert took < broker.SOCKET_SECONDS
    assert handed(valkey, MOST_WAITING) == list(range(MOST_WAITING))


def test_of_a_broker_that_froze_the_relay_finds_once_what_was_not_handed_over(
    database, clock, valkey, hand_over, monkeypatch
):
    monkeypatch.setattr(broker, "SOCKET_SECONDS", 0.1)
    monkeypatch.setattr(courier, "AGAIN_SECONDS", 0.01)
    relay = Relay(valkey.address, hand_over)
    hung, dropped = ([run(job_rows.add, Job("work", {})) for _ in range(5)] for _ in range(2))
    hand_over.send([-1])
    handed(valkey, 1)

    with frozen(valkey):
        hand_over.send(hung, within=0.4)
        until_idle(hand_over)
        hand_over.send(dropped, within=0.4)
        # Tried a few times, and in the end left to the relay.
        time.sleep(0.5)
        until_idle(hand_over)
    clock.forward(seconds=2)
    relay.round()
    relay.round()

    # What hung in the frozen broker comes after all; the lease sees to it that it is done once.
    expected = {-1: 1} | dict.fromkeys(hung, 2) | dict.fromkeys(dropped, 1)
    assert Counter(handed(valkey, sum(expected.values()))) == expected


def test_what_a_relay_has_marked_waits_for_a_broker_that_died(mortal):
    with handing_over(mortal.address) as hand_over, capture_logs() as lines:
        mortal.kill()
        hand_over.send([7], within=0)
        hand_over.send([8], within=60)
        until(lambda: bool(lines))
        mortal.start()

        assert handed(mortal, 1) == [8]
        until(lambda: len(lines) == 2)
    assert [line["event"] for line in lines] == ["redis_away", "redis_back"]


def test_a_connection_that_redis_closed_is_nothing_to_speak_of(valkey, hand_over):
    hand_over.send([7])
    handed(valkey, 1)
    with closing(redis.from_url(valkey.address)) as client, capture_logs() as lines:
        client.client_kill_filter(_type="normal", skipme=True)

        hand_over.send([8])

        assert (handed(valkey, 2), lines) == ([7, 8], [])


def test_what_cannot_be_handed_over_at_all_holds_up_nothing_else(valkey, hand_over):
    with capture_logs() as lines:
        hand_over.send(["no number"])
        until(lambda: bool(lines))
        hand_over.send([7])

    assert (handed(valkey, 1), [line["event"] for line in lines]) == ([7], ["hand_over_failed"])
