"""The supervisor with real programs: what dies comes back, what must stop stops, and nothing is left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub import orphans, parts, supervisor
from hub.settings import Settings

ROOT = Path(__file__).parent.parent
SLEEP = ["sleep", "600"]
STUBBORN = ["sh", "-c", "trap '' TERM; sleep 600 & while :; do sleep 0.1; done"]
"""Ignores SIGTERM and has a child of its own."""

KEEP = """
import json, sys
from hub.parts import Part, keep
sys.exit(keep([Part(**part) for part in json.loads(sys.argv[1])]))
"""
KEEP_VALKEY = """
import sys
from hub import parts, settings, supervisor
sys.exit(parts.keep([supervisor.valkey(settings.load())]))
"""
IMPATIENT = "from hub import parts; parts.LAST_WORD_SECONDS = 1.5" + KEEP
UP = """
import json, sys
from hub import parts, settings, supervisor
supervisor.parts_of = lambda *_: [parts.Part(**part) for part in json.loads(sys.argv[1])]
sys.exit(supervisor.up(settings.load()))
"""

UP_WITH_A_PORT = """
import json, sys
from hub import parts, settings, supervisor
def parts_of(settings, listener):
    fd = listener.fileno()
    [part] = json.loads(sys.argv[1])
    where = f"at {listener.getsockname()[1]}"
    return [parts.Part(part["name"], [*part["argv"], str(fd)], fds=[fd], where=where)]
supervisor.parts_of = parts_of
sys.exit(supervisor.up(settings.load()))
"""
ANSWER_ONCE_AND_DIE = """
import os, socket, sys
caller, _ = socket.socket(fileno=int(sys.argv[1])).accept()
caller.sendall(str(os.getpid()).encode())
"""


class Supervisor:
    """A supervisor in a process of its own, and what it has said so far."""

    def __init__(self, program: str, parts: tuple[dict, ...], folder: Path, **environment: str) -> None:
        self.output = folder / f"output-{len(list(folder.iterdir()))}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, json.dumps(parts)],
                cwd=ROOT,
                env={**os.environ, "HUB_DATA_DIR": str(folder / "data"), "HUB_PORT": "0", **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def pid_of(self, name: str, times: int = 1) -> int:
        """The process of a part, once it is up for the nth time."""
        line = re.compile(rf"^{name} +(?:started|ready) +pid (\d+)", re.MULTILINE)
        wait_until(lambda: len(line.findall(self.said())) >= times)
        return int(line.findall(self.said())[times - 1])

    def ask(self, number: int) -> None:
        self.process.send_signal(number)

    def status(self, within: float = 10) -> int:
        return self.process.wait(within)


@pytest.fixture
def start(tmp_path):
    started = []

    def start(program: str, *parts: dict, **environment: str) -> Supervisor:
        started.append(Supervisor(program, parts, tmp_path, **environment))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


def wait_until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Zombies are dead: in a container nobody may come for them."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def group_of(leader: int) -> list[int]:
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in numbers if is_alive(pid) and _group(pid) == leader]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def call(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        return int(connection.recv(100))


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_a_part_that_dies_is_started_again(start):
    hub = start(KEEP, {"name": "worker", "argv": SLEEP})
    first = hub.pid_of("worker")

    os.kill(first, signal.SIGKILL)

    assert hub.pid_of("worker", times=2) != first
    assert "worker   died     killed by SIGKILL; again in 0.2 s" in hub.said()


def test_a_part_that_keeps_dying_is_started_ever_more_slowly_but_not_slower_than_its_limit(start):
    hub = start(KEEP, {"name": "beat", "argv": ["false"], "longest_backoff": 0.5})
    delays = re.compile(r"beat     died     exit 1; again in (.*) s")

    wait_until(lambda: len(delays.findall(hub.said())) >= 4)

    first, second, third, fourth = (float(delay) for delay in delays.findall(hub.said())[:4])
    assert first < second <= third
    assert 0.4 <= third <= 0.5
    assert 0.4 <= fourth <= 0.5


@linux_only
def test_a_part_that_ignores_sigterm_is_killed_with_all_it_started(start):
    hub = start(KEEP, {"name": "worker", "argv": STUBBORN, "stop_seconds": 0.5})
    worker = hub.pid_of("worker")
    wait_until(lambda: len(group_of(worker)) >= 2)
    began = time.monotonic()

    hub.ask(signal.SIGTERM)

    assert hub.status() == 0
    assert 0.5 <= time.monotonic() - began < 2
    assert "worker   stopped  killed by SIGKILL" in hub.said()
    wait_until(lambda: not group_of(worker))


def test_a_second_ctrl_c_kills_at_once(start):
    hub = start(KEEP, {"name": "worker", "argv": STUBBORN, "stop_seconds": 60})
    hub.pid_of("worker")
    hub.ask(signal.SIGINT)
    time.sleep(0.3)

    hub.ask(signal.SIGINT)

    assert hub.status(within=2) == 0


def test_however_stubborn_its_parts_the_hub_stops_before_whoever_stopped_it_loses_patience(start):
    hub = start(IMPATIENT, *({"name": name, "argv": STUBBORN, "stop_seconds": 8} for name in ("server", "worker")))
    hub.pid_of("worker")

    hub.ask(signal.SIGHUP)

    assert hub.status(within=6) == 0
    assert parts.LAST_WORD_SECONDS < 10


def test_parts_that_take_their_time_take_it_together(start):
    slow = ["sh", "-c", "trap 'sleep 0.8; exit 0' TERM; while :; do sleep 0.1; done"]
    hub = start(IMPATIENT, *({"name": name, "argv": slow} for name in ("server", "worker")))
    hub.pid_of("worker")

    hub.ask(signal.SIGTERM)

    assert hub.status() == 0
    assert re.findall(r"^\w+ +stopped .*", hub.said(), re.MULTILINE) == [
        "server   stopped  exit 0",
        "worker   stopped  exit 0",
    ]


def test_parts_stop_in_the_order_they_were_started_except_for_the_one_that_stops_last(start):
    hub = start(
        KEEP,
        {"name": "valkey", "argv": SLEEP, "stops_last": True},
        {"name": "migrate", "argv": ["true"], "runs_once": True},
        {"name": "server", "argv": SLEEP},
        {"name": "worker", "argv": SLEEP},
    )
    hub.pid_of("worker")

    hub.ask(signal.SIGINT)

    assert hub.status() == 0
    assert re.findall(r"^(\w+) +stopped", hub.said(), re.MULTILINE) == ["server", "worker", "valkey"]


@linux_only
def test_a_killed_supervisor_leaves_nothing_behind(start):
    hub = start(KEEP, {"name": "server", "argv": SLEEP}, {"name": "worker", "argv": SLEEP})
    children = [hub.pid_of("server"), hub.pid_of("worker")]

    hub.ask(signal.SIGKILL)

    wait_until(lambda: not any(is_alive(pid) for pid in children))


def test_the_start_after_a_kill_works_at_once(start):
    killed = start(KEEP_VALKEY)
    first = killed.pid_of("valkey")
    killed.ask(signal.SIGKILL)
    killed.status()

    second = start(KEEP_VALKEY).pid_of("valkey")

    assert second != first


def test_a_socket_file_that_nobody_answers_on_is_no_hindrance(start, tmp_path):
    stale = Settings.model_construct(data_dir=tmp_path / "data").redis_socket
    stale.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(stale))

    assert start(KEEP_VALKEY).pid_of("valkey")


def test_a_second_hub_on_one_data_folder_is_refused_in_one_line(start, tmp_path):
    first = start(UP, {"name": "server", "argv": SLEEP})
    first.pid_of("server")

    second = start(UP, {"name": "server", "argv": SLEEP})

    assert second.status() == 1
    assert second.said() == f"hub up: another hub (pid {first.process.pid}) runs on {tmp_path / 'data'}\n"


def test_what_has_to_end_well_before_the_rest_stops_the_start_if_it_does_not(start):
    hub = start(
        UP,
        {"name": "valkey", "argv": SLEEP, "stops_last": True},
        {"name": "migrate", "argv": ["false"], "runs_once": True},
        {"name": "server", "argv": SLEEP},
    )

    assert hub.status() == 1
    assert re.fullmatch(
        r"valkey   started  pid \d+\nvalkey   stopped\nhub up: migrate failed: exit 1\n",
        re.sub(" +\n", "\n", hub.said()),
    )


def test_who_calls_while_the_server_is_replaced_waits_and_is_answered(start):
    hub = start(UP_WITH_A_PORT, {"name": "server", "argv": [sys.executable, "-c", ANSWER_ONCE_AND_DIE]})
    first_pid = hub.pid_of("server")
    [port] = re.findall(r" at (\d+)", hub.said())

    answers = [call(int(port)), call(int(port))]

    assert answers == [first_pid, hub.pid_of("server", times=2)]


def test_a_chosen_port_that_is_taken_stops_the_start(start):
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        port = neighbour.getsockname()[1]
        hub = start(UP, {"name": "server", "argv": SLEEP}, HUB_PORT=str(port))

        assert hub.status() == 1

    assert hub.said() == f"hub up: port {port} is in use on 127.0.0.1; HUB_PORT names another\n"


def test_a_port_that_nobody_chose_gives_way_to_the_next_free_one(capsys):
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        port = neighbour.getsockname()[1]
        settings = Settings.model_construct(_fields_set=set(), port=port)

        with supervisor._listening(settings) as listener:
            found = listener.getsockname()[1]

    assert port < found <= port + supervisor.NEXT_PORTS
    assert capsys.readouterr().out == f"port     taken    {port} is in use, so this hub listens on {found}\n"


def test_where_no_kernel_kills_orphans_the_next_start_does(tmp_path, monkeypatch):
    monkeypatch.setattr(orphans, "_born", lambda pid: f"the day of {pid}")
    with subprocess.Popen(SLEEP, start_new_session=True) as orphan:
        orphans.note(tmp_path, "worker", orphan.pid)
        (tmp_path / "server").write_text(f"{os.getpid()} another day")

        orphans.kill_noted(tmp_path)

        assert orphan.wait(5) == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
