"""A festival over two nodes: a team finds together, a seat is freed, and a stolen phone is signed out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from hub.domain import accounts
from hub.perform import run
from tests.build import bound_to
from tests.namespaces.talking import heard
from tests.people import PASSWORD, password_hash
from tests.processes import Server, Site
from tests.standins.certificate import Certificate
from tests.standins.smtp import SmtpStandIn

EVENT = {"name": "Elektra", "description": "Code", "date": "2030-02-03", "time": "09:30", "venue": "Lab 3"}


@pytest.fixture
def post_office(certificate: Certificate) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(certificate) as standing_in:
        yield standing_in


class Caller:
    """Somebody with a pair of tokens, who calls whichever node is named."""

    def __init__(self, pair: dict[str, str]) -> None:
        self.access, self.refresh = pair["access"], pair["refresh"]
        self.headers = {"Authorization": f"Bearer {self.access}"}

    async def call(self, node: Server, method: str, path: str, body: Any = None) -> Any:
        status, said = await node.call(method, f"/techfesia/{path}", self, body)
        assert 200 <= status < 300, (method, path, status, said)
        return said


async def signed_in(node: Server, name: str) -> Caller:
    status, pair = await node.post("/techfesia/auth/token/", {"username": name, "password": PASSWORD})
    assert status == 200, pair
    return Caller(pair)


async def signed_up(node: Server, name: str) -> Caller:
    given = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "collegeName": "Test College"}
    status, user = await node.post("/techfesia/users/", given)
    assert (status, user["username"]) == (201, name), user
    return await signed_in(node, name)


def appoint(site: Site, name: str) -> None:
    who = {"name": name, "username": name, "email": f"{name}@example.org"}
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        run(accounts.create_staff, **who, password_hash=password_hash(), is_superuser=True)


async def newest(mails: list[EmailMessage], count: int) -> EmailMessage:
    async with asyncio.timeout(20):
        while len(mails) < count:
            await asyncio.sleep(0.02)
    return mails[-1]


async def test_from_signing_up_to_a_stolen_phone(site: Site, post_office: SmtpStandIn) -> None:
    site.environment |= {
        "HUB_SMTP_URL": f"smtp://{post_office.host}",
        "HUB_MAIL_FROM": "The hub <hub@example.org>",
        "HUB_PUSH_GRACE_SECONDS": "0",
    }
    here, there = await site.serve(), await site.serve()
    site.work(HUB_PUBLIC_URL=here.address)
    appoint(site, "olga")
    olga = await signed_in(here, "olga")
    ada, grace, linus = [await signed_up(there, name) for name in ("ada", "grace", "linus")]

    # A team: Grace looks at the other node and hears of it; Linus does not look, and gets mail.
    graces = await there.listen("/teams", token=grace.access)
    team = await ada.call(here, "POST", "teams/", {"name": "The Rookies"})
    for name in ("grace", "linus"):
        await ada.call(here, "POST", f"teams/{team['teamid']}/invitations", {"username": name})
    assert [(event, said["name"]) for event, said in await heard(graces, 1)] == [("invitation", "The Rookies")]
    assert (await newest(post_office.received, 1))["To"] == "linus@example.org"
    for who, name in ((grace, "grace"), (linus, "linus")):
        await who.call(there, "PUT", f"users/{name}/invitation/{team['teamid']}/accept/")

    # One seat: Linus has it, the team waits, and moves up when he withdraws. All on different nodes.
    solo = await olga.call(here, "POST", "events", {**EVENT, "maxParticipants": 1})
    first = await linus.call(here, "POST", f"events/{solo['publicId']}/register/", {})
    second = await grace.call(there, "POST", f"events/{solo['publicId']}/register/", {})
    assert (first["status"], second["status"]) == ("confirmed", "waiting")
    await linus.call(there, "DELETE", f"events/{solo['publicId']}/registrations/{first['registrationId']}")
    moves = [said["status"] for event, said in await heard(graces, 3) if event == "registration"]
    assert moves == ["waiting", "confirmed"]

    # The hackathon's app shows the same event.
    _, schedule = await there.call("GET", "/vivere/events")
    assert [(event["id"], event["location"]["name"]) for event in schedule["data"]] == [(solo["publicId"], "Lab 3")]

    # A stolen phone: signed out on one node, it is refused on the other at once, and hears nothing more.
    again = await signed_in(here, "grace")
    assert await again.call(here, "PUT", "auth/token/", {"token": grace.refresh}) == {"tokens_deleted": 1}
    status, said = await there.call("GET", "/techfesia/users/grace", grace)
    assert (status, said["code"]) == (401, "token_not_valid")
    assert await graces.until_ended()

    logs = site.log("serve") + site.log("work")
    assert [secret for secret in (ada.access, grace.refresh, again.access, PASSWORD, "ada@") if secret in logs] == []
