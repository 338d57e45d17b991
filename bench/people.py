"""Many people with accounts and signed tokens, and something to read, in a database that each hub gets a copy of."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from hub import database, migrations
from hub.domain import accounts, announcements
from hub.domain.credentials import Keys
from hub.perform import run
from models import Account

SECRET = "only for these benchmarks, and longer than thirty-two bytes"
HASH = "nobody signs in by a password here"
AT_ONCE = 500
ANNOUNCEMENTS = 20
DATABASE, TOKENS = "hub.sqlite3", "tokens"


def make(folder: Path, count: int) -> Path:
    """A migrated database with so many people, and beside it a file with a token of each in a line."""
    database.connect_to(f"sqlite:///{folder / DATABASE}")
    migrations.migrate()
    run(_announce)
    keys = Keys(SECRET)
    with (folder / TOKENS).open("w") as file:
        for first in range(0, count, AT_ONCE):
            for person in run(_sign_up, range(first, min(first + AT_ONCE, count))):
                file.write(keys.mint(person, "vivere", timedelta(days=1)) + "\n")
    database.disconnect()
    return folder / TOKENS


def _announce() -> None:
    for number in range(ANNOUNCEMENTS):
        announcements.say(f"Lunch is served in hall {number}. Bring your badge, and somebody you do not know yet.")


def _sign_up(numbers: range) -> list[str]:
    actors = [accounts.sign_up(name=f"Jo {n}", username=f"jo{n}@example.org", password_hash=HASH) for n in numbers]
    return [Account.get_by_id(actor.id).public_id for actor in actors]


def copied(made: Path, folder: Path) -> None:
    for file in made.glob(f"{DATABASE}*"):
        shutil.copy(file, folder / file.name)
