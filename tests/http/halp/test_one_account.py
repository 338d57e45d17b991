"""One account over dialects: whoever signed up in Vivere signs in to Halp, and the other way round."""

import pytest

from tests.http.halp import acting
from tests.http.halp.acting import NEW, PASSWORD_HASH
from tests.http.halp.saying import no, profile, said

PASSWORD = "password"
"""PASSWORD_HASH is its md5."""


async def sign_up_in_vivere(hub, username: str, name: str = "Grace Hopper"):
    body = {"username": username, "password": PASSWORD, "name": name}
    status, reply = await hub.post("/vivere/user/create", body)
    return status, reply["success"]


async def sign_in_to_halp(hub, email: str):
    body = {"type": "halp", "email": email, "passwordHash": PASSWORD_HASH}
    return (await acting.done(hub.post("/halp/login", body)))["profile"]


NAMES = {
    "Grace Hopper": ("Grace", "Hopper"),
    "Ada": ("Ada", "-"),
    "  Juan  de la Cruz ": ("Juan", "de la Cruz"),
    "a" * 200: ("a" * 100, "-"),
    "\x1c": ("-", "-"),
}


async def test_an_account_of_vivere_has_both_parts_of_a_name_in_halp(hub):
    for number, (name, (first, last)) in enumerate(NAMES.items()):
        await sign_up_in_vivere(hub, f"{number}@example.org", name)

        mine = await sign_in_to_halp(hub, f"{number}@EXAMPLE.org")

        assert mine == profile(mine["userId"], first, lastname=last)


async def test_a_username_that_is_no_address_signs_in_to_halp_too(hub):
    await sign_up_in_vivere(hub, "grace")

    assert (await sign_in_to_halp(hub, "grace"))["firstname"] == "Grace"


async def test_an_account_of_halp_signs_in_to_vivere(hub):
    await acting.register(hub)

    status, reply = await hub.post("/vivere/user/login", {"username": NEW["email"], "password": PASSWORD})

    assert (status, reply["data"]["name"]) == (200, "Jo Doe")


async def test_an_address_is_one_persons_over_both(hub, rows):
    await sign_up_in_vivere(hub, "Grace@Example.org")
    await acting.register(hub)
    before = rows()

    in_halp = await hub.post("/halp/register", {**NEW, "email": "grace@example.ORG"})
    in_vivere = await sign_up_in_vivere(hub, "JO@example.org")

    assert (said(in_halp), in_vivere) == (no("email_taken"), (400, False))
    assert rows() == before


async def test_a_person_of_one_name_who_changes_it_in_halp_still_has_one_in_vivere(hub):
    await sign_up_in_vivere(hub, "ada@example.org", "Ada")
    signed_in = await hub.post(
        "/halp/login", {"type": "halp", "email": "ada@example.org", "passwordHash": PASSWORD_HASH}
    )
    session = {"sessionId": signed_in[1]["sessionId"]}

    await hub.call("PUT", "/halp/profile", headers=session, json={"firstname": "Augusta"})

    _, reply = await hub.post("/vivere/user/login", {"username": "ada@example.org", "password": PASSWORD})
    assert reply["data"]["name"] == "Augusta"


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_whoever_has_a_long_name_may_change_a_part_of_it(self, hub):
        await sign_up_in_vivere(hub, "grace@example.org", "a" * 200)
        body = {"type": "halp", "email": "grace@example.org", "passwordHash": PASSWORD_HASH}
        session = {"sessionId": (await acting.done(hub.post("/halp/login", body)))["sessionId"]}

        _, reply = await hub.call("PUT", "/halp/profile", headers=session, json={"lastname": "b" * 100})

        assert (reply["profile"]["firstname"], reply["profile"]["lastname"]) == ("a" * 100, "b" * 100)
