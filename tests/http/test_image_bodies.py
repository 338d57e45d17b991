"""Bodies that are large by the pictures in them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.http import bodies
from hub.http.bodies import BODY_DIGEST, BadRequest, Body
from hub.threads import computing

MOST = 36 * 1024 * 1024
FIVE = json.dumps({"images": [letter * 7_000_000 for letter in "ABCDE"]}).encode()


class Images(Body):
    images: list[str]


async def read_large(request: web.Request) -> web.Response:
    """Says what arrived, or why not."""
    try:
        body = await bodies.parse(request, Images, most=MOST)
    except BadRequest as no:
        return web.Response(status=no.status, text=no.reason)
    return web.json_response([[(text[0], len(text)) for text in body.images], request[BODY_DIGEST]])


async def read_small(request: web.Request) -> web.Response:
    try:
        return web.json_response(await bodies.json_object(request))
    except BadRequest as no:
        return web.Response(status=no.status, text=no.reason)


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    app = web.Application()
    app.add_routes([web.post("/large", read_large), web.post("/small", read_small)])
    computing.open(1)
    async with TestClient(TestServer(app)) as client:
        yield client
    await computing.close()


async def answer(client: TestClient, path: str, body: bytes) -> tuple[int, str]:
    async with client.post(path, data=io.BytesIO(body), headers={"Content-Type": "application/json"}) as reply:
        return reply.status, await reply.text()


async def test_five_pictures_of_five_megabytes_arrive_whole_with_their_digest(client):
    status, text = await answer(client, "/large", FIVE)

    lengths = [[letter, 7_000_000] for letter in "ABCDE"]
    assert (status, json.loads(text)) == (200, [lengths, hashlib.sha256(FIVE).hexdigest()])


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/large", b" " * (MOST + 1), (413, f"The body is larger than {MOST} bytes.")),
        ("/small", FIVE, (413, "The body is larger than 1048576 bytes.")),
        (
            "/large",
            b"[" + b"1," * 1_000_000 + b"1]",
            (413, "The body has more than 1048576 bytes besides its long texts."),
        ),
        ("/large", FIVE[:-1], (400, "The body is not JSON.")),
        ("/large", b"[" + FIVE + b"]", (400, "The body is not a JSON object.")),
    ],
    ids=["larger than most", "large where none may be", "large by numbers", "broken off", "a list"],
)
async def test_a_large_body_that_cannot_be_used_is_refused_in_words(client, path, body, said):
    assert await answer(client, path, body) == said


@pytest.mark.parametrize("size", [bodies.LARGEST_READ_AT_ONCE, bodies.LARGEST_READ_AT_ONCE + 1])
async def test_a_body_means_the_same_whichever_way_it_is_read(client, size):
    value = {"a": ["é", {"b": "x"}], "c": "x" * 100_000, "d": ""}
    body = json.dumps(value).encode().ljust(size)

    status, text = await answer(client, "/small", body)

    assert (status, json.loads(text)) == (200, value)
