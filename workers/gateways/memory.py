"""The memory gateways, for tests: they collect what they are given, and fail when they are told to."""

from __future__ import annotations

from workers.gateways.errors import GatewayError
from workers.gateways.mail import Mail
from workers.gateways.push import Push


class MemoryPush:
    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.fails_with: GatewayError | None = None

    def send(self, push: Push) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.pushes.append(push)


class MemoryMail:
    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.fails_with: GatewayError | None = None

    def send(self, mail: Mail) -> str:
        if self.fails_with is not None:
            raise self.fails_with
        self.mails.append(mail)
        return f"memory-{mail.key}"
