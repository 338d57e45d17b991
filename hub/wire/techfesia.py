"""Techfesia's spelling: the festival contract's objects, each in the order of its document.

Where its samples disagree on a key, both forms are sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.domain import users
from hub.domain.token_pairs import Pair
from hub.wire.addresses import absolute
from models import Account

PREFIX = "/techfesia"


def moment(at: datetime | None) -> str | None:
    """`2019-06-16T10:00:00Z`."""
    return None if at is None else f"{at.isoformat()}Z"


def image(name: str | None) -> str | None:
    return None if name is None else absolute(f"{PREFIX}/image/{name}")


def pair(pair: Pair) -> dict[str, str]:
    return {"access": pair.access, "refresh": pair.refresh}


def user(account: Account) -> dict[str, Any]:
    """The ten fields of a user."""
    return {**profile(account), "dateJoined": moment(account.created_at), "lastLogin": moment(account.last_login_at)}


def profile(account: Account) -> dict[str, Any]:
    """A user without the two dates, as an update answers it."""
    first, last = users.first_and_last(account)
    return {
        "publicId": account.public_id,
        "username": account.username,
        "firstName": first,
        "lastName": last,
        "email": account.email_key,
        "phoneNumber": account.phone_number,
        "collegeName": account.college,
        "profilePicture": image(account.image) or account.picture_url,
    }
