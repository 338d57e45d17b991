"""Presence against a real Valkey: who is active, idle or gone, over two nodes, crashes and outages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
import redis
from structlog.testing import capture_logs

from hub.domain.actors import Actor
from hub.presence import RENEW_SECONDS, Presence, Whereabouts
from hub.realtime.connection import Connection
from hub.realtime.echo import Echo
from hub.realtime.heartbeats import Heartbeat, Heartbeats
from hub.realtime.presence import Leases
from hub.realtime.session import Session
from tests.build import Valkey

ACTIVE, IDLE, GONE = Presence.ACTIVE, Presence.IDLE, Presence.GONE
ADA, GRACE = 1, 2
Start = Callable[..., Leases]
ENGINE = Echo(Heartbeats(Heartbeat(20, 10))).engine
_numbers = count()


def socket_of(account_id: int | None) -> Connection:
    actor = None if account_id is None else Actor(account_id, f"{account_id:024}", "somebody", "Somebody")
    session = Session(ENGINE, "session", "127.0.0.1", 20, 10)
    return Connection(session, f"socket {next(_numbers)}", "/messages", "user:1:messages", actor)


async def soon(question: Callable[[], object], answer: object) -> None:
    """Ask until the answer comes; it has to come before the next renewal would bring it anyway."""
    until = monotonic() + RENEW_SECONDS / 2
    while (answered := question()) != answer:
        assert monotonic() < until, f"{answered} instead of {answer}"
        await asyncio.sleep(0.01)


def kept_in(valkey: Valkey) -> dict[bytes, list[bytes]]:
    """Every key of presence, and the sockets in it."""
    with closing(redis.from_url(valkey.address)) as client:
        return {key: client.zrange(key, 0, -1) for key in client.keys("hub:presence:*")}


def writes_to(valkey: Valkey) -> int:
    """How many leases and activities it was ever told."""
    with closing(redis.from_url(valkey.address)) as client:
        return client.info("commandstats")["cmdstat_zadd"]["calls"]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts a node's leases, with the terms given, and stops them in the end."""
    started: list[Leases] = []

    def start(valkey: Valkey, **terms: float) -> Leases:
        leases = Leases(valkey.address, **terms)
        leases.start()
        started.append(leases)
        return leases

    yield start
    for leases in started:
        await leases.stop()


@pytest.fixture
async def node(start: Start, valkey: Valkey) -> Leases:
    return start(valkey)


@pytest.fixture
async def other_node(start: Start, valkey: Valkey) -> Leases:
    return start(valkey)


@pytest.fixture
def whereabouts(valkey: Valkey) -> Iterator[Whereabouts]:
    with closing(Whereabouts(valkey.address)) as reader:
        yield reader


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A Valkey of this test's own, to be killed."""
    server = Valkey()
    yield server
    server.stop()


@pytest.fixture
def who_is_there(broker: Valkey) -> Iterator[Whereabouts]:
    with closing(Whereabouts(broker.address)) as reader:
        yield reader


@pytest.fixture
def hanging_address(tmp_path: Path) -> Iterator[str]:
    """Where connections are taken and nothing ever answers."""
    with closing(socket.socket(socket.AF_UNIX)) as hanging:
        hanging.bind(str(tmp_path / "s"))
        hanging.listen()
        yield f"unix://{tmp_path / 's'}"


def test_nobody_is_anything_but_gone_before_they_connect(whereabouts):
    assert whereabouts.of(ADA) == GONE


async def test_whoever_has_just_connected_is_idle(node, whereabouts):
    node.take(socket_of(ADA))

    await soon(lambda: whereabouts.of(ADA), IDLE)
    assert whereabouts.of(GRACE) == GONE


async def test_whoever_says_so_is_active_until_they_say_otherwise(node, whereabouts):
    desk = socket_of(ADA)
    node.take(desk)
    await soon(lambda: whereabouts.of(ADA), IDLE)

    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    node.active(desk, False)
    await soon(lambda: whereabouts.of(ADA), IDLE)


async def test_activity_lapses_when_no_sign_of_it_follows(start, valkey, whereabouts):
    node, desk = start(valkey, active_seconds=0.3), socket_of(ADA)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    await soon(lambda: whereabouts.of(ADA), IDLE)


async def test_signs_of_activity_keep_somebody_active_for_longer_than_one_of_them_lasts(start, valkey, whereabouts):
    node, desk = start(valkey, active_seconds=1.0, renew_seconds=0.1, lease_seconds=0.5), socket_of(ADA)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    answers = set()
    for _ in range(12):
        node.active(desk, True)
        await asyncio.sleep(0.1)
        answers.add(whereabouts.of(ADA))

    assert answers == {ACTIVE}


async def test_somebody_who_types_a_lot_is_written_once(node, whereabouts, valkey):
    desk = socket_of(ADA)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)
    before = writes_to(valkey)

    for _ in range(100):
        node.active(desk, True)
        await asyncio.sleep(0)
    node.take(socket_of(GRACE))
    await soon(lambda: whereabouts.of(GRACE), IDLE)

    assert writes_to(valkey) - before == 1


async def test_a_socket_that_closes_is_gone(node, whereabouts, valkey):
    desk = socket_of(ADA)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    node.drop(desk)

    await soon(lambda: whereabouts.of(ADA), GONE)
    assert kept_in(valkey) == {}


async def test_the_most_active_socket_on_any_node_decides(node, other_node, whereabouts):
    desk, phone = socket_of(ADA), socket_of(ADA)
    node.take(desk)
    other_node.take(phone)
    other_node.active(phone, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    other_node.drop(phone)
    await soon(lambda: whereabouts.of(ADA), IDLE)

    node.drop(desk)
    await soon(lambda: whereabouts.of(ADA), GONE)


async def test_leases_of_a_node_that_crashed_run_out_by_themselves_and_those_of_others_do_not(
    start, valkey, whereabouts
):
    living, desk = start(valkey, lease_seconds=0.8, renew_seconds=0.1), socket_of(GRACE)
    living.take(desk)
    await soon(lambda: whereabouts.of(GRACE), IDLE)
    # To Redis, a crash is a node that says nothing more.
    crashed, lost = start(valkey, lease_seconds=0.8, renew_seconds=3600), socket_of(ADA)
    crashed.take(socket_of(GRACE))
    crashed.take(lost)
    crashed.active(lost, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    await soon(lambda: whereabouts.of(ADA), GONE)

    assert whereabouts.of(GRACE) == IDLE
    await soon(lambda: kept_in(valkey), {b"hub:presence:{2}:connected": [desk.sid.encode()]})


async def test_a_crash_keeps_nobody_active_who_is_idle_elsewhere(start, valkey, whereabouts):
    crashed, phone = start(valkey, lease_seconds=0.5, renew_seconds=3600), socket_of(ADA)
    crashed.take(phone)
    crashed.active(phone, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)
    living, desk = start(valkey), socket_of(ADA)

    living.take(desk)
    await soon(lambda: whereabouts.of(ADA), IDLE)

    living.drop(desk)
    await soon(lambda: whereabouts.of(ADA), GONE)


async def test_leases_are_renewed_also_where_somebody_never_rests(start, valkey, whereabouts):
    node, restless, desk = start(valkey, lease_seconds=0.8, renew_seconds=0.1), socket_of(ADA), socket_of(GRACE)
    node.take(desk)
    node.take(restless)
    until = monotonic() + 1.2

    while monotonic() < until:
        node.active(restless, True)
        node.active(restless, False)
        await asyncio.sleep(0)

    assert whereabouts.of(GRACE) == IDLE


async def test_what_a_flush_took_comes_back_with_the_next_renewal(start, valkey, whereabouts):
    node, desk, laptop = start(valkey, renew_seconds=0.5), socket_of(ADA), socket_of(GRACE)
    node.take(desk)
    node.take(laptop)
    node.active(desk, True)
    await soon(lambda: (whereabouts.of(ADA), whereabouts.of(GRACE)), (ACTIVE, IDLE))

    valkey.flush()

    assert whereabouts.of(ADA) == GONE
    await soon(lambda: (whereabouts.of(ADA), whereabouts.of(GRACE)), (ACTIVE, IDLE))


async def test_a_redis_that_forgot_its_scripts_is_taught_them_again(node, whereabouts, valkey):
    desk = socket_of(ADA)
    node.take(desk)
    await soon(lambda: whereabouts.of(ADA), IDLE)

    with closing(redis.from_url(valkey.address)) as client:
        client.script_flush()
    node.active(desk, True)

    await soon(lambda: whereabouts.of(ADA), ACTIVE)


async def test_an_empty_redis_without_scripts_can_be_asked(whereabouts, valkey):
    assert whereabouts.of(ADA) == GONE

    with closing(redis.from_url(valkey.address)) as client:
        client.script_flush()

    with capture_logs() as said:
        assert whereabouts.of(ADA) == GONE
    assert said == []


async def test_while_redis_is_away_everybody_is_gone_and_afterwards_all_is_as_it_was(broker, start, who_is_there):
    node, desk, laptop = start(broker), socket_of(ADA), socket_of(GRACE)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: who_is_there.of(ADA), ACTIVE)

    broker.kill()
    node.take(laptop)
    while_away = who_is_there.of(ADA)
    broker.forget_everything()
    broker.start()

    assert while_away == GONE
    await soon(lambda: (who_is_there.of(ADA), who_is_there.of(GRACE)), (ACTIVE, IDLE))


async def test_a_redis_that_came_back_empty_between_two_writes_hears_everything_again(broker, start, who_is_there):
    node, desk, laptop = start(broker), socket_of(ADA), socket_of(GRACE)
    node.take(desk)
    await soon(lambda: who_is_there.of(ADA), IDLE)
    broker.kill()
    broker.forget_everything()
    broker.start()
    # The client notices that its connection has ended, and makes another without a word.
    await asyncio.sleep(0.05)

    node.take(laptop)

    await soon(lambda: (who_is_there.of(ADA), who_is_there.of(GRACE)), (IDLE, IDLE))


async def test_a_socket_that_closed_while_redis_was_away_is_gone_when_it_is_back(broker, start, who_is_there):
    node, desk, laptop = start(broker), socket_of(ADA), socket_of(GRACE)
    node.take(desk)
    await soon(lambda: who_is_there.of(ADA), IDLE)
    broker.kill()
    node.drop(desk)
    # Long enough for a try that fails.
    await asyncio.sleep(0.1)

    broker.start()
    kept_on_disk = who_is_there.of(ADA)
    node.take(laptop)

    assert kept_on_disk == IDLE
    await soon(lambda: (who_is_there.of(ADA), who_is_there.of(GRACE)), (GONE, IDLE))


async def test_an_outage_is_said_once_by_each_who_notices_and_its_end_too(broker, start, who_is_there):
    node, desk = start(broker, renew_seconds=0.1), socket_of(ADA)
    node.take(desk)
    await soon(lambda: who_is_there.of(ADA), IDLE)

    with capture_logs() as said:
        broker.kill()
        assert {who_is_there.of(ADA) for _ in range(3)} == {GONE}
        # The node tries again each half second; the second failure is not said.
        await asyncio.sleep(0.7)
        broker.start()
        await soon(lambda: (who_is_there.of(ADA), len(said)), (IDLE, 4))

    assert sorted((line["event"], line["consequence"]) for line in said) == [
        ("redis_away", "everybody counts as gone, so those who look are pushed to as well"),
        ("redis_away", "whoever is connected here counts as gone until Redis is back"),
        ("redis_back", "presence is known again"),
        ("redis_back", "presence is known again"),
    ]


async def test_a_redis_that_hangs_holds_up_neither_the_loop_nor_the_end(hanging_address):
    leases, desk = Leases(hanging_address), socket_of(ADA)
    leases.start()
    leases.take(desk)
    await asyncio.sleep(0.05)

    began = monotonic()
    leases.active(desk, True)
    leases.drop(desk)
    noted = monotonic()
    await leases.stop()
    ended = monotonic()

    assert (noted - began < 1, ended - noted < 2) == (True, True)


async def test_a_redis_that_hangs_is_asked_for_no_longer_than_the_timeout(hanging_address):
    began = monotonic()

    with closing(Whereabouts(hanging_address, timeout=0.2)) as reader:
        presence = await asyncio.to_thread(reader.of, ADA)

    assert (presence, monotonic() - began < 2) == (GONE, True)


async def test_a_stranger_holds_no_lease(node, whereabouts, valkey):
    stranger = socket_of(None)
    node.take(stranger)
    node.active(stranger, True)
    node.drop(stranger)
    node.take(socket_of(ADA))
    await soon(lambda: whereabouts.of(ADA), IDLE)

    assert list(kept_in(valkey)) == [b"hub:presence:{1}:connected"]


async def test_activity_of_a_socket_that_is_closed_says_nothing(node, whereabouts):
    desk = socket_of(ADA)
    node.take(desk)
    node.drop(desk)

    node.active(desk, True)
    node.take(socket_of(GRACE))

    await soon(lambda: whereabouts.of(GRACE), IDLE)
    assert whereabouts.of(ADA) == GONE


async def test_a_node_that_stops_gives_back_its_leases_and_nobody_else_s(node, other_node, whereabouts, valkey):
    for account_id in range(10, 400):
        node.take(socket_of(account_id))
    other_node.take(socket_of(ADA))
    await soon(lambda: len(kept_in(valkey)), 391)

    await node.stop()

    assert list(kept_in(valkey)) == [b"hub:presence:{1}:connected"]
    assert whereabouts.of(ADA) == IDLE


async def test_every_key_runs_out_by_itself(node, whereabouts, valkey):
    desk = socket_of(ADA)
    node.take(desk)
    node.active(desk, True)
    await soon(lambda: whereabouts.of(ADA), ACTIVE)

    with closing(redis.from_url(valkey.address)) as client:
        seconds = {key: client.ttl(key) for key in kept_in(valkey)}

    assert sorted(seconds) == [b"hub:presence:{1}:active", b"hub:presence:{1}:connected"]
    assert [left for left in seconds.values() if not 20 < left <= 30] == []
