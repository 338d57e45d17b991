"""`teams`: made, shown, changed and deleted, in the document's shapes."""

from __future__ import annotations

import pytest

from tests.domain.entering import enter, event, states
from tests.http.techfesia.cast import student

KEYS = ["teamid", "teamId", "name", "leader", "members", "events", "event", "invitees"]
UNKNOWN = "0" * 24
NOT_FOUND = (404, {"detail": "Not found."})
STAFF_ONLY = (403, {"detail": "Only staff may do this."})


async def make(hub, who, name="The Gingers") -> str:
    status, said = await hub.post("/techfesia/teams/", {"name": name}, who)
    assert status == 201, said
    return said["teamid"]


async def join(hub, team: str, leader, *people) -> None:
    for who in people:
        await hub.post(f"/techfesia/teams/{team}/invitations", {"username": who.username}, leader)
        await hub.call("PUT", f"/techfesia/users/{who.username}/invitation/{team}/accept/", who)


async def test_a_new_team_has_its_leader_and_nobody_else(hub, ada):
    status, said = await hub.post("/techfesia/teams/", {"name": " The Gingers "}, ada)

    assert (status, list(said)) == (201, KEYS)
    assert said == {
        "teamid": said["teamId"],
        "teamId": said["teamId"],
        "name": "The Gingers",
        "leader": "ada",
        "members": [],
        "events": [],
        "event": [],
        "invitees": [],
    }


async def test_a_team_shows_its_people_and_events_to_all_of_them_and_to_staff(hub, ada, grace, linus, olga):
    team = await make(hub, ada)
    place = event(sizes=(1, 3))
    await join(hub, team, ada, grace)
    enter(place, ada.actor, team)
    other = await make(hub, ada, "Others")
    await hub.post(f"/techfesia/teams/{other}/invitations", {"username": "linus"}, ada)

    seen = [await hub.get(f"/techfesia/teams/{team}", who) for who in (ada, grace, olga)]
    status, invited_to = await hub.get(f"/techfesia/teams/{other}/", linus)

    said = {"teamid": team, "teamId": team, "name": "The Gingers", "leader": "ada", "members": ["grace"]}
    assert seen == [(200, {**said, "events": [place], "event": [place], "invitees": []})] * 3
    assert (status, invited_to["invitees"]) == (200, ["linus"])
    assert await hub.get(f"/techfesia/teams/{team}", linus) == STAFF_ONLY


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, {"name": "missing required field"}),
        ({"name": " "}, {"name": "is blank"}),
        ({"name": None}, {"name": "is not a text"}),
        ({"name": 7}, {"name": "is not a text"}),
        ({"name": "x" * 201}, {"name": "is too long"}),
    ],
)
async def test_a_team_without_a_proper_name_is_not_made(hub, ada, rows, body, refused):
    before = rows()

    assert await hub.post("/techfesia/teams", body, ada) == (400, {"errors": refused})
    assert rows() == before


async def test_a_name_is_taken_in_any_letters(hub, ada, grace):
    await make(hub, ada)

    refused = await hub.post("/techfesia/teams", {"name": "the gingers"}, grace)

    assert refused == (422, {"error": "A team of this name exists already"})


async def test_a_call_that_is_repeated_under_its_key_makes_one_team(hub, ada):
    again = {"headers": {"Idempotency-Key": "k1"}}

    first, second = [await hub.post("/techfesia/teams", {"name": "Gingers"}, ada, **again) for _ in range(2)]

    assert (first[0], first) == (201, second)


async def test_a_team_is_renamed_and_the_lead_passes_to_a_member(hub, ada, grace, linus):
    team = await make(hub, ada)
    await join(hub, team, ada, grace, linus)

    renamed = await hub.call("PUT", f"/techfesia/teams/{team}", ada, json={"name": "The Flockers", "leader": None})
    passed = await hub.call("PUT", f"/techfesia/teams/{team}", ada, json={"leader": "linus"})
    too_late = await hub.call("PUT", f"/techfesia/teams/{team}", ada, json={"name": "Mine"})

    assert (renamed[0], list(renamed[1]), renamed[1]["name"]) == (200, KEYS, "The Flockers")
    assert passed == (200, {**renamed[1], "leader": "linus", "members": ["grace", "ada"]})
    assert too_late == STAFF_ONLY


async def test_the_lead_passes_to_nobody_else(hub, ada, linus):
    team = await make(hub, ada)

    refused = await hub.call("PUT", f"/techfesia/teams/{team}", ada, json={"leader": "linus"})

    assert refused == (422, {"error": "The lead can be passed on to a member of the team only"})


async def test_a_team_is_deleted_with_its_place_in_events(hub, ada, grace):
    team, place = await make(hub, ada), event(sizes=(1, 3))
    enter(place, ada.actor, team)

    refused = await hub.call("DELETE", f"/techfesia/teams/{team}", grace)
    deleted = [await hub.call("DELETE", f"/techfesia/teams/{team}", ada) for _ in range(2)]

    assert refused == STAFF_ONLY
    assert deleted == [(204, ""), NOT_FOUND]
    assert states(place) == {}


async def test_all_teams_are_listed_by_pages_and_filters_for_staff(hub, ada, grace, olga):
    place = event(sizes=(1, 3))
    first, second, third = [await make(hub, who, name) for who, name in ((ada, "A"), (ada, "B"), (grace, "C"))]
    await join(hub, second, ada, grace)
    enter(place, ada.actor, first)

    async def listed(query: str) -> tuple[int, int, list[str]]:
        status, said = await hub.get(f"/techfesia/teams{query}", olga)
        assert (status, list(said)) == (200, ["pages", "currentpage", "result"])
        return said["pages"], said["currentpage"], [team["teamid"] for team in said["result"]]

    assert await listed("?limit&page&event&user") == (1, 1, [first, second, third])
    assert await listed("?limit=2&page=2") == (2, 2, [third])
    assert await listed(f"?event={place}") == (1, 1, [first])
    assert await listed("?user=grace") == (1, 1, [second, third])
    assert await listed("?user=ada&limit=1") == (2, 1, [first])
    assert await listed("?user=nobody") == await listed("?event=nothing") == (1, 1, [])


async def test_a_page_behind_the_last_is_said_with_what_there_is(hub, ada, olga):
    await make(hub, ada)

    refused = await hub.get("/techfesia/teams?page=2&limit=5", olga)

    assert refused == (400, {"message": "This page does not exist", "pageSize": 5, "noOfPages": 1})


@pytest.mark.parametrize("query", ["?limit=0", "?page=x", "?event=%00", "?user=%00"])
async def test_a_query_that_cannot_be_is_refused(hub, olga, query):
    status, said = await hub.get(f"/techfesia/teams{query}", olga)

    assert (status, list(said)) == (400, ["errors"])


async def test_somebody_s_own_teams_are_theirs_to_see(hub, ada, grace, olga):
    team = await make(hub, ada)
    await join(hub, team, ada, grace)

    seen = [await hub.get("/techfesia/users/grace/teams", who) for who in (grace, olga)]

    assert [(status, [one["teamid"] for one in said]) for status, said in seen] == [(200, [team])] * 2
    assert await hub.get("/techfesia/users/grace/teams", ada) == STAFF_ONLY
    assert await hub.get("/techfesia/users/nobody/teams", olga) == NOT_FOUND


@pytest.mark.parametrize("public_id", [UNKNOWN, "1", "x" * 3000, "%00", "invitations"])
async def test_an_id_that_is_none_finds_nothing(hub, ada, public_id):
    for method, path in (
        ("GET", "/teams/{}"),
        ("DELETE", "/teams/{}"),
        ("DELETE", "/teams/{}/ada"),
        ("DELETE", "/teams/{}/invitations/ada"),
        ("PUT", "/users/ada/invitation/{}/accept"),
    ):
        assert await hub.call(method, f"/techfesia{path.format(public_id)}", ada) == NOT_FOUND
    for method, path, body in (("PUT", "", {"name": "X"}), ("POST", "/invitations", {"username": "grace"})):
        assert await hub.call(method, f"/techfesia/teams/{public_id}{path}", ada, json=body) == NOT_FOUND


async def test_names_of_all_scripts_are_names(hub):
    who = student("ada")

    status, said = await hub.post("/techfesia/teams", {"name": "Команда {no} ☕"}, who)
    again = await hub.post("/techfesia/teams", {"name": "КОМАНДА {NO} ☕"}, who)

    assert (status, said["name"], again[0]) == (201, "Команда {no} ☕", 422)
