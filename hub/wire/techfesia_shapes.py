"""The shapes of Techfesia's replies, for its OpenAPI document: what `hub/wire/techfesia` spells, key by key."""

from __future__ import annotations

from typing_extensions import TypedDict


class Pair(TypedDict):
    access: str
    refresh: str


class Access(TypedDict):
    access: str


class TokensDeleted(TypedDict):
    tokens_deleted: int


class Profile(TypedDict):
    publicId: str
    username: str
    firstName: str
    lastName: str
    email: str | None
    phoneNumber: str | None
    collegeName: str | None
    profilePicture: str | None


class User(Profile):
    dateJoined: str
    lastLogin: str | None


class Message(TypedDict):
    message: str


class Error(TypedDict, total=False):
    """Exactly one of `detail`, `errors`, `error` or `message`; 401 says more in `code`."""

    detail: str
    errors: dict[str, str]
    error: str | dict[str, str]
    message: str
    code: str
    messages: list[dict[str, str]]
    pageSize: int
    noOfPages: int
