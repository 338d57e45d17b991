"""Slots: how many may wait for one provider at once, and what the children of a worker know of each other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import NOON, HeldClock
from workers import patience, slots
from workers.gateways.errors import GatewayError
from workers.patience import LeftAlone, Patience
from workers.slots import NoSlot, Slots

HOLD = """
import fcntl, sys, time
slot = open(sys.argv[1])
fcntl.flock(slot, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""
"""What a child does that holds a slot, without all that a worker loads first."""


@pytest.fixture
def folder(tmp_path: Path, clock: HeldClock) -> Path:
    return tmp_path / "providers"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a slot."""
    monkeypatch.setattr(slots, "WAIT_SECONDS", 0.0)


def takes(held: Slots, provider: str = "smtp") -> bool:
    try:
        with held.one_for(provider):
            return True
    except NoSlot:
        return False


def test_as_many_as_there_are_slots_wait_for_a_provider_and_no_more(folder, hurried):
    two = Slots(folder, 2)

    with ExitStack() as waiting:
        for _ in range(2):
            waiting.enter_context(two.one_for("smtp"))
        assert (takes(two), takes(two, "twilio")) == (False, True)

    assert takes(two)


def test_a_slot_is_given_back_when_asking_failed(folder, hurried):
    one = Slots(folder, 1)
    for _ in range(3):
        with pytest.raises(GatewayError), one.one_for("smtp"):
            raise GatewayError("451")

    assert takes(one)


def test_a_child_that_was_killed_holds_nothing(folder, hurried):
    one = Slots(folder, 1)
    assert takes(one)
    (slot,) = folder.iterdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(slot)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout as said:
        assert said.readline() == b"held\n"
        while_it_lives = takes(one)
        holder.kill()
        holder.wait()

    assert (while_it_lives, takes(one)) == (False, True)


def test_who_finds_a_provider_that_answers_waits_for_their_turn(folder, monkeypatch):
    monkeypatch.setattr(slots, "WAIT_SECONDS", 30.0)
    one, inside = Slots(folder, 1), []

    def ask(_: int) -> int:
        with one.one_for("smtp"):
            inside.append(1)
            time.sleep(0.01)
            together = len(inside)
            inside.pop()
        return together

    with ThreadPoolExecutor(5) as children:
        assert list(children.map(ask, range(5))) == [1] * 5


def test_who_finds_that_the_others_wait_for_long_does_not_wait_too(folder):
    one = Slots(folder, 1)
    with one.one_for("smtp"):
        (slot,) = folder.glob("*.slot-0")
        a_while_ago = time.time() - slots.WAIT_SECONDS
        os.utime(slot, (a_while_ago, a_while_ago))
        began = time.monotonic()

        assert not takes(one)
        assert time.monotonic() - began < slots.WAIT_SECONDS / 2


def test_what_one_child_learns_of_a_provider_the_others_know(folder, clock, monkeypatch):
    monkeypatch.setattr(patience, "SLOW_SECONDS", 0.0)
    children = [Patience(lambda: Slots(folder, 1)) for _ in range(2)]
    with pytest.raises(GatewayError), children[0].asking("phone 1", "apn"):
        raise GatewayError("hangs")

    assert left_alone_for(children[1], "apn") == patience.QUIET_SECONDS
    assert left_alone_for(children[1], "smtp") == 0
    clock.forward(seconds=patience.QUIET_SECONDS)
    assert left_alone_for(children[1], "apn") == 0


def test_a_provider_that_says_when_is_left_alone_by_all_children(folder):
    children = [Patience(lambda: Slots(folder, 1)) for _ in range(2)]
    with pytest.raises(GatewayError), children[0].asking("twilio", "twilio"):
        raise GatewayError("429", retry_after=60)

    assert left_alone_for(children[1], "twilio") == 60


def test_where_enough_others_wait_it_is_asked_again_soon(folder, hurried):
    patient = Patience(lambda: Slots(folder, 1))
    with patient.asking("a", "https://one.example", among="web"):
        soonest, latest = patience.CROWDED_SECONDS

        assert soonest <= left_alone_for(patient, "https://two.example", among="web") <= latest
        assert left_alone_for(patient, "apn") == 0


def test_the_longest_time_counts_and_what_is_over_is_forgotten(folder):
    one = Slots(folder, 1)
    one.leave_alone("twilio", NOON + timedelta(seconds=60))
    one.leave_alone("twilio", NOON + timedelta(seconds=30))
    for number in range(5):
        one.leave_alone(f"https://{number}.example", NOON)

    assert one.left_alone_until("twilio") == NOON + timedelta(seconds=60)
    assert len(list(folder.glob("*.until"))) == 2


def test_of_half_written_news_nobody_knows(folder):
    one = Slots(folder, 1)
    one.leave_alone("smtp", NOON + timedelta(seconds=60))
    next(folder.glob("*.until")).write_text("2026-1")

    assert one.left_alone_until("smtp") is None


@pytest.mark.parametrize(("workers", "count"), [("1", 1), ("2", 1), ("4", 3)])
def test_one_child_is_left_for_other_work(configure: Callable[..., None], tmp_path, workers, count):
    configure(workers=workers)

    assert slots.of_this_worker() == Slots(tmp_path / "providers", count)


def left_alone_for(patient: Patience, provider: str, **how: str) -> float:
    try:
        with patient.asking(provider, provider, **how):
            return 0.0
    except LeftAlone as refused:
        return refused.retry_after or 0.0
