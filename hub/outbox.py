"""The outbox: with console gateways, each thing that would be sent is one file in `$HUB_DATA_DIR/outbox`.

Workers write it, and the console shows it in development. Files are named by their time, so a page of the newest is
found by names alone, however many there are.
"""

from __future__ import annotations

import heapq
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hub import clock
from hub.wire import strict_json
from hub.wire.moments import from_iso

FOLDER = "outbox"
CHANNELS = ("email", "sms", "push", "payment")
LONGEST_FILE = 1024 * 1024
"""Bytes; no letter of ours comes near that."""

_ID = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Letter:
    id: str
    """The file's name, without its ending."""
    channel: str
    to: str
    subject: str | None
    text: str
    payload: Any
    at: datetime


@dataclass(frozen=True)
class Page:
    letters: list[Letter]
    next: str | None
    """The id before which the next page begins; None where there is none."""


def put(data_dir: Path, *, channel: str, to: str, subject: str | None, text: str, payload: Any) -> Path:
    """Write one file, for its owner's eyes only. What ends in `.json` is whole; names are in the order of time."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = clock.now()
    letter = {
        "channel": channel,
        "to": to,
        "subject": subject,
        "text": text,
        "payload": payload,
        "at": f"{at.isoformat()}Z",
    }
    path = folder / f"{at:%Y%m%dT%H%M%S.%f}Z-{secrets.token_hex(4)}.json"
    _write_whole(path, json.dumps(letter, ensure_ascii=False, indent=2).encode())
    return path


def _write_whole(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    unfinished.rename(path)


def is_id(text: str) -> bool:
    """Whether a letter may be called so; no such name leads out of the folder."""
    return _ID.fullmatch(text) is not None


def page(data_dir: Path, *, size: int, before: str | None = None, channel: str | None = None) -> Page:
    """The newest `size` files, of those older than `before`; of what they hold, what can be read and is of `channel`.

    So a page may hold fewer letters, or none, and yet be followed by another.
    """
    newest = heapq.nlargest(size + 1, (each for each in _ids_in(data_dir) if before is None or each < before))
    looked_at = newest[:size]
    found = [letter for each in looked_at if (letter := read(data_dir, each)) is not None]
    kept = [letter for letter in found if channel in (None, letter.channel)]
    return Page(kept, looked_at[-1] if len(newest) > size else None)


def read(data_dir: Path, letter_id: str) -> Letter | None:
    """The letter of that id; None where there is none, or it is not one that can be read."""
    if not is_id(letter_id):
        return None
    with suppress(OSError, ValueError), open(data_dir / FOLDER / f"{letter_id}.json", "rb") as file:
        return _letter_in(file.read(LONGEST_FILE), letter_id)
    return None


def _ids_in(data_dir: Path) -> Iterator[str]:
    """In no order; none where nothing was ever put."""
    with suppress(FileNotFoundError), os.scandir(data_dir / FOLDER) as entries:
        for entry in entries:
            name, ending = os.path.splitext(entry.name)
            if ending == ".json" and is_id(name):
                yield name


def _letter_in(content: bytes, letter_id: str) -> Letter | None:
    """None for what is JSON and yet no letter; raises ValueError for what is not JSON."""
    match strict_json.loads(content):
        case {
            "channel": str(channel),
            "to": str(to),
            "subject": str() | None as subject,
            "text": str(text),
            "payload": payload,
            "at": str(at),
        }:
            return Letter(letter_id, channel, to, subject, text, payload, from_iso(at))
    return None
