"""Somebody has messages sent at our cost, from many addresses, to numbers that begin alike."""

from __future__ import annotations

import asyncio
from collections import Counter

import aiohttp

from hub.perform import run_reading
from models import JobRow, PhoneCheck, Tally
from tests.build import bound_to
from tests.processes import Server, Site

COMMIT = "/flux/api/v1/app_rego/phone_commit"
FLOOD, ADDRESSES, LINES, PREFIX_BUDGET = 400, 200, 10, 50
LIMITED = {"HUB_RATE_LIMITS": "on", "HUB_TRUSTED_PROXIES": "127.0.0.1"}


async def commit(http: aiohttp.ClientSession, number: str, address: str) -> tuple[int, str | None]:
    headers = {"X-Forwarded-For": address}
    async with http.post(COMMIT, json={"phone_number": number}, headers=headers) as reply:
        return reply.status, reply.headers.get("Retry-After")


async def flood(server: Server, requests: int) -> list[tuple[int, str | None]]:
    """To different numbers of one block, over several connections at once."""
    asked = [
        (f"+6141234{number:04d}", f"198.51.{number % ADDRESSES // 250}.{number % 250}") for number in range(requests)
    ]

    async def one_line(of: int) -> list[tuple[int, str | None]]:
        async with aiohttp.ClientSession(server.address) as http:
            return [await commit(http, *one) for one in asked[of::LINES]]

    return [reply for line in await asyncio.gather(*map(one_line, range(LINES))) for reply in line]


def kept(site: Site) -> tuple[int, int, list[int]]:
    """Codes, messages to be sent, and what is counted."""
    with bound_to(site.environment["HUB_DATABASE_URL"]):
        return run_reading(
            lambda: (PhoneCheck.select().count(), JobRow.select().count(), sorted(row.count for row in Tally.select()))
        )


async def test_a_flood_gets_its_prefix_s_budget_and_leaves_the_rest_to_others(postgres_site):
    server = await postgres_site.serve(**LIMITED)

    replies = await flood(server, FLOOD)
    async with aiohttp.ClientSession(server.address) as http:
        others = [await commit(http, f"+64212{number:03d}000", f"203.0.113.{number}") for number in range(10)]

    assert Counter(status for status, _ in replies) == {200: PREFIX_BUDGET, 429: FLOOD - PREFIX_BUDGET}
    assert [after for status, after in replies if status == 429 and not 3500 < int(after or 0) <= 3601] == []
    assert others == [(200, None)] * 10
    sent = PREFIX_BUDGET + 10
    codes, jobs, counts = kept(postgres_site)
    assert (codes, jobs) == (sent, sent)
    # Who was refused counts nowhere: one for each number and each address, then the two prefixes, then the day.
    assert counts == [1] * (2 * sent) + [10, PREFIX_BUDGET, sent]
    assert 1 <= postgres_site.log("serve").count("sms_budget_spent") <= 2
