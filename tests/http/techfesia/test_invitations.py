"""Inviting, answering, removing and leaving, in the document's words."""

from __future__ import annotations

import pytest

from tests.domain.entering import enter, event
from tests.http.techfesia.cast import student
from tests.http.techfesia.test_teams import NOT_FOUND, STAFF_ONLY, join, make

LEADER_ONLY = (403, {"detail": "Only the leader of the team may do this."})


async def invite(hub, team: str, username: object, by):
    return await hub.post(f"/techfesia/teams/{team}/invitations", {"username": username}, by)


async def answer(hub, team: str, who, verb: str, by=None):
    return await hub.call("PUT", f"/techfesia/users/{who.username}/invitation/{team}/{verb}/", by or who)


async def test_an_invitation_is_answered_with_the_team(hub, ada, grace):
    team = await make(hub, ada)

    status, said = await invite(hub, team, "grace", ada)

    assert (status, said["teamid"], said["leader"]) == (201, team, "ada")
    assert (said["members"], said["invitees"], said["events"]) == ([], ["grace"], [])


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("nobody", "Wrong Username: nobody of this name can be invited"),
        ("ada", "The leader is in the team already"),
        ("linus", "Not from same college"),
        ("grace", "Already invited"),
        ("olga2", "Already a member"),
    ],
)
async def test_who_cannot_be_invited_is_said(hub, ada, grace, rows, username, words):
    student("linus", collegeName="Another")
    team = await make(hub, ada)
    await join(hub, team, ada, student("olga2"))
    await invite(hub, team, "grace", ada)
    before = rows()

    assert await invite(hub, team, username, ada) == (422, {"error": words})
    assert rows() == before


@pytest.mark.parametrize("username", [None, "", 7, ["grace"]])
async def test_an_invitation_without_a_name_is_refused(hub, ada, username):
    status, said = await invite(hub, await make(hub, ada), username, ada)

    assert (status, list(said["errors"])) == (400, ["username"])


async def test_only_the_leader_invites_takes_back_and_removes(hub, ada, grace, linus, root):
    team = await make(hub, ada)
    await join(hub, team, ada, grace)
    await invite(hub, team, "linus", ada)

    for who in (grace, root):
        assert await invite(hub, team, "eve", who) == LEADER_ONLY
        assert await hub.call("DELETE", f"/techfesia/teams/{team}/invitations/linus", who) == LEADER_ONLY
    for who in (linus, root):
        assert await hub.call("DELETE", f"/techfesia/teams/{team}/grace", who) == LEADER_ONLY


async def test_who_was_invited_accepts_once(hub, ada, grace):
    team = await make(hub, ada)
    await invite(hub, team, "grace", ada)

    accepted, again, rejected = [await answer(hub, team, grace, verb) for verb in ("accept", "accept", "reject")]

    said = {"teamid": team, "teamId": team, "name": "The Gingers", "leader": "ada", "status": "invitation accepted"}
    assert accepted == (200, said)
    assert again == rejected == (422, {"error": "Already Accepted"})
    assert (await hub.get(f"/techfesia/teams/{team}", grace))[1]["members"] == ["grace"]


async def test_a_rejection_stays_until_they_are_invited_again(hub, ada, grace):
    team = await make(hub, ada)
    await invite(hub, team, "grace", ada)

    rejected, again, accepted = [await answer(hub, team, grace, verb) for verb in ("reject", "reject", "accept")]
    invited_again = await invite(hub, team, "grace", ada)

    # The document's own spelling.
    assert (rejected[0], rejected[1]["status"]) == (200, "invitation rejectedd")
    assert again == accepted == (422, {"error": "Already Rejected"})
    assert (invited_again[0], (await answer(hub, team, grace, "accept"))[0]) == (201, 200)


async def test_a_team_whose_leader_was_disabled_is_not_joined(hub, ada, grace, root):
    team = await make(hub, ada)
    await invite(hub, team, "grace", ada)
    await hub.call("PUT", "/techfesia/users/ada/disable", root)

    refused = await answer(hub, team, grace, "accept")

    assert refused == (422, {"error": "The leader of this team was disabled, so nobody joins it now"})


async def test_an_invitation_is_listed_with_how_it_was_answered_oldest_first(hub, ada, grace, olga, clock):
    teams = []
    for name, verb in (("The Rookies", "accept"), ("The Sweet", "reject"), ("The Three Musketeers", None)):
        clock.forward(seconds=1)
        teams.append(await make(hub, ada, name))
        await invite(hub, teams[-1], "grace", ada)
        if verb:
            await answer(hub, teams[-1], grace, verb)

    status, listed = await hub.get("/techfesia/users/grace/invitation", grace)

    assert (status, list(listed[0])) == (200, ["teamid", "teamId", "name", "leader", "status"])
    assert [(one["teamid"], one["status"]) for one in listed] == list(
        zip(teams, ("accepted", "rejected", "pending"), strict=True)
    )
    assert await hub.get("/techfesia/users/grace/invitations/", olga) == (200, listed)
    assert await hub.get("/techfesia/users/grace/invitation", ada) == STAFF_ONLY


async def test_nobody_answers_for_another_or_without_an_invitation(hub, ada, grace, root):
    team = await make(hub, ada)

    assert await answer(hub, team, grace, "accept") == NOT_FOUND
    await invite(hub, team, "grace", ada)
    for who in (ada, root):
        refused = await answer(hub, team, grace, "accept", by=who)
        assert refused == (403, {"detail": "Only who was invited may answer."})


async def test_an_invitation_is_taken_back_while_it_is_not_answered(hub, ada, grace):
    team = await make(hub, ada)
    await invite(hub, team, "grace", ada)
    path = f"/techfesia/teams/{team}/invitations/grace"
    gone = (422, {"error": "Does not exist, or was answered already"})

    assert [await hub.call("DELETE", path, ada) for _ in range(2)] == [(204, ""), gone]
    await join(hub, team, ada, grace)
    assert await hub.call("DELETE", path, ada) == gone


async def test_a_member_is_removed_or_leaves(hub, ada, grace, linus):
    team = await make(hub, ada)
    await join(hub, team, ada, grace, linus)

    removed = [await hub.call("DELETE", f"/techfesia/teams/{team}/grace", ada) for _ in range(2)]
    left = await hub.call("DELETE", f"/techfesia/teams/{team}/linus/", linus)

    assert (removed, left) == ([(204, ""), NOT_FOUND], (204, ""))
    assert (await hub.get(f"/techfesia/teams/{team}", ada))[1]["members"] == []


async def test_the_leader_stays(hub, ada):
    refused = await hub.call("DELETE", f"/techfesia/teams/{await make(hub, ada)}/ada", ada)

    assert refused == (422, {"error": "The leader cannot leave. Pass on the lead first, or delete the team"})


async def test_while_the_team_takes_part_it_is_said_what_to_do_first(hub, ada, grace, linus):
    team = await make(hub, ada)
    await join(hub, team, ada, grace)
    enter(event(sizes=(1, 3)), ada.actor, team)

    refused = [
        await invite(hub, team, "linus", ada),
        await hub.call("DELETE", f"/techfesia/teams/{team}/grace", ada),
        await hub.call("DELETE", f"/techfesia/teams/{team}/grace", grace),
    ]

    words = "The team takes part in an event. Withdraw its registration first, then change who is in it"
    assert refused == [(422, {"error": words})] * 3
