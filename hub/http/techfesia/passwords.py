"""`users/{username}/password`: a first one, another one, and a new one by a token that was mailed.

No answer is kept for a repeated call: a digest of its body would be one of the password, and a quick one to guess by.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import structlog
from aiohttp import web

from hub import clock
from hub.domain import logins, own_passwords, password_resets, passwords, proofs, users
from hub.domain.actors import Actor
from hub.domain.own_passwords import WrongOldPassword
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS, Unavailable
from hub.http.peers import address_of
from hub.http.techfesia import user_fields as fields
from hub.http.techfesia.auth import claims_of, signed_in
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import created, ok
from hub.perform import look_up, perform
from hub.threads import compute
from hub.wire import techfesia_shapes as shapes

log = structlog.get_logger(__name__)

ASKED = "If there is such a user, a mail with a reset token is on its way to them"
TOLD_EVERY = timedelta(minutes=1)
_told: WeakKeyDictionary[web.Application, datetime] = WeakKeyDictionary()
"""When the operator was last told that mail is off. Whoever floods us must not flood the log too."""


@described("A first password", body=fields.NewPassword, replies={201: shapes.Message}, security="bearer")
async def give(request: web.Request) -> web.Response:
    by = await _themself(request)
    given = await parse(request, fields.NewPassword)
    password_hash = await compute(passwords.hash_password, given.password)
    await perform(proofs.proven, own_passwords.give, password_hash, by=by)
    return created({"message": "new password created"})


async def _themself(request: web.Request) -> Actor:
    by = await signed_in(request)
    users.own_only(part_of_path(request, "username"), by)
    return by


@described("Another password", body=fields.ChangedPassword, replies={200: shapes.Message}, security="bearer")
async def change(request: web.Request) -> web.Response:
    """The old one is looked at as at a login, so that a stolen token guesses no more of it than a stranger does."""
    by, address = await _themself(request), address_of(request)
    given = await parse(request, fields.ChangedPassword)
    limited = request.config_dict[SETTINGS].rate_limits
    await look_up(own_passwords.demand_one, by=by)
    candidate = await perform(logins.begin, by.username, address=address, limited=limited)
    was = candidate.password_hash
    if not await compute(passwords.is_right, given.oldPassword, was) or was is None:
        raise WrongOldPassword()
    becomes = await compute(passwords.hash_password, given.newPassword)
    kept = claims_of(request)
    await perform(proofs.proven, own_passwords.change, was=was, becomes=becomes, keeping=kept, by=by)
    await perform(logins.succeed, by.username, address=address)
    return ok({"message": "Password changed successfully"})


@described("A new password, by a token that was mailed", body=fields.ResetPassword, replies={200: shapes.Message})
async def reset(request: web.Request) -> web.Response:
    username, keys = part_of_path(request, "username"), request.config_dict[KEYS]
    given = await parse(request, fields.ResetPassword)
    # Looked at before as well: nobody has the hub hash passwords with a token that is no good.
    await look_up(password_resets.find, username, given.resetToken, keys)
    password_hash = await compute(passwords.hash_password, given.newPassword)
    await perform(
        password_resets.redeem,
        username,
        given.resetToken,
        password_hash=password_hash,
        address=address_of(request),
        keys=keys,
    )
    return ok({"message": "Password reset successfully"})


@described("Have a token for a new password mailed", replies={200: shapes.Message})
async def ask_for_reset(request: web.Request) -> web.Response:
    """The same answer whether there is such a user or not."""
    username, settings = part_of_path(request, "username"), request.config_dict[SETTINGS]
    if not settings.mail_is_on:
        _tell_operator(request.app)
        raise Unavailable("This server sends no mail, so it cannot send a reset token either. Ask the staff.")
    limited = settings.rate_limits
    await perform(password_resets.count, username, address=address_of(request), limited=limited)
    await perform(password_resets.ask, username, keys=request.config_dict[KEYS], limited=limited)
    return ok({"message": ASKED})


def _tell_operator(app: web.Application) -> None:
    now = clock.now()
    if app not in _told or not timedelta(0) <= now - _told[app] < TOLD_EVERY:
        _told[app] = now
        log.error("mail_is_off", what_to_do="set HUB_SMTP_URL and HUB_MAIL_FROM; nobody can reset a password")


ROUTES = [
    web.post("/users/{username}/password", give),
    web.put("/users/{username}/password", change),
    web.patch("/users/{username}/password", reset),
    web.post("/users/{username}/password/reset", ask_for_reset),
]
