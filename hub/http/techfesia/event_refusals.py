"""The words in which calls about categories, tags, events and crew are refused."""

from __future__ import annotations

from hub.domain.crew import AlreadyCrew, NotCrew, PersonUnknown, TakesPart
from hub.domain.festival_events import EventHasRegistrations
from hub.domain.labels import (
    CategoryExists,
    CategoryInUse,
    CategoryNotThere,
    CategoryUnknown,
    OthersStays,
    TagExists,
    TagInUse,
    TagNotThere,
    TagUnknown,
)
from hub.domain.refusals import Refusal

WORDS: dict[type[Refusal], str] = {
    # Those of the document, to the letter.
    CategoryExists: "This category already exist.",
    CategoryUnknown: "Category does not exist.",
    CategoryNotThere: "This category does not exixt.",
    CategoryInUse: "Cant delete a category that is in use.",
    TagExists: "Tag already exist.",
    TagUnknown: "Tag does not exist.",
    TagNotThere: "This tag does not exixt.",
    TagInUse: "Cant delete a tag that is in use.",
    # Where it has none.
    OthersStays: "The category Others always exists.",
    EventHasRegistrations: "People are registered for this event. It stays one for teams, or for single people.",
    PersonUnknown: "Nobody has this username.",
    AlreadyCrew: "They are on this list already.",
    TakesPart: "They are registered for this event. Whoever takes part cannot be of its crew.",
    NotCrew: "They are not on this list.",
}
