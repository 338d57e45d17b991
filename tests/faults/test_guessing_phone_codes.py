"""A thousand guesses of one code, on two nodes at once, while Redis is emptied: five of them count."""

from __future__ import annotations

import asyncio

import aiohttp

from hub.perform import run_reading
from models import PhoneCheck
from tests.build import bound_to
from tests.http.flux import waiting
from tests.processes import Site

GUESSES, LINES_TO_EACH = 1000, 20
PHONE = {"phone_number": "+61412345678"}
COMMIT, VERIFY = "/flux/api/v1/app_rego/phone_commit", "/flux/api/v1/app_rego/phone_verify"


def code_that_was_texted(site: Site) -> str:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return waiting.code()


def tries(site: Site) -> int:
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return run_reading(PhoneCheck.get).tries


async def guess(http: aiohttp.ClientSession, guesses: list[str]) -> list[tuple[int, str]]:
    """Say these one after the other."""
    said = []
    for code in guesses:
        async with http.post(VERIFY, json={**PHONE, "verify_code": code, "verify_nonce": "guessed"}) as reply:
            said.append((reply.status, (await reply.json())["status"]))
    return said


async def test_a_thousand_guesses_on_two_nodes_count_five_and_the_right_code_is_dead(postgres_site, broker):
    nodes = [await postgres_site.serve(), await postgres_site.serve()]
    await nodes[0].post(COMMIT, PHONE)
    code = code_that_was_texted(postgres_site)
    wrong = [f"{(int(code) + number) % 1_000_000:06d}" for number in range(1, GUESSES + 1)]

    async def flush_again_and_again() -> None:
        while True:
            broker.flush()
            await asyncio.sleep(0.1)

    flushing = asyncio.create_task(flush_again_and_again())
    clients = [aiohttp.ClientSession(node.address) for node in nodes for _ in range(LINES_TO_EACH)]
    said = await asyncio.gather(*(guess(http, wrong[line :: len(clients)]) for line, http in enumerate(clients)))
    flushing.cancel()
    for http in clients:
        await http.close()

    assert [answer for line in said for answer in line] == [(200, "error")] * GUESSES
    assert tries(postgres_site) == 5
    _, right = await nodes[1].post(VERIFY, {**PHONE, "verify_code": code, "verify_nonce": "mine"})
    assert right["status"] == "error"
    await nodes[1].post(COMMIT, PHONE)
    new = {"verify_code": code_that_was_texted(postgres_site), "verify_nonce": "mine"}
    assert await nodes[0].post(VERIFY, {**PHONE, **new}) == (200, {"status": "okay"})
