"""`app_rego/phone_commit` and `phone_verify`: budgets, what the operator hears, and whose number it is."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from structlog.testing import capture_logs

from hub.settings import Budget
from tests.http.flux import waiting
from tests.http.flux.acting import join, say
from tests.running import Reply, RunningHub

COMMIT, VERIFY = "/api/v1/app_rego/phone_commit", "/api/v1/app_rego/phone_verify"
ADAS = "+61412345678"
SMALL = {"number": Budget(3, 3600), "address": Budget(10, 3600), "prefix": Budget(5, 3600), "day": Budget(8, 86400)}
BEHIND_A_PROXY = {"trusted_proxies": ("127.0.0.1",), "sms_budgets": SMALL}
LIMITED = pytest.mark.settings(rate_limits=True, **BEHIND_A_PROXY)
FROM_AN_ADDRESS = {**SMALL, "address": Budget(4, 3600), "day": Budget(100, 86400)}
FOUR_FROM_AN_ADDRESS = pytest.mark.settings(**{**BEHIND_A_PROXY, "rate_limits": True, "sms_budgets": FROM_AN_ADDRESS})
UNLIMITED = pytest.mark.settings(**BEHIND_A_PROXY)
PRODUCTION = {"env": "production", "twilio_from": "console", "smtp_url": "console"}


async def commit(hub: RunningHub, number: str = ADAS, address: str = "192.0.2.1") -> Reply:
    return await say(hub, COMMIT, headers={"X-Forwarded-For": address}, phone_number=number)


async def statuses(hub: RunningHub, numbers: list[str], network: str = "192.0.2") -> Counter[int]:
    """Each asked for from an address of its own."""
    asked = [await commit(hub, number, f"{network}.{place}") for place, number in enumerate(numbers)]
    return Counter(status for status, _ in asked)


def block(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:04d}" for number in range(count)]


async def verify(hub: RunningHub, code: object, nonce: object = "mine", number: object = ADAS) -> Reply:
    return await say(hub, VERIFY, phone_number=number, verify_code=code, verify_nonce=nonce)


async def test_whoever_shows_a_number_registers_with_it_once(hub):
    assert await commit(hub) == (200, {"status": "okay"})
    assert await verify(hub, waiting.code()) == (200, {"status": "okay"})

    fields = {"contact_number": "0412 345 678", "phone_verify_nonce": "mine"}
    await join(hub, "Ada", **fields)
    second = await say(hub, "/api/v0/register/all_at_once", email="eve@example.org", name="Eve", **fields)

    assert (second[0], second[1]["status"]) == (403, "error")


async def test_a_wrong_code_is_said_with_200_and_a_key_error(hub):
    await commit(hub)

    status, said = await verify(hub, "12345")

    assert (status, said["status"], bool(said["error"])) == (200, "error", True)


@pytest.mark.parametrize("code", ["\u0661\u0662\u0663\u0664\u0665\u0666", "\uff11" * 6, "1" * 100, "-1", "1e5", " "])
async def test_an_odd_code_is_wrong_and_no_more(hub, code):
    await commit(hub)

    status, said = await verify(hub, code)

    assert (status, said["status"]) == (200, "error")


async def test_codes_nonces_and_numbers_are_in_no_reply_and_no_log(hub):
    with capture_logs() as lines:
        asked = await commit(hub)
        code = waiting.code()
        said = repr([asked, await verify(hub, code, "my nonce"), lines])

    assert [word for word in (code, "my nonce", "412345678") if word in said] == []


@LIMITED
async def test_over_the_limit_it_is_429_with_retry_after(hub):
    three = [await commit(hub) for _ in range(3)]

    async with hub.http.post(f"/flux{COMMIT}", json={"phone_number": ADAS}) as reply:
        said = await reply.json()

    assert three == [(200, {"status": "okay"})] * 3
    assert (reply.status, said["status"], reply.headers["Retry-After"]) == (429, "error", "3601")


@LIMITED
async def test_a_prefix_that_is_used_up_leaves_the_rest_of_the_day_to_others(hub):
    flood = await statuses(hub, block("+6141234", 20))

    assert flood == {200: 5, 429: 15}
    assert await statuses(hub, block("+6421234", 3), "198.51.100") == {200: 3}
    # Now the day is over for everybody.
    assert await statuses(hub, block("+4474001", 3), "203.0.113") == {429: 3}


@UNLIMITED
async def test_without_rate_limits_money_is_kept_together_all_the_same(hub):
    same = [(await commit(hub))[0] for _ in range(7)]

    assert same == [200] * 5 + [429] * 2
    assert await statuses(hub, block("+6421234", 5)) == {200: 3, 429: 2}


@LIMITED
async def test_the_operator_is_warned_once_a_minute_and_budget_however_many_come(hub, clock):
    with capture_logs() as lines:
        await statuses(hub, block("+6141234", 30))
        await statuses(hub, block("+6421234", 6), "198.51.100")
        first = [line["budget"] for line in lines if line["event"] == "sms_budget_spent"]
        clock.forward(minutes=1)
        await statuses(hub, block("+6141234", 3))
    warnings = [line for line in lines if line["event"] == "sms_budget_spent"]

    assert first == ["prefix", "day"]
    assert [line["budget"] for line in warnings] == ["prefix", "day", "day"]
    assert {line["log_level"] for line in warnings} == {"warning"}
    assert "4141234" not in repr(warnings)


@LIMITED
async def test_of_limits_for_one_number_or_address_the_operator_hears_nothing(hub):
    with capture_logs() as lines:
        for _ in range(5):
            await commit(hub)

    assert [line for line in lines if line["event"] == "sms_budget_spent"] == []


@FOUR_FROM_AN_ADDRESS
@pytest.mark.parametrize("address", ["2001:db8:0:1::{:x}", "unknown", "\u00ff"], ids=ascii)
async def test_addresses_that_one_person_has_count_as_one(hub, address):
    numbers = [f"+614{place:03d}0000" for place in range(100, 106)]

    asked = [(await commit(hub, number, address.format(place)))[0] for place, number in enumerate(numbers)]

    assert asked == [200] * 4 + [429] * 2
    assert await statuses(hub, numbers) == {200: 6}


@FOUR_FROM_AN_ADDRESS
async def test_an_address_that_is_no_text_counts_too(hub):
    """A proxy hands on whatever bytes came."""
    body = json.dumps({"phone_number": ADAS}).encode()
    head = b"POST /flux%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Forwarded-For: \xff\xfe\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.address.rpartition(":")[2]))

    writer.write(head % COMMIT.encode() + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    reply = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert reply.startswith(b"HTTP/1.1 200 ")


@pytest.mark.settings(sms_countries=("AU", "NZ"))
async def test_a_country_that_is_not_on_the_list_is_sent_nothing(hub, rows):
    before = rows()

    status, said = await commit(hub, "+447400123456")

    assert (status, list(said["error_args"])) == (400, ["phone_number"])
    assert rows() == before
    assert await statuses(hub, [ADAS, "+64211234567"]) == {200: 2}


@pytest.mark.settings(**PRODUCTION)
async def test_production_without_a_list_sends_nowhere(hub):
    assert await statuses(hub, [ADAS, "+16502530000", "+447400123456"]) == {400: 3}


@pytest.mark.settings(env="production")
async def test_without_a_provider_it_is_503_and_the_operator_hears_it_once_a_minute(hub):
    with capture_logs() as lines:
        said = [(await commit(hub))[0] for _ in range(3)]

    assert said == [503] * 3
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["sms_is_off"]


async def test_one_number_has_one_spelling_and_so_one_budget(hub):
    asked = [await commit(hub, number) for number in ("+610412345678", "+61 412345678", "0412345678")]

    assert [status for status, _ in asked] == [400] * 3


async def test_tries_to_register_with_somebody_s_nonce_are_counted_whatever_comes_of_them(hub, rows):
    await commit(hub)
    await verify(hub, waiting.code(), "easily guessed")
    said = {"email": "eve@example.org", "contact_number": "0412 345 678"}

    guesses = [await say(hub, "/register/all_at_once", **said, phone_verify_nonce=f"guess {n}") for n in range(10)]
    right = await say(hub, "/register/all_at_once", **said, phone_verify_nonce="easily guessed")

    assert ([status for status, _ in guesses], right[0]) == ([403] * 10, 429)
    assert rows()["Member"] == []
