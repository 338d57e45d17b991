"""How nodes tell each other how they are, over a real Valkey that is emptied, frozen, full of nonsense and away."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from time import monotonic

import pytest
import redis
from structlog.testing import capture_logs

from hub import database, perform
from hub.delivery import Job
from hub.domain import jobs
from hub.domain.queue import Depth
from hub.perform import run
from hub.realtime.lag import LoopLag
from hub.realtime.vitals import EVERY_SECONDS, KEY, LIFE_SECONDS, Pulse, new_name
from hub.vitals import Sample, Vitals
from tests.build import Sqlite, Valkey, bound_to
from tests.conftest import NOON

A, B = "a-0001", "b-0002"
EMPTY = Depth(waiting=0, due=0, leased=0, dead=0, oldest_due_seconds=0.0)
Start = Callable[..., Pulse]


def vitals(name: str, **said: object) -> Vitals:
    usual = {"started_at": NOON, "version": "1", "sockets": 3, "streams": 2, "lag_ms": 1.5, "memory_mb": 90}
    return Vitals.model_validate({"name": name, **usual, "is_draining": False, **said})


class HeldMonotonic:
    """A steady clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> HeldMonotonic:
    return HeldMonotonic()


@pytest.fixture(autouse=True)
async def database_threads(sqlite: Sqlite, clock) -> AsyncIterator[None]:
    with bound_to(sqlite.new_database()):
        perform.threads.open(1, at_end=database.disconnect)
        yield
        await perform.threads.close()


@pytest.fixture
async def pulse(valkey: Valkey, steady: HeldMonotonic) -> AsyncIterator[Start]:
    """Makes the pulse of a node, which beats only when it is told to."""
    made: list[Pulse] = []

    def make(name: str, address: str = valkey.address, **terms: float) -> Pulse:
        made.append(Pulse(address, name, lambda: vitals(name), now=steady, **terms))
        return made[-1]

    yield make
    for each in made:
        await each.stop()


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A Valkey of this test's own, to be killed."""
    server = Valkey()
    yield server
    server.stop()


def names(pulse: Pulse) -> list[str]:
    return [vitals.name for vitals, _ in pulse.nodes()]


def ages(pulse: Pulse) -> dict[str, float]:
    """In whole seconds; between two nodes a beat's moments pass."""
    return {vitals.name: round(seconds) for vitals, seconds in pulse.nodes()}


def write(valkey: Valkey, name: str, said: str, *, seconds_ago: float = 0) -> None:
    """Put into Redis what a node said a while ago by Redis' clock."""
    with closing(redis.from_url(valkey.address)) as client:
        seconds, microseconds = client.time()
        at = int(1000 * (seconds - seconds_ago) + microseconds / 1000)
        client.hset(KEY, name, f"{at} {said}")


def kept_in(valkey: Valkey) -> dict[str, str]:
    with closing(redis.from_url(valkey.address, decode_responses=True)) as client:
        return {name: said.partition(" ")[2] for name, said in client.hgetall(KEY).items()}


async def test_each_node_hears_how_the_others_are(pulse):
    one, other = pulse(A), pulse(B)
    await one.beat()
    await other.beat()

    await one.beat()

    assert [vitals for vitals, _ in one.nodes()] == [vitals(A), vitals(B)]
    assert ages(one) == {A: 0, B: 0}


async def test_a_node_knows_of_itself_before_anybody_answers(pulse, broker):
    broker.kill()
    one = pulse(A, broker.address)

    await one.beat()

    assert one.nodes() == [(vitals(A), 0.0)]


async def test_each_beat_leaves_a_sample_of_all_nodes_and_the_queue(pulse, clock):
    one, other = pulse(A), pulse(B)
    await other.beat()
    await one.beat()
    run(jobs.add, Job("work", {}))
    clock.forward(seconds=5)

    await one.beat()

    due = Depth(waiting=1, due=1, leased=0, dead=0, oldest_due_seconds=5.0)
    both = (vitals(A), vitals(B))
    assert one.history() == [Sample(NOON, EMPTY, both), Sample(NOON + timedelta(seconds=5), due, both)]


async def test_samples_are_kept_for_a_quarter_of_an_hour(pulse, clock):
    one = pulse(A)
    await one.beat()
    clock.forward(minutes=1)
    await one.beat()

    clock.forward(minutes=14, seconds=1)

    assert [sample.at for sample in one.history()] == [NOON + timedelta(minutes=1)]


async def test_a_node_that_stops_is_gone_at_once(pulse, valkey):
    one, other = pulse(A), Pulse(valkey.address, B, lambda: vitals(B))
    other.start()
    await until(lambda: B in kept_in(valkey))
    await one.beat()

    await other.stop()
    await one.beat()

    assert names(one) == [A]
    assert kept_in(valkey) == {A: vitals(A).model_dump_json(), B: ""}


async def until(is_so: Callable[[], bool]) -> None:
    give_up_at = monotonic() + EVERY_SECONDS / 2
    while not is_so():
        assert monotonic() < give_up_at
        await asyncio.sleep(0.005)


async def test_a_node_that_was_killed_grows_old_and_then_is_gone(pulse, valkey, steady):
    one = pulse(A)
    write(valkey, B, vitals(B).model_dump_json(), seconds_ago=LIFE_SECONDS - 2)
    await one.beat()
    old = ages(one)

    steady.seconds += 3

    assert old == {A: 0, B: 18}
    assert ages(one) == {A: 3}


async def test_what_is_too_old_is_swept_out_of_redis_by_whoever_beats_next(pulse, valkey):
    write(valkey, B, vitals(B).model_dump_json(), seconds_ago=LIFE_SECONDS + 1)

    await pulse(A).beat()

    assert list(kept_in(valkey)) == [A]


async def test_a_node_that_missed_two_beats_is_still_named_and_is_in_no_sample(pulse, valkey):
    one = pulse(A)
    write(valkey, B, vitals(B).model_dump_json(), seconds_ago=13)

    await one.beat()

    assert names(one) == [A, B]
    assert one.history() == [Sample(NOON, EMPTY, (vitals(A),))]


async def test_the_last_word_of_all_nodes_runs_out_by_itself(pulse, valkey):
    await pulse(A).beat()

    with closing(redis.from_url(valkey.address)) as client:
        assert 0 < client.pttl(KEY) <= 1000 * LIFE_SECONDS


async def test_an_emptied_redis_makes_nobody_disappear(pulse, valkey):
    one, other = pulse(A), pulse(B)
    await other.beat()
    await one.beat()

    valkey.flush()
    await one.beat()

    assert names(one) == [A, B]


async def test_while_redis_is_away_the_others_grow_old_and_go_and_come_back_with_it(pulse, broker, steady):
    one, other = pulse(A, broker.address), pulse(B, broker.address)
    await other.beat()
    await one.beat()

    broker.kill()
    steady.seconds += 15
    await one.beat()
    while_away = ages(one)
    steady.seconds += 6
    await one.beat()
    after_a_while = ages(one)
    broker.start()
    await other.beat()
    await one.beat()

    assert (while_away, after_a_while, ages(one)) == ({A: 0, B: 15}, {A: 0}, {A: 0, B: 0})
    assert [[each.name for each in sample.nodes] for sample in one.history()] == [[A, B], [A], [A], [A, B]]


async def test_an_outage_of_redis_and_its_end_are_each_said_once(pulse, broker):
    one = pulse(A, broker.address)
    await one.beat()

    with capture_logs() as said:
        broker.kill()
        await one.beat()
        await one.beat()
        broker.start()
        await one.beat()

    assert [(line["event"], line["consequence"]) for line in said] == [
        ("redis_away", "the console's health page knows of this node only until Redis is back"),
        ("redis_back", "the console's health page knows of every node again"),
    ]


async def test_a_redis_that_hangs_holds_up_neither_a_beat_nor_the_end(tmp_path):
    with closing(socket.socket(socket.AF_UNIX)) as hanging:
        hanging.bind(str(tmp_path / "s"))
        hanging.listen()
        one = Pulse(f"unix://{tmp_path / 's'}", A, lambda: vitals(A), patience=0.05)
        began = monotonic()

        await one.beat()
        beaten = monotonic()
        one.start()
        await one.stop()
        stopped = monotonic()

    assert (beaten - began < 1, stopped - beaten < 2) == (True, True)
    assert [sample.nodes for sample in one.history()] == [(vitals(A),)]


@pytest.mark.parametrize("said", ["{}", "[]", "not JSON", json.dumps({"name": B, "sockets": "many"})])
async def test_what_another_version_says_in_another_way_is_passed_over(pulse, valkey, said):
    one = pulse(A)
    write(valkey, B, said)

    await one.beat()

    assert names(one) == [A]


async def test_what_nobody_of_ours_wrote_there_is_removed(pulse, valkey):
    with closing(redis.from_url(valkey.address)) as client:
        client.hset(KEY, "odd", "odd")

    await pulse(A).beat()

    assert list(kept_in(valkey)) == [A]


async def test_a_redis_that_refuses_is_as_good_as_away(pulse, valkey):
    with closing(redis.from_url(valkey.address)) as client:
        client.set(KEY, "a text")
    one = pulse(A)

    await one.beat()

    assert one.history() == [Sample(NOON, EMPTY, (vitals(A),))]


async def test_while_the_database_does_not_answer_the_queue_is_what_it_was_and_its_age_is_known(
    pulse, steady, monkeypatch
):
    one = pulse(A)
    await one.beat()
    monkeypatch.setattr(perform.threads, "_most_waiting", 0)

    steady.seconds += 5
    await one.beat()

    assert one.queue() == (EMPTY, 5.0)
    assert [sample.queue for sample in one.history()] == [EMPTY, None]


async def test_a_database_that_hangs_holds_up_no_beat(pulse):
    one = pulse(A, patience=0.05)
    hangs = asyncio.Event()
    loop = asyncio.get_running_loop()
    hanging = asyncio.create_task(
        perform.threads.do(lambda: asyncio.run_coroutine_threadsafe(hangs.wait(), loop).result())
    )
    await asyncio.sleep(0)

    await one.beat()
    hangs.set()
    await hanging

    assert one.queue() is None
    assert one.history() == [Sample(NOON, None, (vitals(A),))]


async def test_the_others_hear_at_once_of_what_is_worth_a_beat_between(valkey, pulse):
    state = {"is_draining": False}
    one, other = Pulse(valkey.address, A, lambda: vitals(A, **state), every=3600), pulse(B)
    one.start()
    await until(lambda: A in kept_in(valkey))

    state["is_draining"] = True
    one.hurry()
    await until(lambda: '"is_draining":true' in kept_in(valkey)[A])
    await other.beat()

    assert [vitals.is_draining for vitals, _ in other.nodes()] == [True, False]
    await one.stop()


async def test_a_beat_that_fails_is_said_and_followed_by_another(valkey):
    trouble = [ZeroDivisionError("the first time")]

    def own() -> Vitals:
        while trouble:
            raise trouble.pop()
        return vitals(A)

    one = Pulse(valkey.address, A, own, every=0.001)
    with capture_logs() as said:
        one.start()
        await until(lambda: bool(one.nodes()))

    await one.stop()
    assert [line["event"] for line in said] == ["beat_failed"]


async def test_a_redis_that_was_started_anew_between_two_beats_is_not_said_to_be_away(pulse, broker):
    one = pulse(A, broker.address)
    await one.beat()
    broker.kill()
    broker.start()

    with capture_logs() as said:
        await one.beat()

    assert said == []


def test_two_nodes_of_one_machine_have_different_names():
    assert len({new_name() for _ in range(20)}) > 1


def test_the_worst_lag_is_told_once_and_begins_anew():
    lag = LoopLag(lambda now: None)
    for late in (0.01, 0.4, 0.02):
        lag.came(1.0, late)

    assert (lag.worst_since_asked(), lag.worst_since_asked()) == (0.4, 0.0)
