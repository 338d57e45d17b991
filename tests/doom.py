"""Points of no return: places where a test has a process killed, with nothing left undone or done twice by chance.

A doom names a point and a file. The process kills itself with SIGKILL when it reaches the point and can take the file
away; so it dies once, and what is started in its place lives. A doom may also shorten waits that tests cannot sit out:
`instead` names constants, `leases` the terms on which a node says who is connected to it. Where it is `whole`, the part
dies with all its processes, and not only the one that reached the point.
"""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Die = Callable[[], None]


def arm(doom: dict[str, Any] | None) -> None:
    if doom is None:
        return
    for name, value in doom.get("instead", {}).items():
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, value)
    if "leases" in doom:
        _hold_leases_for(**doom["leases"])
    if "slow" in doom:
        _around_job_work(lambda function, arguments: (time.sleep(doom["slow"]), function(**arguments)))
    if "point" in doom:
        POINTS[doom["point"]](lambda: _die(Path(doom["file"]), doom.get("whole", False)))


def _hold_leases_for(**terms: float) -> None:
    from hub import node

    node.Leases = partial(node.Leases, **terms)


def _die(file: Path, whole: bool) -> None:
    try:
        file.unlink()
    except FileNotFoundError:
        return
    if whole:
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _before_commit(die: Die) -> None:
    """The unit has done everything but the commit."""
    from hub import perform
    from hub.domain import journal

    append = journal.append

    def doomed(emits: Any, unit: str) -> Any:
        entries = append(emits, unit)
        if entries and entries[0].stream != "canary":
            die()
        return entries

    perform.journal.append = doomed


def _after_commit(die: Die) -> None:
    """The unit is committed, and nothing was handed on."""
    from hub import perform

    write = perform._write

    def doomed(action: Any) -> Any:
        outcome = write(action)
        if any(entry.stream != "canary" for entry in outcome.entries):
            die()
        return outcome

    perform._write = doomed


def _in_mid_job(die: Die) -> None:
    """The job is leased and has done nothing yet."""
    _around_job_work(lambda function, arguments: (die(), function(**arguments)))


def _after_the_work(die: Die) -> None:
    """The job's work is committed and the job is not marked."""
    _around_job_work(lambda function, arguments: (function(**arguments), die()))


def _after_acceptance(die: Die) -> None:
    """A provider has taken a push, and its device is not marked."""
    from workers import push

    send = push._sent

    def doomed(*what: Any) -> bool:
        was_taken = send(*what)
        die()
        return was_taken

    push._sent = doomed


def _around_job_work(around: Callable[[Any, dict[str, Any]], Any]) -> None:
    from workers import jobs

    register = jobs.job

    def doomed(name: str, **options: Any) -> Any:
        def wrap(function: Any) -> Any:
            if name.startswith("canary."):
                return register(name, **options)(function)
            return register(name, **options)(lambda **arguments: around(function, arguments))

        return wrap

    jobs.job = doomed


POINTS: dict[str, Callable[[Die], None]] = {
    "before commit": _before_commit,
    "after commit, before hand-over": _after_commit,
    "in mid-job": _in_mid_job,
    "after the work, before it is marked": _after_the_work,
    "after acceptance, before the device is marked": _after_acceptance,
}
