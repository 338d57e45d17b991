"""Who looks: a socket of the private namespaces makes a person idle, and what its client does makes them active."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from hub.presence import Presence, Whereabouts
from tests.namespaces.talking import say

ACTIVE, IDLE, GONE = Presence.ACTIVE, Presence.IDLE, Presence.GONE


@pytest.fixture
def whereabouts(hub) -> Iterator[Whereabouts]:
    with closing(Whereabouts(hub.settings.redis_address)) as reader:
        yield reader


async def becomes(whereabouts: Whereabouts, person, presence: Presence) -> bool:
    async with asyncio.timeout(5):
        while whereabouts.of(person.id) is not presence:
            await asyncio.sleep(0.02)
    return True


@pytest.mark.parametrize("namespace", ["/messages", "/sessions"])
async def test_whoever_is_connected_is_idle_until_they_leave(hub, ann, whereabouts, namespace):
    anns = await hub.listen(namespace, by=ann)
    assert await becomes(whereabouts, ann, IDLE)

    await anns.leave()

    assert await becomes(whereabouts, ann, GONE)


async def test_a_client_says_whether_somebody_is_there(hub, ann, whereabouts):
    anns = await hub.listen("/messages", by=ann)

    assert await say(anns, "activity", active=True) == {"ok": True}
    assert await becomes(whereabouts, ann, ACTIVE)

    assert await say(anns, "activity", active=False) == {"ok": True}
    assert await becomes(whereabouts, ann, IDLE)


ACTS = {
    "typing": ("/messages", "typing", {"to": 2, "senderMode": "student"}),
    "reading": ("/messages", "read", {"otherUserId": 2, "mode": "student"}),
    "writing": ("/messages", "send", {"to": 2, "body": "Hi", "senderMode": "student"}),
    "holding out a hand": ("/sessions", "start", {"mode": "student", "otherUserId": 2}),
}


@pytest.mark.parametrize(("namespace", "event", "argument"), ACTS.values(), ids=ACTS.keys())
async def test_whoever_does_something_is_there(hub, ann, tom, whereabouts, namespace, event, argument):
    assert tom.id == 2
    anns = await hub.listen(namespace, by=ann)

    await say(anns, event, **argument)

    assert await becomes(whereabouts, ann, ACTIVE)
    assert whereabouts.of(tom.id) is GONE


async def test_who_only_listens_to_what_is_public_is_not_looking(hub, ann, whereabouts):
    await hub.listen("/mentor", by=ann)
    await hub.listen("/announcements", by=ann)
    anns = await hub.listen("/messages", by=ann)
    assert await becomes(whereabouts, ann, IDLE)

    await anns.leave()

    assert await becomes(whereabouts, ann, GONE)
