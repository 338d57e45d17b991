"""Sockets and credentials: a good token makes the view personal, a dead one makes a stranger."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import socketio

from hub.domain import journal
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from tests.build import SECRET

TICKET = {"description": "CSS", "location": "T4", "contact": ""}


async def test_a_dead_token_listens_as_a_stranger(hub, ada, clock):
    dead = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=1))
    clock.forward(seconds=2)

    listener = await hub.listen("/mentor", token=dead)
    await hub.post("/vivere/mentorship/create", TICKET, by=ada)

    assert [ticket["is_mine"] for ticket in await listener.until(1, "save")] == [False]


async def test_signing_out_ends_the_sockets_of_that_token_and_no_others(hub, ada, grace):
    adas, graces = await hub.listen("/mentor", by=ada), await hub.listen("/mentor", by=grace)

    await hub.post("/vivere/user/logout", by=ada)

    assert await adas.until_ended()
    await hub.post("/vivere/mentorship/create", TICKET, by=grace)
    assert [ticket["is_mine"] for ticket in await graces.until(1, "save")] == [True]
    assert (adas.of("save"), graces.ended) == ([], [])


async def test_a_socket_ends_when_its_token_expires(hub, ada, clock):
    """By the held clock it is let in with a second left, however long that takes; the second itself is a real one."""
    short = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=1))

    listener = await hub.listen("/mentor", token=short)

    assert await listener.until_ended()


async def test_every_namespace_takes_strangers(hub):
    for namespace in ("/mentor", "/announcements", "/schedule"):
        listener = await hub.listen(namespace, recover=True)
        assert [ready["recovered"] for ready in await listener.until(1, "ready")] == [False]


async def test_a_token_taken_back_while_its_socket_is_let_in_does_not_stay(hub, ada):
    """However the two interleave: 40 tries, each with a sign-out at the same moment."""
    for _ in range(40):
        token = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(days=1))
        headers = {"X-MenloHacks-Authorization": token}
        sign_out = asyncio.create_task(hub.call("POST", "/vivere/user/logout", headers=headers))
        with suppress(socketio.exceptions.ConnectionError):
            await hub.listen("/mentor", token=token, recover=True, offset="old-1")
        await sign_out

    assert await nobody_is_left_as(hub, ada)


async def nobody_is_left_as(hub, person) -> bool:
    async with asyncio.timeout(3):
        while any(member.viewer == str(person.id) for member in hub.node.server.streams.members("mentor")):
            await asyncio.sleep(0.02)
    return True


async def test_when_revocations_may_have_been_missed_everybody_signed_in_comes_back(hub, ada):
    signed_in, stranger = await hub.listen("/mentor", by=ada), await hub.listen("/mentor")
    run(journal.renew_epoch, "credentials", was=run_reading(journal.head, "credentials").epoch)

    await hub.node.server.streams.check()

    assert await signed_in.until_ended()
    assert stranger.ended == []
