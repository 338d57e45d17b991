"""Keeping and showing pictures: all or none, under names that nobody can guess, in a folder or over the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from hub import storage
from hub.http import images
from hub.http.pixels import encoded_anew
from hub.provider_settings import BadSetting
from hub.storage import StoreAway
from tests.http.bucket import Bucket
from tests.http.picture_files import corners, jpeg, saved
from tests.http.vivere import acting
from tests.http.vivere.saying import no

A_JPEG, A_PNG = encoded_anew(jpeg()), encoded_anew(saved(corners(), "PNG"))
UNKNOWN = "0123456789abcdef0123456789abcdef.png"
AWAY = (503, no("One moment", "The server cannot answer just now. Try again in a moment."))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with Bucket() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest):
    if request.param == "folder":
        return storage.store_at(request.getfixturevalue("folder").as_uri())
    request.getfixturevalue("bucket")
    return storage.store_at("s3://hub/pictures")


async def all_of(store, names: list[str]) -> list[bytes | None]:
    return [await storage.content_async(store, name) for name in names]


async def test_pictures_are_kept_under_names_that_say_what_they_are_and_nothing_else(store):
    names = await images.keep_all(store, [A_JPEG, A_PNG, A_JPEG])

    assert await all_of(store, names) == [A_JPEG.content, A_PNG.content, A_JPEG.content]
    endings = [re.fullmatch(r"[0-9a-f]{32}\.(jpg|png)", name)[1] for name in names]
    assert (endings, len(set(names))) == (["jpg", "png", "jpg"], 3)


async def test_no_pictures_are_kept_without_a_word(store):
    assert await images.keep_all(store, []) == []


@pytest.mark.parametrize(("picture", "content_type"), [(A_JPEG, "image/jpeg"), (A_PNG, "image/png")])
async def test_a_picture_is_shown_so_that_no_browser_takes_it_for_a_page(store, picture, content_type):
    (name,) = await images.keep_all(store, [picture])

    shown = await images.show_named(store, name)

    assert (shown.status, shown.body, dict(shown.headers)) == (
        200,
        picture.content,
        {
            "Content-Type": content_type,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )


@pytest.mark.parametrize(
    "name",
    [UNKNOWN, "", ".", "..", "secret", "../secret", "0" * 32, "0" * 32 + ".gif", "A" * 32 + ".png", "é" * 32 + ".png"],
)
async def test_what_is_no_picture_of_ours_is_not_found_though_it_lies_in_the_store(store, name):
    for key in ("secret", "0" * 32, "0" * 32 + ".gif", "A" * 32 + ".png"):
        await storage.keep_async(store, key, b"secret")

    with pytest.raises(web.HTTPNotFound):
        await images.show_named(store, name)


async def test_a_picture_that_was_forgotten_is_not_found(store):
    kept, forgotten = await images.keep_all(store, [A_JPEG, A_PNG])

    await storage.forget_async(store, [forgotten, UNKNOWN])
    await storage.forget_async(store, [forgotten])

    assert await all_of(store, [kept, forgotten]) == [A_JPEG.content, None]


async def test_a_worker_forgets_pictures_and_may_do_so_twice(store):
    kept, *forgotten = await images.keep_all(store, [A_JPEG, A_PNG, A_PNG])

    storage.forget(store, [UNKNOWN, *forgotten])
    storage.forget(store, forgotten)

    assert await all_of(store, [kept, *forgotten]) == [A_JPEG.content, None, None]


async def test_where_one_picture_cannot_be_kept_none_is(bucket):
    bucket.puts_left = 2
    store = storage.store_at("s3://hub/pictures")

    with pytest.raises(StoreAway):
        await images.keep_all(store, [A_JPEG, A_PNG, A_JPEG])

    assert bucket.kept == {}


async def test_a_store_over_the_network_keeps_pictures_where_its_address_says(bucket):
    (name,) = await images.keep_all(storage.store_at("s3://hub/pictures"), [A_PNG])

    assert bucket.kept == {f"/hub/pictures/{name}": A_PNG.content}


def is_no_folder_any_more(folder: Path) -> None:
    """As if the disk had been taken away; a mere ban on writing would not stop a hub that root runs."""
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_bytes(b"")


async def test_a_store_that_is_away_says_so_to_who_would_keep_show_or_forget(folder):
    store = storage.store_at(folder.as_uri())
    is_no_folder_any_more(folder)

    with pytest.raises(StoreAway):
        await images.keep_all(store, [A_JPEG])
    with pytest.raises(StoreAway):
        await images.show_named(store, UNKNOWN)
    with pytest.raises(StoreAway):
        storage.forget(store, [UNKNOWN])


async def test_the_operator_is_told_once_what_was_tried_and_what_to_do(folder):
    store = storage.store_at(folder.as_uri())
    is_no_folder_any_more(folder)

    with capture_logs() as logs, pytest.raises(StoreAway):
        await storage.keep_async(store, UNKNOWN, A_PNG.content)

    (line,) = logs
    assert (line["event"], line["log_level"], line["while_trying_to"]) == ("store_away", "warning", "keep")
    assert "Not a directory" in line["reason"]
    assert "\n" not in line["reason"]
    assert line["what_to_do"].startswith("see that HUB_STORAGE_URL answers")


async def test_what_the_server_cannot_forget_is_left_to_the_operator(folder):
    store = storage.store_at(folder.as_uri())
    is_no_folder_any_more(folder)

    with capture_logs() as logs:
        await storage.forget_async(store, [UNKNOWN, "other"])

    assert [line["event"] for line in logs] == ["store_away", "images_left_behind"]
    assert logs[-1]["keys"] == [UNKNOWN, "other"]


async def test_a_store_that_refuses_every_connection_is_away_soon(monkeypatch):
    with Bucket() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)

    with pytest.raises(StoreAway):
        await images.keep_all(storage.store_at("s3://hub"), [A_JPEG])


async def test_while_the_store_is_away_the_dialect_asks_for_a_moment(hub, olga, rows):
    gym = await acting.add_location(hub, by=olga)
    await acting.put_image(hub, gym, acting.picture(), by=olga)
    before = rows()
    is_no_folder_any_more(hub.settings.data_dir / "images")

    assert await hub.get(f"/vivere/location/image/{gym['id']}") == AWAY
    assert await acting.put_image(hub, gym, acting.picture(), by=olga) == AWAY
    assert rows() == before


@pytest.mark.parametrize("address", ["ftp://example.org/images", "s3://", "nonsense"])
def test_an_address_that_is_none_is_said_by_the_name_of_the_setting(address):
    with pytest.raises(BadSetting, match="HUB_STORAGE_URL: "):
        storage.store_at(address)
