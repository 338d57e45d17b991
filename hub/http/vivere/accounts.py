"""`user/create`, `user/login`, `user/logout`."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from hub.domain import accounts, logins, passwords, sign_ins
from hub.domain.actors import Actor
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS
from hub.http.peers import address_of
from hub.http.vivere.auth import KIND, claims_of, signed_in
from hub.http.vivere.fields import Login, SignUp
from hub.http.vivere.reply import created, ok
from hub.perform import perform
from hub.threads import compute
from hub.wire import vivere_shapes as shapes


@described("Sign up", body=SignUp, replies={201: shapes.Data[shapes.Token]})
async def create(request: web.Request) -> web.Response:
    """An account and its first token. No answer is kept for a repeated call: it would be a stored credential."""
    wanted = await parse(request, SignUp)
    password_hash = await compute(passwords.hash_password, wanted.password)
    actor = await perform(accounts.sign_up, name=wanted.name, username=wanted.username, password_hash=password_hash)
    return created({"token": _token_for(request, actor)})


@described("Sign in", body=Login, replies={200: shapes.Data[shapes.SignedIn]})
async def login(request: web.Request) -> web.Response:
    given = await parse(request, Login)
    address = address_of(request)
    limited = request.config_dict[SETTINGS].rate_limits
    candidate = await perform(logins.begin, given.username, address=address, limited=limited)
    is_right = await compute(passwords.is_right, given.password, candidate.password_hash)
    if candidate.actor is None or not is_right:
        raise logins.WrongPassword()
    if limited:
        await perform(logins.succeed, given.username, address=address)
    # The username goes back as it was typed: the phones sign out when it differs by a byte.
    actor = await perform(logins.confirm, candidate)
    return ok({"name": actor.name, "token": _token_for(request, actor), "username": given.username})


@described("Take the token back", replies={200: shapes.Data[shapes.Nothing]}, security="token")
async def logout(request: web.Request) -> web.Response:
    """Take the caller's token back; its sockets are closed on every node."""
    await signed_in(request)
    await perform(sign_ins.sign_out, claims_of(request))
    return ok({})


def _token_for(request: web.Request, actor: Actor) -> str:
    lasts = timedelta(seconds=request.config_dict[SETTINGS].vivere_token_seconds)
    return request.config_dict[KEYS].mint(actor.public_id, KIND, lasts, sign_outs=actor.sign_outs)


ROUTES = [
    web.post("/user/create", create),
    web.post("/user/login", login),
    web.post("/user/logout", logout),
]
