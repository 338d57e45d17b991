"""What tests of membership arrange: people who joined, and some of them with a role."""

from __future__ import annotations

from typing import Any

from hub import database
from hub.domain import accounts, members
from hub.domain.actors import Actor, actor_of
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from models import Account, Member, db
from tests.build import SECRET

KEYS = Keys(SECRET)
NUMBER = "0412 345 678"


def join(name: str = "Ada", role: str | None = None, **said: Any) -> Actor:
    """Register somebody, and have the operator give them a role."""
    email = f"{name.lower()}@example.org"
    joined = run(members.register, {"email": email, "name": f"{name} Lee", **said}, country="AU", keys=KEYS)
    if role is not None:
        run(accounts.grant_role, email, role)
    return run_reading(lambda: actor_of(Account.get(Account.public_id == joined.details.public_id)))


def change(who: Actor, **said: Any) -> None:
    run(members.change, said, country="AU", keys=KEYS, by=who)


def row_of(who: Actor) -> Member:
    return run_reading(Member.get_by_id, who.id)


def hurry() -> None:
    """Have SQLite not wait for the disk, for many small units: only a loss of power would tell the difference."""
    db.connect(reuse_if_open=True)
    if database.is_sqlite():
        db.execute_sql("PRAGMA synchronous = OFF")
