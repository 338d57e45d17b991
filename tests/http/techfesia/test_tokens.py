"""`auth/token`: pairs, another access token, signing out one device or all."""

from __future__ import annotations

import pytest

from tests.http.techfesia.cast import Student, signed_in
from tests.people import PASSWORD

NOT_SIGNED_IN = 401
DEAD = {
    "detail": "Given token not valid for any token type",
    "code": "token_not_valid",
    "messages": [{"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired"}],
}


async def me(hub, who: Student):
    return await hub.get(f"/techfesia/users/{who.username}", who)


async def test_a_password_is_answered_with_a_pair_that_calls(hub, ada):
    status, pair = await hub.post("/techfesia/auth/token/", {"username": "ada", "password": PASSWORD})

    assert (status, list(pair)) == (200, ["access", "refresh"])
    status, said = await hub.get("/techfesia/users/ada", headers={"Authorization": f"Bearer {pair['access']}"})
    assert (status, said["username"]) == (200, "ada")


async def test_the_email_address_signs_in_too(hub, ada):
    status, _ = await hub.post("/techfesia/auth/token", {"username": "ADA@example.org", "password": PASSWORD})

    assert status == 200


@pytest.mark.parametrize("given", [{"username": "ada", "password": "wrong"}, {"username": "nobody", "password": "x"}])
async def test_a_wrong_password_and_an_unknown_name_are_refused_alike(hub, ada, given):
    said = {"detail": "No active account found with the given credentials"}

    assert await hub.post("/techfesia/auth/token/", given) == (401, said)


async def test_a_refresh_token_makes_access_tokens_and_stays_as_it_is(hub, ada):
    given = {"refresh": ada.pair.refresh}

    status, first = await hub.post("/techfesia/auth/token/refresh/", given)
    status_again, second = await hub.post("/techfesia/auth/token/refresh/", given)

    assert (status, list(first), status_again, list(second)) == (200, ["access"], 200, ["access"])
    assert (await hub.get("/techfesia/users/ada", headers={"Authorization": f"Bearer {first['access']}"}))[0] == 200


async def test_an_access_token_does_not_refresh_and_a_refresh_token_does_not_call(hub, ada):
    refused = await hub.post("/techfesia/auth/token/refresh", {"refresh": ada.pair.access})
    called = await hub.get("/techfesia/users/ada", headers={"Authorization": f"Bearer {ada.pair.refresh}"})

    assert (refused, called) == ((401, DEAD), (401, DEAD))


async def test_signing_out_one_device_leaves_the_others(hub, ada):
    other = signed_in(ada.id)

    revoked = await hub.call("PUT", "/techfesia/auth/token/", other, json={"token": ada.pair.refresh})

    assert revoked == (200, {"tokens_deleted": 1})
    assert await me(hub, ada) == (401, DEAD)
    assert await hub.post("/techfesia/auth/token/refresh", {"refresh": ada.pair.refresh}) == (401, DEAD)
    assert (await me(hub, other))[0] == 200


async def test_a_token_that_was_taken_back_is_taken_back_no_more(hub, ada):
    other = signed_in(ada.id)
    await hub.call("PUT", "/techfesia/auth/token", other, json={"token": ada.pair.refresh})

    again = await hub.call("PUT", "/techfesia/auth/token", other, json={"token": ada.pair.refresh})

    assert again == (200, {"tokens_deleted": 0})


@pytest.mark.parametrize("token", ["garbage", "grace's", "ada's access"])
async def test_only_one_s_own_refresh_tokens_are_taken_back(hub, ada, grace, token):
    said = {"grace's": grace.pair.refresh, "ada's access": ada.pair.access}.get(token, token)

    refused = await hub.call("PUT", "/techfesia/auth/token", ada, json={"token": said})

    assert refused == (422, {"error": "This is none of your refresh tokens."})
    assert (await me(hub, ada))[0] == (await me(hub, grace))[0] == 200


async def test_signing_out_everywhere_ends_the_tokens_of_every_contract(hub, ada, grace):
    other = signed_in(ada.id)
    vivere = await hub.post("/vivere/user/login", {"username": "ada@example.org", "password": PASSWORD})
    token = {"X-MenloHacks-Authorization": vivere[1]["data"]["token"]}

    deleted = await hub.call("DELETE", "/techfesia/auth/token/", ada)

    assert deleted == (200, {"tokens_deleted": 2})
    assert (await me(hub, ada))[0] == (await me(hub, other))[0] == 401
    assert (await hub.post("/vivere/user/logout", {}, headers=token))[0] == 401
    assert (await me(hub, grace))[0] == 200


async def test_after_signing_out_everywhere_one_signs_in_again(hub, ada):
    await hub.call("DELETE", "/techfesia/auth/token", ada)

    assert (await me(hub, signed_in(ada.id)))[0] == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "bearer \u00ff"])
async def test_without_a_good_token_one_is_told_how_to_come(hub, header):
    async with hub.http.get("/techfesia/users/ada", headers={"Authorization": header}) as reply:
        assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
        assert "detail" in await reply.json()
