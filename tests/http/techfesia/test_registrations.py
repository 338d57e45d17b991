"""`register` and `registrations`: entering an event, leaving it, and paying for it."""

from __future__ import annotations

import pytest

from tests.domain.entering import enter, event, states
from tests.http.techfesia.test_teams import NOT_FOUND, STAFF_ONLY, UNKNOWN, join, make


async def register(hub, place: str, by, body=None, path="register/"):
    more = {} if body is None else {"json": body}
    return await hub.call("POST", f"/techfesia/events/{place}/{path}", by, **more)


@pytest.mark.parametrize("path", ["register/", "register", "registrations/"])
@pytest.mark.parametrize("body", [None, {}, {"action": "register"}, {"teamId": "", "teamid": None, "more": 1}])
async def test_one_enters_alone_with_or_without_a_body(hub, ada, path, body):
    place = event(seats=1)

    status, said = await register(hub, place, ada, body, path)

    assert status == 201
    assert said == {
        "message": "Successfully registered",
        "registrationId": said["registrationId"],
        "eventId": place,
        "userId": "ada",
        "status": "confirmed",
    }


@pytest.mark.parametrize("key", ["teamId", "teamid"])
async def test_a_team_is_entered_by_its_leader(hub, ada, grace, key):
    team, place = await make(hub, ada), event(sizes=(1, 3))

    status, said = await register(hub, place, ada, {key: team, "action": "register"})

    assert (status, said["message"], said["status"]) == (201, "Successfully registered", "confirmed")
    assert (said["teamId"], said["teamid"], said["teamName"]) == (team, team, "The Gingers")
    assert "userId" not in said


async def test_a_second_time_is_refused_in_the_document_s_words(hub, ada, grace):
    team, together, alone = await make(hub, ada), event(sizes=(1, 3)), event()
    await register(hub, together, ada, {"teamId": team})
    await register(hub, alone, ada)

    assert await register(hub, together, ada, {"teamId": team}) == (
        422,
        {
            "message": "Team already registered for event",
            "eventId": together,
            "teamId": team,
            "teamid": team,
            "status": "registered",
        },
    )
    assert await register(hub, alone, ada) == (
        422,
        {"message": "User already registered for event", "eventId": alone, "userId": "ada", "status": "registered"},
    )


async def test_what_cannot_be_entered_is_said(hub, ada, grace, linus, rows):
    gingers, rookies = await make(hub, ada), await make(hub, linus, "Rookies")
    await join(hub, gingers, ada, grace)
    await join(hub, rookies, linus, grace)
    together, large, alone = event(sizes=(1, 2)), event(sizes=(3, 4)), event()
    await register(hub, together, linus, {"teamId": rookies})
    before = rows()

    refused = {
        "no team": await register(hub, together, ada),
        "an unknown one": await register(hub, together, ada, {"teamId": "2"}),
        "a number": await register(hub, together, ada, {"teamId": 2}),
        "another's": await register(hub, together, grace, {"teamId": gingers}),
        "too small": await register(hub, large, ada, {"teamId": gingers}),
        "in it already": await register(hub, together, ada, {"teamId": gingers}),
        "alone": await register(hub, alone, ada, {"teamId": gingers}),
        "no event": await register(hub, UNKNOWN, ada),
    }

    assert refused == {
        "no team": (400, {"errors": {"teamId": "missing required field"}}),
        "an unknown one": NOT_FOUND,
        "a number": (400, {"errors": {"teamId": "is not a text"}}),
        "another's": (422, {"error": "Only the leader can register a team"}),
        "too small": (422, {"error": "With its leader the team has 2 people. It takes 3 to 4"}),
        "in it already": (422, {"error": "grace: in this event already, alone or in another team"}),
        "alone": (
            400,
            {"errors": {"teamId": "is not taken: this event is entered alone, not as a team"}},
        ),
        "no event": NOT_FOUND,
    }
    assert rows() == before


async def test_a_call_that_is_repeated_under_its_key_registers_once(hub, ada):
    place, again = event(), {"headers": {"Idempotency-Key": "k1"}}

    first, second = [await hub.call("POST", f"/techfesia/events/{place}/register", ada, **again) for _ in range(2)]

    assert (first[0], first) == (201, second)


async def test_staff_see_all_registrations_in_order(hub, ada, grace, linus, olga):
    alone, together, team = event(seats=1), event(sizes=(1, 3), fee="Rs 300"), await make(hub, ada)
    entered = [enter(alone, who.actor) for who in (ada, grace)]
    by_team = enter(together, ada.actor, team)

    single = await hub.get(f"/techfesia/events/{alone}/registrations", olga)
    teams = await hub.get(f"/techfesia/events/{together}/registrations/", olga)

    told = [("ada", "confirmed"), ("grace", "waiting")]
    assert single == (
        200,
        {
            "eventPublicId": alone,
            "eventType": "single",
            "registrations": [
                {"registrationId": one, "eventId": alone, "userId": name, "status": status}
                for one, (name, status) in zip(entered, told, strict=True)
            ],
        },
    )
    (row,) = teams[1]["registrations"]
    assert (teams[0], teams[1]["eventType"]) == (200, "team")
    assert (row["registrationId"], row["teamId"], row["status"]) == (by_team, team, "payment pending")
    assert await hub.get(f"/techfesia/events/{alone}/registrations", linus) == STAFF_ONLY
    assert await hub.get(f"/techfesia/events/{UNKNOWN}/registrations", olga) == NOT_FOUND


async def test_one_registration_is_for_its_entrants_and_staff(hub, ada, grace, linus, olga):
    team, place = await make(hub, ada), event(sizes=(1, 3))
    await join(hub, team, ada, grace)
    entered = enter(place, ada.actor, team)
    path = f"/techfesia/events/{place}/registrations/{entered}"

    seen = [await hub.get(path, who) for who in (ada, grace, olga)]

    said = {"registrationId": entered, "eventId": place, "teamId": team, "teamid": team, "teamName": "The Gingers"}
    assert seen == [(200, {**said, "status": "confirmed"})] * 3
    assert await hub.get(path, linus) == STAFF_ONLY
    assert (await hub.get("/techfesia/users/grace/registrations", grace))[1] == [seen[0][1]]


async def test_who_withdraws_makes_room_for_the_next(hub, ada, grace):
    place = event(seats=1)
    entered = enter(place, ada.actor)
    enter(place, grace.actor)
    path = f"/techfesia/events/{place}/registrations/{entered}"

    refused = await hub.call("DELETE", path, grace)
    withdrawn = [await hub.call("DELETE", path, ada) for _ in range(2)]

    assert (refused, withdrawn) == (STAFF_ONLY, [(204, ""), NOT_FOUND])
    assert states(place) == {"grace": "confirmed"}


async def test_staff_note_a_payment_without_a_body(hub, ada, olga):
    place = event(fee=" ₹ 300")
    entered = enter(place, ada.actor)
    path = f"/techfesia/events/{place}/registrations/{entered}/payment"

    refused = await hub.call("PUT", path, ada)
    noted = [await hub.call("PUT", path, olga) for _ in range(2)]

    said = {"registrationId": entered, "eventId": place, "userId": "ada", "status": "confirmed"}
    assert (refused, noted) == (STAFF_ONLY, [(200, said), (422, {"error": "There is nothing to pay"})])


async def test_who_registered_asks_to_pay_as_often_as_they_like(hub, ada, grace, olga):
    place = event(fee=300)
    entered = enter(place, ada.actor)
    path = f"/techfesia/events/{place}/registrations/{entered}/payment"

    asked = [await hub.post(path, None, ada) for _ in range(2)]
    refused = [await hub.call("POST", path, who) for who in (grace, olga)]
    await hub.call("PUT", path, olga)
    too_late = await hub.call("POST", path, ada)

    said = {"registrationId": entered, "eventId": place, "userId": "ada", "status": "payment pending"}
    assert asked == [(202, {"message": "The payment is on its way", **said})] * 2
    assert refused == [(403, {"detail": "Only who registered may pay."})] * 2
    assert too_late == (422, {"error": "There is nothing to pay"})


@pytest.mark.settings(env="production", payments="")
async def test_where_payments_are_off_nothing_is_asked_for_and_one_is_told_whom_to_pay(hub, ada, rows):
    place = event(fee="Rs 300")
    _, said = await register(hub, place, ada)
    before = rows()

    refused = await hub.call("POST", f"/techfesia/events/{place}/registrations/{said['registrationId']}/payment", ada)

    assert refused == (503, {"detail": "This server takes no payments. Pay the staff, who note it."})
    assert rows() == before


@pytest.mark.parametrize("public_id", [UNKNOWN, "1", "%00", "x" * 3000])
async def test_a_registration_that_is_none_is_not_found(hub, ada, olga, public_id):
    place = event()
    calls = [("GET", ""), ("DELETE", ""), ("POST", "/payment"), ("PUT", "/payment")]

    for method, more in calls:
        path = f"/techfesia/events/{place}/registrations/{public_id}{more}"
        assert await hub.call(method, path, olga) == NOT_FOUND
        path = f"/techfesia/events/{public_id}/registrations/{UNKNOWN}{more}"
        assert await hub.call(method, path, olga) == NOT_FOUND
    assert await register(hub, public_id, ada) == NOT_FOUND
