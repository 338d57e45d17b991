"""How much memory and how many sockets a node may have, by what the machine and its control groups say."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from hub.realtime import descriptors, memory

MEGABYTE = 1 << 20
UNBOUNDED_V1 = 9223372036854771712


def machine(root: Path, group: str, **limits: int | str) -> Path:
    """A root folder with what the kernel would say there; `__` stands for a slash."""
    files = {"proc/self/cgroup": group, **{name.replace("__", "/"): str(said) for name, said in limits.items()}}
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name if not name.startswith("proc") else root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def of_this_machine() -> int:
    return int(0.8 * os.sysconf("SC_PHYS_PAGES") * resource.getpagesize())


def test_what_the_operator_says_counts(tmp_path):
    root = machine(tmp_path, "0::/\n", **{"memory.max": 50 * MEGABYTE})

    assert memory.most(300, root) == 300 * MEGABYTE


@pytest.mark.parametrize(
    ("group", "limits"),
    [
        ("0::/\n", {"memory.max": 100 * MEGABYTE}),
        ("0::/hub/server\n", {"hub/server/memory.max": "max", "hub/memory.max": 100 * MEGABYTE}),
        ("0::/hub\n", {"hub/memory.max": 100 * MEGABYTE, "memory.max": 200 * MEGABYTE}),
        ("9:cpu:/\n4:memory:/hub\n0::/\n", {"memory/hub/memory.limit_in_bytes": 100 * MEGABYTE}),
        ("4:cpu,memory:/of/the/host\n", {"memory/memory.limit_in_bytes": 100 * MEGABYTE}),
    ],
    ids=["v2 in a container", "v2 above", "v2 the smallest", "v1", "v1 in a container"],
)
def test_otherwise_it_is_four_fifths_of_what_the_control_groups_allow(tmp_path, group, limits):
    root = machine(tmp_path, group, **limits)

    assert memory.most(0, root) == 80 * MEGABYTE


@pytest.mark.parametrize(
    ("group", "limits"),
    [
        ("0::/\n", {}),
        ("0::/\n", {"memory.max": "max"}),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": UNBOUNDED_V1}),
    ],
    ids=["none", "v2 without a limit", "v1 without a limit"],
)
def test_without_limits_it_is_four_fifths_of_the_machine(tmp_path, group, limits):
    root = machine(tmp_path, group, **limits)

    assert memory.most(0, root) == of_this_machine()


def test_where_nothing_is_told_of_control_groups_the_machine_counts(tmp_path):
    assert memory.most(0, tmp_path) == of_this_machine()


def test_what_a_process_holds_grows_by_what_it_fills():
    before = memory.resident()
    filled = bytearray(os.urandom(1)) * (32 * MEGABYTE)

    grown = memory.resident() - before

    assert 30 * MEGABYTE < grown < 64 * MEGABYTE
    del filled


def test_where_the_kernel_does_not_say_what_is_held_the_most_ever_held_counts(tmp_path):
    assert memory.resident(tmp_path) >= memory.resident() > 10 * MEGABYTE


@pytest.fixture
def open_files():
    """Set this process's limits of open files; they are as before afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda soft: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("limit", "asked", "most"), [(4096, 0, 3072), (4096, 100, 100), (4096, 4000, 3072), (800, 0, 544), (300, 0, 150)]
)
def test_a_quarter_of_the_open_files_is_kept_for_others_than_sockets(open_files, limit, asked, most):
    open_files(limit)

    assert descriptors.most_sockets(asked) == most


def test_a_server_takes_all_the_open_files_that_the_system_allows(open_files):
    open_files(1024)

    descriptors.raise_limit()

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == min(hard, descriptors.ENOUGH)
