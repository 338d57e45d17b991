"""`hub conformance` as a process, with the waits that tests cannot sit out cut short."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.build import SECRET
from tests.processes import Nursery, Part

PEER = "HUB_PROTOCOL_ADDRESS"
PEER_BRISK = "HUB_PROTOCOL_BRISK_ADDRESS"
START_SECONDS = 20.0
ORIGIN = "https://app.example.org"

beyond_node = pytest.mark.skipif(PEER in os.environ, reason="the hub is stricter than the reference")


class Conformance:
    def __init__(
        self, nursery: Nursery, folder: Path, interval: float, timeout: float, instead: dict[str, Any] | None = None
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        log = folder / "conformance.log"
        environment = {
            "HUB_PORT": str(self.port),
            "HUB_DATA_DIR": str(folder),
            "HUB_SECRET_KEY": SECRET,
            "HUB_PING_INTERVAL_SECONDS": str(interval),
            "HUB_PING_TIMEOUT_SECONDS": str(timeout),
            "HUB_CORS_ORIGINS": ORIGIN,
        }
        order = {"arguments": ["conformance"], "environment": environment, "log": str(log)}
        self._part = Part(nursery.start(**order, doom={"instead": instead or {}}), log)
        self._wait()

    def _wait(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self._part.is_alive():
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError(f"hub conformance did not start: {self._part.log.read_text()}")

    def close(self) -> None:
        self._part.kill()
