"""`teams`, and what somebody leads or is a member of."""

from __future__ import annotations

from aiohttp import web

from hub.domain import teams
from hub.domain.privileges import READ, TEAM
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import team_fields as fields
from hub.http.techfesia.auth import signed_in, staff_for
from hub.http.techfesia.queries import page_in, part_of_path, text_in
from hub.http.techfesia.reply import created, gone, nothing, ok
from hub.perform import look_up
from hub.wire import techfesia_teams as wire
from hub.wire import techfesia_teams_shapes as shapes


@described("All teams, oldest first", query=fields.TeamFilters, replies={200: shapes.Teams}, security="bearer")
async def every(request: web.Request) -> web.Response:
    by = await staff_for(request, TEAM, READ)
    event, user = text_in(request, "event"), text_in(request, "user")
    return ok(wire.page(await look_up(teams.every, event=event, user=user, **page_in(request), by=by)))


@described("Make a team and lead it", body=fields.NewTeam, replies={201: shapes.Team}, security="bearer")
async def create(request: web.Request) -> web.Response:
    by = await signed_in(request)
    given = await parse(request, fields.NewTeam)
    return created(await act(request, teams.create, given.name, by=by, spell=wire.team))


@described("One team, for its people and staff", replies={200: shapes.Team}, security="bearer")
async def show(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.team(await look_up(teams.get, part_of_path(request, "id"), by=by)))


@described("Rename a team, or pass on the lead", body=fields.TeamChange, replies={200: shapes.Team}, security="bearer")
async def change(request: web.Request) -> web.Response:
    by = await signed_in(request)
    public_id, given = part_of_path(request, "id"), await parse(request, fields.TeamChange)
    said = given.model_dump()
    return ok(await act(request, teams.change, public_id, **said, by=by, spell=wire.team))


@described("Delete a team, which frees its seats", replies={204: None}, security="bearer")
async def delete(request: web.Request) -> web.Response:
    by = await signed_in(request)
    await act(request, teams.delete, part_of_path(request, "id"), by=by, spell=nothing)
    return gone()


@described("The teams that somebody is in", replies={200: list[shapes.Team]}, security="bearer")
async def of_user(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.several(await look_up(teams.of, part_of_path(request, "username"), by=by)))


ROUTES = [
    web.get("/teams", every),
    web.post("/teams", create),
    web.get("/teams/{id}", show),
    web.put("/teams/{id}", change),
    web.delete("/teams/{id}", delete),
    web.get("/users/{username}/teams", of_user),
]
