"""The first journey: a ticket made over REST, claimed over REST, heard by everybody."""


async def test_everyone_hears_of_a_claim_in_their_own_view(hub, ada, grace):
    crowd = await hub.listen("/mentor")
    asker = await hub.listen("/mentor", by=ada)
    mentor = await hub.listen("/mentor", by=grace)

    _, created = await hub.post(
        "/vivere/mentorship/create", {"description": "CSS", "location": "T4", "contact": ""}, by=ada
    )
    status, claimed = await hub.post("/vivere/mentorship/claim", {"id": created["data"]["id"]}, by=grace)

    assert status == 200
    plain = claimed["data"] | {"claimed_by_me": False}
    assert (await crowd.until(2, "save"))[1] == plain
    assert (await asker.until(2, "save"))[1] == plain | {"is_mine": True}
    assert (await mentor.until(2, "save"))[1] == plain | {"claimed_by_me": True}


async def test_a_client_that_comes_back_hears_exactly_what_it_missed(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await first.until(1, "ready")
    await first.leave()
    for number in range(3):
        await hub.post(
            "/vivere/mentorship/create", {"description": str(number), "location": "T4", "contact": ""}, by=ada
        )

    second = await hub.listen("/mentor", recover=True, offset=first.offset)

    assert [ticket["description"] for ticket in await second.until(3, "save")] == ["0", "1", "2"]
    assert second.of("ready")[0]["recovered"] is True
