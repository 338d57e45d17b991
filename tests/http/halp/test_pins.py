"""`GET /pins`: the pins of others in a box on the map, or one's own."""

import pytest

from tests.http.halp import acting
from tests.http.halp.acting import EVERYWHERE
from tests.http.halp.saying import SERVER_ERROR, said, students_pin, tutors_pin, yes

BOX = {"lat1": 10, "lng1": 20, "lat2": -10, "lng2": 40}
PACIFIC = {"lat1": 10, "lng1": 170, "lat2": -10, "lng2": -170}


async def seen_at(hub, ann, tom, box, *places) -> list[bool]:
    """Of each place whether a pin there is seen in the box."""
    found = []
    for latitude, longitude in places:
        await acting.drop(hub, "student", latitude=latitude, longitude=longitude, by=ann)
        found.append(bool(await acting.pins(hub, "student", by=tom, **box)))
        await acting.take_up(hub, "student", by=ann)
    return found


async def test_the_pins_of_others_in_the_mode_that_is_asked_for(hub, ann, tom, eve):
    for mode, member in (("student", ann), ("student", tom), ("tutor", tom), ("tutor", eve)):
        await acting.drop(hub, mode, by=member)

    students = await hub.get("/halp/pins", params={"pinMode": "student", **EVERYWHERE}, by=tom)
    tutors = await hub.get("/halp/pins", params={"pinMode": "tutor", **EVERYWHERE}, by=tom)

    assert students == yes(pins=[students_pin(ann.id, "Ann")], truncated=False)
    assert tutors == yes(pins=[tutors_pin(eve.id, "Eve")], truncated=False)


async def test_a_box_without_width_is_a_line(hub, ann, tom):
    line = {**BOX, "lng2": 20}

    assert await seen_at(hub, ann, tom, line, (0, 20), (0, 20.001)) == [True, False]


WRONG = [
    *({corner: wrong} for corner in BOX for wrong in ("", "x", "NaN", "1e999", "91,0", "1 2", "%00", "181")),
    {"lat1": "90.001"},
    {"lat2": "-90.001"},
    {"pinMode": ""},
    {"pinMode": "Mine"},
    {"lat1": "-11"},
]


async def test_of_too_many_the_newest_are_shown(hub, ann, tom, eve, monkeypatch):
    monkeypatch.setattr("hub.domain.pins.MOST_SHOWN", 2)
    zoe = await acting.register(hub)
    answers = []
    for member in (ann, tom, eve):
        await acting.drop(hub, "student", by=member)
        answers.append(await hub.get("/halp/pins", params={"pinMode": "student", **EVERYWHERE}, by=zoe))

    shown = [[pin["user"]["userId"] for pin in reply["pins"]] for _, reply in answers]
    assert shown == [[ann.id], [tom.id, ann.id], [eve.id, tom.id]]
    assert [reply["truncated"] for _, reply in answers] == [False, False, True]


async def test_of_ones_own_the_corners_do_not_matter(hub, tom):
    await acting.drop(hub, "tutor", by=tom)

    for query in ("", "&lat1=x&lng1=&lat2=91"):
        mine = await hub.get(f"/halp/pins?pinMode=mine{query}", by=tom)

        assert mine == yes(student=None, tutor=tutors_pin(tom.id, "Tom"))


async def test_a_tutors_pin_follows_the_profile(hub, ann, tom):
    await acting.drop(hub, "tutor", by=tom)

    tutor = {"bio": "Graduate", "rate": 30, "skills": [], "courses": {"Cuesta": [{"subject": "PHYS", "number": 142}]}}
    await acting.change(hub, firstname="Thomas", lastname="Law", tutor=tutor, by=tom)

    (pin,) = await acting.pins(hub, "tutor", by=ann)
    named = {name: pin["user"][name] for name in ("firstname", "lastname", "bio", "rate")}
    assert named == {"firstname": "Thomas", "lastname": "Law", "bio": "Graduate", "rate": 30}
    assert (pin["skills"], pin["courses"]) == (tutor["skills"], tutor["courses"])


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_corners_and_edges_belong_to_the_box_and_nothing_beyond(self, hub, ann, tom):
        on = [(10, 20), (10, 40), (-10, 20), (-10, 40), (0, 20), (10, 30)]
        off = [(10.001, 30), (-10.001, 30), (0, 19.999), (0, 40.001)]

        assert await seen_at(hub, ann, tom, BOX, *on, *off) == [True] * len(on) + [False] * len(off)

    async def test_a_box_whose_left_edge_lies_east_of_its_right_one_crosses_the_antimeridian(self, hub, ann, tom):
        on = [(0, 170), (0, 180), (0, -180), (0, -170)]
        off = [(0, 169.999), (0, -169.999), (0, 0), (11, 180)]

        assert await seen_at(hub, ann, tom, PACIFIC, *on, *off) == [True] * len(on) + [False] * len(off)

    async def test_the_whole_world_reaches_to_the_poles(self, hub, ann, tom):
        places = [(90, 0), (-90, 0), (90, 180), (-90, -180)]

        assert await seen_at(hub, ann, tom, EVERYWHERE, *places) == [True] * 4
        assert await seen_at(hub, ann, tom, {**EVERYWHERE, "lat2": 90}, (90, 7), (89.999, 7)) == [True, False]

    async def test_a_box_that_is_none_is_refused(self, hub, ann, rows):
        asked, before = {"pinMode": "student", **BOX}, rows()

        answers = {str(wrong): said(await hub.get("/halp/pins", params={**asked, **wrong}, by=ann)) for wrong in WRONG}
        for name in asked:
            rest = {key: value for key, value in asked.items() if key != name}
            answers[f"no {name}"] = said(await hub.get("/halp/pins", params=rest, by=ann))

        assert {what: answer for what, answer in answers.items() if answer != SERVER_ERROR} == {}
        assert rows() == before

    async def test_the_owner_is_shown_as_they_were_rated_on_that_side(self, hub, ann, tom, eve):
        async def rated(student, tutor, by_student, by_tutor) -> None:
            await acting.shake_hands(hub, student, tutor)
            await acting.end_session(hub, by=student)
            await acting.done(hub.post("/halp/session/rate", {"ratings": by_student}, by=student))
            await acting.done(hub.post("/halp/session/rate", {"ratings": by_tutor}, by=tutor))

        await rated(ann, tom, {"friendliness": 5, "knowledge": 4}, {"approval": 1})
        await rated(eve, tom, {"friendliness": 3, "knowledge": "3"}, {"approval": -1})
        await rated(ann, eve, {"friendliness": 0, "knowledge": 0}, {"approval": -1})
        for mode, member in (("student", ann), ("tutor", tom), ("student", tom), ("tutor", eve)):
            await acting.drop(hub, mode, by=member)

        async def shown(mode: str) -> dict[int, tuple[float, int]]:
            users = [pin["user"] for pin in await acting.pins(hub, mode, by=zoe)]
            return {user["userId"]: (user["rating"], user["ratings"]) for user in users}

        zoe = await acting.register(hub)
        assert await shown("tutor") == {tom.id: (3.75, 2), eve.id: (0.0, 1)}
        assert await shown("student") == {ann.id: (2.5, 2), tom.id: (0.0, 0)}
