"""What some of Halp's calls take, as its document says it: bodies and queries that are read in several steps.

These models read nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from hub.http.bodies import Body
from hub.http.halp.fields import FacebookLogin, HalpLogin, Latitude, Longitude, NewPin, PushPair, StudentPin


class LoginByPassword(PushPair, HalpLogin):
    """`passwordHash` is the md5 of the password, in hex digits."""

    type: Literal["halp"]


class LoginByFacebook(PushPair, FacebookLogin):
    type: Literal["facebook"]


class AnyLogin(RootModel[LoginByPassword | LoginByFacebook]):
    pass


class NewTutorsPin(NewPin):
    """It shows what the profile says."""

    pinMode: Literal["tutor"]


class NewStudentsPin(StudentPin):
    pinMode: Literal["student"]


class AnyPin(RootModel[NewTutorsPin | NewStudentsPin]):
    pass


class BoxOrMine(Body):
    pinMode: Annotated[Literal["student", "tutor", "mine"], Field(description="All but `mine` need the corners.")]
    lat1: Annotated[Latitude | None, Field(description="Of the corner at the top left.")] = None
    lng1: Annotated[Longitude | None, Field(description="Of the corner at the top left.")] = None
    lat2: Annotated[Latitude | None, Field(description="Of the corner at the bottom right.")] = None
    lng2: Annotated[Longitude | None, Field(description="Of the corner at the bottom right.")] = None


class NamedUniversity(Body):
    university: Annotated[str, Field(min_length=1, description="Its exact name.")]
