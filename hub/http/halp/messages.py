"""`message`, `conversations`, `messages`."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from hub.domain import messages, proofs
from hub.http.bodies import parse
from hub.http.described import described
from hub.http.dialect import idempotency_key
from hub.http.halp import fields
from hub.http.halp.auth import signed_in
from hub.http.halp.reply import ok, ok_listing
from hub.perform import look_up, perform
from hub.wire import halp
from hub.wire import halp_shapes as shapes


@described("Send a message", body=fields.NewMessage, replies={200: shapes.Sent}, security="sessionId")
async def send(request: web.Request) -> web.Response:
    """The reply's `id` and `timestamp` are ours. A `client_id`, or an Idempotency-Key, makes a resend harmless."""
    by = await signed_in(request)
    new = await parse(request, fields.NewMessage)
    key = new.client_id or idempotency_key(request)
    send_once = partial(proofs.proven, messages.send_once, new.recipient, new.body, by=by)
    sent = await perform(send_once, mode=new.senderMode, client_id=key, spell=halp.sent)
    return ok(**sent)


@described(
    "Threads, the most recent first", query=fields.Page, replies={200: shapes.Conversations}, security="sessionId"
)
async def conversations(request: web.Request) -> web.Response:
    by = await signed_in(request)
    page = fields.in_query(request, fields.Page)
    found, is_cut = await look_up(messages.conversations, mode=page.mode, by=by, before=page.before, limit=page.limit)
    return await ok_listing("conversations", found, partial(halp.conversation, viewer=by.id), truncated=is_cut)


@described("Read a thread, newest first", query=fields.ThreadPage, replies={200: shapes.Messages}, security="sessionId")
async def thread(request: web.Request) -> web.Response:
    """What was written, which is read then."""
    by = await signed_in(request)
    page = fields.in_query(request, fields.ThreadPage)
    ask = partial(messages.thread, page.otherUserId, mode=page.mode, by=by)
    found = await perform(ask, before=page.before, limit=page.limit)
    spell = partial(halp.message, viewer=by.id)
    other = halp.person(found.other)
    return await ok_listing("messages", found.messages, spell, otherUser=other, truncated=found.is_cut)


ROUTES = [
    web.post("/message", send),
    web.get("/conversations", conversations),
    web.get("/messages", thread, allow_head=False),
]
