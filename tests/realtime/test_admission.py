"""Who may open a session: newcomers are slowed and refused by lag, memory and numbers, and told when to come back."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hub.realtime.admission import (
    EASED_LAG,
    MOST_LAG,
    MOST_WAITING,
    MOST_WAITING_IN_ALL,
    SLOW_LAG,
    SLOW_PER_SECOND,
    Admission,
)
from hub.realtime.lag import EVERY_SECONDS, LoopLag
from hub.realtime.waiting import AT_ONCE

VENUE, ELSEWHERE = "203.0.113.7", "198.51.100.1"
MEGABYTE = 1 << 20


class Door:
    """An admission whose time, memory and sockets are what the test says."""

    def __init__(self, **how: Any) -> None:
        self.now = 1000.0
        self.megabytes = 10
        self.sockets = 0
        self.admission = Admission(
            most_memory_mb=100, resident=lambda: self.megabytes * MEGABYTE, now=lambda: self.now, **how
        )
        self.admission.open_sockets = lambda: self.sockets

    def measure(self, *lates: float) -> Door:
        for late in lates:
            self.now += EVERY_SECONDS + late
            self.admission.lag.came(self.now, late)
        return self

    def pass_seconds(self, seconds: float) -> Door:
        return self.measure(*[0.0] * round(seconds / EVERY_SECONDS))

    def let_in(self, count: int, peer: str = VENUE) -> int:
        """How many of so many come in."""
        return sum(self.admission.refusal(peer) is None for _ in range(count))

    def come(self, count: int) -> int:
        """How many of so many come in, each of them after the one before has entered."""
        for came in range(count):
            if self.admission.refusal(VENUE) is not None:
                return came
            self.admission.entered(VENUE)
        return count

    def enter(self, count: int, peer: str = VENUE) -> None:
        for _ in range(count):
            self.admission.entered(peer)

    def leave(self, count: int, peer: str = VENUE) -> None:
        for _ in range(count):
            self.admission.left(peer)


@pytest.fixture
def door() -> Door:
    return Door().pass_seconds(2)


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("hub_connects_refused_total", {"reason": reason}) or 0.0


# -- lag --------------------------------------------------------------------------------------------------------------


def test_while_all_is_well_everybody_comes_in(door):
    assert door.let_in(5000) == 5000
    assert (door.admission.reason, door.admission.is_closed) == (None, False)


def test_one_long_pause_of_the_loop_refuses_nobody(door):
    pause = (5.0, 0.0, 0.0, 0.0)

    later = [door.measure(late).admission.reason for late in pause]
    at_the_start = Door().measure(pause[0]).admission.reason

    assert (later, at_the_start) == ([None] * 4, None)
    assert door.let_in(500) == 500


def test_a_second_of_late_timers_slows_newcomers_to_a_bounded_number_a_second(door):
    door.let_in(1000)
    door.measure(SLOW_LAG, SLOW_LAG, SLOW_LAG)

    at_once = door.let_in(1000)
    door.measure(SLOW_LAG)

    assert (door.admission.reason, door.admission.is_closed) == ("lag", False)
    assert at_once == SLOW_PER_SECOND
    assert door.let_in(1000) == SLOW_PER_SECOND * (EVERY_SECONDS + SLOW_LAG)


def test_a_loop_that_is_far_behind_takes_nobody_new(door):
    before = refused("lag")

    door.measure(MOST_LAG, MOST_LAG)

    assert (door.admission.reason, door.admission.is_closed) == ("lag", True)
    assert door.let_in(100) == 0
    assert refused("lag") - before == 100


def test_what_has_begun_ends_only_well_below_where_it_began(door):
    door.measure(*[MOST_LAG] * 3)

    def after(late: float) -> tuple[str | None, bool]:
        door.measure(*[late] * 12)
        return door.admission.reason, door.admission.is_closed

    assert after(MOST_LAG * EASED_LAG) == ("lag", True)
    assert after(MOST_LAG * EASED_LAG - 0.01) == ("lag", False)
    assert after(SLOW_LAG * EASED_LAG) == ("lag", False)
    assert after(SLOW_LAG * EASED_LAG - 0.01) == (None, False)


def test_each_change_is_said_once_with_what_to_do_next(door):
    with capture_logs() as lines:
        door.measure(*[SLOW_LAG] * 20, *[MOST_LAG] * 20)
        door.let_in(500)
        door.pass_seconds(3)

    assert [line["event"] for line in lines] == ["newcomers_slowed", "newcomers_refused", "newcomers_welcome"]
    assert [(line["reason"], "hub_request_seconds" in line["do"]) for line in lines[:2]] == [("lag", True)] * 2


def test_the_refused_are_told_to_come_back_at_different_times_and_later_the_worse_it_is(door):
    door.measure(*[MOST_LAG] * 3)
    bad = [door.admission.refusal(VENUE) for _ in range(200)]
    door.measure(*[100.0] * 3)
    worst = [door.admission.refusal(VENUE) for _ in range(200)]

    assert len(set(bad)) > 190
    assert 2 <= min(bad) < 3
    assert 9 < max(bad) <= 10
    assert 5 <= min(worst) < 7
    assert 23 < max(worst) <= 25


def hold_the_loop(seconds: float) -> None:
    """As long work in it would; there is no other way to see that measured."""
    time.sleep(seconds)


async def test_a_loop_that_is_held_up_is_measured():
    moments: list[float] = []
    lag = LoopLag(moments.append, every=0.001)
    before = REGISTRY.get_sample_value("hub_loop_lag_seconds_count")

    lag.start()
    while len(moments) < 3:
        hold_the_loop(0.01)
        await asyncio.sleep(0)
    lag.stop()

    assert 0.008 < lag.seconds < 1
    assert REGISTRY.get_sample_value("hub_loop_lag_seconds_count") == before + 3


# -- memory and sockets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("megabytes", "comes_in"), [(89, 500), (90, SLOW_PER_SECOND), (99, SLOW_PER_SECOND), (100, 0), (120, 0)]
)
def test_newcomers_are_slowed_near_the_memory_limit_and_refused_beyond_it(door, megabytes, comes_in):
    door.megabytes = megabytes

    door.pass_seconds(1)

    assert door.let_in(500) == comes_in


def test_a_node_whose_memory_is_given_back_takes_newcomers_again(door):
    def holding(megabytes: int) -> tuple[str | None, bool]:
        door.megabytes = megabytes
        door.pass_seconds(1)
        return door.admission.reason, door.admission.is_closed

    assert holding(101) == ("memory", True)
    assert holding(96) == ("memory", True)
    assert holding(94) == ("memory", False)
    assert holding(85) == (None, False)


def test_a_node_with_all_the_sockets_it_may_have_refuses_more_until_one_in_twenty_is_gone():
    door = Door(most_sockets=100).pass_seconds(1)

    def with_sockets(count: int) -> int:
        door.sockets = count
        return door.let_in(3)

    assert with_sockets(99) == 3
    assert with_sockets(100) == 0
    door.measure(0.0)
    assert (door.admission.reason, door.admission.is_closed, with_sockets(95)) == ("sockets", True, 0)
    door.sockets = 94
    door.measure(0.0)
    assert (door.admission.reason, with_sockets(94)) == (None, 3)


# -- transports that join nothing -------------------------------------------------------------------------------------


def test_an_address_whose_transports_join_nothing_for_seconds_is_refused_and_others_are_not(door):
    before = refused("address")
    door.enter(MOST_WAITING)
    at_first = door.let_in(1)

    door.pass_seconds(4)

    assert (at_first, door.let_in(10), door.let_in(10, ELSEWHERE)) == (1, 0, 10)
    assert refused("address") - before == 10


def test_an_address_comes_in_again_when_its_transports_have_joined_or_closed(door):
    door.enter(MOST_WAITING + 1)
    door.enter(10, ELSEWHERE)
    door.pass_seconds(4)

    door.leave(1)
    just_too_many = door.let_in(1)
    door.leave(1)

    assert (just_too_many, door.let_in(1)) == (0, 1)


def test_a_hackathon_behind_one_address_comes_in_as_fast_as_it_joins(door):
    # One of them never joins.
    came_in = door.come(1)
    for _ in range(10):
        came_in += door.come(2000)
        door.pass_seconds(1)
        door.leave(2000)

    assert came_in == 1 + 10 * 2000


def test_thousands_behind_one_address_may_come_at_the_same_moment_but_not_without_end(door):
    assert door.come(6000) == AT_ONCE * MOST_WAITING


def test_everybody_together_is_bounded_too(door):
    before = refused("waiting")
    for number in range(MOST_WAITING_IN_ALL):
        door.enter(1, f"198.51.{number % 100}.{number // 100}")

    door.pass_seconds(4)

    assert door.let_in(10, ELSEWHERE) == 0
    assert refused("waiting") - before == 10


def test_the_addresses_of_one_household_s_ipv6_network_count_as_one(door):
    for number in range(MOST_WAITING):
        door.enter(1, f"2001:db8:0:1::{number:x}")

    door.pass_seconds(4)

    assert (door.let_in(5, "2001:db8:0:1:ffff::1"), door.let_in(5, "2001:db8:0:2::1")) == (0, 5)


def test_without_rate_limits_no_address_is_bounded_but_everybody_together_is():
    door = Door(bounds_addresses=False).pass_seconds(1)
    door.enter(MOST_WAITING_IN_ALL - 1)
    door.pass_seconds(4)

    nearly_all = door.let_in(10)
    door.enter(1)
    door.pass_seconds(4)

    assert (nearly_all, door.let_in(10)) == (10, 0)


def test_addresses_that_are_refused_for_long_are_said_once_and_not_named(door):
    door.enter(MOST_WAITING)
    with capture_logs() as lines:
        for _ in range(5):
            door.pass_seconds(2)
            door.let_in(100)

    assert [(line["event"], line["reason"]) for line in lines] == [("connects_refused", "address")]
    assert VENUE not in str(lines)


def test_nothing_is_kept_of_addresses_that_have_gone(door):
    for number in range(100):
        door.enter(2, f"198.51.100.{number}")
        door.leave(2, f"198.51.100.{number}")

    assert door.admission._of_address == {}


# -- the hub ----------------------------------------------------------------------------------------------------------


def hold_up(hub) -> None:
    """What the node measures when its loop was two seconds late for long."""
    now = asyncio.get_running_loop().time()
    for _ in range(100):
        hub.node.admission.lag.came(now, 2.0)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_hub_in_trouble_answers_503_to_new_sessions_and_says_when_to_come_back(hub, transport):
    hold_up(hub)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers = {**upgrade, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} if transport == "websocket" else {}

    async with hub.http.get(f"/socket.io/?EIO=4&transport={transport}", headers=headers) as reply:
        status, seconds = reply.status, int(reply.headers.get("Retry-After", 0))

    assert (status, 1 <= seconds <= 25) == (503, True)


async def test_a_hub_in_trouble_keeps_the_sockets_it_has_and_answers_rest(hub, ada):
    listener = await hub.listen("/mentor")
    hold_up(hub)

    await hub.post("/vivere/mentorship/create", {"description": "on we go", "location": "T4", "contact": ""}, by=ada)

    assert [ticket["description"] for ticket in await listener.until(1, "save")] == ["on we go"]


async def test_a_hub_that_takes_nobody_new_is_not_ready_and_says_why(hub):
    hold_up(hub)

    status, answer = await hub.get("/readyz")

    assert (status, answer["reason"]) == (503, "overloaded")
    assert answer["checks"]["admission"] == {"ok": False, "reason": "lag"}
