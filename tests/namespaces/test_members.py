"""`/members`: a member hears what changes about them, and nobody else does."""

from __future__ import annotations

import pytest

from tests.http.flux.acting import join, say
from tests.namespaces.talking import heard
from tests.realtime.raw import raw

WAITING = {"needsValidating": True, "detailsValid": False, "doubleCheckedValidation": False}


@pytest.fixture(autouse=True)
def _time_stands_still(clock) -> None:
    pass


async def test_a_member_hears_of_their_vote_and_their_details_and_another_does_not(hub):
    ada, eve = await join(hub), await join(hub, "Eve")
    adas, eves = await hub.listen("/members", token=ada.s), await hub.listen("/members", token=eve.s)

    await say(hub, "/iiccot/cast_vote", by=ada, poll_id=1, option_id="105")
    await say(hub, "/iiccot/cast_vote", by=ada, poll_id=1, option_id="105")
    await say(hub, "/user_details", by=ada, fname="Augusta")
    await say(hub, "/iiccot/cast_vote", by=eve, poll_id=1, option_id="100")

    assert await heard(adas, 2) == [("vote", {"poll_id": 1, "option_id": "105"}), ("validation", WAITING)]
    assert await heard(eves, 1) == [("vote", {"poll_id": 1, "option_id": "100"})]


async def test_whoever_was_away_hears_what_they_missed_once(hub):
    ada = await join(hub)
    first = await hub.listen("/members", token=ada.s, recover=True)
    ready = (await first.until(1, "ready"))[0]
    await first.leave()

    await say(hub, "/iiccot/cast_vote", by=ada, poll_id=1, option_id="101")
    again = await hub.listen("/members", token=ada.s, recover=True, offset=f"{ready['epoch']}-{ready['head']}")

    assert await again.until(1, "vote") == [{"poll_id": 1, "option_id": "101"}]


async def test_signing_out_ends_the_sockets_of_that_secret_and_no_others(hub):
    ada = await join(hub)
    eve = await join(hub, "Eve")
    adas, eves = await hub.listen("/members", token=ada.s), await hub.listen("/members", token=eve.s)

    await say(hub, "/api/v1/app/sign_out", by=ada)

    assert await adas.until_ended()
    await say(hub, "/iiccot/cast_vote", by=eve, poll_id=1, option_id="100")
    assert await heard(eves, 1) == [("vote", {"poll_id": 1, "option_id": "100"})]


async def test_leaving_ends_every_socket_of_the_account_whatever_it_came_with(hub):
    ada = await join(hub)
    sockets = [await hub.listen(name, token=ada.s) for name in ("/members", "/messages", "/mentor")]

    assert await say(hub, "/delete_user", by=ada) == (200, {"status": "okay"})

    assert [await socket.until_ended() for socket in sockets] == [True] * 3
    async with raw(hub) as client:
        assert '"dead_credential"' in (await client.connect("/members", {"token": ada.s}) or "")


async def test_nothing_may_be_said_here(hub):
    ada = await join(hub)

    async with raw(hub) as client:
        await client.connect("/members", {"token": ada.s})
        await client.say('42/members,["vote",{"poll_id":1,"option_id":"105"}]')
        assert await client.was_closed()
