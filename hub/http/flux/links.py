"""Signing in by mail: `email_secret_token`, `send_user_details`, `new_magic_link`, `login_magic_link`."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from hub.domain import magic_links
from hub.domain.magic_links import DeadLink
from hub.domain.roles import EmailNotFound
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS
from hub.http.flux import fields
from hub.http.flux.reply import failed, ok, plain
from hub.http.peers import address_of
from hub.http.previews import is_only_looked_at
from hub.perform import perform
from hub.wire import flux
from hub.wire import flux_shapes as shapes

DEAD = "This sign-in link is no longer good. Ask for a new one."
LOOKED_AT = "This link signs you in once it is opened."
MAIL_IS_OFF = "This server sends no mail"


@described("Mail the secret", body=fields.EmailOnly, replies={200: shapes.MailSent | shapes.MailNotSent})
async def email_secret_token(request: web.Request) -> web.Response:
    """Mail the secret; older clients read `sent_email` and `reason`, others `status`."""
    settings = request.config_dict[SETTINGS]
    given = await parse(request, fields.EmailOnly)
    if not settings.mail_is_on:
        return _not_sent(MAIL_IS_OFF)
    await _count_mail(request, given.email)
    try:
        await perform(magic_links.ask_for_secret, given.email, request.config_dict[KEYS])
    except EmailNotFound:
        return _not_sent("Email not found")
    return ok(sent_email=True, reason="Email Sent")


def _not_sent(reason: str) -> web.Response:
    return plain({"status": "error", "sent_email": False, "reason": reason})


@described("Mail a link to sign in by", body=fields.EmailOnly, replies={200: shapes.Okay | shapes.Error})
async def new_magic_link(request: web.Request) -> web.Response:
    settings = request.config_dict[SETTINGS]
    given = await parse(request, fields.EmailOnly)
    if not settings.mail_is_on:
        return failed(MAIL_IS_OFF)
    await _count_mail(request, given.email)
    lasts = timedelta(seconds=settings.magic_link_seconds)
    await perform(magic_links.ask, given.email, lasts=lasts, keys=request.config_dict[KEYS])
    return ok()


async def _count_mail(request: web.Request, email: str) -> None:
    limited = request.config_dict[SETTINGS].rate_limits
    await perform(magic_links.count_mail, email, address=address_of(request), limited=limited)


@described("Sign in by a link; it is good once", replies={200: shapes.SignedIn | shapes.DeadLink})
async def login_magic_link(request: web.Request) -> web.Response:
    """Sign in by a link. Whoever only looks at it, as mail scanners do, uses nothing up."""
    if is_only_looked_at(request):
        return _dead(LOOKED_AT)
    try:
        joined = await perform(magic_links.redeem, request.match_info["token"], request.config_dict[KEYS])
    except DeadLink:
        return _dead(DEAD)
    reply = ok(s=joined.secret, user=flux.user(joined.details, joined.secret))
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _dead(reason: str) -> web.Response:
    reply = failed(reason, s=None)
    reply.headers["Cache-Control"] = "no-store"
    return reply


V0 = [web.post("/email_secret_token", email_secret_token), web.post("/send_user_details", email_secret_token)]
V1 = [
    web.post("/app/new_magic_link", new_magic_link),
    web.get("/app/login_magic_link/{token}", login_magic_link),
]
