"""The memory gateway, for tests: it collects what it is given, and fails when it is told to."""

from __future__ import annotations

from workers.gateways.errors import GatewayError
from workers.gateways.push import Push


class MemoryPush:
    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.fails_with: GatewayError | None = None

    def send(self, push: Push) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.pushes.append(push)
