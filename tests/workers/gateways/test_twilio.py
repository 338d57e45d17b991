"""Twilio: what it gets, and what the hub makes of its answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from time import monotonic

import pytest
from structlog.testing import capture_logs

from tests.standins.saying import Fault, Reply
from tests.standins.twilio import AUTH_TOKEN, FROM, TwilioStandIn, refusal
from workers.gateways.errors import GatewayError
from workers.gateways.sms import NumberRefused, Sms
from workers.gateways.twilio import Twilio

NUMBER = "+61491570006"
REPORT_TO = "https://hub.example/hooks/twilio/status?id=0123456789abcdef01234567"
CODE = Sms(NUMBER, "Your code is 123456 & no other.", 600, REPORT_TO)
FORM = {
    "To": NUMBER,
    "From": FROM,
    "Body": "Your code is 123456 & no other.",
    "ValidityPeriod": "600",
    "StatusCallback": REPORT_TO,
}


@pytest.fixture
def provider(trusted) -> Iterator[TwilioStandIn]:
    with TwilioStandIn(trusted) as standing_in:
        yield standing_in


@pytest.fixture
def twilio(clock, provider, given) -> Iterator[Twilio]:
    with closing(Twilio(given(**provider.settings), seconds=5)) as gateway:
        yield gateway


def refusal_of(twilio: Twilio, sms: Sms = CODE) -> GatewayError:
    """Whatever it says, it says nothing that is not for a log."""
    with pytest.raises(GatewayError) as refused:
        twilio.send(sms)
    said = str(refused.value)
    assert [secret for secret in (NUMBER, NUMBER[1:], "123456", AUTH_TOKEN) if secret in said] == []
    return refused.value


def test_a_text_arrives_as_it_was_given_and_has_twilios_name(twilio, provider):
    sid = twilio.send(CODE)

    assert provider.messages == [{**FORM, "sid": sid}]


def test_texts_share_a_connection(twilio, provider):
    for _ in range(3):
        twilio.send(CODE)

    assert (len(provider.messages), provider.connections) == (3, 1)


@pytest.mark.parametrize(("seconds", "said"), [(0, "1"), (86400, "14400")])
def test_it_is_kept_no_longer_than_twilio_keeps_anything(twilio, provider, seconds, said):
    twilio.send(replace(CODE, lasts_seconds=seconds))

    assert provider.messages[0]["ValidityPeriod"] == said


@pytest.mark.parametrize("body", [b"<html>", b"", [], {"sid": None}, {"sid": "a\nb"}, {"sid": "x" * 500}])
def test_a_text_that_was_accepted_without_a_name_is_accepted(twilio, provider, body):
    provider.script.append(Reply(201, body))

    assert twilio.send(CODE) == ""


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_cannot_be_texted_to_is_refused_for_good_and_by_itself(twilio, provider, code):
    provider.refused[NUMBER] = code

    refused = refusal_of(twilio)

    assert (type(refused), refused.permanent) == (NumberRefused, True)
    assert str(refused).startswith(f"Twilio refused the number with code {code}: it")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            refusal(400, 21408, f"Permission to send an SMS has not been enabled for {NUMBER}"),
            "Twilio answered 400 with code 21408; "
            "allow the country in Twilio's console, or take it out of HUB_SMS_COUNTRIES",
        ),
        (refusal(400, 29999, NUMBER), "Twilio answered 400 with code 29999"),
        (
            refusal(403, 20003, "Suspended"),
            "Twilio answered 403 with code 20003; check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_AUTH_TOKEN",
        ),
        (Reply(403, b"<html>"), "Twilio answered 403 check in Twilio's console that the account may send"),
        (Reply(302, b"", {"location": "https://elsewhere.example"}), "Twilio answered 302"),
        (Reply(200, {"sid": "SM1"}), "Twilio answered 200"),
    ],
    ids=["country", "unknown code", "suspended", "no JSON", "a redirect", "not what it documents"],
)
def test_any_other_refusal_is_for_good_and_for_the_operator(twilio, provider, reply, words):
    provider.script.append(reply)

    refused = refusal_of(twilio)

    assert (type(refused), refused.permanent, str(refused)) == (GatewayError, True, words)
    assert provider.messages == []


@pytest.mark.parametrize("wrong", ["twilio_account_sid", "twilio_auth_token"])
def test_a_wrong_account_or_token_is_refused_for_good(provider, given, clock, wrong):
    with closing(Twilio(given(**{**provider.settings, wrong: "another"}), seconds=5)) as gateway:
        refused = refusal_of(gateway)

    assert refused.permanent
    assert str(refused) == (
        "Twilio answered 401 with code 20003; check HUB_TWILIO_ACCOUNT_SID and HUB_TWILIO_AUTH_TOKEN"
    )


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_waits_as_long_as_twilio_asks(twilio, provider, status):
    provider.script.append(refusal(status, 20429, "Too Many Requests", **{"retry-after": "60"}))

    refused = refusal_of(twilio)

    assert (refused.permanent, refused.retry_after, provider.messages) == (False, 60.0, [])


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.RST_STREAM, Fault.GARBAGE])
def test_a_connection_that_breaks_is_trouble_that_passes(twilio, provider, fault):
    provider.script.append(fault)

    assert not refusal_of(twilio).permanent

    twilio.send(CODE)
    assert len(provider.messages) == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE])
def test_a_twilio_that_never_answers_is_waited_for_as_long_as_a_send_may_take(provider, given, clock, fault):
    provider.script.append(fault)
    began = monotonic()
    with closing(Twilio(given(**provider.settings), seconds=0.3)) as gateway:
        refused = refusal_of(gateway)

    assert (refused.permanent, refused.retry_after) == (False, None)
    assert monotonic() - began < 4


def test_an_answer_that_is_lost_on_a_new_connection_is_left_to_the_job(twilio, provider):
    provider.script.append(Fault.RESET_AFTER_TAKING)

    refused = refusal_of(twilio)

    assert (refused.permanent, len(provider.messages)) == (False, 1)


def test_an_answer_that_is_lost_on_a_kept_connection_may_mean_the_same_text_twice(twilio, provider):
    twilio.send(CODE)
    provider.script.append(Fault.RESET_AFTER_TAKING)

    sid = twilio.send(CODE)

    assert [message["Body"] for message in provider.messages] == [CODE.text] * 3
    assert provider.messages[-1]["sid"] == sid


def test_where_twilio_cannot_call_back_the_text_goes_out_without_a_report(twilio, provider):
    provider.unreachable.add("https://hub.example/")

    with capture_logs() as said:
        sid = twilio.send(CODE)

    without_report = {name: value for name, value in FORM.items() if name != "StatusCallback"}
    assert provider.messages == [{**without_report, "sid": sid}]
    assert [line["what_to_do"] for line in said] == ["set HUB_PUBLIC_URL to an address that Twilio can reach"]
