"""The outbox: with console gateways, each thing that would be sent is one file in `$HUB_DATA_DIR/outbox`."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from hub import clock

FOLDER = "outbox"


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
