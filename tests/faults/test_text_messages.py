"""Text messages through Twilio's own protocol: a code on its way there, and the news of it on its way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.perform import run_reading
from models import SentMessage
from tests.build import bound_to
from tests.processes import Server, Site
from tests.standins.certificate import Certificate
from tests.standins.saying import Fault
from tests.standins.twilio import TwilioStandIn

NUMBER = "+61491570006"
OTHERS = ("+61491570156", "+61491570157", "+61491570158")


@pytest.fixture
def twilio(certificate: Certificate) -> Iterator[TwilioStandIn]:
    with TwilioStandIn(certificate) as standing_in:
        yield standing_in


async def ask_for_a_code(server: Server, number: str) -> None:
    _, reply = await server.post("/flux/api/v1/app_rego/phone_commit", {"phone_number": number})
    assert reply["status"] == "okay", reply


async def until(something: object, *, within: float) -> None:
    """Wait until there is something in a list."""
    async with asyncio.timeout(within):
        while not something:
            await asyncio.sleep(0.02)


def statuses(site: Site) -> list[str]:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return run_reading(lambda: [row.status for row in SentMessage.select()])


async def test_a_code_reaches_twilio_after_all_and_what_became_of_it_comes_back(site: Site, twilio: TwilioStandIn):
    server = await site.serve(**twilio.environment)
    site.work(**twilio.environment, HUB_PUBLIC_URL=server.address)
    twilio.script.extend([Fault.RESET])

    await ask_for_a_code(server, NUMBER)
    await until(twilio.messages, within=20)
    (message,) = twilio.messages
    answered = await twilio.tell(message, "delivered")

    assert (message["To"], message["Body"][:13], len(twilio.heard)) == (NUMBER, "Your code is ", 2)
    assert (answered, statuses(site)) == (204, ["delivered"])
    code = message["Body"].removeprefix("Your code is ")[:6]
    assert not any(secret in site.log(part) for part in ("serve", "work") for secret in (NUMBER[1:], code))


async def test_while_twilio_hangs_mail_goes_out(site: Site, twilio: TwilioStandIn):
    site.environment |= {**twilio.environment, "HUB_WORKERS": "2"}
    twilio.script.extend([Fault.HANG] * 10)
    server = await site.serve()
    site.work()
    for number in (NUMBER, *OTHERS):
        await ask_for_a_code(server, number)
    await until(twilio.heard, within=20)

    status, _ = await server.post("/flux/api/v0/register/initial_email", {"email": "ada@example.org", "fname": "Ada"})
    mails = await mail_in_the_outbox(site, within=8)

    assert (status, [mail["to"] for mail in mails]) == (200, ["ada@example.org"])
    assert (len(twilio.heard), twilio.messages) == (1, [])


async def mail_in_the_outbox(site: Site, *, within: float) -> list[dict[str, Any]]:
    outbox = Path(site.environment["HUB_DATA_DIR"]) / "outbox"
    async with asyncio.timeout(within):
        while not (paths := list(outbox.glob("*.json"))):
            await asyncio.sleep(0.02)
    return [json.loads(path.read_text()) for path in paths]
