"""Who acts in tests of Techfesia, and how they call: by an access token in `Authorization`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hub.domain import accounts, token_pairs, users
from hub.domain.actors import Actor, actor_of
from hub.domain.credentials import Keys
from hub.domain.token_pairs import Minting, Pair
from hub.perform import run, run_reading
from models import Account
from tests.build import SECRET
from tests.people import password_hash

MINTING = Minting(Keys(SECRET), timedelta(minutes=15), timedelta(days=30))
COLLEGE = "Test College 123"


@dataclass(frozen=True)
class Student:
    """An account with a pair of tokens; `PASSWORD` of `tests.people` is everybody's."""

    actor: Actor
    pair: Pair

    @property
    def id(self) -> int:
        return self.actor.id

    @property
    def username(self) -> str:
        return self.actor.username

    @property
    def token(self) -> str:
        """What sockets take too."""
        return self.pair.access

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def student(name: str, **given: Any) -> Student:
    """Somebody who has signed up as `name`; all are of one college unless it is said."""
    said = {
        "username": name,
        "email": f"{name}@example.org",
        "firstName": name.title(),
        "lastName": "Lee",
        "phoneNumber": None,
        "collegeName": COLLEGE,
        "profilePicture": None,
        **given,
    }
    return signed_in(run(users.sign_up, said, password_hash=password_hash()).id)


def staff(name: str, *, privileges: Mapping[str, Collection[str]] | None = None, superuser: bool = False) -> Student:
    """A staff member with every privilege, or with these only; or a superuser."""
    actor = run(
        accounts.create_staff,
        name=name.title(),
        username=name,
        email=f"{name}@example.org",
        password_hash=password_hash(),
        is_superuser=superuser,
    )
    if privileges is not None:
        text = json.dumps({subject: list(verbs) for subject, verbs in privileges.items()})
        run(lambda: Account.update(privileges=text).where(Account.id == actor.id).execute())
    return signed_in(actor.id)


def signed_in(account_id: int) -> Student:
    """A new pair for somebody."""
    pair = run(token_pairs.grant, account_id, MINTING)
    return Student(run_reading(lambda: actor_of(Account.get_by_id(account_id))), pair)
