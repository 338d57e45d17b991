"""`events/{id}/photo`: an event's picture and logo."""

from __future__ import annotations

import io
import json
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from hub.perform import run_reading
from models import JobRow
from tests.http.techfesia import programme
from tests.http.techfesia.programme import EVENTS, NOT_FOUND, NOWHERE, add_event, show
from tests.http.vivere.acting import picture

NOT_AN_IMAGE = (422, {"error": "Only image type data allowed"})


@pytest.fixture
async def event(hub, olga) -> dict:
    return await add_event(hub, olga)


async def shown(hub, event) -> dict:
    return (await hub.get(f"{EVENTS}/{event['publicId']}"))[1]


async def size_of(hub, address: str) -> tuple[int, int]:
    async with hub.http.get(f"{hub.address}/techfesia/image/{address.rpartition('/')[2]}") as reply:
        return Image.open(io.BytesIO(await reply.read())).size


def kept(hub) -> list[str]:
    return sorted(path.name for path in Path(hub.settings.data_dir / "images").iterdir())


def to_be_forgotten() -> list[list[str]]:
    jobs = JobRow.select().where(JobRow.name == "images.forget").order_by(JobRow.id)
    return run_reading(lambda: [json.loads(job.arguments)["names"] for job in jobs])


async def test_picture_and_logo_come_together(hub, olga, event):
    answer = await show(hub, event, olga, picture=picture(size=(40, 30)), logo=picture("JPEG", size=(20, 10)))

    now = await shown(hub, event)
    assert answer == (200, "")
    assert [await size_of(hub, now[name]) for name in ("eventPicture", "eventLogo")] == [(40, 30), (20, 10)]
    assert (await hub.get(EVENTS))[1]["events"][0]["eventLogo"] == now["eventLogo"]


async def test_one_of_them_comes_alone_and_the_other_stays(hub, olga, event):
    await show(hub, event, olga, picture=picture(), logo=picture())
    before = await shown(hub, event)

    await show(hub, event, olga, logo=picture(size=(9, 9)))

    now = await shown(hub, event)
    assert now == {**before, "eventLogo": now["eventLogo"]}
    assert await size_of(hub, now["eventLogo"]) == (9, 9)
    assert to_be_forgotten() == [[before["eventLogo"].rpartition("/")[2]]]


async def test_with_an_event_its_pictures_are_forgotten(hub, olga, event):
    await show(hub, event, olga, picture=picture(), logo=picture())

    await hub.call("DELETE", f"{EVENTS}/{event['publicId']}", olga)

    assert [sorted(names) for names in to_be_forgotten()] == [kept(hub)]


async def test_what_is_no_image_is_refused_whatever_it_is_called(hub, olga, event, rows):
    await show(hub, event, olga, picture=picture())
    before, files = rows(), kept(hub)

    for wrong in ({"picture": b"just text"}, {"logo": b""}, {"picture": picture(), "logo": b"just text"}):
        assert await show(hub, event, olga, **wrong) == NOT_AN_IMAGE
    assert (rows(), kept(hub)) == (before, files)


async def test_a_form_without_either_is_refused(hub, olga, event, rows):
    before = rows()
    path = f"{EVENTS}/{event['publicId']}/photo"
    no_file_chosen = aiohttp.FormData({"picture": ""}, default_to_multipart=True)

    statuses = [
        (await show(hub, event, olga, image=picture()))[0],
        (await hub.call("POST", path, olga, data=no_file_chosen))[0],
        (await hub.call("POST", path, olga, data=picture(), headers={"Content-Type": "image/png"}))[0],
        (await hub.call("POST", path, olga, json={"picture": "x"}))[0],
    ]

    assert statuses == [400] * 4
    assert rows() == before


async def test_what_is_no_form_at_all_is_no_image_either(hub, olga, event, rows):
    before = rows()
    path = f"{EVENTS}/{event['publicId']}/photo"

    # The first is as the document prints it.
    answers = [
        await hub.call("POST", path, olga, data=body, headers={"Content-Type": f"multipart/form-data{boundary}"})
        for body, boundary in ((None, ""), (b"--y\r\n", "; boundary=x"))
    ]

    assert answers == [NOT_AN_IMAGE] * 2
    assert rows() == before


async def test_pictures_for_an_event_that_does_not_exist_are_not_kept(hub, olga):
    assert await show(hub, {"publicId": NOWHERE}, olga, logo=picture()) == NOT_FOUND
    assert kept(hub) == []


async def test_pictures_that_are_sent_again_with_their_key_are_kept_once(hub, olga, event):
    async def send(**files: bytes) -> tuple[int, str]:
        form = aiohttp.FormData()
        for name, content in files.items():
            form.add_field(name, content, filename="a.png")
        path = f"{EVENTS}/{event['publicId']}/photo"
        return await hub.call("POST", path, olga, data=form, headers={"Idempotency-Key": "k"})

    first = await send(picture=picture(), logo=picture(size=(9, 9)))
    before, files = await shown(hub, event), kept(hub)

    assert await send(picture=picture(), logo=picture(size=(9, 9))) == first == (200, "")
    assert (await send(picture=picture(size=(9, 9)), logo=picture()))[0] == 422
    assert (await shown(hub, event), kept(hub), to_be_forgotten()) == (before, files, [])


async def test_pictures_stay_when_the_event_is_changed(hub, olga, event):
    await show(hub, event, olga, picture=picture())
    before = await shown(hub, event)

    changed = await programme.change(hub, event, olga, name="x")

    assert changed == (202, {**before, "name": "x"})
