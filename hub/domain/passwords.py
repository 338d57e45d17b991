"""Passwords at rest: argon2 of the password's md5 in hex, because that md5 is all that one contract's clients send.

All of these take tens of milliseconds of computing: call them off the event loop and outside any unit of work.
"""

from __future__ import annotations

import hashlib

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's recommendation: 19 MiB, two passes, one lane."""

NOBODYS_HASH = _hasher.hash("nobody")
"""Compared with where there is no such account, so that the answer takes as long as for one that exists."""


def hash_password(password: str) -> str:
    return hash_md5(_md5_hex(password))


def hash_md5(md5_hex: str) -> str:
    """The hash of a password of which only the md5, in small hex digits, is known."""
    return _hasher.hash(md5_hex)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind the hash; without a hash never, and just as slowly."""
    return is_right_md5(_md5_hex(password), password_hash)


def is_right_md5(md5_hex: str, password_hash: str | None) -> bool:
    """`is_right` for a password of which only the md5 is known."""
    try:
        return _hasher.verify(password_hash or NOBODYS_HASH, md5_hex) and password_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def _md5_hex(password: str) -> str:
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
