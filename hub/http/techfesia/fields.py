"""The bodies that Techfesia's calls take."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from hub.http.bodies import Body, Filled

Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@+-]+$", max_length=150)]
"""What can be a part of a path as it stands."""
Email = Annotated[Filled, StringConstraints(max_length=200)]
Name = Annotated[str, StringConstraints(max_length=100)]
Token = Annotated[Filled, StringConstraints(max_length=4096)]


class Login(Body):
    username: Annotated[Filled, StringConstraints(max_length=200)]
    password: Password


class Refresh(Body):
    refresh: Token


class OneToken(Body):
    token: Token
