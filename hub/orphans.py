"""No part of the hub outlives its supervisor, however that one ends.

On Linux the kernel sees to it: each part asks to be killed when its parent is gone. Elsewhere a supervisor leaves a
note of every process it starts, and the next one kills what it still finds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

KERNEL_KILLS_ORPHANS = sys.platform == "linux"
PR_SET_PDEATHSIG = 1

# Loaded here because between fork and exec no library may be.
_libc = ctypes.CDLL(None) if KERNEL_KILLS_ORPHANS else None


def start(argv: Sequence[str], environment: Mapping[str, str] | None, fds: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start a program that dies with us, in a process group of its own: Ctrl-C is ours to hear, not its."""
    return subprocess.Popen(
        argv,
        env=environment,
        pass_fds=fds,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(die_with, os.getpid()),
    )


def note(folder: Path, name: str, pid: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"{pid} {_born(pid)}")


def kill_noted(folder: Path) -> None:
    """Kill what an earlier supervisor left behind. A number that by now is another process's is left alone."""
    for file in sorted(folder.glob("*")):
        pid, _, born = file.read_text().partition(" ")
        if born and born == _born(int(pid)):
            kill_group(int(pid))
        file.unlink()


def kill_group(pid: int) -> None:
    """Kill a part and whatever it started; each part leads a process group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _born(pid: int) -> str:
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def die_with(parent: int) -> None:
    """Have the kernel kill the calling process when `parent` is gone; where the kernel cannot, nothing happens."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # A parent that died before the call sends no signal any more.
    if os.getppid() != parent:
        os._exit(1)
