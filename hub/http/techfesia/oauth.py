"""Signing in by a provider, and what somebody has there: `auth/oauth`, `auth_modes` and `picture`.

Where people are sent back to is made of the public address alone, and the cookie that they come back with is the one of
that host. So whoever begins at a host name of the dialect's own is sent to the public address first.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from hub.domain import identities, users
from hub.domain.identities import NotVouched, ProviderNotOffered, SignInDeclined
from hub.http import oauth_states
from hub.http.bodies import query
from hub.http.described import described
from hub.http.dialect import KEYS, SETTINGS, act
from hub.http.oauth_providers import Provider, provider_called
from hub.http.oauth_states import Begun
from hub.http.oauth_talk import OURS, PASSING, talk_with
from hub.http.outbound import CLIENT
from hub.http.techfesia import oauth_fields as fields
from hub.http.techfesia.auth import minting, signed_in
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import ok
from hub.perform import look_up, perform
from hub.wire import techfesia
from hub.wire import techfesia_identities as wire
from hub.wire import techfesia_identities_shapes as shapes
from hub.wire.techfesia import PREFIX
from hub.wire.techfesia_shapes import Message, Pair

LONGEST_CODE = 4096


@described("Sign in by Google, GitHub or Facebook: leads there", replies={302: None})
async def begin(request: web.Request) -> web.Response:
    provider = _provider(request)
    if not request.path.startswith(PREFIX):
        return _lead_to(provider.about.redirect_uri.removesuffix("/callback"))
    begun = oauth_states.begin(request.config_dict[KEYS], provider.about.provider)
    talk = await talk_with(provider.about, request.config_dict[CLIENT])
    reply = _lead_to(await provider.consent_address(talk, begun))
    _mark_browser(reply, provider, begun)
    return reply


@described("Where providers lead back to: a token pair", query=fields.Back, replies={200: Pair})
async def come_back(request: web.Request) -> web.Response:
    """What was begun stays good while the provider is in trouble, so that the page may be loaded again."""
    provider = _provider(request)
    begun = _resumed(request, provider)
    talk = await talk_with(provider.about, request.config_dict[CLIENT])
    person = await provider.person(talk, _code(request, provider), begun)
    pair = await perform(identities.sign_in, person, begun.claims, minting(request))
    reply = _unkept(ok(techfesia.pair(pair)))
    reply.del_cookie(_cookie(provider), path=_cookie_path(provider))
    return reply


def _provider(request: web.Request) -> Provider:
    name, settings = request.match_info["provider"], request.config_dict[SETTINGS]
    # Never of the Host header, which whoever calls can choose.
    redirect_uri = f"{settings.public_address}{PREFIX}/auth/oauth/{name}/callback"
    provider = provider_called(name, settings, redirect_uri=redirect_uri)
    if provider is None:
        raise ProviderNotOffered()
    return provider


def _lead_to(address: str) -> web.Response:
    return _unkept(web.Response(status=302, headers={"Location": address}))


def _unkept(reply: web.Response) -> web.Response:
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _mark_browser(reply: web.Response, provider: Provider, begun: Begun) -> None:
    """Have the browser come back with its mark. Lax, because it comes back from another site."""
    reply.set_cookie(
        _cookie(provider),
        begun.mark,
        max_age=int(oauth_states.LASTS.total_seconds()),
        path=_cookie_path(provider),
        secure=provider.about.redirect_uri.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def _cookie(provider: Provider) -> str:
    return f"hub_oauth_{provider.about.provider}"


def _cookie_path(provider: Provider) -> str:
    return urlsplit(provider.about.redirect_uri).path


def _resumed(request: web.Request, provider: Provider) -> Begun:
    mark = request.cookies.get(_cookie(provider))
    keys, state = request.config_dict[KEYS], query(request, "state")
    return oauth_states.resume(keys, provider.about.provider, state=state, mark=mark)


def _code(request: web.Request, provider: Provider) -> str:
    """What the person came back with; raises SignInDeclined where they said no, and what else the provider may say."""
    code, error = query(request, "code"), query(request, "error")
    if error == "access_denied":
        raise SignInDeclined()
    if error in PASSING:
        raise provider.about.away(error)
    if error in OURS:
        raise provider.about.refuses_us(error)
    if code is None or error is not None or len(code) > LONGEST_CODE or not code.isascii() or not code.isprintable():
        raise NotVouched()
    return code


@described("By what a user can sign in", replies={200: shapes.AuthModes}, security="bearer")
async def auth_modes(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(wire.modes(await look_up(identities.modes, part_of_path(request, "username"), by=by)))


@described(
    "Show a provider's picture",
    body=fields.Provider,
    body_may_be_missing=True,
    replies={200: Message},
    security="bearer",
)
async def show_picture(request: web.Request) -> web.Response:
    by, username = await signed_in(request), part_of_path(request, "username")
    await look_up(users.changeable, username, by=by)
    provider = await fields.provider_in(request)
    return ok(await act(request, identities.show_picture, username, provider, by=by, spell=wire.picture_shown))


ROUTES = [
    web.get("/auth/oauth/{provider}", begin),
    # Whoever only asks whether it is there must not spend what the person came back with.
    web.get("/auth/oauth/{provider}/callback", come_back, allow_head=False),
    web.get("/users/{username}/auth_modes", auth_modes),
    web.put("/users/{username}/picture", show_picture),
]
