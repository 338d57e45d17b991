"""Which gateway takes text messages: the settings decide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standins.twilio import AUTH_TOKEN
from workers.gateways import sms
from workers.gateways.sms import ConsoleSms, MemorySms, Sms, gateway_for

ACCOUNT = {"twilio_account_sid": "AC1", "twilio_auth_token": AUTH_TOKEN, "twilio_from": "+61480000000"}


@pytest.fixture(autouse=True)
def _nothing_made() -> Iterator[None]:
    yield
    for _, gateway in sms._made:
        getattr(gateway, "close", lambda: None)()
    sms._made.clear()


@pytest.mark.parametrize(
    ("settings", "gateway"),
    [
        ({}, "ConsoleSms"),
        ({"env": "production"}, "NoneType"),
        ({"env": "production", "twilio_from": "console"}, "ConsoleSms"),
        (ACCOUNT, "Twilio"),
        ({"env": "production", **ACCOUNT}, "Twilio"),
    ],
)
def test_the_sender_decides_who_takes_text_messages(given, settings, gateway):
    assert type(gateway_for(given(**settings))).__name__ == gateway


def test_a_process_keeps_its_gateway_until_the_settings_are_others(given):
    these, others = given(), given()
    first = gateway_for(these)

    assert gateway_for(these) is first
    assert gateway_for(others) is not first


def test_a_test_may_put_another_in_its_place(given):
    memory = MemorySms()
    sms.use(memory)
    assert gateway_for(given(env="production")) is memory

    sms.use(None)
    assert isinstance(gateway_for(given()), ConsoleSms)


def test_a_text_message_says_nothing_of_itself_in_a_traceback():
    assert "650" not in repr(Sms("+16505550100", "Your code is 650650.", 600, "https://hub.example/"))
