"""Connecting to `/messages` and `/sessions`: by any credential, never without one, and coming back."""

from __future__ import annotations

import pytest

from tests.http.halp import acting, talking
from tests.namespaces.talking import heard, say
from tests.people import PASSWORD, Member
from tests.realtime.raw import raw

NAMESPACES = ["/messages", "/sessions"]


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def viveres_token(hub, name: str) -> str:
    """The same account's credential in another dialect."""
    _, reply = await hub.post("/vivere/user/login", {"username": f"{name}@example.org", "password": PASSWORD})
    return reply["data"]["token"]


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("auth", [None, {}, {"token": ""}, {"token": "0" * 32}, {"token": "made.up"}], ids=repr)
async def test_nobody_is_let_in_without_a_good_token_and_is_told_so_by_a_code(hub, ann, namespace, auth):
    async with raw(hub) as client:
        answer = await client.connect(namespace, auth)

    assert answer == f'44{namespace},{{"message":"Sign in again","data":{{"code":"dead_credential"}}}}'


async def test_a_session_of_halp_and_a_token_of_vivere_are_the_same_person(hub, ann, tom):
    by_session = await hub.listen("/messages", by=tom)
    by_token = await hub.listen("/messages", token=await viveres_token(hub, "tom"))

    await talking.write(hub, tom, by=ann)
    answer = await say(by_token, "read", otherUserId=ann.id, mode="tutor")

    assert answer == {"ok": True}
    events = ["message", "counters", "read", "counters"]
    assert [[event for event, _ in await heard(listener, 4)] for listener in (by_session, by_token)] == [events] * 2
    assert await talking.unread(hub, by=tom) == (0, 0)


async def test_signing_out_ends_the_sockets_of_that_session_in_all_namespaces_and_no_others(hub, ann, tom):
    mine = [await hub.listen(namespace, by=tom) for namespace in NAMESPACES]
    other = await hub.listen("/messages", token=await viveres_token(hub, "tom"))
    anns = await hub.listen("/messages", by=ann)

    await acting.done(hub.post("/halp/logout", by=tom))

    assert [await listener.until_ended() for listener in mine] == [True, True]
    await talking.write(hub, tom, by=ann)
    assert (await heard(other, 2))[0][0] == (await heard(anns, 1))[0][0] == "message"
    assert [listener.heard for listener in mine] == [[], []]


async def test_a_session_that_was_signed_out_lets_nobody_in(hub, tom):
    await acting.done(hub.post("/halp/logout", by=tom))

    async with raw(hub) as client:
        answer = await client.connect("/messages", {"token": tom.token})

    assert answer is not None
    assert answer.startswith("44/messages,")


async def test_who_comes_back_hears_exactly_what_they_missed_and_goes_on_from_there(hub, ann, tom):
    first = await hub.listen("/messages", by=tom, recover=True)
    await talking.write(hub, tom, "heard", by=ann)
    await first.until(1, "counters")
    await first.leave()
    await talking.write(hub, tom, "missed", by=ann)
    await talking.read(hub, ann, by=tom, mode="tutor")

    back = await hub.listen("/messages", by=tom, recover=True, offset=first.offset)
    await talking.write(hub, tom, "live", by=ann)

    events = ["ready", "message", "counters", "read", "counters", "message", "counters"]
    told = await heard(back, len(events))
    assert [event for event, _ in told] == events
    assert [payload["body"] for event, payload in told if event == "message"] == ["missed", "live"]
    assert told[0][1]["recovered"] is True
    numbers = [int(arguments[-1].rpartition("-")[2]) for _, arguments in back.heard]
    assert numbers == list(range(numbers[0], numbers[0] + len(events)))


async def test_who_comes_back_to_sessions_hears_of_the_start_that_they_missed(hub, ann, tom):
    first = await hub.listen("/sessions", by=ann, recover=True)
    await first.until(1, "ready")
    await talking.press(hub, tom, by=ann, mode="student")
    await first.leave()
    await talking.press(hub, ann, by=tom, mode="tutor")

    back = await hub.listen("/sessions", by=ann, recover=True, offset=first.offset)

    assert [event for event, _ in await heard(back, 2)] == ["ready", "started"]


async def test_an_offset_of_somebody_else_brings_nothing_of_theirs(hub, ann, tom, eve):
    toms = await hub.listen("/messages", by=tom, recover=True)
    await toms.until(1, "ready")
    await toms.leave()
    await talking.write(hub, tom, "for Tom alone", by=ann)

    eves = await hub.listen("/messages", by=eve, recover=True, offset=toms.offset)
    await talking.write(hub, eve, "for Eve", by=ann)

    (ready, message, _) = await heard(eves, 3)
    assert (ready[1]["recovered"], message[1]["body"]) == (False, "for Eve")


async def test_two_sign_ins_of_one_person_recover_each_for_itself(hub, ann, tom):
    token = await viveres_token(hub, "tom")
    phone = await hub.listen("/messages", by=tom, recover=True)
    laptop = await hub.listen("/messages", by=Member(tom.id, token), recover=True)
    await phone.until(1, "ready")
    await phone.leave()

    await talking.write(hub, tom, "Hi", by=ann)
    back = await hub.listen("/messages", by=tom, recover=True, offset=phone.offset)

    assert [event for event, _ in await heard(back, 3)] == [event for event, _ in await heard(laptop, 3)]
    assert laptop.ended == []
