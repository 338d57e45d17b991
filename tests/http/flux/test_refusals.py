"""What a no looks like: its status, and words that people may be shown."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from hub.domain.accounts import EmailTaken
from hub.domain.credentials import DeadCredential
from hub.domain.feedback import TooMuchFeedback
from hub.domain.member_checks import CheckOfAnotherKind, CheckOver
from hub.domain.once import KeyUsedForAnother
from hub.domain.phone_bank import CallOver
from hub.domain.phone_checks import CountryNotServed, WrongNonce
from hub.domain.refusals import Invalid, NotFound, TooMany
from hub.domain.roles import EmailNotFound, RoleNeeded
from hub.domain.sms_budgets import BudgetSpent
from hub.http.bodies import BadRequest
from hub.http.dialect import Crash, Unavailable
from hub.http.flux.refusals import refuse


@pytest.mark.parametrize(
    ("no", "status"),
    [
        (EmailNotFound(), 200),
        (TooMuchFeedback(), 200),
        (Invalid("email", "is missing"), 400),
        (CountryNotServed("phone_number", "is far away"), 400),
        (BadRequest(400, "The body is not JSON."), 400),
        (DeadCredential(), 403),
        (RoleNeeded(), 403),
        (WrongNonce(), 403),
        (NotFound(), 404),
        (web.HTTPNotFound(), 404),
        (web.HTTPMethodNotAllowed("PATCH", {"GET"}), 405),
        (BadRequest(408, "The body took too long to arrive."), 408),
        (KeyUsedForAnother(), 409),
        (CheckOver(), 409),
        (CheckOfAnotherKind(), 409),
        (CallOver(), 409),
        (BadRequest(413, "The body is larger than 1048576 bytes."), 413),
        (TooMany(retry_after=7), 429),
        (BudgetSpent("number", 7), 429),
        (Crash(), 500),
        (Unavailable(), 503),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_has_its_status_and_the_contract_s_shape(no, status):
    reply = refuse(no)

    said = json.loads(reply.text)
    assert (reply.status, reply.content_type, said.pop("status")) == (status, "application/json", "error")
    assert said.pop("error")
    assert set(said) <= {"error_args"}


def test_an_address_that_is_taken_is_plain_words():
    reply = refuse(EmailTaken())

    assert (reply.status, reply.headers["Content-Type"]) == (409, "text/html; charset=UTF-8")
    assert "{" not in reply.text


def test_who_may_come_again_is_told_when():
    assert refuse(TooMany(retry_after=7)).headers["Retry-After"] == "7"
    assert int(refuse(Unavailable()).headers["Retry-After"]) > 0
    assert refuse(web.HTTPMethodNotAllowed("PATCH", {"GET"})).headers["Allow"] == "GET"


def test_a_field_at_fault_is_named():
    said = json.loads(refuse(Invalid("email", "is missing")).text)

    assert said == {"status": "error", "error": "email is missing", "error_args": {"email": "is missing"}}
