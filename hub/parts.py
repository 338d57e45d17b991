"""Programs kept running: started in order, restarted when they die, stopped in order.

Knows processes and signals, nothing of the hub; `hub/supervisor.py` says which parts there are.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hub import orphans

TICK_SECONDS = 0.05
FIRST_BACKOFF_SECONDS = 0.2
STEADY_SECONDS = 30
"""A part that lived this long has not failed again, but anew."""
START_SECONDS = 60
LAST_WORD_SECONDS = 9.5
"""After this, whatever has not stopped is killed: who stopped us waits ten seconds."""


class CannotStart(Exception):
    """Why nothing was started, or all of it stopped again; its text is the one line for the operator."""


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Part:
    name: str
    argv: Sequence[str]
    stop_seconds: float = 5
    longest_backoff: float = 10
    environment: Mapping[str, str] | None = None
    fds: Sequence[int] = ()
    """Descriptors the program inherits."""
    prepare: Callable[[], None] = _nothing
    """Called before each start."""
    answers: Callable[[], bool] | None = None
    """Whether it does its work already; without this a part counts as up once it is started."""
    where: str = ""
    """Where it can be reached, for the line that says it is ready."""
    runs_once: bool = False
    """It has to end well before the next part is started."""
    stops_last: bool = False


@dataclass
class Child:
    """A part, and the process that plays it at the moment."""

    part: Part
    notes: Path | None
    process: subprocess.Popen[bytes] | None = None
    is_up: bool = False
    started_at: float = 0
    due_at: float = 0
    backoff: float = field(default=FIRST_BACKOFF_SECONDS)
    was_asked: bool = False

    def start(self) -> None:
        self.part.prepare()
        self.process = orphans.start(self.part.argv, self.part.environment, self.part.fds)
        self.started_at = time.monotonic()
        if self.notes:
            orphans.note(self.notes, self.part.name, self.process.pid)
        if not (self.part.answers or self.part.runs_once):
            self._report_up("started")

    def look(self) -> None:
        """Do what is due: restart it, bury it, or find that it answers now."""
        if self.process is None:
            self._restart_if_due()
        elif self.process.poll() is not None:
            self._bury(_ending(self.process.returncode))
        elif not self.is_up and self.part.answers and self.part.answers():
            self._report_up("ready")

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        if self.process:
            orphans.kill_group(self.process.pid)

    def ask_to_stop(self) -> None:
        """Once; some programs take a second time for impatience."""
        if self.process is not None and not self.was_asked:
            self.process.terminate()
            self.was_asked = True

    def stop(self, until: float, at_once: Callable[[], bool]) -> None:
        """Ask it to stop; when the time is over, or somebody loses patience, kill it and all it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        while not self.has_ended() and time.monotonic() < until and not at_once():
            time.sleep(TICK_SECONDS)
        self.kill()
        status = self.process.wait()
        # Ending by the signal that we sent is what was asked for.
        say(self.part.name, "stopped", "" if status == -signal.SIGTERM else _ending(status))
        self.process = None

    def _report_up(self, word: str) -> None:
        assert self.process
        self.is_up = True
        say(self.part.name, word, f"pid {self.process.pid:<7} {self.part.where}".rstrip())

    def _restart_if_due(self) -> None:
        if time.monotonic() < self.due_at:
            return
        try:
            self.start()
        except (OSError, subprocess.SubprocessError, CannotStart) as wrong:
            self._bury(str(wrong))

    def _bury(self, ending: str) -> None:
        # What a dead part has started would only stand in its successor's way.
        self.kill()
        now = time.monotonic()
        if self.process and now - self.started_at > STEADY_SECONDS:
            self.backoff = FIRST_BACKOFF_SECONDS
        delay = min(self.backoff, self.part.longest_backoff) * random.uniform(0.8, 1)
        self.process, self.is_up = None, False
        self.due_at, self.backoff = now + delay, min(self.backoff * 2, self.part.longest_backoff)
        say(self.part.name, "died", f"{ending}; again in {delay:.1f} s")


class StopRequests:
    """How often somebody asked us to stop. Once means in order, twice means at once."""

    def __init__(self) -> None:
        self.count = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup a hang-up is none of our business.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._heard)

    def _heard(self, *_: object) -> None:
        self.count += 1

    def any(self) -> bool:
        return self.count > 0

    def again(self) -> bool:
        return self.count > 1


def keep(
    parts: Sequence[Part],
    *,
    notes: Path | None = None,
    once_up: Callable[[], None] = _nothing,
    before_stop: Callable[[], None] = _nothing,
) -> int:
    """Start the parts one after the other and keep them running until somebody asks to stop.

    The first start of each has to succeed, else CannotStart; from then on whatever dies is started again.
    """
    requests = StopRequests()
    children: list[Child] = []
    try:
        for part in parts:
            children.append(Child(part, notes))
            _bring_up(children, requests)
        if not requests.any():
            once_up()
        while not requests.any():
            _look_after(children)
    finally:
        before_stop()
        _stop(children, requests)
    return 0


def _bring_up(children: Sequence[Child], requests: StopRequests) -> None:
    """Start the last of the children and wait until it is up, with an eye on those before it."""
    *others, newest = children
    if requests.any():
        return
    try:
        newest.start()
    except (OSError, subprocess.SubprocessError) as wrong:
        raise CannotStart(f"{newest.part.name} does not start: {wrong}") from wrong
    while not newest.is_up and not requests.any():
        _look_after(others)
        if newest.has_ended():
            return _may_have_ended(newest)
        if not newest.part.runs_once and time.monotonic() > newest.started_at + START_SECONDS:
            raise CannotStart(f"{newest.part.name} was started but does not answer")
        newest.look()


def _may_have_ended(child: Child) -> None:
    ended, child.process = child.process, None
    if ended and (ended.returncode != 0 or not child.part.runs_once):
        raise CannotStart(f"{child.part.name} failed: {_ending(ended.returncode)}")


def _look_after(children: Sequence[Child]) -> None:
    for child in children:
        if not child.part.runs_once:
            child.look()
    time.sleep(TICK_SECONDS)


def _stop(children: Sequence[Child], requests: StopRequests) -> None:
    last_word = time.monotonic() + LAST_WORD_SECONDS
    try:
        # Together, for a server with many clients needs most of the time.
        for child in children:
            if not child.part.stops_last:
                child.ask_to_stop()
        for child in sorted(children, key=lambda child: child.part.stops_last):
            child.stop(min(time.monotonic() + child.part.stop_seconds, last_word), requests.again)
    finally:
        for child in children:
            child.kill()


def _ending(status: int) -> str:
    names = {number.value: number.name for number in signal.Signals}
    return f"exit {status}" if status >= 0 else f"killed by {names.get(-status, -status)}"


def say(name: str, word: str, rest: str = "") -> None:
    # Where the terminal or the reader is gone, the parts matter more than the lines about them.
    with suppress(OSError):
        print(f"{name:<9}{word:<8} {rest}".rstrip(), flush=True)
