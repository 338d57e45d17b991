"""`app/feedback`: what members think of the app."""

from __future__ import annotations

from aiohttp import web

from hub.domain import feedback
from hub.http.bodies import validated
from hub.http.described import described
from hub.http.dialect import act
from hub.http.flux import fields, taken
from hub.http.flux.auth import signed_in
from hub.http.flux.reply import ok
from hub.wire import flux_shapes as shapes


@described("Say what one thinks of the app", body=taken.SignedFeedback, replies={200: shapes.Okay | shapes.Error})
async def give(request: web.Request) -> web.Response:
    call = await signed_in(request)
    said = validated(call.body, fields.FeedbackSaid)
    await act(request, feedback.give, said.feedback, by=call.by, spell=bool)
    return ok()


V1 = [web.post("/app/feedback", give)]
