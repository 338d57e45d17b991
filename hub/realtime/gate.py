"""What the server asks before it lets a new session in; `admission` is the one that measures."""

from __future__ import annotations

from typing import Protocol


class Gate(Protocol):
    def refusal(self, peer: str) -> float | None:
        """None for who may come in; for others, in how many seconds to come back."""

    def entered(self, peer: str) -> None: ...

    def left(self, peer: str) -> None: ...


class OpenGate:
    """Lets everybody in."""

    def refusal(self, peer: str) -> float | None:
        return None

    def entered(self, peer: str) -> None:
        pass

    def left(self, peer: str) -> None:
        pass
