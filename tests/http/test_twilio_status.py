"""`POST /hooks/twilio/status`: Twilio tells what became of a text message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.domain import sent_messages
from hub.perform import DatabaseAway, run, run_reading
from models import SentMessage
from tests.running import RunningHub
from tests.standins.twilio import ACCOUNT, AUTH_TOKEN, Callback, signed

PATH = "/hooks/twilio/status"
PUBLIC = "https://hub.example"
SID = "SM0123456789abcdef0123456789abcdef"
NUMBER = "+61491570006"
FIELDS = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "sent", "SmsStatus": "sent", "To": NUMBER}
NOT_TWILIO = (
    403,
    "This call is not Twilio's for this account and address. "
    "If it is, compare HUB_TWILIO_AUTH_TOKEN, HUB_TWILIO_ACCOUNT_SID and HUB_PUBLIC_URL.",
)
NOTED = (204, "")

SIGNING = pytest.mark.settings(
    twilio_account_sid=ACCOUNT, twilio_auth_token=AUTH_TOKEN, hosts={"flux.example": "flux", "api.example": "vivere"}
)


@pytest.fixture
def message(hub: RunningHub) -> str:
    """One that Twilio has taken."""
    public_id = run(sent_messages.begin, channel="sms", purpose="phone code", account_id=None)
    run(sent_messages.accepted, public_id, SID)
    return public_id


def row() -> tuple[str, str | None]:
    noted = run_reading(SentMessage.get)
    return noted.status, noted.detail


def told(message: str, **changes: str) -> Callback:
    return signed(f"{PUBLIC}{PATH}?id={message}", {**FIELDS, **changes})


async def call(hub: RunningHub, said: Callback, **headers: str) -> tuple[int, Any]:
    path = said.address.partition(".example")[2]
    return await hub.call("POST", path, data=said.fields, headers={**said.headers, **headers})


@SIGNING
async def test_what_became_of_a_message_is_noted(hub, message):
    answers = [await call(hub, told(message, MessageStatus=status)) for status in ("queued", "sent", "delivered")]

    assert answers == [NOTED] * 3
    assert row() == ("delivered", None)


@SIGNING
async def test_news_that_comes_late_takes_nothing_back(hub, message):
    for status in ("delivered", "sent", "failed"):
        assert await call(hub, told(message, MessageStatus=status)) == NOTED

    assert row() == ("delivered", None)


@SIGNING
@pytest.mark.parametrize("status", ["failed", "undelivered"])
async def test_a_message_that_did_not_arrive_is_told_to_the_operator_once(hub, message, status):
    said = told(message, MessageStatus=status, ErrorCode="30005")

    with capture_logs() as lines:
        answers = [await call(hub, said), await call(hub, said)]

    (line,) = [line for line in lines if line["event"] == "sms_not_delivered"]
    assert answers == [NOTED] * 2
    assert row() == (status, "Twilio's error 30005")
    assert (line["log_level"], line["message"], line["status"], line["error"]) == ("warning", message, status, "30005")
    assert NUMBER not in str(lines)


@SIGNING
@pytest.mark.parametrize("code", ["", "x" * 5000, "30005\n", "<b>"])
async def test_an_error_that_is_no_number_is_left_out(hub, message, code):
    assert await call(hub, told(message, MessageStatus="failed", ErrorCode=code)) == NOTED

    assert row() == ("failed", None)


@SIGNING
@pytest.mark.parametrize("id", ["0123456789abcdef01234567", "7", "%F0%9F%8D%95"])
async def test_a_message_that_nobody_knows_is_passed_over(hub, message, rows, id):
    before = rows()

    assert await call(hub, told(id)) == NOTED
    assert rows() == before


@pytest.mark.parametrize("id", ["%00", "x" * 3000])
async def test_an_id_that_is_none_upsets_no_database(hub_on_each, id):
    assert await hub_on_each.call("POST", f"{PATH}?id={id}", data=FIELDS) == NOTED


@SIGNING
@pytest.mark.parametrize("status", ["teleported", "x" * 5000, "waiting", "Ünterwegs"])
async def test_a_word_that_nobody_knows_is_passed_over(hub, message, rows, status):
    before = rows()

    assert await call(hub, told(message, MessageStatus=status)) == NOTED
    assert rows() == before


@SIGNING
@pytest.mark.parametrize("host", ["flux.example", "api.example"])
async def test_it_is_served_at_host_names_of_dialects_and_signed_for_them(hub, message, host):
    for_the_host = signed(f"https://{host}{PATH}?id={message}", {**FIELDS, "MessageStatus": "delivered"})

    assert await call(hub, for_the_host, Host=host) == NOTED
    assert row() == ("delivered", None)


@SIGNING
@pytest.mark.parametrize("slash", ["", "/"])
async def test_both_slash_forms_answer(hub, message, slash):
    assert await call(hub, signed(f"{PUBLIC}{PATH}{slash}?id={message}", FIELDS)) == NOTED


@SIGNING
@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: {"X-Twilio-Signature": ""},
        lambda said: {"X-Twilio-Signature": "größer"},
        lambda said: signed(said.address, {**said.fields, "MessageStatus": "failed"}).headers,
        lambda said: signed(said.address + "0", said.fields).headers,
        lambda said: signed(said.address, said.fields, "another token").headers,
        lambda said: {**said.headers, "X-Twilio-Signature": said.headers["X-Twilio-Signature"].lower()},
    ],
    ids=["none", "not ASCII", "of another status", "of another message", "of another token", "in lower case"],
)
async def test_a_call_without_the_right_signature_is_refused(hub, message, rows, spoil: Callable):
    said, before = told(message), rows()

    assert await call(hub, said, **spoil(said)) == NOT_TWILIO
    assert rows() == before


@SIGNING
@pytest.mark.parametrize("account", ["AC2", ""])
async def test_a_call_about_another_account_is_refused(hub, message, rows, account):
    before = rows()

    assert await call(hub, told(message, AccountSid=account)) == NOT_TWILIO
    assert rows() == before


async def test_in_development_without_a_token_an_unsigned_call_is_believed(hub, message):
    assert await hub.call("POST", f"{PATH}?id={message}", data=FIELDS) == NOTED
    assert row()[0] == "sent"


@pytest.mark.settings(env="production")
async def test_in_production_without_a_token_nobody_is_believed(hub, message, rows):
    before = rows()

    assert await hub.call("POST", f"{PATH}?id={message}", data=FIELDS) == NOT_TWILIO
    assert rows() == before


FORM = "application/x-www-form-urlencoded"
INCOMPLETE = (400, "Say which message it is about in the address, as id=, and its MessageStatus.")


@pytest.mark.parametrize(
    ("query", "body", "content_type", "answer"),
    [
        ("", b"MessageStatus=sent", FORM, INCOMPLETE),
        ("?id=", b"MessageStatus=sent", FORM, INCOMPLETE),
        ("?id=x", b"", FORM, INCOMPLETE),
        ("?id=x", b"MessageStatus=", FORM, INCOMPLETE),
        ("?id=x", b"{}", "application/json", (400, f"Send a form, with Content-Type: {FORM}.")),
        ("?id=x", b"MessageStatus=%ff", FORM, (400, "The form is not UTF-8.")),
        ("?id=x", b"MessageStatus=%00", FORM, (400, "The form contains a NUL character.")),
    ],
    ids=["no id", "blank id", "no status", "blank status", "JSON", "no UTF-8", "NUL"],
)
async def test_a_call_that_cannot_be_read_is_refused_in_plain_text(
    hub, message, rows, query, body, content_type, answer
):
    before = rows()

    assert await hub.call("POST", PATH + query, data=body, headers={"Content-Type": content_type}) == answer
    assert rows() == before


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [("GET", PATH, (405, "Method Not Allowed")), ("POST", "/hooks/twilio/nothing", (404, "Not Found"))],
)
async def test_any_other_call_is_refused_in_plain_text(hub, method, path, answer):
    assert await hub.call(method, path) == answer


async def test_while_the_database_is_away_twilio_is_told_to_come_again(hub, message, monkeypatch):
    def away(*_: object) -> None:
        raise DatabaseAway()

    monkeypatch.setattr(sent_messages, "report", away)
    async with hub.http.post(f"{PATH}?id={message}", data=FIELDS) as reply:
        said = reply.status, reply.headers["Retry-After"], await reply.text()

    assert said == (503, "2", "Not now.")
