"""`GET get_suburbs` and `GET get_streets`, on each database."""

from __future__ import annotations

import pytest
from yarl import URL

from hub import loading_streets
from tests.http.flux.test_samples import sample

STREETS = """STREET_NAME|STREET_TYPE|STREET_SUFFIX|LOCALITY_NAME|STATE|POSTCODE
WOODS|STREET||DARWIN|NT|0800
ANCHORAGE|COURT||DARWIN|NT|0800
GEORGE|STREET||SYDNEY|NSW|2000
""".splitlines()
ODD = ["%00", "a%00b", "%FF", "%ED%A0%80", "%F0%9F%A6%8A", "%25", "%27", "a%2Fb", "..%2F", "nz", "x" * 5000]


def suburbs(*names: str) -> tuple[int, dict]:
    return 200, {"suburbs": [*names], "status": "okay"}


def streets(*names: str) -> tuple[int, dict]:
    return 200, {"streets": [*names], "status": "okay"}


async def test_the_suburbs_of_a_postcode(hub):
    asked = await hub.get("/flux/api/v0/get_suburbs/au/0800")

    assert asked == suburbs("DARWIN (NT)", "DARWIN CITY (NT)")
    assert asked == await hub.get("/flux/get_suburbs/AU/0800/")


async def test_the_postcode_of_the_document_s_example_has_boxes_only(hub):
    """The document answers what lies under 0800; in the original's data 2001 is empty as well."""
    boxes = await hub.get("/flux/api/v0/get_suburbs/au/2001")
    _, darwin = await hub.get("/flux/api/v0/get_suburbs/au/0800")

    assert boxes == suburbs()
    assert darwin == {**sample("suburbs"), "suburbs": [*sample("suburbs")["suburbs"], "DARWIN CITY (NT)"]}


async def test_suburbs_may_be_kept_for_an_hour_and_streets_are_asked_for_anew(hub):
    kept = []
    for path in ("get_suburbs/au/0800", "get_streets/au/0800/DARWIN%20(NT)"):
        async with hub.http.get(f"/flux/{path}") as reply:
            kept.append(reply.headers.get("Cache-Control"))

    assert kept == ["public, max-age=3600", None]


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_without_loaded_streets_there_are_none(self, hub):
        assert await hub.get("/flux/api/v0/get_streets/au/0800/DARWIN%20(NT)") == streets()

    async def test_the_streets_of_a_suburb_are_those_that_were_loaded(self, hub):
        loading_streets.streets(STREETS)

        asked = await hub.get("/flux/api/v0/get_streets/au/0800/DARWIN%20(NT)")

        assert asked == (200, sample("streets"))
        assert asked == await hub.get("/flux/get_streets/Au/0800/%20darwin%20(nt)/")

    async def test_what_nobody_knows_has_empty_lists_however_odd(self, hub):
        loading_streets.streets(STREETS)

        paths = [
            *(f"get_suburbs/{odd}/0800" for odd in ODD),
            *(f"get_suburbs/au/{odd}" for odd in ODD),
            *(f"get_streets/{odd}/0800/DARWIN%20(NT)" for odd in ODD),
            *(f"get_streets/au/{odd}/DARWIN%20(NT)" for odd in ODD),
            *(f"get_streets/au/0800/{odd}" for odd in ODD),
        ]
        answers = {path: await hub.get(URL(f"/flux/api/v0/{path}", encoded=True)) for path in paths}

        assert {path: it for path, it in answers.items() if it not in (suburbs(), streets())} == {}
