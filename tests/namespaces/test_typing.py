"""`typing`: told to who is written to, at most once a second for a thread, and kept nowhere."""

from __future__ import annotations

from functools import partial

import pytest

from hub.namespaces import messages
from tests.http.halp import talking
from tests.namespaces.talking import heard, say


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


def typing(other, mode: str) -> tuple:
    return "typing", {"otherUserId": other.id, "mode": mode}


async def test_who_is_written_to_hears_it_on_all_devices_in_their_own_mode_and_nobody_else_does(hub, ann, tom, eve):
    anns, toms, toms_other, eves = [await hub.listen("/messages", by=person) for person in (ann, tom, tom, eve)]

    assert await say(anns, "typing", to=tom.id, senderMode="student") == {"ok": True}
    assert await say(toms, "typing", to=ann.id, senderMode="tutor") == {"ok": True}
    assert await say(toms, "typing", to=eve.id, senderMode="student") == {"ok": True}

    assert [await heard(device, 1) for device in (toms, toms_other)] == [[typing(ann, "tutor")]] * 2
    assert await heard(anns, 1) == [typing(tom, "student")]
    assert await heard(eves, 1) == [typing(tom, "tutor")]


async def test_it_is_kept_nowhere_and_moves_no_offset(hub, ann, tom, rows):
    anns, toms = await hub.listen("/messages", by=ann), await hub.listen("/messages", by=tom, recover=True)
    await toms.until(1, "ready")
    before, offset = rows(), toms.offset

    await say(anns, "typing", to=tom.id, senderMode="student")
    await toms.until(1, "typing")

    assert rows() == before
    assert toms.heard[-1] == ("typing", ({"otherUserId": ann.id, "mode": "tutor"},))
    assert toms.offset == offset


async def test_who_comes_back_hears_what_was_written_meanwhile_and_not_that_somebody_typed(hub, ann, tom):
    first = await hub.listen("/messages", by=tom, recover=True)
    await first.until(1, "ready")
    await first.leave()
    anns = await hub.listen("/messages", by=ann)
    await say(anns, "typing", to=tom.id, senderMode="student")
    await talking.write(hub, tom, by=ann)

    back = await hub.listen("/messages", by=tom, recover=True, offset=first.offset)

    assert [event for event, _ in await heard(back, 3)] == ["ready", "message", "counters"]


async def test_however_often_it_is_said_it_is_told_once_a_second(hub, ann, tom, monkeypatch):
    anns, toms = await hub.listen("/messages", by=ann), await hub.listen("/messages", by=tom)

    for moment in (7.0, 7.0, 7.5, 7.999, 8.0, 8.001, 8.999, 9.0):
        monkeypatch.setattr(messages, "monotonic", partial(float, moment))
        await say(anns, "typing", to=tom.id, senderMode="student")
    await talking.write(hub, tom, by=ann)

    assert [event for event, _ in await heard(toms, 5)] == [*["typing"] * 3, "message", "counters"]


async def test_each_thread_is_told_for_itself(hub, ann, tom, eve):
    """To two people as a student, and to one of them as a tutor too."""
    eves, anns, toms = [await hub.listen("/messages", by=person) for person in (eve, ann, tom)]

    for _ in range(3):
        await say(eves, "typing", to=tom.id, senderMode="student")
        await say(eves, "typing", to=tom.id, senderMode="tutor")
        await say(eves, "typing", to=ann.id, senderMode="tutor")
    await talking.write(hub, tom, by=eve)
    await talking.write(hub, ann, by=eve)

    ends = ["message", "counters"]
    assert [event for event, _ in await heard(toms, 4)] == ["typing", "typing", *ends]
    assert [event for event, _ in await heard(anns, 3)] == ["typing", *ends]


async def test_to_nobody_it_is_a_yes_that_nobody_hears(hub, ann):
    anns = await hub.listen("/messages", by=ann)

    assert await say(anns, "typing", to=999, senderMode="student") == {"ok": True}
    assert anns.heard == []
