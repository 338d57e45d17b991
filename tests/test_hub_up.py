"""`hub up` as it is: Valkey, server, worker with its pool and relay, and beat. Killed or stopped, nothing stays."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_up import HubUp

PATIENCE_SECONDS = 40


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    started: list[HubUp] = []

    def start_in(name: str = "one") -> HubUp:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        started.append(HubUp(folder))
        return started[-1]

    yield start_in
    for hub in started:
        hub.close()


def wait_for(is_so) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(processes: set[int]) -> set[int]:
    return {pid for pid in processes if Path(f"/proc/{pid}").exists()}


def test_nothing_is_left_of_a_hub_that_was_killed_and_the_next_one_starts_in_its_place(start):
    hub = start()
    hub.until_up()
    # Valkey, server, worker with two children and a relay, beat, and the supervisor itself.
    assert wait_for(lambda: len(hub.family()) >= 8)
    family = hub.family()

    hub.process.kill()
    hub.process.wait()

    assert wait_for(lambda: not alive(family))
    start().until_up()


def test_a_hub_that_is_told_to_stop_is_gone_with_all_its_parts_within_ten_seconds(start):
    hub = start()
    hub.until_up()
    assert wait_for(lambda: len(hub.family()) >= 8)
    family = hub.family()
    asked = time.monotonic()

    hub.process.send_signal(signal.SIGTERM)
    rest, _ = hub.process.communicate(timeout=PATIENCE_SECONDS)

    assert (hub.process.returncode, time.monotonic() - asked < 10, alive(family)) == (0, True, set())
    stopped = [line.split()[0] for line in rest.splitlines() if "stopped" in line]
    assert stopped == ["server", "worker", "beat", "valkey"]


def test_two_hubs_in_two_folders_run_side_by_side(start):
    one, other = start("one"), start("other")

    addresses = {one.until_up(), other.until_up()}

    assert len(addresses) == 2
