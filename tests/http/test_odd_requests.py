"""Requests that no library would send, over a bare connection: refused, and the hub answers the next one as ever."""

import asyncio
import json
import re

import pytest
from prometheus_client import REGISTRY
from yarl import URL

from hub.http import bodies
from tests.http.vivere.saying import NOT_SIGNED_IN, cannot_use, no, yes
from tests.running import RunningHub

LOGIN = b"POST /vivere/user/login HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


async def answers(hub: RunningHub, *pieces: bytes) -> str:
    """Everything that comes back until the hub closes or one reply is whole."""
    host, port = hub.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"Content-Length: (\d+)", head)[1])
        return head + (await reader.readexactly(length)).decode()
    finally:
        writer.close()


def status_of(reply: str) -> int:
    return int(reply.split(" ")[1])


def said_in(reply: str):
    return json.loads(reply.partition("\r\n\r\n")[2])


@pytest.mark.parametrize(
    "request_sent",
    [
        b"GET /vivere/times HTTP/1.1\r\nHost: hub\r\nX-MenloHacks-Authorization: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /vivere/announcements?since_date=" + b"9" * 100_000 + b" HTTP/1.1\r\nHost: hub\r\n\r\n",
        b"GET /vivere/times HTTP/1.1\r\nHost: hub\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(20_000)) + b"\r\n",
        b"GET /vivere/t\xffimes HTTP/1.1\r\nHost: hub\r\n\r\n",
        b"GET /vivere/times HTTP/1.1\r\nHost: hub\r\nA\0B: c\r\n\r\n",
        b"LEER /vivere/times HTTP/1.1\r\nHost: hub\r\n\r\n",
        LOGIN + CHUNKED + b"\r\nnonsense\r\n{}\r\n",
        LOGIN + CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
        LOGIN + CHUNKED + b"Content-Length: 2\r\n\r\n{}",
        LOGIN + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        LOGIN + b"Content-Length: -2\r\n\r\n{}",
        LOGIN + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=[
        "an endless header",
        "an endless address",
        "endless headers",
        "an address that is not ASCII",
        "a NUL in a header",
        "an unknown method",
        "a chunk of nonsense",
        "a chunk of negative size",
        "chunks and a length",
        "two lengths",
        "a negative length",
        "an endless length",
        "TLS",
    ],
)
async def test_what_is_not_http_is_refused(hub, rows, request_sent):
    before = rows()

    reply = await answers(hub, request_sent)

    assert status_of(reply) in (400, 413, 431)
    assert (await hub.get("/healthz"))[0] == 200
    assert rows() == before


@pytest.mark.parametrize("token", [b"g\xc3\xa4rbage", b"\xff\xfe", b"a" * 8000, b"a.b.c", b"..", b"null", b"\t"])
async def test_an_odd_token_is_a_dead_one(hub, token):
    claimed = b"GET /vivere/mentorship/user/claimed HTTP/1.1\r\nHost: hub\r\n"

    reply = await answers(hub, claimed + b"X-MenloHacks-Authorization: " + token + b"\r\n\r\n")

    assert (status_of(reply), said_in(reply)) == NOT_SIGNED_IN


async def test_a_body_in_chunks_is_as_good_as_any(hub, ada):
    body = b'{"username": "ada@example.org", "password": "correct horse"}'
    chunks = b"".join(b"1\r\n%c\r\n" % letter for letter in body)

    reply = await answers(hub, LOGIN + CHUNKED + b"\r\n", chunks, b"0\r\n\r\n")

    assert (status_of(reply), said_in(reply)["data"]["name"]) == (200, "Ada")


async def test_a_body_that_is_too_large_is_refused_before_it_has_come(hub):
    reply = await answers(hub, LOGIN + b"Content-Length: 2000000\r\n\r\n")

    assert (status_of(reply), said_in(reply)) == (413, no("Bad request", "The body is larger than 1048576 bytes."))


async def test_a_body_that_stops_is_given_up(hub, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.05)

    reply = await answers(hub, LOGIN + b"Content-Length: 100\r\n\r\n{")

    assert (status_of(reply), said_in(reply)) == (408, no("Bad request", "The body took too long to arrive."))


def logins_by_status() -> dict[str, float]:
    """How the hub itself says that logins ended, in this process so far."""
    labels = {"method": "POST", "route": "/vivere/user/login"}
    name = "hub_request_seconds_count"
    return {status: REGISTRY.get_sample_value(name, {**labels, "status": status}) or 0 for status in ("400", "500")}


async def test_a_body_that_breaks_off_is_no_fault_of_the_hub(hub, rows):
    host, port = hub.address.removeprefix("http://").split(":")
    before, ended = rows(), logins_by_status()

    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(LOGIN + b"Content-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    async with asyncio.timeout(5):
        while logins_by_status() == ended:
            await asyncio.sleep(0.01)

    assert logins_by_status() == {"400": ended["400"] + 1, "500": ended["500"]}
    assert rows() == before


@pytest.mark.parametrize("query", ["since_date=%00", "since_date=%FF", "since_date=%", "since_date=%zz"])
async def test_an_odd_date_in_a_query_is_refused(hub, query):
    refused = await hub.get(URL(f"/vivere/announcements?{query}", encoded=True))

    assert refused == cannot_use("since_date", "is not an ISO 8601 date")


@pytest.mark.parametrize("query", ["&&&", "=", "%F0%9F%A6%8A=1", "%00", ";", "a" * 7000], ids=lambda query: query[:9])
async def test_what_a_query_says_that_nobody_asked_is_passed_over(hub, query):
    assert await hub.get(URL(f"/vivere/announcements?{query}", encoded=True)) == (200, yes([]))
