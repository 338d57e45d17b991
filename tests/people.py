"""The cast: Ada asks for help, Grace helps, Linus is a stranger to both, Olga organises."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain import accounts, passwords
from hub.domain.actors import Actor
from hub.perform import run

PASSWORD = "correct horse"
_HASH: list[str] = []


@dataclass(frozen=True)
class Person:
    """An account and how it calls."""

    actor: Actor
    token: str

    @property
    def id(self) -> int:
        return self.actor.id

    @property
    def headers(self) -> dict[str, str]:
        return {"X-MenloHacks-Authorization": self.token}


def password_hash() -> str:
    """One hash for the whole cast: making one takes longer than most tests."""
    if not _HASH:
        _HASH.append(passwords.hash_password(PASSWORD))
    return _HASH[0]


def make(name: str, *, staff: bool = False) -> Actor:
    email = f"{name.lower()}@example.org"
    if staff:
        return run(
            accounts.create_staff,
            name=name,
            username=name.lower(),
            email=email,
            password_hash=password_hash(),
            is_superuser=False,
        )
    return run(accounts.sign_up, name=name, username=email, password_hash=password_hash())
