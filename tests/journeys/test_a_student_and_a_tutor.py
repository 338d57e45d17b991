"""A student and a tutor meet, write to each other, shake hands and part; who has closed the app is told by push."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.listening import Listener
from tests.people import Member
from tests.processes import Server, Site

COURSES = {"Cal Poly": [{"subject": "CPE", "number": 101}]}
TUTOR = {"bio": "Senior in chemistry", "rate": 22.5, "skills": ["knitting"], "courses": COURSES}
PLACE = {"latitude": 35.3, "longitude": -120.66, "duration": 3600}
STUDENT_PIN = {
    **PLACE,
    "pinMode": "student",
    "description": "Integrals",
    "skills": [],
    "images": [],
    "courses": COURSES,
}
QUICKLY = {"HUB_PUSH_GRACE_SECONDS": "1"}
PATIENCE_SECONDS = 20


class Phone:
    """Somebody's app: it calls over REST, and while it is open it is connected to both namespaces."""

    def __init__(self, site: Site, node: Server, name: str) -> None:
        self.node = node
        self.name = name
        self.push_token = name.encode().hex()
        self.me: Member | None = None
        self._outbox = Path(site.environment["HUB_DATA_DIR"]) / "outbox"

    @property
    def id(self) -> int:
        assert self.me is not None
        return self.me.id

    async def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        _, reply = await self.node.call(method, f"/halp/{path}", self.me, body or None)
        assert reply["code"] == "success", reply
        return reply

    async def register(self) -> None:
        who = {"firstname": self.name, "lastname": "Lee", "email": f"{self.name}@example.org", "passwordHash": "0" * 32}
        reply = await self.call("POST", "register", **who, image="", pushType="apn", pushToken=self.push_token)
        self.me = Member(reply["profile"]["userId"], reply["sessionId"])

    async def open(self) -> None:
        self.messages: Listener = await self.node.listen("/messages", self.me)
        self.sessions: Listener = await self.node.listen("/sessions", self.me)

    async def close(self) -> None:
        for listener in (self.messages, self.sessions):
            await listener.leave()

    async def say(self, event: str, **argument: Any) -> Any:
        listener = self.sessions if event in ("start", "end") else self.messages
        return await listener.client.call(event, argument, namespace=listener.namespace, timeout=5)

    def pushes(self) -> list[str]:
        """The texts that were pushed to it, the oldest first."""
        return [letter["text"] for letter in self.letters("push") if letter["to"] == self.push_token]

    def letters(self, channel: str) -> list[dict[str, Any]]:
        """What the workers sent to anybody."""
        letters = [json.loads(path.read_text()) for path in sorted(self._outbox.glob("*.json"))]
        return [letter for letter in letters if letter["channel"] == channel]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():
            await asyncio.sleep(0.05)


@pytest.fixture(params=["one node", "two nodes"])
async def phones(request: pytest.FixtureRequest) -> tuple[Phone, Phone]:
    """Ann's and Tom's, on the only node or each on a node of their own; a worker does what there is to do."""
    site: Site = request.getfixturevalue("site" if request.param == "one node" else "postgres_site")
    nodes = [await site.serve(**QUICKLY) for _ in range(1 if request.param == "one node" else 2)]
    site.work(**QUICKLY)
    return Phone(site, nodes[0], "Ann"), Phone(site, nodes[-1], "Tom")


async def test_they_meet_write_shake_hands_and_part(phones):
    ann, tom = phones
    for phone in (ann, tom):
        await phone.register()
    await tom.call("PUT", "profile", tutor=TUTOR)

    await they_find_each_other(ann, tom)
    await they_write_to_each_other(ann, tom)
    await they_shake_hands_at_the_same_moment(ann, tom)
    await they_part_and_both_are_told(ann, tom)

    for phone in (ann, tom):
        await phone.close()


async def they_find_each_other(ann: Phone, tom: Phone) -> None:
    """Ann looks. Tom, whose app is closed, is told by push."""
    await ann.open()
    await ann.say("activity", active=True)

    await tom.call("POST", "pin", **PLACE, pinMode="tutor")
    await ann.call("POST", "pin", **STUDENT_PIN)

    found = (await ann.call("GET", "matches?mode=student"))["matches"]
    assert [(pin["user"]["userId"], pin["user"]["rate"], pin["new"]) for pin in found] == [(tom.id, 22.5, True)]
    await until(lambda: tom.pushes() == ["You have 1 new match."])


async def they_write_to_each_other(ann: Phone, tom: Phone) -> None:
    """Tom is told by push once more, opens the app and reads; Ann hears that he did, and what he answers."""
    sent = await ann.say("send", to=tom.id, body="Do you make good pancakes?", senderMode="student", client_id="m1")
    assert sent["ok"]
    await until(lambda: tom.pushes()[1:] == ["You have 1 new match and 1 unread message."])

    await tom.open()
    (question,) = (await tom.call("GET", f"messages?mode=tutor&otherUserId={ann.id}"))["messages"]
    await tom.say("send", to=ann.id, body="The best.", senderMode="tutor")

    assert (question["body"], question["id"]) == ("Do you make good pancakes?", sent["id"])
    assert [told["id"] for told in await ann.messages.until(1, "read")] == [sent["id"]]
    assert [told["body"] for told in await ann.messages.until(2, "message")] == [question["body"], "The best."]


async def they_shake_hands_at_the_same_moment(ann: Phone, tom: Phone) -> None:
    answers = await asyncio.gather(
        ann.say("start", mode="student", otherUserId=tom.id),
        tom.call("POST", "session/start", mode="tutor", otherUserId=str(ann.id)),
    )

    (begun,) = [answer for answer in answers if answer["complete"]]
    running = {"startTimestamp": begun["startTimestamp"], "rate": 22.5}
    assert await ann.sessions.until(1, "started") == [{"otherUserId": tom.id, "mode": "student", **running}]
    assert await tom.sessions.until(1, "started") == [{"otherUserId": ann.id, "mode": "tutor", **running}]


async def they_part_and_both_are_told(ann: Phone, tom: Phone) -> None:
    """By event, by asking, and by push, though both are looking; and it is paid."""
    await tom.call("POST", "session/end", duration=0.0)

    ends = [(await phone.sessions.until(1, "ended"))[0] for phone in (ann, tom)]
    assert [(told["otherUserId"], told["me"]) for told in ends] == [(tom.id, False), (ann.id, True)]
    assert [(await phone.call("GET", "session/ended"))["ended"] for phone in (ann, tom)] == [True, True]
    for phone in (ann, tom):
        await until(lambda phone=phone: any(text.startswith("Your session has ended.") for text in phone.pushes()))
    await until(lambda: [letter["payload"]["amount"] for letter in ann.letters("payment")] == ["0.00"])
