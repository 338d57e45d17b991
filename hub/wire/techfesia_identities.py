"""Techfesia's spelling of what somebody can sign in by."""

from __future__ import annotations

from typing import Any

from hub.domain.identities import Modes

PICTURE_SHOWN = "Profile Picture updated"


def modes(modes: Modes) -> dict[str, Any]:
    return {"password": modes.password, "o-auth": list(modes.providers)}


def picture_shown(_: None) -> dict[str, str]:
    return {"message": PICTURE_SHOWN}
