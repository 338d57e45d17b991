"""`hub up` as it is: Valkey, server, worker with its pool and relay, and beat. Killed or stopped, nothing stays."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 40


class HubUp:
    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "HUB_DATA_DIR": str(folder / "var")}
        environment.pop("HUB_PORT", None)
        self.log = (folder / "log").open("a")
        command = [sys.executable, "-m", "hub", "up"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self.said: list[str] = []

    def until_up(self) -> str:
        """The address that it prints once everything was started."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"(http://\S+)/healthz", line):
                return found[1]
        raise AssertionError("".join(self.said))

    def family(self) -> set[int]:
        """Itself and everything that descends from it."""
        parents = {int(stat.parent.name): parent_in(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
        found = {self.process.pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=10)
        self.log.close()


def parent_in(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


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
