"""Who calls, in the console: a session in a cookie that scripts cannot read, and that other sites cannot use.

What changes something has to come from a page of our own: the browser says where a request comes from
(`Sec-Fetch-Site`, or `Origin` where it is too old for that), and one that says neither is refused.
"""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web
from yarl import URL

from hub.domain import console_sessions, login_sessions
from hub.domain.actors import Actor, organisers_only
from hub.domain.login_sessions import Caller
from hub.domain.privileges import superusers_only
from hub.domain.refusals import NotAllowed, NotSignedIn
from hub.http.dialect import SETTINGS
from hub.http.peers import came_over_tls
from hub.perform import look_up, perform

COOKIE = "hub_console"
PATH = "/console"
READING = ("GET", "HEAD")


class FromAnotherSite(NotAllowed):
    code = "from_another_site"


async def staff(request: web.Request) -> Actor:
    """The caller, who is staff; raises NotSignedIn, StaffOnly and FromAnotherSite."""
    own_pages_only(request)
    caller = await caller_of(request)
    organisers_only(caller.actor)
    if caller.is_worth_touching:
        await perform(login_sessions.touch, caller.claims)
    return caller.actor


async def superuser(request: web.Request) -> Actor:
    """The caller, who may do everything; raises what `staff` does, and SuperusersOnly."""
    by = await staff(request)
    superusers_only(by)
    return by


async def caller_of(request: web.Request) -> Caller:
    """Whose session the cookie names; raises NotSignedIn."""
    secret = request.cookies.get(COOKIE, "")
    if not login_sessions.looks_like_one(secret):
        raise NotSignedIn()
    idle = timedelta(seconds=request.config_dict[SETTINGS].console_session_seconds)
    return await look_up(console_sessions.caller_with, secret, idle=idle)


def own_pages_only(request: web.Request) -> None:
    """Refuse what would change something and was sent by a page of somebody else."""
    if request.method not in READING and not _is_from_our_page(request):
        raise FromAnotherSite()


def _is_from_our_page(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    public = URL(request.config_dict[SETTINGS].public_address).origin()
    return origin in (f"http://{request.host}", f"https://{request.host}", str(public))


def give_cookie(request: web.Request, reply: web.Response, secret: str) -> None:
    """Have the browser keep the session until it is closed or signed out; over TLS, for TLS only.

    Lax, so that a link in a chat leads somebody who is signed in to the page; nothing is changed by following one.
    """
    is_secure = came_over_tls(request) or request.config_dict[SETTINGS].public_address.startswith("https:")
    reply.set_cookie(COOKIE, secret, path=PATH, httponly=True, samesite="Lax", secure=is_secure)


def take_cookie(reply: web.Response) -> None:
    reply.del_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
