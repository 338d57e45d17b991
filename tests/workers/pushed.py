"""What is pushed, as tests of pushing say and see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.domain import devices, sign_ins
from hub.domain.actors import Actor
from hub.domain.sign_ins import Phone
from hub.perform import run
from hub.reactions.counters import SYNC_DEVICES
from tests.workers.working import job_called
from workers.gateways.memory import MemoryPush
from workers.gateways.push import Push

NOTHING = {
    "studentUnreadMessages": 0,
    "tutorUnreadMessages": 0,
    "studentNewMatches": 0,
    "tutorNewMatches": 0,
    "session": None,
    "message": "",
    "count": 0,
    "events": [],
}


def a_push(to: Actor, address: str, **payload: Any) -> Push:
    """What a device is told: these counters, and the words for them."""
    told = {**NOTHING, **payload}
    return Push("apn", address, None, told, told["message"], f"sync-{to.id}", 86400)


def unread(to: Actor, address: str, count: int) -> Push:
    words = "1 unread message" if count == 1 else f"{count} unread messages"
    return a_push(to, address, tutorUnreadMessages=count, count=count, message=f"You have {words}.")


def told(memory: MemoryPush) -> list[tuple[str, int]]:
    """Whom the gateway was given pushes for, with which count."""
    return sorted((given.address, given.payload["count"]) for given in memory.pushes)


def state() -> tuple[str, int, str | None]:
    """How the one sync job stands, after how many tries, with which error."""
    row = job_called(SYNC_DEVICES)
    return row["state"], row["attempts"], row["last_error"]


def add_android(person: Actor, address: str) -> None:
    run(sign_ins.sign_in, person.id, Phone(devices.GCM, address))


class Meanwhile(MemoryPush):
    """A gateway that takes a while, in which something else happens, once."""

    def __init__(self, happens: Callable[[], Any]) -> None:
        super().__init__()
        self._happens = happens

    def send(self, push: Push) -> None:
        super().send(push)
        happens, self._happens = self._happens, lambda: None
        happens()
