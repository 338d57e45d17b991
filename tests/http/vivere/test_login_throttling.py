"""`POST user/login` with rate limits on: ten wrong tries for one name from one address, then a quarter of an hour."""

import asyncio
from collections import Counter

import pytest

from tests.http.vivere.saying import no
from tests.people import PASSWORD
from tests.running import RunningHub

LIMITED = pytest.mark.settings(rate_limits=True)
BEHIND_A_PROXY = pytest.mark.settings(rate_limits=True, trusted_proxies=("127.0.0.1",))
LOCKED = (429, no("Too many tries", "Try again in 901 seconds."))


async def sign_in(hub: RunningHub, password: str, username: str = "ada@example.org", address: str = ""):
    headers = {"X-Forwarded-For": address} if address else {}
    return await hub.post("/vivere/user/login", {"username": username, "password": password}, headers=headers)


async def guess_wrong(hub: RunningHub, times: int, **how: str) -> list[int]:
    return [(await sign_in(hub, f"guess {number}", **how))[0] for number in range(times)]


@LIMITED
async def test_after_ten_wrong_tries_even_the_right_password_has_to_wait(hub, ada):
    wrong = await guess_wrong(hub, 10)

    async with hub.http.post(
        "/vivere/user/login", json={"username": "ada@example.org", "password": PASSWORD}
    ) as refused:
        said = refused.status, await refused.json()

    assert wrong == [401] * 10
    assert (said, refused.headers["Retry-After"]) == (LOCKED, "901")


@LIMITED
async def test_the_account_heals_after_a_quarter_of_an_hour(hub, ada, clock):
    await guess_wrong(hub, 10)

    clock.forward(minutes=15, microseconds=-1)
    too_early, _ = await sign_in(hub, PASSWORD)
    clock.forward(microseconds=1)
    in_time, _ = await sign_in(hub, PASSWORD)

    assert (too_early, in_time) == (429, 200)


@LIMITED
async def test_tries_are_counted_before_passwords_are_compared(hub, ada):
    parallel = await asyncio.gather(*(sign_in(hub, f"guess {number}") for number in range(25)))

    assert Counter(status for status, _ in parallel) == {401: 10, 429: 15}


@LIMITED
async def test_a_right_password_starts_the_count_anew(hub, ada):
    first = [*await guess_wrong(hub, 9), (await sign_in(hub, PASSWORD))[0]]
    second = [*await guess_wrong(hub, 9), (await sign_in(hub, PASSWORD))[0]]

    assert first == second == [401] * 9 + [200]


@LIMITED
async def test_a_name_in_another_case_is_the_same_name(hub, ada):
    await guess_wrong(hub, 5)
    await guess_wrong(hub, 5, username="ADA@Example.org")

    assert await sign_in(hub, PASSWORD, username=" ada@EXAMPLE.org") == LOCKED


@LIMITED
async def test_other_people_at_the_same_address_are_not_locked_out(hub, ada, grace):
    await guess_wrong(hub, 10)

    status, _ = await sign_in(hub, PASSWORD, username="grace@example.org")

    assert status == 200


@LIMITED
async def test_a_name_that_nobody_has_is_locked_alike(hub):
    wrong = await guess_wrong(hub, 10, username="nobody")

    assert wrong == [401] * 10
    assert await sign_in(hub, PASSWORD, username="nobody") == LOCKED


@LIMITED
async def test_a_stranger_cannot_make_up_addresses(hub, ada):
    for number in range(10):
        await guess_wrong(hub, 1, address=f"198.51.100.{number}")

    assert await sign_in(hub, PASSWORD, address="198.51.100.99") == LOCKED


@BEHIND_A_PROXY
async def test_behind_a_trusted_proxy_each_client_has_its_own_count(hub, ada):
    await guess_wrong(hub, 10, address="198.51.100.1")

    theirs = await sign_in(hub, PASSWORD, address="198.51.100.1")
    made_up = await sign_in(hub, PASSWORD, address="203.0.113.7, 198.51.100.1")
    mine, _ = await sign_in(hub, PASSWORD, address="198.51.100.2")

    assert (theirs, made_up, mine) == (LOCKED, LOCKED, 200)


async def test_without_rate_limits_nobody_is_locked_out(hub, ada):
    wrong = await guess_wrong(hub, 11)

    assert (wrong, (await sign_in(hub, PASSWORD))[0]) == ([401] * 11, 200)


@BEHIND_A_PROXY
@pytest.mark.parametrize(
    ("written", "otherwise"),
    [("192.0.2.1:{}", "192.0.2.1"), ("[2001:db8::1]:{}", "2001:db8::2")],
    ids=["port", "network"],
)
async def test_however_a_proxy_writes_it_one_address_is_one_address(hub, ada, written, otherwise):
    wrong = [(await sign_in(hub, "wrong", address=written.format(4000 + number)))[0] for number in range(10)]

    right, _ = await sign_in(hub, PASSWORD, address=otherwise)

    assert (wrong, right) == ([401] * 10, 429)
