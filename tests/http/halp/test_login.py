"""`POST /login` with an e-mail address and a password."""

import asyncio
from collections import Counter
from hashlib import md5

import pytest

from hub.domain import devices
from hub.perform import run, run_reading
from models import Device
from tests.http.halp import acting
from tests.http.halp.acting import NEW, PASSWORD_HASH
from tests.http.halp.saying import SERVER_ERROR, no, profile, said, yes
from tests.people import PASSWORD

CREDENTIALS = {"type": "halp", "email": NEW["email"], "passwordHash": PASSWORD_HASH}
WRONG = no("invalid_credentials")
PHONE = {"pushType": "gcm", "pushToken": "registration"}
LIMITED = pytest.mark.settings(rate_limits=True)


async def sign_in(hub, **fields):
    return await hub.post("/halp/login", {**CREDENTIALS, **fields})


@pytest.fixture
async def jo(hub):
    return await acting.register(hub)


async def test_the_right_password_answers_a_session_and_the_profile(hub, jo):
    mine = profile(jo.id, "Jo", lastname="Doe")

    for email in ("jo@example.org", "JO@Example.org", " jo@example.org "):
        status, reply = await sign_in(hub, email=email)

        assert (status, reply) == yes(sessionId=reply["sessionId"], profile=mine)
        assert await hub.get("/halp/profile", headers={"sessionId": reply["sessionId"]}) == yes(**mine)


async def test_each_sign_in_has_a_session_of_its_own(hub, jo):
    secrets = {jo.token, *[(await sign_in(hub))[1]["sessionId"] for _ in range(2)]}

    assert len(secrets) == 3
    assert all(len(secret) == 32 and int(secret, 16) for secret in secrets)
    for secret in secrets:
        assert said(await hub.get("/halp/profile", headers={"sessionId": secret})) == (200, "success")


async def test_the_hash_may_be_spelt_in_capitals(hub, jo):
    assert said(await sign_in(hub, passwordHash=PASSWORD_HASH.upper())) == (200, "success")


async def test_a_stranger_is_not_told_who_has_an_account(hub, jo, rows):
    before = rows()

    wrong = await sign_in(hub, passwordHash="0" * 32)
    unknown = await sign_in(hub, email="nobody@example.org")

    assert wrong == unknown
    assert said(wrong) == WRONG
    assert rows() == before


async def test_what_is_no_hash_of_a_password_is_a_wrong_one(hub, jo):
    for password_hash in ("password", "0", PASSWORD_HASH + "\n", "a" * 100_000):
        assert said(await sign_in(hub, passwordHash=password_hash)) == WRONG


async def test_a_field_that_is_missing_or_bad_is_refused_by_name(hub, jo, rows):
    before = rows()

    for field in CREDENTIALS:
        rest = {name: given for name, given in CREDENTIALS.items() if name != field}
        for body in (rest, *({**rest, field: wrong} for wrong in (None, "", 7, ["x"]))):
            refused = await hub.post("/halp/login", body)

            assert (*said(refused), refused[1]["field"]) == (*SERVER_ERROR, field)
    assert rows() == before


async def test_a_phone_that_cannot_be_pushed_to_is_refused(hub, jo, rows):
    before = rows()

    for pair in ({"pushType": "gcm"}, {"pushType": "sms", "pushToken": "x"}, {"pushToken": 7}):
        assert said(await sign_in(hub, **pair)) == SERVER_ERROR
    assert rows() == before


def owners(rows) -> dict[str, int]:
    """Whose each phone is, by its token."""
    return {device[4]: device[1] for device in rows()[Device.__name__]}


async def test_a_phone_is_pushed_to_for_whoever_signed_in_on_it_last(hub, jo, ann, rows):
    await sign_in(hub, **PHONE)
    before = owners(rows)

    await acting.register(hub, email="mo@example.org")
    last = await sign_in(hub, email="mo@example.org", **PHONE)

    assert before == {"a0": ann.id, "registration": jo.id}
    assert owners(rows) == {"a0": ann.id, "registration": last[1]["profile"]["userId"]}


async def test_a_person_may_have_several_phones(hub, jo, rows):
    await sign_in(hub, **PHONE)
    await sign_in(hub, pushType="apn", pushToken="00ff")

    assert owners(rows) == {"registration": jo.id, "00ff": jo.id}


async def test_a_phone_that_came_to_somebody_else_is_still_told_of_the_end_of_their_session(hub, jo, ann, tom, eve):
    """Its last owner's session, of whose end it was told, began after theirs."""
    await acting.shake_hands(hub, ann, tom)
    await sign_in(hub, **PHONE)
    await acting.shake_hands(hub, jo, eve)
    (phone,) = run_reading(devices.not_told_of_end, jo.id, 2)
    run(devices.told_of_end, phone.id, jo.id, "{}", 2)

    anns = {"type": "halp", "email": "ann@example.org", "passwordHash": md5(PASSWORD.encode()).hexdigest(), **PHONE}
    await acting.done(hub.post("/halp/login", anns))

    untold = run_reading(devices.not_told_of_end, ann.id, 1)
    assert [device.address for device in untold] == ["a0", PHONE["pushToken"]]


async def test_a_wrong_password_moves_no_phone(hub, jo, ann, rows):
    await sign_in(hub, passwordHash="0" * 32, pushType="apn", pushToken="a0")

    assert owners(rows) == {"a0": ann.id}


async def test_no_answer_is_kept_for_an_idempotency_key_because_it_holds_a_credential(hub, jo, rows):
    keyed = {"Idempotency-Key": "once"}

    secrets = {(await hub.post("/halp/login", CREDENTIALS, headers=keyed))[1]["sessionId"] for _ in range(2)}

    assert len(secrets) == 2
    assert rows()["OnceOnly"] == []


@LIMITED
async def test_after_ten_wrong_tries_even_the_right_password_has_to_wait(hub, jo, clock):
    wrong = await asyncio.gather(*(sign_in(hub, passwordHash=f"{number:032}") for number in range(15)))

    async with hub.http.post("/halp/login", json=CREDENTIALS) as refused:
        locked = said((refused.status, await refused.json()))
    clock.forward(minutes=15)
    healed = await sign_in(hub)

    assert Counter(map(said, wrong)) == {WRONG: 10, (429, "server_error"): 5}
    assert (locked, refused.headers["Retry-After"]) == ((429, "server_error"), "901")
    assert said(healed) == (200, "success")


@LIMITED
async def test_a_right_password_starts_the_count_anew(hub, jo):
    tries = [said(await sign_in(hub, passwordHash="0" * 32 if number % 10 else PASSWORD_HASH)) for number in range(21)]

    assert Counter(tries) == {WRONG: 18, (200, "success"): 3}


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_of_many_who_sign_in_on_one_phone_at_once_one_has_it(self, hub, rows):
        emails = [f"{letter}@example.org" for letter in "abcd"]
        for email in emails:
            await acting.register(hub, email=email)

        replies = await asyncio.gather(*(sign_in(hub, email=email, **PHONE) for email in emails * 4))

        assert Counter(map(said, replies)) == {(200, "success"): 16}
        assert list(owners(rows)) == [PHONE["pushToken"]]
