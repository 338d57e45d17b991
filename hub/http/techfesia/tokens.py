"""`auth/token`: a pair for a password, another access token, and taking tokens back."""

from __future__ import annotations

from aiohttp import web

from hub.domain import logins, passwords, proofs, sign_outs, token_pairs
from hub.domain.logins import Candidate
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS
from hub.http.peers import address_of
from hub.http.techfesia import fields
from hub.http.techfesia.auth import minting, signed_in
from hub.http.techfesia.reply import ok
from hub.perform import look_up, perform
from hub.threads import compute
from hub.wire import techfesia
from hub.wire import techfesia_shapes as shapes


@described("A token pair for a password", body=fields.Login, replies={200: shapes.Pair})
async def obtain(request: web.Request) -> web.Response:
    """A pair. No answer is kept for a repeated call: it would be a stored credential."""
    candidate = await _by_password(request, await parse(request, fields.Login))
    return ok(techfesia.pair(await perform(token_pairs.grant_for, candidate, minting(request))))


async def _by_password(request: web.Request, given: fields.Login) -> Candidate:
    address, limited = address_of(request), request.config_dict[SETTINGS].rate_limits
    candidate = await perform(logins.begin, given.username, address=address, limited=limited)
    is_right = await compute(passwords.is_right, given.password, candidate.password_hash)
    if candidate.actor is None or not is_right:
        raise logins.WrongPassword()
    if limited:
        await perform(logins.succeed, given.username, address=address)
    return candidate


@described("Another access token", body=fields.Refresh, replies={200: shapes.Access})
async def refresh(request: web.Request) -> web.Response:
    given = await parse(request, fields.Refresh)
    return ok({"access": await look_up(token_pairs.renew, given.refresh, minting(request))})


@described("Sign out one device", body=fields.OneToken, replies={200: shapes.TokensDeleted}, security="bearer")
async def revoke_one(request: web.Request) -> web.Response:
    """Sign out one device, by its refresh token; sockets that came with it are ended on every node."""
    by = await signed_in(request)
    given = await parse(request, fields.OneToken)
    deleted = await perform(proofs.proven, token_pairs.revoke, given.token, request.config_dict[KEYS], by=by)
    return ok({"tokens_deleted": deleted})


@described("Sign out everywhere", replies={200: shapes.TokensDeleted}, security="bearer")
async def revoke_all(request: web.Request) -> web.Response:
    """Sign out everywhere, in the other contracts too."""
    by = await signed_in(request)
    return ok({"tokens_deleted": await perform(sign_outs.everywhere, by.id)})


ROUTES = [
    web.post("/auth/token", obtain),
    # Also so called in the examples of the contract's collection.
    web.post("/auth/token/obtain", obtain),
    web.post("/auth/token/refresh", refresh),
    web.put("/auth/token", revoke_one),
    web.delete("/auth/token", revoke_all),
]
