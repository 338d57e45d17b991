"""What the document does not speak of has its natural status, and the generic code in the contract's shape."""

import json

import pytest
from aiohttp import web

from hub.domain.once import KeyUsedForAnother
from hub.domain.pins import NoPin
from hub.domain.refusals import Invalid, TooMany
from hub.http.bodies import BadRequest
from hub.http.dialect import Crash, Unavailable
from hub.http.halp.refusals import refuse
from tests.http.halp.saying import is_error


@pytest.mark.parametrize(
    ("no", "status"),
    [
        (Invalid("duration", "is missing"), 200),
        (BadRequest(400, "The body is not JSON."), 400),
        (web.HTTPNotFound(), 404),
        (web.HTTPMethodNotAllowed("PATCH", {"GET"}), 405),
        (BadRequest(408, "The body took too long to arrive."), 408),
        (KeyUsedForAnother(), 409),
        (BadRequest(413, "The body is larger than 1048576 bytes."), 413),
        (TooMany(retry_after=7), 429),
        (Crash(), 500),
        (Unavailable(), 503),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_status_of_what_the_document_does_not_speak_of(no, status):
    reply = refuse(no)

    assert (reply.status, reply.content_type) == (status, "application/json")
    assert is_error(json.loads(reply.text))


def test_what_it_does_speak_of_travels_with_200():
    reply = refuse(NoPin())

    assert (reply.status, json.loads(reply.text)) == (200, {"code": "no_pin"})


def test_who_may_come_again_is_told_when():
    assert refuse(TooMany(retry_after=7)).headers["Retry-After"] == "7"
    assert int(refuse(Unavailable()).headers["Retry-After"]) > 0
    assert refuse(web.HTTPMethodNotAllowed("PATCH", {"GET"})).headers["Allow"] == "GET"
