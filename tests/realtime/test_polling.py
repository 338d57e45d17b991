"""Long polling, said by hand: bodies that are no payload end the session with a 400 and never with a 5xx."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from tests.realtime.raw import cut_off
from tests.running import RunningHub

ENDPOINT = "/socket.io/?EIO=4&transport=polling"
NO_PAYLOAD = {
    "not an Engine.IO packet": b"zzz",
    "nothing": b"",
    "an empty packet": b"\x1e",
    "seventeen packets": b"\x1e".join([b"4x"] * 17),
    "no UTF-8": b"4\xff\xfe",
    "a thousand packets": b"\x1e".join([b"4"] * 1001),
    "deep JSON": b"4" + b"[" * 100_000,
}
ENDING = {
    "a close and more": b"1\x1e5",
    "a packet of servers and more": b"2\x1e5",
    "a malformed event": b'42/mentor,{"a":1}',
}


async def open_session(hub: RunningHub) -> str:
    async with hub.http.get(ENDPOINT) as reply:
        return json.loads((await reply.text())[1:])["sid"]


async def post(hub: RunningHub, sid: str, body: object) -> int:
    async with hub.http.post(f"{ENDPOINT}&sid={sid}", data=body) as reply:
        return reply.status


async def is_over(hub: RunningHub, sid: str) -> bool:
    """Whether the session answers no more, or with nothing but its end."""
    for _ in range(3):
        async with hub.http.get(f"{ENDPOINT}&sid={sid}") as reply:
            if reply.status == 400:
                return True
    return False


@pytest.mark.parametrize("body", NO_PAYLOAD.values(), ids=NO_PAYLOAD.keys())
async def test_a_body_that_is_no_payload_is_a_400_and_ends_the_session(hub, body):
    sid = await open_session(hub)

    assert await post(hub, sid, body) == 400
    assert await is_over(hub, sid)


@pytest.mark.parametrize("body", ENDING.values(), ids=ENDING.keys())
async def test_what_a_client_may_not_say_ends_the_session(hub, body):
    sid = await open_session(hub)
    await post(hub, sid, b"40/mentor,")

    assert await post(hub, sid, body) in (200, 400)
    assert await is_over(hub, sid)


async def test_an_oversize_body_is_refused_at_once(hub):
    sid = await open_session(hub)

    async with asyncio.timeout(2):
        assert await post(hub, sid, b"4" + b"a" * 1_000_100) == 413


async def test_a_second_body_while_one_is_on_its_way_ends_the_session(hub):
    sid = await open_session(hub)
    may_end = asyncio.Event()

    async def slow():
        yield b"40/me"
        await may_end.wait()
        yield b"ntor,"

    first = asyncio.create_task(post(hub, sid, slow()))
    await asyncio.sleep(0.1)

    assert await post(hub, sid, b"40/mentor,") == 400
    may_end.set()
    assert await first == 400
    assert await is_over(hub, sid)


async def test_a_body_that_comes_in_pieces_is_read_whole(hub):
    sid = await open_session(hub)

    async def pieces():
        yield b"40/me"
        await asyncio.sleep(0.05)
        yield b"ntor,"

    assert await post(hub, sid, pieces()) == 200
    async with hub.http.get(f"{ENDPOINT}&sid={sid}") as reply:
        assert (await reply.text()).startswith('40/mentor,{"sid":')


async def test_a_bad_body_that_ends_after_its_session_did_is_no_crash(hub):
    sid = await open_session(hub)

    async def late():
        yield b"zz"
        await asyncio.sleep(0.1)
        cut_off(hub, sid)
        await asyncio.sleep(0.1)
        yield b"z"

    assert await post(hub, sid, late()) in (200, 400)


async def test_a_websocket_that_fails_its_probe_leaves_the_polling_session_as_it_was(hub):
    sid = await open_session(hub)
    await post(hub, sid, b"40/mentor,")
    async with hub.http.ws_connect(f"/socket.io/?EIO=4&transport=websocket&sid={sid}") as probe:
        await probe.send_str("not a probe")
        while (await probe.receive()).type is aiohttp.WSMsgType.TEXT:
            pass

    async with hub.http.get(f"{ENDPOINT}&sid={sid}") as reply:
        assert (reply.status, (await reply.text()).startswith("40/mentor,")) == (200, True)
