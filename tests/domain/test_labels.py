"""Categories and tags: Others always exists, names are unique, and what is in use stays."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from hub.domain import events, festival_events, labels
from hub.domain.labels import ABOUT_OTHERS, CATEGORIES, OTHERS, TAGS, Kind
from hub.domain.privileges import VERBS
from hub.perform import run, run_reading
from models import Category
from tests.domain import festival
from tests.domain.doing import at_once, codes, nothing_is_left
from tests.domain.entering import code_of

BOTH = pytest.mark.parametrize("kind", [CATEGORIES, TAGS], ids=["categories", "tags"])


def named(kind: Kind) -> dict[str, str]:
    """Each with its description, Others left out, in order."""
    return {one.name: one.description for one in run_reading(labels.every, kind) if one.name != OTHERS}


def may(by, *verbs: tuple[str, str]):
    """The same person with these privileges only."""
    return replace(by, privileges=frozenset(verbs))


def test_others_is_the_first_category_although_nobody_made_it(database, olga):
    festival.label(CATEGORIES, "Coding", by=olga)

    assert [(one.name, one.description) for one in run_reading(labels.every, CATEGORIES)] == [
        (OTHERS, ABOUT_OTHERS),
        ("Coding", ""),
    ]
    assert run_reading(lambda: Category.select().count()) == 1


def test_others_stays_the_first_when_it_is_described_otherwise(database, olga):
    festival.label(CATEGORIES, "Coding", by=olga)

    run(labels.describe, CATEGORIES, OTHERS, "What is left", by=olga)
    run(labels.describe, CATEGORIES, OTHERS, None, by=olga)

    found = [(one.name, one.description) for one in run_reading(labels.every, CATEGORIES)]
    assert found == [(OTHERS, "What is left"), ("Coding", "")]


def test_others_is_neither_added_again_nor_deleted(database, olga):
    for name in (OTHERS, "others", " OTHERS "):
        assert code_of(labels.add, CATEGORIES, name, "", by=olga) == "category_exists"
    assert code_of(labels.delete, CATEGORIES, OTHERS, by=olga) == "others_stays"

    assert run_reading(lambda: Category.select().count()) == 0


def test_a_tag_may_be_called_others_and_is_a_tag_like_any(database, olga):
    festival.label(TAGS, OTHERS, by=olga)

    run(labels.delete, TAGS, OTHERS, by=olga)

    assert run_reading(labels.every, TAGS) == []


@BOTH
def test_names_are_unique_to_the_letter_without_space_around_them(database, olga, kind):
    festival.label(kind, " Free", "free", by=olga)

    for name in ("Free", "Free "):
        assert code_of(labels.add, kind, name, "again", by=olga) == f"{kind.subject}_exists"
    assert named(kind) == {"Free": "", "free": ""}


@BOTH
def test_of_two_who_add_the_same_at_once_one_does(database, olga, kind):
    add = partial(run, labels.add, kind, "Free", by=olga)

    outcomes = at_once(partial(add, "one"), partial(add, "two"))

    assert codes(outcomes) == [f"{kind.subject}_exists"]
    assert len(named(kind)) == 1


@BOTH
def test_what_is_unknown_is_neither_described_nor_deleted(database, olga, kind):
    assert code_of(labels.describe, kind, "Free", "x", by=olga) == f"{kind.subject}_unknown"
    with pytest.raises(kind.not_there):
        run(labels.delete, kind, "Free", by=olga)


@pytest.mark.parametrize(
    ("there", "described"),
    [
        ((TAGS,), {"tags": "new", "categories": None}),
        ((CATEGORIES,), {"tags": None, "categories": "new"}),
        ((TAGS, CATEGORIES), {"tags": "new", "categories": ""}),
    ],
    ids=["a tag", "a category", "both"],
)
def test_where_no_such_tag_exists_the_category_is_meant(database, olga, there, described):
    for kind in there:
        festival.label(kind, "Free", by=olga)

    run(labels.describe_tag_or_category, "Free", "new", by=olga)

    assert {"tags": named(TAGS).get("Free"), "categories": named(CATEGORIES).get("Free")} == described


def test_which_privilege_is_needed_shows_in_what_there_is(database, olga):
    festival.label(TAGS, "Free", by=olga)
    festival.label(CATEGORIES, "Coding", by=olga)
    of_tags, of_categories = may(olga, ("tag", "update")), may(olga, ("category", "update"))

    outcomes = {
        (who, name): code_of(labels.describe_tag_or_category, name, "x", by=by)
        for who, by in (("tags", of_tags), ("categories", of_categories), ("none", may(olga, ("tag", "delete"))))
        for name in ("Free", "Coding", OTHERS, "nothing")
    }

    missing = "privilege_missing"
    assert outcomes == {
        **{("tags", "Free"): None, ("categories", "Free"): missing, ("none", "Free"): missing},
        **{("tags", "Coding"): missing, ("categories", "Coding"): None, ("none", "Coding"): missing},
        **{("tags", OTHERS): missing, ("categories", OTHERS): None, ("none", OTHERS): missing},
        **{("tags", "nothing"): "tag_unknown", ("categories", "nothing"): "tag_unknown", ("none", "nothing"): missing},
    }


@pytest.mark.parametrize(("kind", "field"), [(CATEGORIES, "categories"), (TAGS, "tags")])
def test_what_an_event_is_in_stays_until_the_event_leaves_it(database, olga, kind, field):
    festival.label(kind, "Free", by=olga)
    event = festival.event(olga, **{field: ["Free"]})

    assert code_of(labels.delete, kind, "Free", by=olga) == f"{kind.subject}_in_use"
    run(events.delete, event, by=olga)
    run(labels.delete, kind, "Free", by=olga)

    assert named(kind) == {}


@pytest.mark.parametrize(("kind", "field"), [(CATEGORIES, "categories"), (TAGS, "tags")])
def test_nothing_is_deleted_under_an_event_that_is_put_in_it_at_the_same_moment(database, olga, kind, field):
    event = festival.event(olga)
    for _ in range(5):
        festival.label(kind, "Free", by=olga)

        outcomes = at_once(
            partial(run, labels.delete, kind, "Free", by=olga),
            partial(run, festival_events.change, event, {field: ["Free"]}, by=olga),
        )

        found = run_reading(festival_events.get, event)
        is_in_it = "Free" in {"categories": found.categories, "tags": found.tags}[field]
        assert codes(outcomes) == [f"{kind.subject}_in_use" if is_in_it else f"{kind.subject}_unknown"]
        run(festival_events.change, event, {field: []}, by=olga)
        if is_in_it:
            run(labels.delete, kind, "Free", by=olga)


@BOTH
def test_only_staff_with_the_privilege_write_them(database, ada, olga, kind):
    attempts = {
        "create": partial(labels.add, kind, "Free", ""),
        "update": partial(labels.describe, kind, "Free", "x"),
        "delete": partial(labels.delete, kind, "Free"),
    }

    for verb, attempt in attempts.items():
        others = may(olga, *((kind.subject, other) for other in VERBS if other != verb))
        assert code_of(attempt, by=ada) == "staff_only"
        assert code_of(attempt, by=others) == "privilege_missing"

    assert code_of(labels.describe_tag_or_category, "Free", "x", by=ada) == "staff_only"
    assert nothing_is_left()
