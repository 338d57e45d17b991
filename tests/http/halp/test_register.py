"""`POST /register`."""

import asyncio
from collections import Counter

import pytest

from models import Account, Device
from tests.http.halp import acting
from tests.http.halp.acting import NEW, PASSWORD_HASH, as_text, picture, stored
from tests.http.halp.saying import SERVER_ERROR, no, profile, said, yes

TAKEN = no("email_taken")
PHONE = {"pushType": "apn", "pushToken": "00ff"}


async def register(hub, **fields):
    return await hub.post("/halp/register", {**NEW, **fields})


async def test_whoever_registers_is_signed_in_at_once(hub):
    status, reply = await register(hub)

    user_id, secret = reply["profile"]["userId"], reply["sessionId"]
    jo = profile(user_id, "Jo", lastname="Doe")
    assert (status, reply) == yes(sessionId=secret, profile=jo)
    assert await hub.get("/halp/profile", headers={"sessionId": secret}) == yes(**jo)


async def test_a_picture_may_come_along(hub):
    _, reply = await register(hub, image=as_text(picture("JPEG")))

    image = reply["profile"]["image"]
    assert stored(hub) == {acting.name_of(image)}
    assert (await acting.fetched(hub, image)).format == "JPEG"


async def test_an_empty_picture_is_none(hub):
    """Phones send an empty text when nobody chose a picture."""
    _, empty = await register(hub, image="")
    _, null = await register(hub, email="mo@example.org", image=None)

    assert (empty["profile"]["image"], null["profile"]["image"], stored(hub)) == (None, None, set())


async def test_an_address_that_is_taken_is_refused_in_any_case_and_its_picture_not_kept(hub, rows):
    await register(hub)
    before = rows()

    for email in ("jo@example.org", "JO@Example.ORG", " jo@example.org "):
        assert said(await register(hub, email=email, image=as_text(picture()))) == TAKEN
    assert (rows(), stored(hub)) == (before, set())


NO_USE = {
    "not base64": ("not base64!", no("invalid_image_format")),
    "text": (as_text(b"just text"), no("invalid_image_format")),
    "GIF": (as_text(picture("GIF")), no("invalid_image_format")),
    "too large": (as_text(bytes(5 * 1024 * 1024 + 1)), no("image_too_large")),
    "far too large": (as_text(bytes(11 * 1024 * 1024)), no("image_too_large")),
    "a number": (7, SERVER_ERROR),
}


async def test_a_picture_that_is_no_use_is_refused_with_its_owner(hub, rows):
    before = rows()

    answers = {
        what: said(await acting.call_large(hub, "POST", "/halp/register", {**NEW, "image": image}))
        for what, (image, _) in NO_USE.items()
    }

    assert answers == {what: answer for what, (_, answer) in NO_USE.items()}
    assert (rows(), stored(hub)) == (before, set())


WRONG = [
    *({field: value} for field in NEW for value in (None, "", " \t", 7, ["x"])),
    *({"email": email} for email in ("no address", "@example.org", "jo@", "jo doe@x.org", "a" * 200 + "@x.org")),
    *({"passwordHash": text} for text in ("password", PASSWORD_HASH + "0", PASSWORD_HASH + "\n", "g" * 32)),
    {"email": "\u0130" * 150 + "@example.org"},
    {"firstname": "a" * 101},
    {"lastname": "a" * 101},
]
WRONG_PHONES = [
    {"pushType": "fcm", "pushToken": "00ff"},
    {"pushType": "apn"},
    {"pushType": "apn", "pushToken": ""},
    {"pushType": "apn", "pushToken": "0" * 4001},
    {"pushType": "apn", "pushToken": 7},
]


async def test_what_cannot_be_used_is_refused_by_name(hub, rows):
    before = rows()

    answers = {str(wrong): await register(hub, **wrong) for wrong in WRONG}

    named = {what: (*said(reply), reply[1]["field"]) for what, reply in answers.items()}
    assert named == {str(wrong): (*SERVER_ERROR, *wrong) for wrong in WRONG}
    assert rows() == before


async def test_what_is_missing_is_refused_by_name(hub, rows):
    before = rows()

    for field in NEW:
        refused = await hub.post("/halp/register", {name: given for name, given in NEW.items() if name != field})

        assert refused == (200, {"code": "server_error", "field": field, "detail": f"{field} is missing"})
    assert rows() == before


async def test_a_phone_that_cannot_be_pushed_to_is_refused_with_its_owner(hub, rows):
    before = rows()

    answers = [said(await register(hub, **wrong)) for wrong in WRONG_PHONES]

    assert answers == [SERVER_ERROR] * len(WRONG_PHONES)
    assert rows() == before


async def test_the_phone_that_registers_is_pushed_to(hub, rows):
    member = await acting.register(hub, **PHONE)

    (device,) = rows()[Device.__name__]
    assert (device[1], device[3:5]) == (member.id, ("apn", "00ff"))


async def test_without_a_push_type_no_phone_is_pushed_to(hub, rows):
    await acting.register(hub, pushType="", pushToken="")
    await acting.register(hub, email="mo@example.org", pushType=None, pushToken="00ff")

    assert rows()[Device.__name__] == []


async def test_of_the_password_only_a_hash_of_its_hash_is_kept(hub, rows):
    await register(hub)

    assert PASSWORD_HASH not in repr(rows())
    assert "$argon2id$" in repr(rows()[Account.__name__])


async def test_no_answer_is_kept_for_an_idempotency_key_because_it_holds_a_credential(hub, rows):
    keyed = {"Idempotency-Key": "once"}
    await hub.post("/halp/register", NEW, headers=keyed)

    again = await hub.post("/halp/register", NEW, headers=keyed)

    assert said(again) == TAKEN
    assert rows()["OnceOnly"] == []


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_names_may_be_as_long_as_each_of_them_may(self, hub):
        long = {"firstname": "a" * 100, "lastname": "b" * 100}

        _, reply = await register(hub, **long)

        assert {name: reply["profile"][name] for name in long} == long

    async def test_of_many_who_register_with_one_address_exactly_one_gets_it(self, hub):
        several = ("jo@x.org", "JO@x.org", "Jo@X.org") * 3

        replies = await asyncio.gather(*(register(hub, email=email, image=as_text(picture())) for email in several))

        assert Counter(reply["code"] for _, reply in replies) == {"success": 1, "email_taken": 8}
        assert len(stored(hub)) == 1
