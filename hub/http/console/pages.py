"""The console's pages: the shell that its scripts fill, and signing in and out, which need no script."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from importlib.metadata import version
from urllib.parse import quote

from aiohttp import web

from hub.domain import console_sessions, logins, passwords, roles
from hub.domain.refusals import NotSignedIn, Refusal
from hub.http import web as pages
from hub.http.bodies import BadRequest, form
from hub.http.console import health
from hub.http.console.auth import PATH, FromAnotherSite, caller_of, give_cookie, own_pages_only, staff, take_cookie
from hub.http.console.refusals import No, told
from hub.http.console.reply import ok
from hub.http.dialect import SETTINGS
from hub.http.peers import address_of
from hub.http.previews import is_only_looked_at
from hub.perform import DatabaseAway, Overloaded, look_up, perform
from hub.threads import compute

SIGN_IN = f"{PATH}/sign-in"
PATIENCE_SECONDS = 3.0
"""What the database gets to say who asks for the shell."""
_SAID_ON_THE_PAGE = (Refusal, BadRequest, DatabaseAway, Overloaded)


async def shell(request: web.Request) -> web.Response:
    """The same for everybody, with nothing in it; so it is sent, too, while nobody can tell who asks for it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await staff(request)
    except NotSignedIn:
        return _go_to(f"{SIGN_IN}?next={quote(request.path)}")
    except Refusal as no:
        return _sign_in(PATH, no)
    except (DatabaseAway, Overloaded, TimeoutError):
        # Its scripts say so, and the page of health answers all the same.
        pass
    return pages.page("console.html")


async def sign_in_page(request: web.Request) -> web.Response:
    return _sign_in(_next(request.query.get("next")))


async def sign_in(request: web.Request) -> web.Response:
    given: dict[str, str] = {}
    try:
        own_pages_only(request)
        given = await form(request)
        secret = await _signed_in(request, given.get("username", ""), given.get("password", ""))
        return await _let_in(request, secret, _next(given.get("next")))
    except _SAID_ON_THE_PAGE as no:
        return _sign_in(_next(given.get("next")), no, username=given.get("username", ""))


async def _signed_in(request: web.Request, username: str, password: str) -> str:
    """The secret of a new session; every try is counted before the password is looked at."""
    address, limited = address_of(request), request.config_dict[SETTINGS].rate_limits
    candidate = await perform(logins.begin, username, address=address, limited=limited)
    is_right = await compute(passwords.is_right, password, candidate.password_hash)
    if candidate.actor is None or not is_right:
        raise logins.WrongPassword()
    if limited:
        await perform(logins.succeed, username, address=address)
    return await perform(console_sessions.begin_for, candidate)


async def link(request: web.Request) -> web.Response:
    """A link from the terminal signs in who opens it. What only looks, such as a chat's preview, uses nothing up."""
    secret = request.match_info["secret"]
    if is_only_looked_at(request):
        return web.Response(text="This link signs you in once it is opened.\n", headers={"Cache-Control": "no-store"})
    try:
        return await _let_in(request, await perform(console_sessions.follow_link, secret), PATH)
    except _SAID_ON_THE_PAGE as no:
        return _sign_in(PATH, no)


async def _let_in(request: web.Request, secret: str, where: str) -> web.Response:
    """From here on the browser has this session; the one that it had is nobody's any more."""
    with suppress(NotSignedIn):
        await perform(console_sessions.sign_out, (await caller_of(request)).claims)
    reply = _go_to(where)
    give_cookie(request, reply, secret)
    return reply


async def sign_out(request: web.Request) -> web.Response:
    reply = _go_to(SIGN_IN)
    try:
        own_pages_only(request)
        health.forget(request)
        await perform(console_sessions.sign_out, (await caller_of(request)).claims)
    except NotSignedIn:
        # Whoever is signed out already wanted just that.
        pass
    except (FromAnotherSite, DatabaseAway, Overloaded) as no:
        return _sign_in(PATH, no)
    take_cookie(reply)
    return reply


def _go_to(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})


async def session(request: web.Request) -> web.Response:
    """Who is signed in, and where."""
    by = await staff(request)
    settings = request.config_dict[SETTINGS]
    said = {
        "name": by.name,
        "username": by.username,
        "is_superuser": by.is_superuser,
        "privileges": None if by.privileges is None else _by_subject(by.privileges),
        "roles": await look_up(roles.of, by.id),
        "environment": settings.env,
        "hub": {"version": version("hub"), "public_address": settings.public_address},
        "timezone": settings.timezone,
    }
    return ok(said)


def _by_subject(pairs: frozenset[tuple[str, str]]) -> dict[str, list[str]]:
    return {subject: sorted(verb for one, verb in pairs if one == subject) for subject, _ in pairs}


def _sign_in(wanted: str, no: Exception | None = None, *, username: str = "") -> web.Response:
    """The form, and above it why it is there again."""
    said = No(200, "", "") if no is None else told(no)
    page = pages.page("sign-in.html", status=said.status, next=wanted, said=said.message, username=username)
    page.headers.update(said.headers)
    return page


def _next(path: str | None) -> str:
    """Where to go after signing in: within the console, whatever somebody wrote into the address."""
    return path if path is not None and _OURS.fullmatch(path) else PATH


_OURS = re.compile(rf"{PATH}(?!/(?:link|api)/)(?:/(?!\.|%2e)[A-Za-z0-9_.@+%-]+)*/?", re.IGNORECASE)


ROUTES = [
    web.get("/sign-in", sign_in_page),
    web.post("/sign-in", sign_in),
    web.post("/sign-out", sign_out),
    web.get("/link/{secret}", link),
    web.get("/api/session", session),
]
_SECTION = "{section:(?!api(?:/|$))[^/]+}"
SHELL = [web.get("/", shell), web.get(f"/{_SECTION}", shell), web.get(f"/{_SECTION}/{{rest:.+}}", shell)]
