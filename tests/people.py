"""The cast: Ada asks for help, Grace helps, Linus is a stranger to both, Olga organises.

In tutoring Ann learns, Tom teaches, and Eve is a third person who teaches too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub.domain import accounts, devices, login_sessions, passwords, profiles, sign_ins
from hub.domain.actors import Actor
from hub.domain.sign_ins import Phone
from hub.perform import run, run_reading

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


@dataclass(frozen=True)
class Member:
    """Somebody who is signed in to Halp, and how they call. `token` is the sessionId, which sockets take too."""

    id: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"sessionId": self.token}


CPE_101 = ("Cal Poly", "CPE", 101)
TUTOR = {"bio": "Senior in chemistry", "rate": 22.5, "skills": ["knitting"], "courses": [CPE_101]}


def join(first_name: str, *, teaches: bool = False, phone: str | None = None) -> Member:
    """Register somebody in Halp; `phone` is the token of an iPhone that is pushed to."""
    signed = run(
        sign_ins.register,
        email=f"{first_name.lower()}@example.org",
        first_name=first_name,
        last_name="Lee",
        password_hash=password_hash(),
        image=None,
        phone=Phone(devices.APN, phone) if phone else None,
    )
    member = Member(signed.profile.account_id, signed.secret)
    if teaches:
        run(profiles.change, by=actor_of(member), tutor=TUTOR)
    return member


def actor_of(member: Member) -> Actor:
    """The member as actions know them."""
    return run_reading(login_sessions.caller_with, member.token, idle=timedelta(days=90)).actor


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
