"""A process that has imported everything and makes others by forking: a hub's part then starts in milliseconds.

Run as `python -m tests.nursery`. Each line on standard input is a JSON object: `arguments` of the command line,
`environment`, `log` (a file for its output) and `doom` (see tests/doom.py). Each answer is the new process's id.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys

import celery.__main__
import celery.app.control
import celery.apps.worker
import celery.bin.worker
import celery.concurrency.prefork
import celery.worker.consumer
import redbeat

import hub.__main__
import hub.app
from tests import doom

__all__ = ["celery", "hub", "redbeat"]


def main() -> None:
    # The kernel forgets children that end, so that their ids do not stay taken.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(order)
        print(child, flush=True)


def _live(order: dict) -> None:
    """Become the part that was ordered; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(order["environment"])
    doom.arm(order.get("doom"))
    status = 1
    try:
        hub.__main__.main(order["arguments"], standalone_mode=False)
        status = 0
    except SystemExit as left:
        status = int(left.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
