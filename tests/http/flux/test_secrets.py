"""The secret `s`: who may call with it, which sockets it opens, how it is taken back, and that it lies nowhere."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.build import Valkey
from tests.http.flux import waiting
from tests.http.flux.acting import FluxMember, join, say
from tests.listening import Listener
from tests.realtime.raw import raw
from tests.realtime.serving import second_node
from tests.running import RunningHub

DETAILS, SIGN_OUT, LEAVE = "/api/v0/user_details", "/api/v1/app/sign_out", "/api/v0/delete_user"
NO_SECRETS = [None, True, 5, 1.5, [], {}, {"$ne": None}, ["0" * 40], "", " ", "0" * 39, "0" * 40, "0" * 41]
NO_SECRETS += ["0" * 100_000, "A" * 40, "\u0660" * 40]
NEEDING = [DETAILS, LEAVE, SIGN_OUT, "/api/v0/iiccot/cast_vote", "/api/v1/app/feedback", "/api/v0/phone_bank/report"]


@pytest.fixture
async def ada(hub) -> FluxMember:
    return await join(hub)


async def another_of(hub: RunningHub, member: FluxMember) -> FluxMember:
    """The same member by a secret of their own, from a link in a mail."""
    await say(hub, "/api/v1/app/new_magic_link", email=member.email)
    _, said = await hub.get(f"/flux/api/v1/app/login_magic_link/{waiting.token()}")
    return FluxMember(member.id, said["s"], member.email)


async def status(hub: RunningHub, by: FluxMember) -> int:
    return (await say(hub, DETAILS, by=by))[0]


@pytest.fixture
async def everywhere(hub) -> AsyncIterator[list[RunningHub | str]]:
    """This node and another one."""
    async with second_node(hub) as (_, served):
        yield [hub.address, served.address]


async def listeners_of(addresses: list[str], member: FluxMember) -> list[Listener]:
    return [await Listener.at(address, "/members", token=member.s) for address in addresses]


async def ended(listeners: list[Listener]) -> list[bool]:
    found = [await listener.until_ended() for listener in listeners]
    for listener in listeners:
        await listener.leave()
    return found


@pytest.mark.parametrize("path", NEEDING)
async def test_whatever_is_no_secret_is_403_and_does_nothing(hub, ada, rows, path):
    before = rows()

    said = [await say(hub, path, s=other, fname="Eve") for other in NO_SECRETS]
    said.append(await say(hub, path, fname="Eve"))

    assert [(code, list(reply)) for code, reply in said] == [(403, ["status", "error"])] * len(said)
    assert rows() == before


async def test_a_lone_surrogate_is_no_json_and_so_400(hub):
    reply = await hub.call(
        "POST", f"/flux{DETAILS}", data=b'{"s": "\\ud800"}', headers={"Content-Type": "application/json"}
    )

    assert reply[0] == 400


async def test_signing_out_takes_the_secret_back_that_is_sent_and_no_other(hub, ada):
    again = await another_of(hub, ada)

    assert await say(hub, SIGN_OUT, by=again) == (200, {"status": "okay"})

    assert (await status(hub, again), await status(hub, ada)) == (403, 200)
    assert (await say(hub, SIGN_OUT, by=again))[0] == 403


async def test_signing_out_everywhere_takes_all_of_a_member_back_and_nobody_else_s(hub, ada):
    again, eve = await another_of(hub, ada), await join(hub, "Eve")

    await say(hub, SIGN_OUT, by=again, everywhere=True)

    assert [await status(hub, who) for who in (ada, again, eve)] == [403, 403, 200]


async def test_a_secret_opens_the_member_s_own_stream(hub, ada):
    listener = await hub.listen("/members", token=ada.s)
    eves = await hub.listen("/members", token=(await join(hub, "Eve")).s)

    await say(hub, "/api/v0/iiccot/cast_vote", by=ada, poll_id=1, option_id="101")

    assert await listener.until(1, "vote") == [{"poll_id": 1, "option_id": "101"}]
    assert eves.heard == []


async def test_a_secret_that_is_taken_back_ends_its_sockets_on_every_node_and_no_others(hub, ada, everywhere):
    again = await another_of(hub, ada)
    gone, kept = await listeners_of(everywhere, again), await listeners_of(everywhere, ada)

    await say(hub, SIGN_OUT, by=again)

    assert await ended(gone) == [True, True]
    assert [listener.ended for listener in kept] == [[], []]
    await say(hub, SIGN_OUT, by=ada, everywhere=True)
    assert await ended(kept) == [True, True]


async def test_who_leaves_is_nobody_at_once_and_all_their_sockets_end(hub, ada, everywhere):
    again = await another_of(hub, ada)
    listeners = [*await listeners_of(everywhere, ada), *await listeners_of(everywhere, again)]

    assert await say(hub, LEAVE, by=ada) == (200, {"status": "okay"})

    assert [await status(hub, who) for who in (ada, again)] == [403, 403]
    assert await ended(listeners) == [True] * 4
    assert (await say(hub, LEAVE, by=again))[0] == 403


@pytest.mark.parametrize("token", ["0" * 40, "A" * 40, "0" * 41, 5, None, {"s": 1}], ids=repr)
async def test_a_socket_is_not_opened_by_anything_else(hub, ada, token):
    async with raw(hub) as client:
        answer = await client.connect("/members", {"token": token})

    assert answer is None or answer.startswith("44/members,")


async def test_after_a_whole_journey_its_secrets_lie_nowhere(hub, valkey: Valkey, caplog):
    """Neither the database with its log, nor Redis, nor what was logged holds one, nor a link's token."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        ada = await join(hub, contact_number="0412345678")
        listener = await hub.listen("/members", token=ada.s, recover=True)
        await say(hub, DETAILS, by=ada)
        for _ in range(2):
            await say(hub, DETAILS, by=ada, headers={"Idempotency-Key": "k"}, fname="Ada")
        await say(hub, "/api/v0/iiccot/cast_vote", by=ada, headers={"Idempotency-Key": "k"}, poll_id=1, option_id="101")
        await say(hub, "/api/v1/app/feedback", by=ada, feedback="I like it")
        await say(hub, "/api/v0/email_secret_token", email=ada.email)
        mailed = waiting.secret()
        await say(hub, "/api/v1/app/new_magic_link", email=ada.email)
        token = waiting.token()
        again = await another_of(hub, ada)
        await say(hub, DETAILS, s=mailed)
        await hub.get(f"/flux/api/v1/app/login_magic_link/{token}")
        await listener.until(1, "vote")
        await say(hub, SIGN_OUT, by=again)

    places = {"database": _database(hub), "Redis": _ever_written_to(valkey), "log": f"{lines}{caplog.text}".encode()}
    secrets = {"registered": ada.s, "mailed": mailed, "link": again.s, "token": token}
    found = [(place, name) for place, held in places.items() for name, said in secrets.items() if said.encode() in held]
    assert found == []


def _database(hub: RunningHub) -> bytes:
    """The file, and what is written ahead of it."""
    path = Path(hub.settings.database_address.removeprefix("sqlite:///"))
    content = [Path(f"{path}{ending}").read_bytes() for ending in ("", "-wal")]
    assert b"I like it" in b"".join(content)
    return b"".join(content)


def _ever_written_to(valkey: Valkey) -> bytes:
    """Every command that has changed anything in it, from the file in which it keeps them."""
    content = b"".join(path.read_bytes() for path in valkey.folder.rglob("*.aof"))
    assert b"LPUSH" in content
    return content
