"""`GET /enum/universities`, `/enum/courses` and `/enum/skills`."""

import pytest
from yarl import URL

from hub import loading
from tests.http.halp import acting
from tests.http.halp.saying import no, said, yes

COURSES = """university,subject,number
Cal Poly,CSC,349
Cal Poly,CPE,308
Cal Poly,CSC,101
Cuesta,PHYS,142
""".splitlines()


async def test_universities_come_with_the_hub(hub, ann):
    _, reply = await hub.get("/halp/enum/universities", by=ann)

    names = reply["universities"]
    assert len(names) > 1000
    assert "California Polytechnic State University - San Luis Obispo" in names
    assert names == sorted(set(names))


async def test_skills_come_with_the_hub(hub, ann):
    _, reply = await hub.get("/halp/enum/skills", by=ann)

    assert len(reply["skills"]) > 50
    assert reply["skills"] == sorted(set(reply["skills"]))


async def test_an_operator_may_load_other_lists(hub, ann):
    loading.universities(["Cuesta", "Cal Poly"])
    loading.skills(["Photoshop", "Cooking"])

    assert await hub.get("/halp/enum/universities", by=ann) == yes(universities=["Cal Poly", "Cuesta"])
    assert await hub.get("/halp/enum/skills", by=ann) == yes(skills=["Cooking", "Photoshop"])


async def test_courses_of_a_university_by_subject_and_number(hub, ann):
    loading.courses(COURSES)

    courses = [("CPE", 308), ("CSC", 101), ("CSC", 349)]
    listed = [{"subject": subject, "number": number} for subject, number in courses]
    assert await hub.get("/halp/enum/courses?university=Cal%20Poly", by=ann) == yes(courses=listed)


async def test_what_a_tutor_teaches_is_a_course_too(hub, ann, tom):
    before = await hub.get("/halp/enum/courses?university=Cuesta", by=ann)

    await acting.change(hub, tutor={"courses": {"Cuesta": [{"subject": "PHYS", "number": 142}]}}, by=tom)

    after = await hub.get("/halp/enum/courses?university=Cuesta", by=ann)
    assert (before, after) == (yes(courses=[]), yes(courses=[{"subject": "PHYS", "number": 142}]))


async def test_a_university_must_be_named(hub, ann):
    for query in ("", "?university", "?university=", "?name=Cal%20Poly"):
        assert said(await hub.get(f"/halp/enum/courses{query}", by=ann)) == no("university_length")


class TestOnEachDatabase:
    @pytest.fixture
    def hub(self, hub_on_each):
        return hub_on_each

    async def test_a_university_that_nobody_knows_has_no_courses(self, hub, tom):
        names = [
            "cal%20poly",
            "Cal+Poly+",
            "x",
            "%25",
            "%27",
            "%00",
            "a%00b",
            "%FF",
            "%ED%A0%80",
            "%F0%9F%A6%8A",
            "a" * 5000,
        ]

        for name in names:
            reply = await hub.get(URL(f"/halp/enum/courses?university={name}", encoded=True), by=tom)

            assert reply == yes(courses=[])
