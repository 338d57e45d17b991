"""Two nodes of one hub: whoever is connected where, what is said on one is heard on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.presence import Presence, Whereabouts
from tests.http.halp import acting, talking
from tests.listening import Listener
from tests.namespaces.talking import heard, say
from tests.realtime.serving import second_node


@pytest.fixture
async def elsewhere(hub) -> AsyncIterator[str]:
    """The address of the other node."""
    async with second_node(hub) as (_, served):
        yield served.address


@pytest.fixture
async def listen(hub, elsewhere):
    """Connects somebody to the other node."""
    listeners: list[Listener] = []

    async def listen(namespace: str, by, **auth) -> Listener:
        listeners.append(await Listener.at(elsewhere, namespace, by, **auth))
        return listeners[-1]

    yield listen
    for listener in listeners:
        await listener.leave()


async def test_messages_and_what_was_read_cross_over_once(hub, listen, ann, tom):
    anns, toms = await hub.listen("/messages", by=ann), await listen("/messages", tom)

    await say(anns, "send", to=tom.id, body="Hi", senderMode="student")
    await toms.until(1, "message")
    await say(toms, "read", otherUserId=ann.id, mode="tutor")
    await say(toms, "send", to=ann.id, body="Ho", senderMode="tutor")

    assert [event for event, _ in await heard(toms, 5)] == ["message", "counters", "read", "counters", "message"]
    assert [event for event, _ in await heard(anns, 4)] == ["message", "read", "message", "counters"]


async def test_typing_crosses_over_and_is_kept_on_neither(hub, listen, ann, tom):
    anns, toms = await hub.listen("/messages", by=ann), await listen("/messages", tom, recover=True)
    await toms.until(1, "ready")
    offset = toms.offset

    await say(anns, "typing", to=tom.id, senderMode="student")

    assert await toms.until(1, "typing") == [{"otherUserId": ann.id, "mode": "tutor"}]
    assert toms.offset == offset


async def test_two_who_press_at_once_on_two_nodes_are_in_one_session_of_which_both_hear_once(hub, listen, ann, tom):
    anns, toms = await hub.listen("/sessions", by=ann), await listen("/sessions", tom)
    for number in range(1, 11):
        answers = await asyncio.gather(
            say(anns, "start", mode="student", otherUserId=tom.id), say(toms, "start", mode="tutor", otherUserId=ann.id)
        )

        assert sorted(answer["complete"] for answer in answers) == [False, True]
        assert [len(await listener.until(number, "started")) for listener in (anns, toms)] == [number] * 2
        await say(toms, "end", duration=0)
        assert [len(await listener.until(number, "ended")) for listener in (anns, toms)] == [number] * 2


async def test_who_comes_back_on_the_other_node_hears_what_they_missed(hub, listen, ann, tom):
    first = await hub.listen("/messages", by=tom, recover=True)
    await first.until(1, "ready")
    await first.leave()
    await talking.write(hub, tom, "missed", by=ann)

    back = await listen("/messages", tom, recover=True, offset=first.offset)

    assert [event for event, _ in await heard(back, 3)] == ["ready", "message", "counters"]


async def test_signing_out_on_one_node_ends_the_sockets_on_both(hub, listen, tom):
    here, there = await hub.listen("/messages", by=tom), await listen("/sessions", tom)

    await acting.done(hub.post("/halp/logout", by=tom))

    assert [await listener.until_ended() for listener in (here, there)] == [True, True]


async def test_who_is_active_anywhere_is_active(hub, listen, tom):
    idle, active = await hub.listen("/messages", by=tom), await listen("/messages", tom)
    await say(idle, "activity", active=False)
    await say(active, "activity", active=True)
    reader = Whereabouts(hub.settings.redis_address)

    async with asyncio.timeout(5):
        while reader.of(tom.id) is not Presence.ACTIVE:
            await asyncio.sleep(0.02)
    await active.leave()
    async with asyncio.timeout(5):
        while reader.of(tom.id) is not Presence.IDLE:
            await asyncio.sleep(0.02)
    reader.close()


async def test_who_comes_back_on_the_other_node_is_no_longer_connected_to_the_first(hub, listen, tom):
    old = await hub.listen("/messages", by=tom, recover=True)
    (ready,) = await old.until(1, "ready")

    back = await listen("/messages", tom, recover=True, pid=ready["pid"], offset=old.offset)

    assert [told["pid"] for told in await back.until(1, "ready")] == [ready["pid"]]
    assert (await old.until_ended(), back.ended) == (True, [])
