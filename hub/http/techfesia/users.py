"""`users`: signing up, and what is known of a user."""

from __future__ import annotations

from aiohttp import web

from hub.domain import passwords, users
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.techfesia import fields
from hub.http.techfesia.auth import signed_in
from hub.http.techfesia.reply import created, ok
from hub.perform import look_up, perform
from hub.threads import compute
from hub.wire import techfesia
from hub.wire import techfesia_shapes as shapes


@described("Sign up", body=fields.NewUser, replies={201: shapes.User})
async def create(request: web.Request) -> web.Response:
    wanted = await parse(request, fields.NewUser)
    password_hash = await compute(passwords.hash_password, wanted.password)
    given = wanted.model_dump(exclude={"password"})
    return created(techfesia.user(await perform(users.sign_up, given, password_hash=password_hash)))


@described("One user", replies={200: shapes.User}, security="bearer")
async def show(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(techfesia.user(await look_up(users.get, request.match_info["username"], by=by)))


ROUTES = [web.post("/users", create), web.get("/users/{username}", show)]
