"""Categories and tags: what events are sorted by. Staff keep both lists; an event names what it is in.

The category Others always exists, also in a table without rows: it holds the events that name no other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from peewee import IntegrityError, chunked, fn

from hub.domain.actors import Actor, organisers_only
from hub.domain.privileges import CATEGORY, CREATE, DELETE, TAG, UPDATE, PrivilegeMissing, demand
from hub.domain.refusals import Conflict
from models import Category, Event, EventCategory, EventTag, Tag

OTHERS = "Others"
ABOUT_OTHERS = "Events that are in no other category."
ASKED_AT_ONCE = 1000
"""Events whose labels one query looks for; SQLite takes some more variables than that."""


class CategoryExists(Conflict):
    code = "category_exists"


class CategoryUnknown(Conflict):
    code = "category_unknown"


class CategoryNotThere(CategoryUnknown):
    """There is none to delete."""


class CategoryInUse(Conflict):
    """Events are in it; they must leave it first."""

    code = "category_in_use"


class OthersStays(Conflict):
    code = "others_stays"


class TagExists(Conflict):
    code = "tag_exists"


class TagUnknown(Conflict):
    code = "tag_unknown"


class TagNotThere(TagUnknown):
    """There is none to delete."""


class TagInUse(Conflict):
    code = "tag_in_use"


@dataclass(frozen=True)
class Kind:
    """Categories or tags: where they are kept, what staff need for them, and how they are refused."""

    table: Any
    use: Any
    """By which events refer to the table."""
    subject: str
    exists: type[Conflict]
    unknown: type[Conflict]
    not_there: type[Conflict]
    in_use: type[Conflict]

    @property
    def reference(self):
        """From an event's use of a label to the label."""
        return EventCategory.category if self.use is EventCategory else EventTag.tag

    def always_has(self, name: str) -> bool:
        return self.table is Category and name == OTHERS


CATEGORIES = Kind(Category, EventCategory, CATEGORY, CategoryExists, CategoryUnknown, CategoryNotThere, CategoryInUse)
TAGS = Kind(Tag, EventTag, TAG, TagExists, TagUnknown, TagNotThere, TagInUse)

Label = Category | Tag


def every(kind: Kind) -> list[Label]:
    """All, as they were added; Others is the first of the categories."""
    found = list(kind.table.select().order_by(kind.table.id))
    if kind is TAGS:
        return found
    others = next((row for row in found if row.name == OTHERS), Category(name=OTHERS, description=ABOUT_OTHERS))
    return [others, *(row for row in found if row.name != OTHERS)]


def add(kind: Kind, name: str, description: str, *, by: Actor) -> Label:
    """Add one; of two of the same name, the second is refused. Space around a name is none of it."""
    demand(by, kind.subject, CREATE)
    name = name.strip()
    # In small letters it would look like a second one, although no event falls into it by itself.
    if kind is CATEGORIES and name.casefold() == OTHERS.casefold():
        raise kind.exists()
    try:
        return kind.table.create(name=name, description=description)
    except IntegrityError:
        raise kind.exists() from None


def describe(kind: Kind, name: str, description: str | None, *, by: Actor) -> Label:
    """Describe one otherwise; None leaves it as it is."""
    demand(by, kind.subject, UPDATE)
    if kind.always_has(name):
        _make_others()
    row = kind.table.get_or_none(kind.table.name == name)
    if row is None:
        raise kind.unknown()
    if description is not None:
        row.description = description
        row.save(only=[kind.table.description])
    return row


def describe_tag_or_category(name: str, description: str | None, *, by: Actor) -> Label:
    """Describe the tag of this name, or the category of this name where no such tag exists."""
    organisers_only(by)
    kinds = [kind for kind in (TAGS, CATEGORIES) if _has(kind, name)]
    if kinds:
        return describe(kinds[0], name, description, by=by)
    if not (by.may(TAG, UPDATE) or by.may(CATEGORY, UPDATE)):
        raise PrivilegeMissing()
    raise TagUnknown()


def _has(kind: Kind, name: str) -> bool:
    return kind.always_has(name) or kind.table.select().where(kind.table.name == name).exists()


def _make_others() -> None:
    """Its row is made when something is to be kept in it."""
    Category.insert(name=OTHERS, description=ABOUT_OTHERS).on_conflict_ignore().execute()


def delete(kind: Kind, name: str, *, by: Actor) -> None:
    demand(by, kind.subject, DELETE)
    if kind.always_has(name):
        raise OthersStays()
    try:
        gone = kind.table.delete().where(kind.table.name == name).execute()
    except IntegrityError:
        raise kind.in_use() from None
    if not gone:
        raise kind.not_there()


def of(kind: Kind, event_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The names of what events are in, as it was said of each; one without a category is in Others."""
    found: dict[int, list[str]] = {event_id: [] for event_id in event_ids}
    for some in chunked(found, ASKED_AT_ONCE):
        uses = kind.use.select(kind.use.event, kind.table.name).join(kind.table).where(kind.use.event.in_(some))
        for event_id, name in uses.order_by(kind.use.id).tuples():
            found[event_id].append(name)
    return {event_id: tuple(names) or _by_default(kind) for event_id, names in found.items()}


def _by_default(kind: Kind) -> tuple[str, ...]:
    return (OTHERS,) if kind is CATEGORIES else ()


def put(kind: Kind, event: Event, names: Iterable[str]) -> None:
    """Have an event be in these and no others; raises CategoryUnknown or TagUnknown."""
    wanted = tuple(dict.fromkeys(names))
    if wanted == _by_default(kind):
        wanted = ()
    numbers = _numbers(kind, wanted)
    kind.use.delete().where(kind.use.event == event.id).execute()
    if wanted:
        rows = ({kind.use.event: event.id, kind.reference: numbers[name]} for name in wanted)
        kind.use.insert_many(rows).execute()


def _numbers(kind: Kind, names: Collection[str]) -> dict[str, int]:
    if kind is CATEGORIES and OTHERS in names:
        _make_others()
    known = kind.table.select(kind.table.name, kind.table.id).where(kind.table.name.in_(names))
    found = dict(known.tuples())
    if len(found) < len(names):
        raise kind.unknown()
    return found


def within(kind: Kind, names: Iterable[str]):
    """The condition that an event is in all of these; in one that does not exist there is none."""
    wanted = set(names)
    named = kind.use.select(kind.use.event).join(kind.table).where(kind.table.name.in_(wanted))
    in_all = Event.id.in_(named.group_by(kind.use.event).having(fn.COUNT(kind.use.id) == len(wanted)))
    if wanted == set(_by_default(kind)):
        return in_all | Event.id.not_in(kind.use.select(kind.use.event))
    return in_all
