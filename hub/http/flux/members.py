"""`register/…`, `user_details`, `delete_user`, roles, and signing out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import departures, magic_links, member_secrets, members, phone_checks, proofs, roles
from hub.domain.members import Details, Joined
from hub.http.bodies import json_object, validated
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS, act
from hub.http.flux import fields, taken
from hub.http.flux.auth import signed_in
from hub.http.flux.reply import ok, plain
from hub.http.peers import address_of
from hub.perform import look_up, perform
from hub.wire import flux
from hub.wire import flux_shapes as shapes

COUNTRY = "AU"
"""Where numbers without a country's code belong: the contract knows Australian places only."""
TAKEN = {409: "text/html"}
"""An address that is taken is said in plain text."""
TAKEN_OR_USED = {409: ("text/html", shapes.Error)}
"""Or an `Idempotency-Key` came with another body."""


@described("Join, with an address and a name", body=fields.FirstContact, replies={200: shapes.NewUser}, responds=TAKEN)
async def initial_email(request: web.Request) -> web.Response:
    """The first contact: an address and a name. No answer is kept for a repeated call: it would be a stored secret."""
    said = await json_object(request)
    given = validated(said, fields.FirstContact)
    return await _register(request, {"email": given.email, "fname": given.fname}, None)


@described("Join, with all that is known", body=taken.NewMember, replies={200: shapes.NewUser}, responds=TAKEN)
async def all_at_once(request: web.Request) -> web.Response:
    said = await json_object(request)
    return await _register(request, said, await _nonce_in(said))


async def _count_address(request: web.Request, said: dict[str, Any]) -> None:
    """Count an address that somebody says is theirs: it is mailed to, and the answer tells whether it is taken."""
    email, limited = said.get("email"), request.config_dict[SETTINGS].rate_limits
    if isinstance(email, str):
        await perform(magic_links.count_mail, email, address=address_of(request), limited=limited)


async def _nonce_in(said: dict[str, Any]) -> object:
    """What shows that the number is theirs, if they say it; how often somebody tries that is counted."""
    nonce = said.get("phone_verify_nonce")
    if nonce is not None:
        await perform(phone_checks.count_nonce, said.get("contact_number"), country=COUNTRY)
    return nonce


async def _register(request: web.Request, said: dict[str, Any], nonce: object) -> web.Response:
    await _count_address(request, said)
    joined = await perform(members.register, said, nonce=nonce, country=COUNTRY, keys=request.config_dict[KEYS])
    return plain({**_user(joined), "success": True})


def _user(joined: Joined) -> dict[str, Any]:
    return flux.user(joined.details, joined.secret)


@described(
    "Read one's record, or change what is sent",
    body=taken.ChangedMember,
    replies={200: shapes.User},
    responds=TAKEN_OR_USED,
)
async def user_details(request: web.Request) -> web.Response:
    """Read, or change what was sent. What is kept for a repeated call is without the secret."""
    call = await signed_in(request)
    if await look_up(members.is_new_address, call.body.get("email"), by=call.by):
        await _count_address(request, call.body)
    changed = await act(
        request,
        members.change,
        call.body,
        nonce=await _nonce_in(call.body),
        country=COUNTRY,
        keys=request.config_dict[KEYS],
        by=call.by,
        spell=_without_secret,
    )
    return plain({**changed, "s": call.secret})


def _without_secret(details: Details) -> dict[str, Any]:
    return flux.user(details, "")


@described("Leave, with everything personal", body=taken.Signed, replies={200: shapes.Okay})
async def delete_user(request: web.Request) -> web.Response:
    """The account is gone with all that is personal in it; whoever calls again is nobody, and hears 403."""
    call = await signed_in(request)
    await perform(proofs.proven, departures.leave, by=call.by)
    return ok()


@described("Give somebody a role; of an admin", body=taken.SignedRole, replies={200: shapes.Okay | shapes.Error})
async def give_role(request: web.Request) -> web.Response:
    call = await signed_in(request)
    given = validated(call.body, fields.RoleFor)
    await act(request, roles.give, given.email, given.role, by=call.by, spell=bool)
    return ok()


@described("Make somebody an admin; of an admin", body=taken.SignedAdmin, replies={200: shapes.Okay | shapes.Error})
async def give_admin_role(request: web.Request) -> web.Response:
    """The caller's secret comes under the key `admin`, as the original's page sends it, or under `s`."""
    call = await signed_in(request, "admin")
    given = validated(call.body, fields.EmailOnly)
    await act(request, roles.give, given.email, roles.ADMIN, by=call.by, spell=bool)
    return ok()


@described("Take the secret back", body=taken.SignedSignOut, replies={200: shapes.Okay})
async def sign_out(request: web.Request) -> web.Response:
    """Ours: the secret that is sent is good for nothing from now on; with `everywhere`, none of the member's is."""
    call = await signed_in(request)
    if validated(call.body, fields.SignOut).everywhere:
        await perform(member_secrets.revoke_all, call.by.id)
    else:
        await perform(member_secrets.revoke, call.claims)
    return ok()


V0 = [
    web.post("/register/initial_email", initial_email),
    web.post("/register/all_at_once", all_at_once),
    web.post("/user_details", user_details),
    web.post("/delete_user", delete_user),
    web.post("/give_role", give_role),
    web.post("/give_admin_role", give_admin_role),
]
V1 = [web.post("/app/sign_out", sign_out)]
