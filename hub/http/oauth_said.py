"""What providers say of people, as far as the hub can use it."""

from __future__ import annotations

LONGEST_NAME = 100
LONGEST_ADDRESS = 2000


def text_in(said: object) -> str:
    """A part of a name; empty where there is none."""
    return said.strip()[:LONGEST_NAME].strip() if isinstance(said, str) else ""


def email_in(said: object) -> str | None:
    return said.strip() or None if isinstance(said, str) else None


def picture_in(said: object) -> str | None:
    """An address that can be shown to everybody; the hub itself never asks for it."""
    if not isinstance(said, str) or not said.startswith("https://") or len(said) > LONGEST_ADDRESS:
        return None
    return said if said.isascii() and said.isprintable() and " " not in said else None
