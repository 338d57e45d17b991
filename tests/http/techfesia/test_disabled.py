"""`disable` and `enable`: at once, on every node, whatever somebody is signed in by; what was dead stays dead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
import socketio

from hub.domain import login_sessions, member_secrets, members
from hub.perform import run
from tests.http.techfesia.cast import MINTING, Student, signed_in, staff
from tests.listening import Listener
from tests.people import PASSWORD
from tests.realtime.serving import second_node
from tests.running import RunningHub

DISABLED = {"detail": "User is inactive", "code": "user_inactive"}


async def disable(hub: RunningHub, username: str, by: Student):
    """As the document sends it: without a body, and without saying of what type that is."""
    return await hub.call("PUT", f"/techfesia/users/{username}/disable", by)


async def enable(hub: RunningHub, username: str, by: Student):
    return await hub.call("PUT", f"/techfesia/users/{username}/enable", by)


async def tokens_of(hub: RunningHub, who: Student) -> dict[str, str]:
    """One of each kind that signs somebody in."""
    given = {"username": who.username, "password": PASSWORD}
    _, vivere = await hub.post("/vivere/user/login", given)
    run(members.enrol, who.id)
    return {
        "vivere": vivere["data"]["token"],
        "halp": run(login_sessions.begin, who.id)[0],
        "flux": run(member_secrets.mint, who.id, member_secrets.LINK, MINTING.keys),
        "techfesia": who.token,
    }


async def statuses(hub: RunningHub, tokens: dict[str, str]) -> dict[str, int]:
    """How each contract answers to its token."""
    calls = {
        "vivere": hub.get("/vivere/mentorship/user/queue", headers={"X-MenloHacks-Authorization": tokens["vivere"]}),
        "halp": hub.get("/halp/profile", headers={"sessionId": tokens["halp"]}),
        "flux": hub.post("/flux/user_details", {"s": tokens["flux"]}),
        "techfesia": hub.get("/techfesia/users/ada", headers={"Authorization": f"Bearer {tokens['techfesia']}"}),
    }
    return {name: (await call)[0] for name, call in calls.items()}


LET_IN = {"vivere": 200, "halp": 200, "flux": 200, "techfesia": 200}
REFUSED = {"vivere": 401, "halp": 200, "flux": 403, "techfesia": 401}
"""Halp says with HTTP 200 that somebody is not signed in."""


async def test_whatever_somebody_is_signed_in_by_is_refused_and_stays_dead_when_they_are_enabled(hub, ada, olga):
    tokens = await tokens_of(hub, ada)
    assert await statuses(hub, tokens) == LET_IN

    assert await disable(hub, "ada", olga) == (200, {"message": "User disabled"})

    assert await statuses(hub, tokens) == REFUSED
    assert await hub.get("/techfesia/users/ada", ada) == (401, DISABLED)
    assert (await hub.get("/halp/profile", headers={"sessionId": tokens["halp"]}))[1]["code"] != "success"
    assert await enable(hub, "ada", olga) == (200, {"message": "User enabled"})
    assert await statuses(hub, tokens) == REFUSED
    assert (await hub.post("/techfesia/auth/token/refresh", {"refresh": ada.pair.refresh}))[0] == 401
    assert await statuses(hub, await tokens_of(hub, signed_in(ada.id))) == LET_IN


async def test_who_is_disabled_signs_in_nowhere_and_sees_no_more_than_a_stranger(hub, ada, olga):
    await disable(hub, "ada", olga)

    techfesia = await hub.post("/techfesia/auth/token/", {"username": "ada", "password": PASSWORD})
    vivere = await hub.post("/vivere/user/login", {"username": "ada", "password": PASSWORD})

    assert (techfesia[0], vivere[0]) == (401, 401)
    assert (await hub.get("/techfesia/users/ada/privileges", olga))[1] == {"state": "disabled"}


@pytest.fixture
async def elsewhere(hub: RunningHub) -> AsyncIterator[str]:
    """The address of another node."""
    async with second_node(hub) as (_, served):
        yield served.address


async def test_live_sockets_end_on_every_node_and_no_new_one_is_let_in(hub, elsewhere, ada, grace, olga):
    tokens = (await tokens_of(hub, ada)).values()
    listeners = [
        await Listener.at(address, "/messages", SimpleNamespace(token=token))
        for address in (hub.address, elsewhere)
        for token in tokens
    ]
    graces = await hub.listen("/messages", grace)

    await disable(hub, "ada", olga)

    assert [await listener.until_ended(1) for listener in listeners] == [True] * 8
    for listener in listeners:
        await listener.leave()
    for token in tokens:
        with pytest.raises(socketio.exceptions.ConnectionError):
            await hub.listen("/messages", token=token)
    assert graces.ended == []


@pytest.mark.parametrize("call", [disable, enable])
async def test_nobody_does_it_to_themself_and_only_superusers_to_staff(hub, ada, olga, root, rows, call):
    otto = staff("otto")
    before = rows()

    tries = [(ada, "ada"), (ada, "olga"), (olga, "root"), (olga, "otto"), (olga, "olga"), (root, "root")]
    answers = [(await call(hub, whom, by))[0] for by, whom in tries]

    assert (answers, rows() == before) == ([403, 403, 403, 403, 422, 422], True)
    assert (await call(hub, otto.username, root))[0] == 200
    assert (await call(hub, "nobody", olga))[0] == 404


async def test_twice_is_once(hub, ada, olga):
    for call, state in ((disable, "disabled"), (enable, "normal")):
        answers = [(await call(hub, "ada", olga))[0] for _ in range(2)]

        assert answers == [200, 200]
        assert (await hub.get("/techfesia/users/ada/privileges", olga))[1]["state"] == state
    again = signed_in(ada.id)
    await enable(hub, "ada", olga)
    assert (await hub.get("/techfesia/users/ada", again))[0] == 200
