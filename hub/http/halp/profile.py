"""`profile`: one's own, and changing it. `notification`: what is new."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import counters, profiles
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import act
from hub.http.halp import fields
from hub.http.halp.auth import signed_in
from hub.http.halp.images import BODY_WITH_ONE_IMAGE, forget_copies, stored
from hub.http.halp.reply import ok
from hub.perform import look_up, perform
from hub.wire import halp
from hub.wire import halp_shapes as shapes


@described("One's profile", replies={200: shapes.OwnProfile}, security="sessionId")
async def show(request: web.Request) -> web.Response:
    by = await signed_in(request)
    return ok(**halp.profile(await look_up(profiles.of, by.id)))


@described(
    "Change one's profile", body=fields.ChangedProfile, replies={200: shapes.ProfileAfterChange}, security="sessionId"
)
async def change(request: web.Request) -> web.Response:
    """Null means unchanged; only `image: null` takes the picture away, and `image: ""` is no picture at all."""
    by = await signed_in(request)
    given = await parse(request, fields.ChangedProfile, most=BODY_WITH_ONE_IMAGE)
    takes_away = "image" in given.model_fields_set and given.image is None
    async with stored(request, [given.image or ""]) as names:
        changed = await act(
            request,
            profiles.change,
            by=by,
            spell=halp.profile,
            first_name=given.firstname,
            last_name=given.lastname,
            tutor=_tutor(given.tutor),
            **({"image": names[0] if names else None} if names or takes_away else {}),
        )
    if names and changed["image"] != halp.image(names[0]):
        await forget_copies(request, names)
    return ok(profile=changed)


def _tutor(given: fields.TutorInBody | None) -> dict[str, Any] | None:
    """What is given of a tutor's profile; null means unchanged."""
    return None if given is None else {name: value for name, value in given if value is not None}


@described("What a push would say", replies={200: shapes.Notification}, security="sessionId")
async def notification(request: web.Request) -> web.Response:
    """What a push would say; whoever asks has seen it then."""
    by = await signed_in(request)
    shown = await perform(counters.show, by.id, by.login_session_id)
    return ok(notification=halp.push_payload(shown))


ROUTES = [
    web.get("/profile", show),
    web.put("/profile", change),
    # A HEAD would be taken for having seen it.
    web.get("/notification", notification, allow_head=False),
]
