"""The bodies and queries of Techfesia's calls about users."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.http.bodies import Body
from hub.http.techfesia.fields import Email, Name, Password, Token, Username

NotifyBy = Literal["mail", "push", "none"]
Phone = Annotated[str, StringConstraints(max_length=40)]
College = Annotated[str, StringConstraints(max_length=200)]
Address = Annotated[str, StringConstraints(max_length=2000)]
Date = Annotated[str, Field(max_length=64, description="A day, or a moment in any form of ISO 8601.")]


class NewUser(Body):
    """Only the first three are needed; null and a blank text say nothing."""

    username: Username
    email: Email
    password: Password
    firstName: Name | None = None
    lastName: Name | None = None
    phoneNumber: Phone | None = None
    collegeName: College | None = None
    profilePicture: Address | None = None
    notifyBy: NotifyBy | None = None


class ChangedUser(Body):
    """What is left out or null stays; a blank text takes away. The username and the id may only be said as they are."""

    publicId: str | None = None
    username: str | None = None
    firstName: Name | None = None
    lastName: Name | None = None
    email: Email | None = None
    phoneNumber: Phone | None = None
    collegeName: College | None = None
    profilePicture: Address | None = None
    notifyBy: NotifyBy | None = None


class UsersQuery(Body):
    """Each of the fields is a filter: texts without case, whole."""

    limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    page: Annotated[int, Field(ge=1)] | None = None
    publicId: str | None = None
    username: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    email: str | None = None
    phoneNumber: str | None = None
    collegeName: str | None = None
    profilePicture: str | None = None
    dateJoined: Date | None = None
    lastLogin: Date | None = None


class ChangedPrivileges(Body):
    """`privileges` are all that a staff member has from now on, verbs by subject."""

    state: Literal["normal", "staff", "superuser"] | None = None
    privileges: dict[str, list[str]] | None = None


class NewPassword(Body):
    password: Password


class ChangedPassword(Body):
    oldPassword: Password
    newPassword: Password


class ResetPassword(Body):
    resetToken: Token
    newPassword: Password


class BrowserKeys(Body):
    """What a push is encrypted for, in base64url: an uncompressed point of P-256 and a secret of 16 bytes."""

    p256dh: Annotated[str, StringConstraints(pattern=r"^B[A-Za-z0-9_-]{86}=?$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}(==)?$")]


class BrowserEndpoint(Body):
    endpoint: Annotated[str, StringConstraints(pattern=r"^https://[^\s/?#@]+([/?#][^\s]*)?$", max_length=2000)]


class Browser(BrowserEndpoint):
    keys: BrowserKeys
