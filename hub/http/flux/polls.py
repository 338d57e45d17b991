"""`iiccot/cast_vote` and `iiccot/getinfo`: a poll of the members."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.domain import polls
from hub.http.bodies import validated
from hub.http.described import described
from hub.http.dialect import KEYS, act
from hub.http.flux import fields, taken
from hub.http.flux.auth import signed_in
from hub.http.flux.reply import ok, plain
from hub.perform import look_up
from hub.wire import flux
from hub.wire import flux_shapes as shapes

IICCOT = 1
"""The one poll that the contract knows."""


@described("Vote, or move one's vote", body=taken.SignedVote, replies={200: shapes.PollAfterVote})
async def cast_vote(request: web.Request) -> web.Response:
    """Vote, or move one's vote. The reply is that of the poll's figures too, as the document can be read either way."""
    call = await signed_in(request)
    ballot = validated(call.body, fields.Ballot)

    def spelled(figures: dict[str, int]) -> dict[str, Any]:
        return flux.poll(ballot.poll_id, figures)

    keys = request.config_dict[KEYS]
    said = await act(request, polls.cast, ballot.poll_id, ballot.option_id, keys=keys, by=call.by, spell=spelled)
    return ok(**said)


@described("The poll's figures", replies={200: shapes.Poll})
async def getinfo(request: web.Request) -> web.Response:
    return plain(flux.poll(IICCOT, await look_up(polls.figures, IICCOT)))


V0 = [web.post("/iiccot/cast_vote", cast_vote), web.get("/iiccot/getinfo", getinfo)]
