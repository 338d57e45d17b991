"""The console gateways: what would be sent is put into the outbox; pushes are said in the log, mail in the terminal."""

from __future__ import annotations

from pathlib import Path

import structlog

from hub import outbox
from workers.gateways import terminal
from workers.gateways.mail import Mail
from workers.gateways.push import Push

log = structlog.get_logger(__name__)


class ConsolePush:
    via = outbox.FOLDER

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def send(self, push: Push) -> None:
        path = outbox.put(
            self._data_dir, channel="push", to=push.address, subject=None, text=push.text, payload=push.payload
        )
        log.info("push_in_outbox", kind=push.kind, file=path.name)


class ConsoleMail:
    via = outbox.FOLDER

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def send(self, mail: Mail) -> str:
        payload = {"key": mail.key, "html": mail.html}
        path = outbox.put(
            self._data_dir, channel="email", to=mail.to, subject=mail.subject, text=mail.text, payload=payload
        )
        terminal.show(f"Mail to {mail.to}: {mail.subject}", mail.text.splitlines())
        log.info("mail_in_outbox", key=mail.key, file=path.name)
        return path.stem
