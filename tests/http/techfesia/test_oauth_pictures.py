"""`auth_modes` and `picture`: by what somebody can sign in, and showing the picture that a provider has of them."""

from __future__ import annotations

import pytest

from hub.perform import run
from models import Account, Identity
from tests.http.techfesia.cast import Student, staff
from tests.http.techfesia.oauth_browser import Browser

UPDATED = (200, {"message": "Profile Picture updated"})
NOT_SIGNED_IN = (401, {"detail": "Authentication credentials were not provided."})
NOT_THERE = (422, {"error": "This user does not sign in by that provider."})
NO_PICTURE = (422, {"error": "That provider has told of no picture. Sign in by it again."})


def known_at(student: Student, provider: str, picture: str | None = "https://pictures.example/{}") -> None:
    """Have a provider vouch for somebody."""
    address = picture and picture.format(provider)
    run(Identity.create, account=student.id, provider=provider, subject=student.username, picture_url=address)


async def picture_of(hub, student: Student) -> str | None:
    _, said = await hub.get(f"/techfesia/users/{student.username}", student)
    return said["profilePicture"]


async def show(hub, student: Student, by: Student | None = None, **sent):
    return await hub.call("PUT", f"/techfesia/users/{student.username}/picture", by or student, **sent)


async def modes(hub, by: Student | None, username: str = "ada"):
    return await hub.get(f"/techfesia/users/{username}/auth_modes", by)


async def test_whoever_has_signed_up_signs_in_by_password_alone(hub, ada):
    assert await modes(hub, ada) == (200, {"password": True, "o-auth": []})


async def test_providers_are_told_in_the_order_of_the_document(hub, ada):
    for provider in ("facebook", "google", "github"):
        known_at(ada, provider)

    assert await modes(hub, ada) == (200, {"password": True, "o-auth": ["google", "github", "facebook"]})


async def test_whoever_came_by_a_provider_has_no_password(hub_with_providers):
    zoe = Browser(hub_with_providers)
    _, pair = await zoe.sign_in("github")

    signed = {"Authorization": f"Bearer {pair['access']}"}
    said = await hub_with_providers.get("/techfesia/users/zoe/auth_modes/", headers=signed)

    assert said == (200, {"password": False, "o-auth": ["github"]})


async def test_by_what_others_sign_in_is_told_to_staff_who_may_read_users(hub, ada, grace, olga):
    of_teams = staff("tess", privileges={"user": ["update"], "team": ["read"]})

    assert await modes(hub, olga) == (200, {"password": True, "o-auth": []})
    assert await modes(hub, None) == NOT_SIGNED_IN
    assert [(await modes(hub, who))[0] for who in (grace, of_teams)] == [403, 403]
    assert [(await modes(hub, who, "nobody"))[0] for who in (grace, olga)] == [403, 404]
    assert (await modes(hub, olga, "a%00b"))[0] == 404


async def test_the_documents_sample_shows_the_providers_picture(hub, ada):
    known_at(ada, "facebook")
    known_at(ada, "google")

    assert await show(hub, ada, json={"provider": "google"}) == UPDATED
    assert await picture_of(hub, ada) == "https://pictures.example/google"
    assert await show(hub, ada, json={"provider": "facebook"}) == UPDATED
    assert await picture_of(hub, ada) == "https://pictures.example/facebook"


@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"json": {"provider": None}}], ids=["nothing", "empty", "null"])
async def test_the_first_who_has_a_picture_is_taken_where_none_is_named(hub, ada, sent):
    known_at(ada, "google", None)
    known_at(ada, "facebook")
    known_at(ada, "github")

    assert await show(hub, ada, **sent) == UPDATED
    assert await picture_of(hub, ada) == "https://pictures.example/github"


async def test_without_the_provider_or_its_picture_nothing_changes(hub, ada, rows):
    before_all = await show(hub, ada)
    known_at(ada, "google", None)
    before = rows()

    answers = [await show(hub, ada, json={"provider": name}) for name in ("google", "github", "twitter", "")]

    assert (before_all, answers) == (NOT_THERE, [NO_PICTURE, NOT_THERE, NOT_THERE, NOT_THERE])
    assert await show(hub, ada) == NO_PICTURE
    assert rows() == before


@pytest.mark.parametrize("sent", [{"json": {"provider": 7}}, {"json": ["google"]}, {"data": b"provider=google"}])
async def test_a_body_that_cannot_be_read_changes_nothing(hub, ada, rows, sent):
    known_at(ada, "google")
    before = rows()

    status, said = await show(hub, ada, **sent)

    assert (status, list(said), rows()) == (400, ["errors"], before)


async def test_staff_who_may_update_users_do_it_for_others_and_nobody_else_does(hub, ada, grace, olga):
    known_at(ada, "google")
    reader = staff("rita", privileges={"user": ["read"]})

    assert [(await show(hub, ada, who, data=b"odd"))[0] for who in (grace, reader)] == [403, 403]
    assert await hub.call("PUT", "/techfesia/users/ada/picture") == NOT_SIGNED_IN
    assert await picture_of(hub, ada) is None
    assert await show(hub, ada, olga) == UPDATED


async def test_the_same_key_shows_it_once(hub, ada):
    known_at(ada, "google")
    keyed = {"headers": {"Idempotency-Key": "k"}}
    await show(hub, ada, **keyed)
    run(lambda: Account.update(picture_url=None).execute())

    assert await show(hub, ada, **keyed) == UPDATED
    assert await picture_of(hub, ada) is None


async def test_the_hub_asks_no_address_that_a_provider_has_told(hub_with_providers, providers):
    providers.zoes["google"]["picture"] = f"{providers.address}/picture".replace("http:", "https:")
    zoe = Browser(hub_with_providers)
    _, pair = await zoe.sign_in("google")
    signed = {"Authorization": f"Bearer {pair['access']}"}

    shown = await hub_with_providers.call("PUT", "/techfesia/users/zoe/picture", headers=signed)

    assert shown == UPDATED
    assert (await zoe.me(pair, "zoe"))["profilePicture"] == providers.zoes["google"]["picture"]
    assert providers.asked["picture"] == 0


ODD_PICTURES = [None, 7, "", "http://pictures.example/a", "javascript:alert(1)", "https://a b", "https://" + "a" * 2000]


async def test_an_odd_address_of_a_picture_is_none(hub_with_providers, providers, rows):
    for odd in ODD_PICTURES:
        providers.zoes["github"]["avatar_url"] = odd
        assert (await Browser(hub_with_providers).sign_in("github"))[0] == 200
        assert rows()["Identity"][0][-1] is None


async def test_facebooks_picture_is_where_facebook_puts_it(hub_with_providers, providers, rows):
    seen = []
    for said in (providers.zoes["facebook"]["picture"], None, {"data": 7}, {}):
        providers.zoes["facebook"]["picture"] = said
        await Browser(hub_with_providers).sign_in("facebook")
        seen.append(rows()["Identity"][0][-1])

    assert seen == ["https://pictures.example/facebook/zoe", None, None, None]
