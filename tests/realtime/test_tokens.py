"""Sockets and credentials: a good token makes the view personal, a dead one makes a stranger."""

from datetime import timedelta

from hub.domain.credentials import Keys
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


async def test_a_socket_ends_when_its_token_expires(hub, ada):
    short = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=1))

    listener = await hub.listen("/mentor", token=short)

    assert await listener.until_ended()


async def test_every_namespace_takes_strangers(hub):
    for namespace in ("/mentor", "/announcements", "/schedule"):
        listener = await hub.listen(namespace, recover=True)
        assert [ready["recovered"] for ready in await listener.until(1, "ready")] == [False]
