"""`login`, `register`, `logout`."""

from __future__ import annotations

from aiohttp import web

from hub.domain import login_sessions, logins, passwords, sign_ins
from hub.domain.logins import Candidate
from hub.domain.sign_ins import Phone, SignIn
from hub.http.bodies import json_object, parse, validated
from hub.http.described import described
from hub.http.dialect import SETTINGS
from hub.http.halp import facebook, fields, taken
from hub.http.halp.auth import caller_of
from hub.http.halp.images import BODY_WITH_ONE_IMAGE, stored
from hub.http.halp.reply import ok
from hub.http.peers import address_of
from hub.perform import perform
from hub.threads import compute
from hub.wire import halp
from hub.wire import halp_shapes as shapes


@described("Sign in", body=taken.AnyLogin, replies={200: shapes.SignedIn})
async def login(request: web.Request) -> web.Response:
    """A new session. No answer is kept for a repeated call: it would be a stored credential."""
    value = await json_object(request)
    given = validated(value, fields.Login)
    phone = _phone(given)
    if given.type == "facebook":
        person = await facebook.person_with(request, validated(value, fields.FacebookLogin).accessToken)
        names = {"first_name": person.first_name, "last_name": person.last_name}
        return _signed_in(await perform(sign_ins.sign_in_by, "facebook", person.subject, phone=phone, **names))
    candidate = await _by_password(request, validated(value, fields.HalpLogin))
    return _signed_in(await perform(sign_ins.sign_in_for, candidate, phone))


async def _by_password(request: web.Request, given: fields.HalpLogin) -> Candidate:
    address = address_of(request)
    limited = request.config_dict[SETTINGS].rate_limits
    candidate = await perform(logins.begin, given.email, address=address, limited=limited)
    is_right = await compute(passwords.is_right_md5, given.passwordHash.lower(), candidate.password_hash)
    if candidate.actor is None or not is_right:
        raise logins.WrongPassword()
    if limited:
        await perform(logins.succeed, given.email, address=address)
    return candidate


@described("Sign up", body=fields.Register, replies={200: shapes.SignedIn})
async def register(request: web.Request) -> web.Response:
    wanted = await parse(request, fields.Register, most=BODY_WITH_ONE_IMAGE)
    phone = _phone(wanted)
    password_hash = await compute(passwords.hash_md5, wanted.passwordHash.lower())
    async with stored(request, [wanted.image or ""]) as names:
        signed = await perform(
            sign_ins.register,
            email=wanted.email,
            first_name=wanted.firstname,
            last_name=wanted.lastname,
            password_hash=password_hash,
            image=names[0] if names else None,
            phone=phone,
        )
    return _signed_in(signed)


def _phone(pair: fields.PushPair) -> Phone | None:
    given = fields.given_phone(pair)
    return None if given is None else Phone(*given)


def _signed_in(signed: SignIn) -> web.Response:
    return ok(sessionId=signed.secret, profile=halp.profile(signed.profile))


@described("End the session", replies={200: shapes.Okay}, security="sessionId")
async def logout(request: web.Request) -> web.Response:
    """Ours: the session is dead at once, its sockets are ended and its phone is pushed to no more."""
    caller = await caller_of(request)
    await perform(login_sessions.end, caller.claims)
    return ok()


ROUTES = [web.post("/login", login), web.post("/register", register), web.post("/logout", logout)]
