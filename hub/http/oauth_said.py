"""What providers say of people, as far as the hub can use it."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 100
LONGEST_ADDRESS = 2000


def text_in(said: object) -> str:
    """A part of a name; empty where there is none."""
    return "".join(filter(_is_text, said)).strip()[:LONGEST_NAME].strip() if isinstance(said, str) else ""


def email_in(said: object) -> str | None:
    return said.strip() or None if isinstance(said, str) and all(map(_is_text, said)) else None


def _is_text(letter: str) -> bool:
    """Neither a control character nor half of a letter: a database takes no NUL and nothing that is not UTF-8."""
    return unicodedata.category(letter) not in ("Cc", "Cs")


def picture_in(said: object) -> str | None:
    """An address that can be shown to everybody; the hub itself never asks for it."""
    if not isinstance(said, str) or not said.startswith("https://") or len(said) > LONGEST_ADDRESS:
        return None
    return said if said.isascii() and said.isprintable() and " " not in said else None
