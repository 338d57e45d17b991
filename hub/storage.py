"""The store of images, at an address: a local folder, S3 and the like. The server and the workers both need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from hub.provider_settings import BadSetting

log = structlog.get_logger(__name__)

PATIENCE: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
"""How often a store over the network is asked again; left to itself the library tries for three minutes."""


class StoreAway(Exception):
    """The store does not answer or does not let us; the same call may succeed later."""


def store_at(address: str) -> ObjectStore:
    """The store at `file:///…`, `s3://…` and the like; a local folder is made where it is missing."""
    try:
        is_a_folder = address.startswith("file:")
        return from_url(address, mkdir=True) if is_a_folder else from_url(address, retry_config=PATIENCE)
    except Exception as wrong:
        # The edge: obstore raises its own kinds for each sort of store, and all mean that the address is no use.
        raise BadSetting(f"HUB_STORAGE_URL: {wrong}") from None


def forget(store: ObjectStore, keys: Iterable[str]) -> None:
    """For a worker's job; safe to run twice: what is gone already is what was wanted."""
    for key in keys:
        with _answering("forget"), suppress(FileNotFoundError):
            obstore.delete(store, key)


async def forget_async(store: ObjectStore, keys: Iterable[str]) -> None:
    """For the server, whose answer stands by then: what cannot be forgotten now stays behind, and nothing shows it."""
    unwanted = list(keys)
    try:
        for key in unwanted:
            with _answering("forget"), suppress(FileNotFoundError):
                await obstore.delete_async(store, key)
    except StoreAway:
        log.warning("images_left_behind", keys=unwanted, what_to_do="delete them from the store once it answers")


async def keep_async(store: ObjectStore, key: str, content: bytes) -> None:
    with _answering("keep"):
        await obstore.put_async(store, key, content)


async def content_async(store: ObjectStore, key: str) -> bytes | None:
    """What lies under `key`, or None where nothing does."""
    with _answering("show"), suppress(FileNotFoundError):
        found = await obstore.get_async(store, key)
        return bytes(await found.bytes_async())
    return None


@contextmanager
def _answering(while_trying_to: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as wrong:
        # The first line says what happened; what follows is the library's own view of it, a page long.
        reason = str(wrong).partition("\n")[0]
        log.warning(
            "store_away",
            while_trying_to=while_trying_to,
            reason=reason,
            what_to_do="see that HUB_STORAGE_URL answers and can be written to; clients and jobs come again",
        )
        raise StoreAway(reason) from wrong
