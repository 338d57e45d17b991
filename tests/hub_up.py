"""`hub up` as a test holds it: a process that prints what it does, and its whole family."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parent.parent


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
        self.pids: dict[str, int] = {}
        """The process of each part, as last said."""

    def until_up(self) -> str:
        """The address that it prints once everything was started."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._heard(line)
            if found := re.search(r"(http://\S+)/readyz", line):
                return found[1]
        raise AssertionError("".join(self.said))

    def keep_listening(self) -> None:
        """Go on noting which process each part is, while parts are killed and started again."""
        threading.Thread(target=lambda: [self._heard(line) for line in self.process.stdout or ()], daemon=True).start()

    def _heard(self, line: str) -> None:
        self.said.append(line)
        if found := re.match(r"(\w+)\s+(?:ready|started)\s+pid (\d+)", line):
            self.pids[found[1]] = int(found[2])

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
