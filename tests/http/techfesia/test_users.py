"""`users`: signing up, reading and changing a user, and deleting one."""

from __future__ import annotations

import pytest

from hub.domain import members, password_resets
from hub.perform import run, run_reading
from models import Account, Member, PasswordReset
from tests.http.techfesia.cast import MINTING, Student, staff, student
from tests.people import PASSWORD

NEW = {
    "username": "test_user_001",
    "firstName": "Test",
    "lastName": "User",
    "email": "test_user_001@testers.techfesia.iiits.in",
    "password": "Hello World",
    "phoneNumber": "+911234567890",
    "collegeName": "Test College 123",
    "profilePicture": "url_to_profile_pic",
}
PROFILE = {name: value for name, value in NEW.items() if name != "password"}
NEEDED = {"username": "jo", "email": "jo@example.org", "password": "secret"}
EMPTY = {"firstName": "", "lastName": "", "phoneNumber": None, "collegeName": None, "profilePicture": None}


async def sign_up(hub, **fields):
    return await hub.post("/techfesia/users/", {**NEEDED, **fields})


async def put(hub, username: str, body, by: Student | None):
    return await hub.call("PUT", f"/techfesia/users/{username}?=", by, json=body)


async def test_who_signs_up_is_answered_with_all_that_is_known_of_them(hub):
    status, said = await hub.post("/techfesia/users/", NEW)

    public_id = run_reading(lambda: Account.get(username="test_user_001").public_id)
    dates = {"dateJoined": "2026-11-21T12:00:00Z", "lastLogin": None}
    assert (status, said) == (201, {"publicId": public_id, **PROFILE, **dates, "notifyBy": "mail"})
    given = {"username": "test_user_001", "password": "Hello World"}
    assert (await hub.post("/techfesia/auth/token/", given))[0] == 200


@pytest.mark.parametrize("more", [{}, dict.fromkeys(EMPTY), dict.fromkeys(EMPTY, " ")], ids=["none", "null", "blank"])
async def test_three_fields_are_enough_and_blank_ones_say_nothing(hub, more):
    status, said = await sign_up(hub, **more)

    assert (status, {name: said[name] for name in EMPTY}) == (201, EMPTY)


NO_USE = [
    *[({name: value for name, value in NEEDED.items() if name != left_out}, left_out) for left_out in NEEDED],
    *[({**NEEDED, name: None}, name) for name in NEEDED],
    *[({**NEEDED, name: 7}, name) for name in PROFILE],
    *[({**NEEDED, "username": word}, "username") for word in ("", "a b", "a/b", ".", "..", "x" * 151)],
    *[({**NEEDED, "username": word}, "username") for word in ("public", "Category", "TAGS", "invitations")],
    ({**NEEDED, "username": "grace@example.org"}, "username"),
    ({**NEEDED, "email": "nowhere"}, "email"),
    ({**NEEDED, "password": ""}, "password"),
    ({**NEEDED, "collegeName": "x" * 201}, "collegeName"),
    ({**NEEDED, "notifyBy": "pigeon"}, "notifyBy"),
]


async def test_what_cannot_be_used_is_said_by_field_and_makes_nobody(hub, rows):
    before = rows()

    answers = [await hub.post("/techfesia/users", body) for body, _ in NO_USE]

    assert [(status, *said["errors"]) for status, said in answers] == [(400, field) for _, field in NO_USE]
    assert rows() == before


async def test_a_missing_field_is_said_in_the_words_of_the_document(hub):
    said = {"errors": {"username": "missing required field"}}

    assert await hub.post("/techfesia/users/", {"email": "jo@example.org", "password": "x"}) == (400, said)


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ({"username": "ada"}, {"username": "This username already exists"}),
        ({"email": "ADA@example.org"}, {"email": "This email address already belongs to somebody"}),
    ],
)
async def test_what_somebody_has_already_is_refused(hub, ada, rows, taken, said):
    before = rows()

    assert await sign_up(hub, **taken) == (422, {"errors": said})
    assert rows() == before


async def test_an_email_address_may_be_a_username_too(hub):
    status, said = await sign_up(hub, username="Jo@example.org")

    assert (status, said["username"], said["email"]) == (201, "Jo@example.org", "jo@example.org")


async def test_one_reads_oneself_and_staff_read_everybody_by_username_or_address(hub, ada, olga):
    of_herself = await hub.get("/techfesia/users/ada", ada)

    assert of_herself[0] == 200
    assert of_herself[1]["lastLogin"] == "2026-11-21T12:00:00Z"
    for path in ("/techfesia/users/ada", "/techfesia/users/ada/", "/techfesia/users/ADA@example.org"):
        assert await hub.get(path, olga) == of_herself


async def test_a_stranger_is_not_told_who_there_is(hub, ada, grace):
    paths = [f"/techfesia/users/{username}" for username in ("ada", "nobody", "%FF", "x" * 5000)]

    assert {(await hub.get(path, grace))[0] for path in paths} == {403}
    assert {(await hub.get(path))[0] for path in paths} == {401}


async def test_staff_are_told_who_there_is_not(hub, olga):
    names = ["nobody", "%00", "%FF", "a%2Fb", "nobody@example.org", "x" * 5000]

    answers = [await hub.get(f"/techfesia/users/{username}", olga) for username in names]

    assert answers == [(404, {"detail": "Not found."})] * len(names)


async def test_the_whole_profile_is_changed_as_the_document_sends_it(hub):
    tess = student("test_user_001")

    status, said = await put(hub, "test_user_001", PROFILE, tess)

    public_id = tess.actor.public_id
    assert (status, said) == (200, {"publicId": public_id, **PROFILE, "notifyBy": "mail"})
    assert (await hub.get("/techfesia/users/test_user_001", tess))[1].items() >= said.items()


async def test_what_is_not_said_or_null_stays_and_a_blank_text_takes_away(hub, ada):
    before = (await put(hub, "ada", {**PROFILE, "username": "ada"}, ada))[1]

    _, same = await put(hub, "ada", {**dict.fromkeys(PROFILE), "surprise": 1}, ada)
    _, cleared = await put(hub, "ada", {"lastName": "", "phoneNumber": " ", "profilePicture": ""}, ada)

    assert same == before
    assert cleared == {**before, "lastName": "", "phoneNumber": None, "profilePicture": None}


async def test_the_password_is_never_changed_here(hub, ada):
    await put(hub, "ada", {"password": "another", "firstName": "Augusta"}, ada)

    assert (await hub.post("/techfesia/auth/token", {"username": "ada", "password": PASSWORD}))[0] == 200


async def test_username_and_id_stay_as_they_are(hub, ada, rows):
    before, others = rows(), [{"username": "countess"}, {"username": "ADA"}, {"publicId": "0" * 24}]

    answers = [await put(hub, "ada", {**other, "firstName": "Augusta"}, ada) for other in others]

    assert answers == [(422, {"error": "A username and an id stay as they are."})] * 3
    assert rows() == before


async def test_a_change_that_cannot_be_used_changes_nothing(hub, ada, rows):
    before = rows()
    texts = {"email": "nowhere", "notifyBy": "pigeon", "phoneNumber": "x" * 41, "profilePicture": "x" * 2001}
    bodies = [*({name: text} for name, text in texts.items()), {"email": ""}, {"firstName": 7}]

    answers = [await put(hub, "ada", {"collegeName": "Another", **body}, ada) for body in bodies]

    assert [(status, list(said["errors"])) for status, said in answers] == [(400, list(body)) for body in bodies]
    assert rows() == before


async def test_how_one_hears_of_things_is_one_s_own_to_say(hub, ada, olga):
    await put(hub, "ada", {"notifyBy": "push"}, ada)

    assert [(await hub.get("/techfesia/users/ada", who))[1]["notifyBy"] for who in (ada, olga)] == ["push"] * 2
    assert (await sign_up(hub, notifyBy="none"))[1]["notifyBy"] == "none"


async def test_another_s_email_address_is_refused_and_one_s_own_is_none(hub, ada, grace, rows):
    before = rows()
    taken = {"errors": {"email": "This email address already belongs to somebody"}}

    assert await put(hub, "ada", {"email": "GRACE@example.org", "firstName": "Augusta"}, ada) == (422, taken)
    assert rows() == before
    assert (await put(hub, "ada", {"email": " ADA@example.org "}, ada))[1]["email"] == "ada@example.org"


async def test_with_another_address_what_was_mailed_to_the_old_one_is_dead_and_members_are_known_by_it(hub, ada):
    run(members.enrol, ada.id)
    run(password_resets.ask, "ada", keys=MINTING.keys, limited=False)

    status, said = await put(hub, "ada", {"email": "Augusta@example.org"}, ada)

    assert (status, said["email"]) == (200, "augusta@example.org")
    assert run_reading(lambda: PasswordReset.select().count()) == 0
    assert run_reading(members.address_of, ada.id) == ("Augusta@example.org", "Ada Lee")
    assert run_reading(lambda: Member.get_by_id(ada.id).needs_validating) is True


async def test_staff_change_others_and_only_superusers_change_staff(hub, ada, olga, root):
    otto = staff("otto")

    assert (await put(hub, "ada@example.org", {"collegeName": "Another"}, olga))[1]["collegeName"] == "Another"
    assert await put(hub, "otto", {"email": "mine@example.org"}, olga) == (
        403,
        {"detail": "Only superusers may do this."},
    )
    assert (await put(hub, "root", {"firstName": "x"}, otto))[0] == 403
    assert (await put(hub, "olga", {"firstName": "Olga"}, olga))[0] == 200
    assert (await put(hub, "otto", {"firstName": "Otto"}, root))[0] == 200


async def test_a_stranger_changes_nobody_and_is_not_told_who_there_is(hub, ada, grace, rows):
    before = rows()

    answers = {(await put(hub, username, {"firstName": "x"}, grace))[0] for username in ("ada", "nobody")}

    assert (answers, (await put(hub, "ada", {}, None))[0]) == ({403}, 401)
    assert rows() == before


async def test_staff_delete_somebody_with_all_that_is_theirs(hub, ada, olga):
    assert await hub.call("DELETE", "/techfesia/users/ada/", olga) == (200, "")

    assert (await hub.get("/techfesia/users/ada", ada))[1]["code"] == "user_not_found"
    assert await hub.get("/techfesia/users/ada", olga) == (404, {"detail": "Not found."})
    assert (await hub.call("DELETE", "/techfesia/users/ada", olga))[0] == 404


async def test_nobody_deletes_themself_and_only_superusers_delete_staff(hub, olga, root, rows):
    otto = staff("otto")
    before = rows()

    tries = [(olga, "root"), (olga, "otto"), (olga, "olga"), (root, "root")]
    answers = [(await hub.call("DELETE", f"/techfesia/users/{whom}", by))[0] for by, whom in tries]

    assert (answers, rows() == before) == ([403, 403, 422, 422], True)
    assert (await hub.call("DELETE", f"/techfesia/users/{otto.username}", root))[0] == 200


async def test_a_deletion_that_is_said_twice_under_one_key_is_one(hub, ada, olga):
    key = {"Idempotency-Key": "once"}

    answers = [(await hub.call("DELETE", "/techfesia/users/ada", olga, headers=key))[0] for _ in range(2)]

    assert answers == [200, 200]


@pytest.mark.parametrize("address", ["javascript:alert(1)", " JAVA\tSCRIPT:x", "data:text/html,x", "vbscript:x"])
async def test_no_picture_is_shown_that_a_page_would_run(hub, ada, rows, address):
    before = rows()
    refused = {"errors": {"profilePicture": "is not the address of a picture"}}
    newcomer = {"username": "eve", "email": "eve@example.org", "password": "x", "profilePicture": address}

    assert await put(hub, "ada", {"firstName": "Eve", "profilePicture": address}, ada) == (400, refused)
    assert await hub.post("/techfesia/users", newcomer) == (400, refused)
    assert rows() == before
