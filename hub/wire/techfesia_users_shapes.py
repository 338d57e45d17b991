"""The shapes of what Techfesia says of its users."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from hub.wire import techfesia_shapes as shapes

NotifyBy = Literal["mail", "push", "none"]
State = Literal["disabled", "normal", "staff", "superuser"]


class Profile(shapes.Profile):
    notifyBy: NotifyBy


class User(shapes.User):
    notifyBy: NotifyBy


class Users(TypedDict):
    currentPage: int
    noOfPages: int
    users: list[shapes.User]


class Privileges(TypedDict):
    state: State
    privileges: NotRequired[dict[str, list[str]]]
