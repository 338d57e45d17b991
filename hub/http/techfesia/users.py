"""`users`: signing up, what is known of users, what they may do, and whether they may come in at all."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from hub.domain import departures, passwords, privileges, sign_ins, users
from hub.domain.actors import Actor
from hub.domain.privileges import DELETE, READ, UPDATE, USER, SuperusersOnly
from hub.domain.refusals import Invalid
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia import user_fields as fields
from hub.http.techfesia.auth import claims_of, signed_in, staff_for
from hub.http.techfesia.queries import page_in, part_of_path, text_in
from hub.http.techfesia.reply import created, nothing, ok
from hub.perform import look_up, perform
from hub.threads import compute
from hub.wire import local_times, techfesia_users
from hub.wire import techfesia_shapes as shapes
from hub.wire import techfesia_users_shapes as user_shapes
from hub.wire.moments import from_iso

TEXTS = (
    *("publicId", "username", "firstName", "lastName", "email"),
    *("phoneNumber", "collegeName", "profilePicture"),
)
DATES = ("dateJoined", "lastLogin")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def username_in(request: web.Request) -> str:
    return part_of_path(request, "username")


@described(
    "Users, by username",
    query=fields.UsersQuery,
    replies={200: user_shapes.Users},
    security="bearer",
    description="Every field of a user filters: texts without case, dates by day or by moment.",
)
async def listing(request: web.Request) -> web.Response:
    by = await staff_for(request, USER, READ)
    found = await look_up(users.page, _filters(request), **page_in(request), by=by)
    return ok(techfesia_users.page(found))


def _filters(request: web.Request) -> dict[str, Any]:
    """Those that come with a value."""
    texts = {name: text_in(request, name) for name in TEXTS}
    dates = {name: _span_in(request, name) for name in DATES}
    return {name: wanted for name, wanted in {**texts, **dates}.items() if wanted is not None}


def _span_in(request: web.Request, name: str) -> tuple[datetime, datetime] | None:
    """A day on the spot, or a moment; as the first moment and the one after the last."""
    text = text_in(request, name)
    try:
        return None if text is None else _span(text)
    except (ValueError, OverflowError):
        raise Invalid(name, "is neither a date nor a moment in ISO 8601") from None


def _span(text: str) -> tuple[datetime, datetime]:
    if not _DAY.fullmatch(text):
        moment = from_iso(text)
        return moment, moment + timedelta(microseconds=1)
    day = date.fromisoformat(text)
    return local_times.moment_at(day, time()), local_times.moment_at(day + timedelta(days=1), time())


@described("Sign up", body=fields.NewUser, replies={201: user_shapes.User})
async def create(request: web.Request) -> web.Response:
    wanted = await parse(request, fields.NewUser)
    password_hash = await compute(passwords.hash_password, wanted.password)
    given = wanted.model_dump(exclude={"password"})
    return created(techfesia_users.user(await perform(users.sign_up, given, password_hash=password_hash)))


@described("One user", replies={200: user_shapes.User}, security="bearer")
async def show(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(techfesia_users.user(await look_up(users.get, username_in(request), by=by)))


@described("Change a user", body=fields.ChangedUser, replies={200: user_shapes.Profile}, security="bearer")
async def change(request: web.Request) -> web.Response:
    by, username = await signed_in(request), username_in(request)
    await look_up(users.changeable, username, by=by)
    given = (await parse(request, fields.ChangedUser)).model_dump(exclude_none=True)
    return ok(await act(request, users.change, username, given, by=by, spell=techfesia_users.profile))


@described("Delete a user, for ever", security="bearer")
async def delete(request: web.Request) -> web.Response:
    by = await staff_for(request, USER, DELETE)
    await act(request, departures.remove, username_in(request), by=by, spell=nothing)
    return web.Response()


@described("What a user may do", replies={200: user_shapes.Privileges}, security="bearer")
async def show_privileges(request: web.Request) -> web.Response:
    by = await staff_for(request, USER, READ)
    return ok(techfesia_users.privileges_of(await look_up(users.get, username_in(request), by=by)))


@described(
    "Make a user normal, staff or superuser, and say what staff may do",
    body=fields.ChangedPrivileges,
    replies={200: user_shapes.Privileges},
    security="bearer",
)
async def change_privileges(request: web.Request) -> web.Response:
    by = await _superuser(request)
    given = (await parse(request, fields.ChangedPrivileges)).model_dump()
    spell = techfesia_users.privileges_of
    return ok(await act(request, privileges.change, username_in(request), by=by, spell=spell, **given))


async def _superuser(request: web.Request) -> Actor:
    """The action asks again; strangers' bodies need not be read at all."""
    by = await signed_in(request)
    if not by.is_superuser:
        raise SuperusersOnly()
    return by


@described("Let a user in no more", replies={200: shapes.Message}, security="bearer")
async def disable(request: web.Request) -> web.Response:
    by = await staff_for(request, USER, UPDATE)
    await act(request, users.disable, username_in(request), by=by, spell=nothing)
    return ok({"message": "User disabled"})


@described("Let a user in again", replies={200: shapes.Message}, security="bearer")
async def enable(request: web.Request) -> web.Response:
    by = await staff_for(request, USER, UPDATE)
    await act(request, users.enable, username_in(request), by=by, spell=nothing)
    return ok({"message": "User enabled"})


@described("Be pushed to in this browser", body=fields.Browser, replies={200: shapes.Message}, security="bearer")
async def subscribe(request: web.Request) -> web.Response:
    """Until the sign-in ends by which it was said, wherever its access token has been renewed meanwhile."""
    by = await _themself(request)
    browser, claims = await parse(request, fields.Browser), claims_of(request)
    given = {"endpoint": browser.endpoint, "keys": dict(browser.keys), "jti": claims.parent or claims.jti}
    await act(request, sign_ins.add_browser, by=by, spell=nothing, **given)
    return ok({"message": "This browser is pushed to"})


@described(
    "Be pushed to in this browser no more",
    body=fields.BrowserEndpoint,
    replies={200: shapes.Message},
    security="bearer",
)
async def unsubscribe(request: web.Request) -> web.Response:
    by = await _themself(request)
    endpoint = (await parse(request, fields.BrowserEndpoint)).endpoint
    await act(request, sign_ins.remove_browser, by=by, spell=nothing, endpoint=endpoint)
    return ok({"message": "This browser is pushed to no more"})


async def _themself(request: web.Request) -> Actor:
    by = await signed_in(request)
    users.own_only(username_in(request), by)
    return by


ROUTES = [
    web.get("/users", listing),
    web.post("/users", create),
    web.get("/users/{username}", show),
    web.put("/users/{username}", change),
    web.delete("/users/{username}", delete),
    web.get("/users/{username}/privileges", show_privileges),
    web.put("/users/{username}/privileges", change_privileges),
    web.put("/users/{username}/disable", disable),
    web.put("/users/{username}/enable", enable),
    web.put("/users/{username}/push", subscribe),
    web.delete("/users/{username}/push", unsubscribe),
]
