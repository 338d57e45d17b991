"""The console gateway: what would be pushed is put into the outbox and said in the log."""

from __future__ import annotations

from pathlib import Path

import structlog

from workers.gateways import outbox
from workers.gateways.push import Push

log = structlog.get_logger(__name__)


class ConsolePush:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def send(self, push: Push) -> None:
        path = outbox.put(
            self._data_dir, channel="push", to=push.address, subject=None, text=push.text, payload=push.payload
        )
        log.info("push_in_outbox", kind=push.kind, file=path.name)
