"""`people`: finding somebody, what they may do, their roles, and signing them out or letting them in no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import structlog
from aiohttp import web
from pydantic import StringConstraints

from hub.domain import people, privileges, users
from hub.domain.actors import Actor
from hub.domain.people import Person
from hub.domain.privileges import READ, USER, demand
from hub.domain.refusals import Invalid, NotFound
from hub.http.bodies import Body, parse, query
from hub.http.console.auth import staff, superuser
from hub.http.console.fields import page_in
from hub.http.console.reply import ok
from hub.http.dialect import act
from hub.perform import look_up
from hub.wire import console_people as wire
from hub.wire.console_day import nothing

log = structlog.get_logger(__name__)

LONGEST_SEARCH = 200

Word = Annotated[str, StringConstraints(max_length=64)]


class Privileges(Body):
    """What is missing or null stays as it is."""

    state: Word | None = None
    privileges: dict[Word, list[Word]] | None = None


class RoleGiven(Body):
    role: Word


async def search(request: web.Request) -> web.Response:
    by = await staff(request)
    number = page_in(request)["number"]
    return ok(wire.people(await look_up(people.find, _wanted(request), number=number, by=by)))


def _wanted(request: web.Request) -> str:
    text = query(request, "q") or ""
    if len(text) > LONGEST_SEARCH:
        raise Invalid("q", "is too long")
    # Nothing that the hub keeps has one, and databases refuse to look for it.
    if "\0" in text:
        raise Invalid("q", "contains a NUL character")
    return text


async def show(request: web.Request) -> web.Response:
    return _shown(await _person(request, await staff(request)))


async def change_privileges(request: web.Request) -> web.Response:
    by = await superuser(request)
    said = await parse(request, Privileges)
    return await _done(request, privileges.change, state=said.state, privileges=said.privileges, by=by)


async def give_role(request: web.Request) -> web.Response:
    by = await superuser(request)
    return await _done(request, people.give_role, (await parse(request, RoleGiven)).role, by=by)


async def take_role(request: web.Request) -> web.Response:
    by = await superuser(request)
    return await _done(request, people.take_role, _part(request, "role"), by=by)


async def disable(request: web.Request) -> web.Response:
    return await _done(request, users.disable, by=await staff(request))


async def enable(request: web.Request) -> web.Response:
    return await _done(request, users.enable, by=await staff(request))


async def sign_out(request: web.Request) -> web.Response:
    return await _done(request, people.sign_out, by=await staff(request))


async def _done(request: web.Request, action: Callable[..., Any], *args: Any, by: Actor, **named: Any) -> web.Response:
    """Do something to a person and show them as they are now. Nothing of them is kept for a call that comes again."""
    # Asked before anything is done, or it would be done and then refused to be shown.
    demand(by, USER, READ)
    await act(request, action, _username(request), *args, by=by, spell=nothing, **named)
    person = await _person(request, by)
    log.info("person_governed", what=action.__name__, account=person.account.public_id, by=by.public_id)
    return _shown(person)


async def _person(request: web.Request, by: Actor) -> Person:
    return await look_up(people.get, _username(request), by=by)


def _shown(person: Person) -> web.Response:
    return ok({"person": wire.person(person)})


def _username(request: web.Request) -> str:
    return _part(request, "username")


def _part(request: web.Request, name: str) -> str:
    """What the path names there; nothing is called by a text with a NUL."""
    text = request.match_info[name]
    if "\0" in text:
        raise NotFound()
    return text


ROUTES = [
    web.get("/api/people", search),
    web.get("/api/people/{username}", show),
    web.put("/api/people/{username}/privileges", change_privileges),
    web.post("/api/people/{username}/roles", give_role),
    web.delete("/api/people/{username}/roles/{role}", take_role),
    web.post("/api/people/{username}/disable", disable),
    web.post("/api/people/{username}/enable", enable),
    web.post("/api/people/{username}/sign_out", sign_out),
]
