"""`pictureupload` and `image/{name}`: pictures by content, shown at an address, and the one before forgotten."""

from __future__ import annotations

import aiohttp
import pytest

from hub.perform import run_reading
from models import Account, JobRow
from tests.http.picture_files import HIDEOUT, chunk, corners, gif, opened, png, saved
from tests.http.techfesia.cast import Student
from tests.running import RunningHub

UPDATED = (202, {"message": "Profile Picture Updated"})
NO_IMAGE = (422, {"error": "Only image type data allowed"})
HELD = "https://hub.example/techfesia/image/"


def form(content: bytes, field: str = "picture", name: str = "a.png") -> aiohttp.FormData:
    sent = aiohttp.FormData()
    sent.add_field("title", "me")
    sent.add_field(field, content, filename=name, content_type="image/png")
    return sent


async def upload(hub: RunningHub, username: str, by: Student | None, data: object, **headers: str):
    return await hub.call("PUT", f"/techfesia/users/{username}/pictureupload", by, data=data, headers=headers)


async def shown(hub: RunningHub, who: Student) -> str:
    return (await hub.get(f"/techfesia/users/{who.username}", who))[1]["profilePicture"]


async def content_at(hub: RunningHub, address: str) -> tuple[int, str, bytes]:
    assert address.startswith(HELD)
    async with hub.http.get(address.removeprefix("https://hub.example")) as reply:
        return reply.status, reply.content_type, await reply.read()


def stored(hub: RunningHub) -> set[str]:
    folder = hub.settings.data_dir / "images"
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def to_forget() -> list[str]:
    return run_reading(lambda: [row.arguments for row in JobRow.select().where(JobRow.name == "images.forget")])


async def test_a_picture_is_shown_without_what_was_noted_in_it(hub, ada):
    assert await upload(hub, "ada", ada, form(png(chunk(b"tEXt", HIDEOUT)))) == UPDATED

    status, kind, content = await content_at(hub, await shown(hub, ada))
    assert (status, kind, HIDEOUT in content) == (200, "image/png", False)
    assert opened(content).size == (2, 2)


async def test_a_text_that_is_called_a_picture_is_none_and_the_picture_stays(hub, ada):
    await upload(hub, "ada", ada, form(saved(corners(), "JPEG"), "photo"))
    before, files = await shown(hub, ada), stored(hub)

    refused = [await upload(hub, "ada", ada, form(content)) for content in (b"just text", b"", gif(), png()[:40])]

    assert refused == [NO_IMAGE] * 4
    assert (await shown(hub, ada), stored(hub)) == (before, files)


async def test_what_is_no_form_or_too_large_is_refused(hub, ada, monkeypatch):
    monkeypatch.setattr("hub.http.images.LARGEST_FILE", 1000)
    only_a_title = aiohttp.FormData({"title": "me"}, default_to_multipart=True)
    broken = {"Content-Type": "multipart/form-data; boundary=x"}

    answers = [
        await upload(hub, "ada", ada, form(b"x" * 1001)),
        await upload(hub, "ada", ada, only_a_title),
    ]
    # As the document prints it: there is neither a boundary nor a body.
    as_printed = await upload(hub, "ada", ada, None, **{"Content-Type": "multipart/form-data"})
    malformed = await upload(hub, "ada", ada, b"--y\r\n", **broken)

    assert [(status, list(said)) for status, said in answers] == [(413, ["detail"]), (400, ["errors"])]
    assert (as_printed, malformed) == (NO_IMAGE, NO_IMAGE)
    assert (await shown(hub, ada), stored(hub)) == (None, set())


async def test_the_picture_before_is_given_back_whatever_takes_its_place(hub, ada):
    await upload(hub, "ada", ada, form(png()))
    first = (await shown(hub, ada)).removeprefix(HELD)
    await upload(hub, "ada", ada, form(png()))
    second = (await shown(hub, ada)).removeprefix(HELD)

    await hub.call("PUT", "/techfesia/users/ada", ada, json={"profilePicture": "url_to_profile_pic"})

    assert to_forget() == [f'{{"names": ["{first}"]}}', f'{{"names": ["{second}"]}}']
    assert await shown(hub, ada) == "url_to_profile_pic"


async def test_a_profile_that_comes_back_as_it_is_shown_leaves_the_picture(hub, ada):
    await upload(hub, "ada", ada, form(png()))
    before = await shown(hub, ada)

    await hub.call("PUT", "/techfesia/users/ada", ada, json={"profilePicture": before, "firstName": "Augusta"})

    assert (await shown(hub, ada), to_forget()) == (before, [])


async def test_an_upload_takes_the_place_of_an_address(hub, ada):
    await hub.call("PUT", "/techfesia/users/ada", ada, json={"profilePicture": "https://pictures.example/1"})

    await upload(hub, "ada", ada, form(png()))

    assert (await shown(hub, ada)).startswith(HELD)
    assert run_reading(lambda: Account.get_by_id(ada.id).picture_url) is None


async def test_staff_bring_pictures_of_others_and_strangers_do_not(hub, ada, grace, olga, root):
    assert await upload(hub, "ada", olga, form(png())) == UPDATED
    files = stored(hub)

    tries = [(None, "ada"), (grace, "ada"), (grace, "nobody"), (olga, "root"), (olga, "nobody")]
    answers = [(await upload(hub, username, by, form(png())))[0] for by, username in tries]

    assert (answers, stored(hub)) == ([401, 403, 403, 403, 404], files)


async def test_an_upload_that_is_sent_again_under_its_key_is_one(hub, ada):
    key = {"Idempotency-Key": "once"}

    answers = [await upload(hub, "ada", ada, form(png()), **key) for _ in range(2)]

    assert (answers, len(stored(hub)), to_forget()) == ([UPDATED] * 2, 1, [])


@pytest.mark.parametrize("name", ["x.png", f"{'0' * 32}.png", "%00", "..%2Fhub.sqlite"])
async def test_what_is_no_picture_is_not_found(hub, name):
    assert await hub.get(f"/techfesia/image/{name}") == (404, {"detail": "Not found."})


async def test_a_staff_member_finds_somebody_by_an_uploaded_picture(hub, ada, grace, olga):
    await upload(hub, "ada", ada, form(png()))

    _, said = await hub.get("/techfesia/users", olga, params={"profilePicture": await shown(hub, ada)})

    assert [user["username"] for user in said["users"]] == ["ada"]
