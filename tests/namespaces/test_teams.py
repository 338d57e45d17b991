"""`/teams`: people hear what concerns them, on whichever node; and nothing more once they were signed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from hub.presence import MESSAGES, TEAMS, Presence, Whereabouts
from tests.domain.entering import event
from tests.http.techfesia.cast import Student, signed_in, staff, student
from tests.listening import Listener
from tests.namespaces.talking import heard
from tests.people import PASSWORD
from tests.realtime.raw import raw
from tests.realtime.serving import second_node


async def done(call: Any) -> Any:
    status, said = await call
    assert status < 300, said
    return said


async def post(hub, path: str, body: Any, by: Student) -> Any:
    return await done(hub.post(f"/techfesia{path}", body, by))


async def put(hub, path: str, by: Student, body: Any = None) -> Any:
    return await done(hub.call("PUT", f"/techfesia{path}", by, **({} if body is None else {"json": body})))


async def invite(hub, whom: Student, *, by: Student, name: str = "Rockets") -> str:
    """To a new team; its id."""
    team = await post(hub, "/teams", {"name": name}, by)
    await post(hub, f"/teams/{team['teamid']}/invitations", {"username": whom.username}, by)
    return team["teamid"]


@pytest.fixture
def ada(hub) -> Student:
    return student("ada")


@pytest.fixture
def grace(hub) -> Student:
    return student("grace")


@pytest.fixture
def olga(hub) -> Student:
    return staff("olga")


async def test_an_invitation_and_its_answer_are_heard_as_the_calls_spell_them(hub, ada, grace):
    adas, graces = [await hub.listen("/teams", token=one.token) for one in (ada, grace)]

    team = await invite(hub, grace, by=ada)
    _, listed = await hub.get("/techfesia/users/grace/invitation", grace)
    await put(hub, f"/users/grace/invitation/{team}/accept/", grace)

    assert await heard(graces, 1) == [("invitation", listed[0])]
    answer = {"teamid": team, "teamId": team, "name": "Rockets", "username": "grace", "status": "accepted"}
    assert await heard(adas, 1) == [("answer", answer)]
    assert listed[0]["status"] == "pending"


async def test_who_was_invited_or_was_a_member_hears_that_they_are_so_no_more(hub, ada, grace):
    graces = await hub.listen("/teams", token=grace.token)

    team = await invite(hub, grace, by=ada)
    await done(hub.call("DELETE", f"/techfesia/teams/{team}/invitations/grace", ada))
    await post(hub, f"/teams/{team}/invitations", {"username": "grace"}, ada)
    await put(hub, f"/users/grace/invitation/{team}/accept/", grace)
    await done(hub.call("DELETE", f"/techfesia/teams/{team}/grace", ada))

    said = await heard(graces, 4)
    assert [(event, body["status"]) for event, body in said] == [
        ("invitation", status) for status in ("pending", "withdrawn", "pending", "withdrawn")
    ]
    assert said[1][1] == said[3][1] == {**said[0][1], "status": "withdrawn"}


async def test_a_seat_that_is_freed_is_heard_by_who_gets_it_and_by_who_gave_it(hub, ada, grace):
    adas, graces = [await hub.listen("/teams", token=one.token) for one in (ada, grace)]
    place = event(seats=1)
    first = await post(hub, f"/events/{place}/register/", {}, ada)
    second = await post(hub, f"/events/{place}/register/", {}, grace)

    await done(hub.call("DELETE", f"/techfesia/events/{place}/registrations/{first['registrationId']}", ada))

    def said(registration: dict[str, Any], who: Student, status: str) -> tuple[str, dict[str, Any]]:
        about = {"registrationId": registration["registrationId"], "eventId": place, "eventName": "Elektra"}
        return "registration", {**about, "teamId": None, "userId": who.username, "status": status}

    assert await heard(adas, 2) == [said(first, ada, "confirmed"), said(first, ada, "withdrawn")]
    assert await heard(graces, 2) == [said(second, grace, "waiting"), said(second, grace, "confirmed")]


async def test_an_answered_ticket_is_heard_by_who_asked_alone(hub, ada, grace, olga):
    adas, graces = [await hub.listen("/teams", token=one.token) for one in (ada, grace)]
    ticket = await post(hub, "/ticket/", {"title": "No power", "description": "Help", "view": "private"}, ada)

    solved = await put(hub, f"/ticket/{ticket['ticketid']}/close", olga, {"content": "It is on again"})
    # Shows that nothing else has come to Grace before.
    await invite(hub, grace, by=student("linus"))

    assert await heard(adas, 1) == [("ticket", solved)]
    assert [event for event, _ in await heard(graces, 1)] == ["invitation"]


async def test_whoever_was_away_hears_what_they_missed_once(hub, ada, grace):
    first = await hub.listen("/teams", token=grace.token, recover=True)
    await first.until(1, "ready")
    await first.leave()

    await invite(hub, grace, by=ada)
    again = await hub.listen("/teams", token=grace.token, recover=True, offset=first.offset)

    assert [event for event, _ in await heard(again, 2)] == ["ready", "invitation"]
    assert again.of("ready")[0]["recovered"] is True


async def test_any_contract_s_credential_opens_it_and_none_does_not(hub, ada, grace):
    _, reply = await hub.post("/vivere/user/login", {"username": "grace", "password": PASSWORD})
    listener = await hub.listen("/teams", token=reply["data"]["token"])

    await invite(hub, grace, by=ada)

    assert [event for event, _ in await heard(listener, 1)] == ["invitation"]
    async with raw(hub) as client:
        assert '"dead_credential"' in (await client.connect("/teams", {"token": "made.up"}) or "")


async def test_nothing_may_be_said_here(hub, ada):
    async with raw(hub) as client:
        await client.connect("/teams", {"token": ada.token})
        await client.say('42/teams,["invitation",{}]')
        assert await client.was_closed()


async def test_who_is_here_is_at_the_teams_and_nowhere_else(hub, ada):
    listener = await hub.listen("/teams", token=ada.token)
    where = {place: Whereabouts(hub.settings.redis_address, place=place) for place in (TEAMS, MESSAGES)}
    with closing(where[TEAMS]), closing(where[MESSAGES]):
        await until_seen(where[TEAMS], ada, Presence.IDLE)
        assert where[MESSAGES].of(ada.id) is Presence.GONE

        await listener.leave()
        await until_seen(where[TEAMS], ada, Presence.GONE)


async def until_seen(whereabouts: Whereabouts, who: Student, presence: Presence) -> None:
    async with asyncio.timeout(5):
        while whereabouts.of(who.id) is not presence:
            await asyncio.sleep(0.01)


async def revoke_one(hub, ada: Student, root: Student) -> None:
    await put(hub, "/auth/token", signed_in(ada.id), {"token": ada.pair.refresh})


async def revoke_all(hub, ada: Student, root: Student) -> None:
    await done(hub.call("DELETE", "/techfesia/auth/token", ada))


async def disable(hub, ada: Student, root: Student) -> None:
    await put(hub, "/users/ada/disable", root)


async def delete(hub, ada: Student, root: Student) -> None:
    await done(hub.call("DELETE", "/techfesia/users/ada", root))


@asynccontextmanager
async def listening(address: str, who: Student) -> AsyncIterator[Listener]:
    listener = await Listener.at(address, "/teams", token=who.token)
    yield listener
    await listener.leave()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (revoke_one, "dead_credential"),
        (revoke_all, "dead_credential"),
        (disable, "account_disabled"),
        (delete, "account_gone"),
    ],
)
async def test_signed_out_on_one_node_means_refused_and_silent_on_the_other_at_once(hub, ada, grace, olga, end, code):
    async with (
        second_node(hub) as (_, other),
        listening(other.address, ada) as adas,
        listening(other.address, grace) as graces,
    ):
        ticket = await post(hub, "/ticket", {"title": "No power", "description": "Help"}, ada)

        await end(hub, ada, olga)
        async with raw(other) as client:
            refused = await client.connect("/teams", {"token": ada.token})
        ended = await adas.until_ended()
        await put(hub, f"/ticket/{ticket['ticketid']}/close", olga, {"content": "done"})
        await invite(hub, grace, by=student("linus"))

        assert refused == f'44/teams,{{"message":"Sign in again","data":{{"code":"{code}"}}}}'
        assert [event for event, _ in await heard(graces, 1)] == ["invitation"]
        assert (adas.heard, ended, graces.ended) == ([], True, [])
