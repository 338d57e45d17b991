"""How much memory this process holds, and how much of the machine's it may."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1 << 20
SHARE = 0.8
"""Of the container or machine; the rest is for the kernel's buffers of each socket, and for who lives beside."""

ROOT = Path("/")


def resident(root: Path = ROOT) -> int:
    """Bytes of this process that are in memory."""
    try:
        return int((root / "proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
    except OSError:
        # Elsewhere than on Linux only the most that it ever was is told, in kilobytes or, by macOS, in bytes.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def most(asked_mb: int, root: Path = ROOT) -> int:
    """Bytes that this process may hold: what the operator says, or a share of what there is."""
    return asked_mb * MEGABYTE if asked_mb else int(SHARE * min(_of_the_machine(), *_of_the_groups(root)))


def _of_the_machine() -> int:
    return os.sysconf("SC_PHYS_PAGES") * resource.getpagesize()


def _of_the_groups(root: Path) -> Iterator[int]:
    """The limits of the control groups that this process is in, of either version, and of those above them."""
    yield sys.maxsize
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                yield from _limits(root / "sys/fs/cgroup", path, "memory.max")
            elif "memory" in controllers.split(","):
                yield from _limits(root / "sys/fs/cgroup/memory", path, "memory.limit_in_bytes")


def _limits(mount: Path, path: str, name: str) -> Iterator[int]:
    """What is written in the group's folder and in each above it; a container sees its own at the top."""
    folder = mount / path.strip("/")
    for each in (folder, *folder.parents):
        # "max" is no limit; the top of the tree, and groups of others, have no such file.
        with suppress(OSError, ValueError):
            yield int((each / name).read_text())
        if each == mount:
            return
