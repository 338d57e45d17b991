"""What the children of a worker know of each other: who waits for which provider, and which one is left alone for now.

A child that waits for a provider does nothing else, so one that hangs could hold them all. Therefore one child is
always left for the others' work. A slot is a locked file in the data folder: however a child ends, the kernel takes its
lock back. Workers on one machine that share a data folder share the slots too.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub import clock
from workers.runtime import settings

FOLDER = "providers"
WAIT_SECONDS = 1.0
"""A provider that is well has answered by then."""
LOOK_SECONDS = 0.02


class NoSlot(Exception):
    """As many as may already wait for this provider."""


@dataclass(frozen=True)
class Slots:
    folder: Path
    count: int
    """For each provider."""

    @contextmanager
    def one_for(self, provider: str) -> Iterator[None]:
        """Hold a slot for the length of the block; raises NoSlot where none becomes free soon."""
        slot = self._wait_for(provider)
        try:
            yield
        finally:
            # With the file its lock is given back.
            os.close(slot)

    def _wait_for(self, provider: str) -> int:
        until = time.monotonic() + WAIT_SECONDS
        while (slot := self._taken(provider)) is None:
            if time.monotonic() >= until or self._all_wait_long(provider):
                raise NoSlot()
            time.sleep(LOOK_SECONDS)
        return slot

    def _taken(self, provider: str) -> int | None:
        for path in self._paths(provider):
            slot = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(slot)
            else:
                os.utime(slot)
                return slot
        return None

    def _all_wait_long(self, provider: str) -> bool:
        """Waiting as well would be in vain, and while many do it one after the other, nobody does other work."""
        return all(time.time() - path.stat().st_mtime >= WAIT_SECONDS for path in self._paths(provider))

    def _paths(self, provider: str) -> list[Path]:
        return [self._path(provider, f"slot-{number}") for number in range(self.count)]

    def left_alone_until(self, provider: str) -> datetime | None:
        """What any child has said of it."""
        return _moment_in(self._path(provider, "until"))

    def leave_alone(self, provider: str, until: datetime) -> None:
        """Tell the other children; the longest time that was ever said counts."""
        self._forget_old()
        known = self.left_alone_until(provider)
        if known is None or known < until:
            path = self._path(provider, "until")
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(until.isoformat())
            unfinished.replace(path)

    def _forget_old(self) -> None:
        """Strangers choose their push services, so there may be any number of them."""
        for path in self.folder.glob("*.until"):
            moment = _moment_in(path)
            if moment is not None and moment <= clock.now():
                path.unlink(missing_ok=True)

    def _path(self, provider: str, ending: str) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{hashlib.sha256(provider.encode()).hexdigest()[:16]}.{ending}"


def _moment_in(path: Path) -> datetime | None:
    with suppress(FileNotFoundError, ValueError):
        return datetime.fromisoformat(path.read_text())
    return None


def of_this_worker() -> Slots:
    """All children but one may wait for the same provider."""
    return Slots(settings().data_dir / FOLDER, max(1, settings().workers - 1))
