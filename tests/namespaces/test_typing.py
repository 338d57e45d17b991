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
    await talking.write(hub, eve, by=ann)

    assert [await heard(device, 1) for device in (toms, toms_other)] == [[typing(ann, "tutor")]] * 2
    assert (await heard(anns, 2))[0] == typing(tom, "student")
    assert [event for event, _ in await heard(eves, 2)] == ["message", "counters"]


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


async def test_who_goes_over_to_another_thread_is_told_of_there_a_little_later(hub, ann, tom, eve, monkeypatch):
    eves, anns, toms = [await hub.listen("/messages", by=person) for person in (eve, ann, tom)]

    async def type_at(moment: float, other, mode: str) -> None:
        monkeypatch.setattr(messages, "monotonic", partial(float, moment))
        await say(eves, "typing", to=other.id, senderMode=mode)

    await type_at(7.0, tom, "student")
    await type_at(7.125, tom, "tutor")
    await type_at(7.25, tom, "tutor")
    await type_at(7.375, ann, "tutor")
    await type_at(7.5, ann, "tutor")
    await type_at(8.25, ann, "tutor")
    for other in (tom, ann):
        await talking.write(hub, other, by=eve)

    ends = ["message", "counters"]
    assert (await heard(toms, 4))[:2] == [typing(eve, "tutor"), typing(eve, "student")]
    assert [event for event, _ in await heard(toms, 4)] == ["typing", "typing", *ends]
    assert [event for event, _ in await heard(anns, 3)] == ["typing", *ends]


async def test_nobody_types_to_themselves(hub, ann):
    anns = await hub.listen("/messages", by=ann)

    refused = await say(anns, "typing", to=ann.id, senderMode="student")

    assert (refused, anns.heard) == ({"ok": False, "code": "server_error", "detail": "recipient not found"}, [])


async def test_to_nobody_it_is_a_yes_that_nobody_hears(hub, ann):
    anns = await hub.listen("/messages", by=ann)

    assert await say(anns, "typing", to=999, senderMode="student") == {"ok": True}
    assert anns.heard == []
