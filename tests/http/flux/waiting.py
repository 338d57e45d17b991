"""What waits to be texted and mailed, as a worker would find it."""

from __future__ import annotations

import json
from typing import Any

from hub.domain import magic_links, member_secrets, phone_checks
from hub.domain.credentials import Keys
from hub.perform import run_reading
from models import JobRow
from tests.build import SECRET

KEYS = Keys(SECRET)


def _newest(name: str) -> dict[str, Any]:
    row = run_reading(lambda: JobRow.select().where(JobRow.name == name).order_by(JobRow.id.desc()).get())
    return json.loads(row.arguments)


def code() -> str:
    """The newest code for a phone."""
    said = run_reading(phone_checks.to_text, **_newest("sms.phone_code"), keys=KEYS)
    assert said is not None
    return said.code


def token() -> str:
    """What the newest magic link ends with."""
    said = run_reading(magic_links.to_mail, **_newest("mail.magic_link"), keys=KEYS)
    assert said is not None
    return said[1]


def secret() -> str:
    """The secret in the newest mail that brings one."""
    said = run_reading(member_secrets.mailed, **_newest("mail.member_secret"), keys=KEYS)
    assert said is not None
    return said[1]
