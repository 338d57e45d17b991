"""`GET get_users`: the names of those who are in."""

from tests.http.vivere.acting import DOOR
from tests.http.vivere.saying import no, yes

NOT_A_VOLUNTEER = (401, no("Not a volunteer", "Send the check-in password in X-MenloHacks-Admin."))


async def test_an_empty_hall_is_an_empty_list(hub, ada):
    assert await hub.get("/vivere/get_users", headers=DOOR) == (200, yes([]))


async def test_those_who_are_in_are_named_in_order_and_those_who_left_are_not(hub, grace, ada, linus, olga):
    for person in (linus, olga, grace, ada):
        await hub.post("/vivere/user/checkin", {"username": person.actor.username}, headers=DOOR)
    await hub.post("/vivere/user/checkout", {"username": "olga"}, headers=DOOR)

    assert await hub.get("/vivere/get_users", headers=DOOR) == (200, yes(["Ada", "Grace", "Linus"]))


async def test_without_the_shared_password_nobody_is_named(hub, olga):
    assert await hub.get("/vivere/get_users") == NOT_A_VOLUNTEER
    assert await hub.get("/vivere/get_users", by=olga) == NOT_A_VOLUNTEER
