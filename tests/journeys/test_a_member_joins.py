"""A member shows that a number is theirs, joins as the public form does, signs in by mail, votes and leaves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any, TypeVar

import pytest

from tests.http.flux.test_register import REACT
from tests.namespaces.talking import heard
from tests.processes import Server, Site
from tests.standins.certificate import Certificate
from tests.standins.smtp import SmtpStandIn
from tests.standins.twilio import TwilioStandIn

NUMBER = "+61400000000"
"""The same as the form's `contact_number`."""
OKAY = {"status": "okay"}
T = TypeVar("T")


@pytest.fixture
def twilio(certificate: Certificate) -> Iterator[TwilioStandIn]:
    with TwilioStandIn(certificate) as standing_in:
        yield standing_in


@pytest.fixture
def post_office(certificate: Certificate) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(certificate) as standing_in:
        yield standing_in


async def flux(node: Server, path: str, **body: Any) -> dict[str, Any]:
    status, reply = await node.post(f"/flux/api/{path}", body)
    assert (status, "error" in reply) == (200, False), reply
    return reply


async def newest(several: list[T], count: int) -> T:
    """The last of them once there are so many."""
    async with asyncio.timeout(20):
        while len(several) < count:
            await asyncio.sleep(0.02)
    return several[-1]


def in_both_parts(mail: EmailMessage, form: str) -> str:
    """What a mail says in its text and in its HTML alike."""
    found: list[Callable[..., Any]] = [mail.get_body((part,)) for part in ("plain", "html")]
    (said,) = {re.search(form, part.get_content())[1] for part in found}
    return said


async def test_from_the_first_text_message_to_leaving(
    site: Site, twilio: TwilioStandIn, post_office: SmtpStandIn
) -> None:
    site.environment |= {
        **twilio.environment,
        "HUB_SMTP_URL": f"smtp://{post_office.host}",
        "HUB_MAIL_FROM": "The hub <hub@example.org>",
    }
    here, there = await site.serve(), await site.serve()
    site.work(HUB_PUBLIC_URL=here.address)

    # The phone.
    assert await flux(here, "v1/app_rego/phone_commit", phone_number=NUMBER) == OKAY
    code = re.search("[0-9]{6}", (await newest(twilio.messages, 1))["Body"])[0]
    shown = {"phone_number": NUMBER, "verify_code": code, "verify_nonce": "something random 297494"}
    assert await flux(there, "v1/app_rego/phone_verify", **shown) == OKAY

    # The form, and the mail that welcomes.
    nonce = {"phone_verify_nonce": "something random 297494"}
    user = await flux(here, "v0/register/all_at_once", **REACT, **nonce, recaptcha_token="x")
    assert ({name: user[name] for name in REACT}, user["phone_verified"]) == (REACT, True)
    mailed = in_both_parts(await newest(post_office.received, 1), r"\?s=([0-9a-f]{40})")
    assert (await flux(there, "v0/user_details", s=mailed))["email"] == REACT["email"]

    # The link, which the app opens.
    assert await flux(here, "v1/app/new_magic_link", email="ada@EXAMPLE.org") == OKAY
    token = in_both_parts(await newest(post_office.received, 2), r"fluxapp://sign_in/magic_link/([0-9a-f]+)")
    _, signed_in = await there.call("GET", f"/flux/api/v1/app/login_magic_link/{token}")
    _, again = await here.call("GET", f"/flux/api/v1/app/login_magic_link/{token}")
    assert (set(signed_in), again["status"], again["s"]) == ({"status", "s", "user"}, "error", None)

    # The vote, heard on the other node, and goodbye.
    listener = await there.listen("/members", token=signed_in["s"])
    voted = await flux(here, "v0/iiccot/cast_vote", s=user["s"], poll_id=1, option_id="103")
    assert (voted["stats"]["103"], await heard(listener, 1)) == (1, [("vote", {"poll_id": 1, "option_id": "103"})])
    assert await flux(here, "v0/delete_user", s=mailed) == OKAY
    assert await listener.until_ended()
    assert {(await there.post("/flux/user_details", {"s": secret}))[0] for secret in (user["s"], mailed)} == {403}

    logs = site.log("serve") + site.log("work")
    secrets = [user["s"], mailed, signed_in["s"], token, code, NUMBER[1:], "ada@", "297494"]
    assert [secret for secret in secrets if secret in logs] == []
