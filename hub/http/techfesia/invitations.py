"""Becoming a member of a team and ceasing to be one: inviting, answering, removing and leaving."""

from __future__ import annotations

from aiohttp import web

from hub.domain import invitations
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import team_fields as fields
from hub.http.techfesia.auth import signed_in
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import created, gone, nothing, ok
from hub.perform import look_up
from hub.wire import techfesia_teams as wire
from hub.wire import techfesia_teams_shapes as shapes


@described("Ask somebody into one's team", body=fields.Whom, replies={201: shapes.Team}, security="bearer")
async def invite(request: web.Request) -> web.Response:
    by = await signed_in(request)
    public_id, given = part_of_path(request, "id"), await parse(request, fields.Whom)
    return created(await act(request, invitations.invite, public_id, given.username, by=by, spell=wire.team))


@described("Take back an invitation that was not answered yet", replies={204: None}, security="bearer")
async def take_back(request: web.Request) -> web.Response:
    by = await signed_in(request)
    public_id, username = part_of_path(request, "id"), part_of_path(request, "username")
    await act(request, invitations.take_back, public_id, username, by=by, spell=nothing)
    return gone()


@described("Remove a member, or leave", replies={204: None}, security="bearer")
async def remove(request: web.Request) -> web.Response:
    by = await signed_in(request)
    public_id, username = part_of_path(request, "id"), part_of_path(request, "username")
    await act(request, invitations.remove, public_id, username, by=by, spell=nothing)
    return gone()


@described("What somebody was invited to, oldest first", replies={200: list[shapes.Invitation]}, security="bearer")
async def of_user(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.invitations(await look_up(invitations.of, part_of_path(request, "username"), by=by)))


@described("Become a member", replies={200: shapes.Answered}, security="bearer")
async def accept(request: web.Request) -> web.Response:
    by = await signed_in(request)
    username, team = part_of_path(request, "username"), part_of_path(request, "team")
    return ok(await act(request, invitations.accept, username, team, by=by, spell=wire.answered))


@described("Say no to an invitation", replies={200: shapes.Answered}, security="bearer")
async def reject(request: web.Request) -> web.Response:
    by = await signed_in(request)
    username, team = part_of_path(request, "username"), part_of_path(request, "team")
    return ok(await act(request, invitations.reject, username, team, by=by, spell=wire.answered))


ROUTES = [
    web.post("/teams/{id}/invitations", invite),
    web.delete("/teams/{id}/invitations/{username}", take_back),
    web.delete("/teams/{id}/{username}", remove),
    web.get("/users/{username}/invitation", of_user),
    # The plural is what the original server answered at.
    web.get("/users/{username}/invitations", of_user),
    web.put("/users/{username}/invitation/{team}/accept", accept),
    web.put("/users/{username}/invitation/{team}/reject", reject),
]
