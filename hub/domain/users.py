"""Users: accounts as a festival's staff see them, with a phone number, a college and a picture.

Everybody may read and change their own; staff, by privilege, everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain import accounts
from hub.domain.actors import Actor
from hub.domain.privileges import READ, USER, demand
from models import Account


def sign_up(given: Mapping[str, Any], *, password_hash: str) -> Account:
    """Make an account out of what somebody gave of themselves. Raises Invalid, UsernameTaken and EmailTaken."""
    return accounts.enlist(
        username=given["username"],
        email=given["email"],
        first_name=given["firstName"],
        last_name=given["lastName"],
        password_hash=password_hash,
        phone_number=given["phoneNumber"],
        college=given["collegeName"],
        picture_url=given["profilePicture"],
    )


def get(username: str, *, by: Actor) -> Account:
    """One user, for themselves and for staff who may read users."""
    if not is_self(username, by):
        demand(by, USER, READ)
    return accounts.named(username)


def is_self(username: str, by: Actor) -> bool:
    return username == by.username
