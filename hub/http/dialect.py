"""A dialect as a sub-application: its routes in both slash forms, and every failure said in its own words."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog
from aiohttp import web
from aiohttp.web_urldispatcher import Domain

from hub.domain import once, proofs
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.domain.refusals import Refusal
from hub.http import openapi
from hub.http.bodies import BODY_DIGEST, BadRequest
from hub.http.described import Shape
from hub.http.logged_paths import logged_path
from hub.perform import DatabaseAway, perform
from hub.settings import DIALECTS, Settings
from hub.storage import StoreAway
from hub.threads import Overloaded

log = structlog.get_logger(__name__)

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
KEYS: web.AppKey[Keys] = web.AppKey("keys", Keys)
LONGEST_KEY = 200
RETRY_AFTER_SECONDS = 2

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
T = TypeVar("T")

HUBS_OWN_PATHS = (
    "/socket.io/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/hooks/",
    "/docs",
    "/asyncapi.json",
    "/console",
    "/web/",
    "/sw.js",
    "/manifest.webmanifest",
    *(f"/{dialect}/" for dialect in DIALECTS),
)
"""Served at every host name, also at one that is bound to a dialect."""


class Unavailable(Exception):
    """The hub cannot answer just now; the same call may succeed in a moment."""


class Crash(Exception):
    """A bug, told as the dialect's plainest error."""


@dataclass(frozen=True, eq=False)
class Dialect:
    """`refuse` says any Refusal, BadRequest, HTTPException, Unavailable or Crash in the dialect's error shape.

    The rest is for its document: `refusal` is that shape, `refuses_with_200` says that it comes with status 200 too,
    `security` are OpenAPI's security schemes by name, and `path` the types of the parts of paths that have one.
    """

    name: str
    routes: list[web.RouteDef]
    refuse: Callable[[Exception], web.Response]
    title: str = ""
    description: str = ""
    refusal: Shape = None
    refuses_with_200: bool = False
    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    path: Mapping[str, Any] = field(default_factory=dict)


def sub_application(dialect: Dialect) -> web.Application:
    app = web.Application(middlewares=[_in_the_words_of(dialect)])
    document = [openapi.serving(dialect)] if dialect.name in DIALECTS else []
    for route in [*document, *dialect.routes]:
        # Both slash forms answer, without a redirect.
        for path in (route.path.rstrip("/"), route.path.rstrip("/") + "/"):
            web.RouteDef(route.method, path, route.handler, route.kwargs).register(app.router)
    return app


def _in_the_words_of(dialect: Dialect) -> Any:
    @web.middleware
    async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (Refusal, BadRequest, web.HTTPException, Unavailable) as no:
            return dialect.refuse(no)
        except (DatabaseAway, Overloaded, StoreAway):
            return dialect.refuse(Unavailable())
        except Exception:
            # The edge: whatever escapes is a bug, told once with its traceback.
            log.exception("request_failed", path=logged_path(request))
            return dialect.refuse(Crash())

    return speak


class HostOfADialect(Domain):
    """Requests to a host name that is bound to a dialect, but for the paths that the hub serves everywhere."""

    async def match(self, request: web.Request) -> bool:
        return await super().match(request) and not request.path.startswith(HUBS_OWN_PATHS)


async def act(
    request: web.Request, action: Callable[..., T], *args: Any, by: Actor, spell: Callable[[T], Any], **named: Any
) -> Any:
    """Perform an action and spell its answer; with an `Idempotency-Key`, once, in one transaction with the effect.

    Who calls is proven again in that transaction: their body may have come long after their credential was looked at.
    """
    work = partial(_act_and_spell, spell, partial(proofs.proven, action, *args, by=by, **named))
    return await at_most_once(request, by.id, idempotency_key(request), work)


async def at_most_once(request: web.Request, account_id: int, key: str | None, work: Callable[[], T]) -> T:
    if key is None:
        return await perform(work)
    return await perform(once.once, _once_key(request, account_id, key), work)


def _act_and_spell(spell: Callable[[T], Any], action: Callable[[], T]) -> Any:
    return spell(action())


def idempotency_key(request: web.Request) -> str | None:
    """The caller's own name for this call, if it came with one."""
    key = request.headers.get("Idempotency-Key")
    return None if key is None else _sound(key)


def _sound(key: str) -> str:
    if not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise BadRequest(400, f"An idempotency key has 1 to {LONGEST_KEY} printable characters.")
    return key


def _once_key(request: web.Request, account_id: int, key: str) -> once.Key:
    # Not the path: a call that answers at several is one call.
    handler = request.match_info.handler
    call = " ".join([handler.__module__, handler.__name__, *request.match_info.values()])
    # A DELETE says in its query what it is about.
    said = hashlib.sha256(f"{request.get(BODY_DIGEST, '')}?{request.query_string}".encode()).hexdigest()
    return once.Key(account_id, hashlib.sha256(call.encode()).hexdigest(), _sound(key), said)
