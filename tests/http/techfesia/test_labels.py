"""`events/category` and `events/tags`: the lists, and every refusal in the document's words."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from yarl import URL

from tests.http.techfesia.cast import staff
from tests.http.techfesia.programme import EVENTS, NOT_FOUND, add_event, added

OTHERS = {"name": "Others", "description": "Events that are in no other category."}
CODING = {"name": "Coding", "description": "Code, Code and code."}
SAID = {
    "category": {
        "exists": "This category already exist.",
        "unknown": "Category does not exist.",
        "not there": "This category does not exixt.",
        "in use": "Cant delete a category that is in use.",
    },
    "tags": {
        "exists": "Tag already exist.",
        "unknown": "Tag does not exist.",
        "not there": "This tag does not exixt.",
        "in use": "Cant delete a tag that is in use.",
    },
}
BOTH = pytest.mark.parametrize("kind", list(SAID))


def no(kind: str, why: str) -> tuple[int, dict[str, str]]:
    return 422, {"error": SAID[kind][why]}


@BOTH
async def test_what_was_added_is_listed_and_not_added_again(hub, olga, kind):
    path = f"{EVENTS}/{kind}"

    assert await hub.post(path, CODING, olga) == (201, CODING)
    assert await hub.post(path, {"name": "Free"}, olga) == (201, {"name": "Free", "description": ""})

    assert await hub.post(path, {"name": "Coding"}, olga) == no(kind, "exists")
    first = [OTHERS] if kind == "category" else []
    assert await hub.get(path) == (200, [*first, CODING, {"name": "Free", "description": ""}])


@BOTH
async def test_a_description_is_changed_and_the_name_stays(hub, olga, kind):
    await added(hub, f"{EVENTS}/{kind}", CODING, olga)
    path, changed = f"{EVENTS}/{kind}/Coding", {"name": "Coding", "description": "Difficult"}

    assert await hub.call("PUT", path, olga, json={"description": "Difficult"}) == (202, changed)
    assert await hub.call("PUT", path, olga, json={"description": None}) == (202, changed)
    assert await hub.call("PUT", f"{EVENTS}/{kind}/coding", olga, json={}) == no(kind, "unknown")


@BOTH
async def test_what_is_in_use_is_deleted_when_it_is_so_no_more(hub, olga, kind):
    await added(hub, f"{EVENTS}/{kind}", CODING, olga)
    event = await add_event(hub, olga, **{kind: ["Coding"]})
    path = f"{EVENTS}/{kind}/Coding"

    assert await hub.call("DELETE", path, olga) == no(kind, "in use")
    await hub.call("DELETE", f"{EVENTS}/{event['publicId']}", olga)

    assert await hub.call("DELETE", path, olga) == (204, "")
    assert await hub.call("DELETE", path, olga) == no(kind, "not there")


async def test_others_is_described_but_neither_added_nor_deleted(hub, olga):
    path, changed = f"{EVENTS}/category", {"name": "Others", "description": "The rest"}

    assert await hub.post(path, {"name": "Others"}, olga) == no("category", "exists")
    assert await hub.call("DELETE", f"{path}/Others", olga) == (
        422,
        {"error": "The category Others always exists."},
    )
    assert await hub.call("PUT", f"{path}/Others", olga, json={"description": "The rest"}) == (202, changed)
    assert await hub.get(path) == (200, [changed])


async def test_the_address_of_a_tag_is_that_of_a_category_where_no_such_tag_exists(hub, olga):
    """The document edits categories at the address of tags."""
    await added(hub, f"{EVENTS}/category", CODING, olga)
    path, new = f"{EVENTS}/tags/Coding", {"description": "new"}

    of_category = await hub.call("PUT", path, olga, json=new)
    await added(hub, f"{EVENTS}/tags", {"name": "Coding", "description": "a tag"}, olga)
    await hub.call("PUT", path, olga, json={"description": "newer"})

    assert of_category == (202, {"name": "Coding", "description": "new"})
    assert await hub.get(f"{EVENTS}/category") == (200, [OTHERS, {"name": "Coding", "description": "new"}])
    assert await hub.get(f"{EVENTS}/tags") == (200, [{"name": "Coding", "description": "newer"}])


async def test_there_the_privilege_for_what_it_is_counts(hub, olga):
    await added(hub, f"{EVENTS}/category", CODING, olga)
    of_tags = staff("pat", privileges={"tag": ["update"]})
    of_categories = staff("kim", privileges={"category": ["update"]})

    statuses = {
        (who.username, name): (await hub.call("PUT", f"{EVENTS}/tags/{name}", who, json={"description": "x"}))[0]
        for who in (of_tags, of_categories)
        for name in ("Coding", "Nothing")
    }

    assert statuses == {
        ("pat", "Coding"): 403,
        ("kim", "Coding"): 202,
        ("pat", "Nothing"): 422,
        ("kim", "Nothing"): 422,
    }


@BOTH
async def test_a_name_with_odd_letters_is_found_in_a_path(hub_on_each, kind):
    olga = staff("olga")
    for name in ("C++ & more", "a/b", "50%", "Ångström 🦊", "%2F", "..."):
        await added(hub_on_each, f"{EVENTS}/{kind}", {"name": name}, olga)
        path = URL(f"{EVENTS}/{kind}/{quote(name, safe='')}", encoded=True)

        assert await hub_on_each.call("PUT", path, olga, json={}) == (202, {"name": name, "description": ""})
        assert await hub_on_each.call("DELETE", path, olga) == (204, "")

    for odd in ("%00", "a%00b"):
        for method in ("PUT", "DELETE"):
            assert await hub_on_each.call(method, f"{EVENTS}/{kind}/{odd}", olga, json={}) == NOT_FOUND


@BOTH
async def test_what_cannot_be_a_name_is_refused(hub, olga, rows, kind):
    before = rows()

    for name, wrong in {
        " ": "is blank",
        ".": "has nothing but dots",
        " .. ": "has nothing but dots",
        "\x1f": "is blank",
        "{x}": "has a brace",
        "x" * 201: "is too long",
        7: "is not a text",
    }.items():
        assert await hub.post(f"{EVENTS}/{kind}", {"name": name}, olga) == (400, {"errors": {"name": wrong}})
    assert await hub.post(f"{EVENTS}/{kind}", {}, olga) == (400, {"errors": {"name": "missing required field"}})
    assert rows() == before
