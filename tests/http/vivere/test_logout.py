"""`POST user/logout`."""

from tests.http.vivere.saying import NOT_SIGNED_IN, yes


async def test_a_token_that_was_taken_back_is_dead_at_once(hub, ada):
    out = await hub.post("/vivere/user/logout", by=ada)

    assert out == (200, yes({}))
    assert await hub.get("/vivere/mentorship/user/queue", by=ada) == NOT_SIGNED_IN


async def test_signing_out_again_is_refused_like_any_call_with_a_dead_token(hub, ada, rows):
    await hub.post("/vivere/user/logout", by=ada)
    before = rows()

    again = await hub.post("/vivere/user/logout", by=ada)

    assert again == NOT_SIGNED_IN
    assert rows() == before


async def test_only_the_token_that_was_sent_is_taken_back(hub, ada, grace):
    await hub.post("/vivere/user/logout", by=ada)

    assert await hub.get("/vivere/mentorship/user/claimed", by=grace) == (200, yes([]))


async def test_a_stranger_has_nothing_to_sign_out_of(hub, rows):
    before = rows()

    refused = await hub.post("/vivere/user/logout")

    assert refused == NOT_SIGNED_IN
    assert rows() == before
